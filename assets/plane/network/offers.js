// @ts-check
/** What can be chosen for a layer, from `GET /api/plane/choices`, in one form. */

import { nameOf } from "./drawing/plan.js";

/** value: as it stands in a sketch. @typedef {{name: string, value: any, help: string}} Offer */

/** @param {any} choices @returns {Offer[]} */
export function activationsOf(choices) {
  return (choices?.activations ?? []).map((/** @type {any} */ { kind, args, help }) => ({ name: nameOf(kind), value: kind.startsWith("activations.") ? nameOf(kind) : { kind, args: args ?? {} }, help: help ?? "" }));
}

/** @param {any} choices @returns {Offer[]} */
export function initializersOf(choices) {
  return (choices?.initializers ?? []).map((/** @type {any} */ { kind, args, title, help }) => ({ name: title ?? nameOf(kind), value: { kind, args: args ?? {} }, help: help ?? "" }));
}

const SAYS = {
  softmax: "One neuron for each class: their probabilities add up to 1",
  sigmoid: "One neuron: the probability of the second class, from 0 to 1",
  tanh: "One neuron from −1 to 1: below 0 is the first class, above 0 the second; a number stays within −1 and 1",
  linear: "One neuron: any number",
};

/** The outputs that suit the data. @param {any} made @returns {Offer[]} */
export function outputsOf(made) {
  return (made?.limits?.outputs ?? []).map((/** @type {keyof typeof SAYS} */ name) => ({ name, value: name, help: SAYS[name] ?? "" }));
}
