// @ts-check
/** What can be chosen for a layer, from `GET /api/plane/choices`, in one form. */

import { nameOf } from "./drawing/plan.js";

/** value: as it stands in a sketch. @typedef {{name: string, value: string | import("../game/messages.d.ts").Part, help: string}} Offer */

/** @param {import("../game/messages.d.ts").Choices | null} choices @returns {Offer[]} */
export function activationsOf(choices) {
  return (choices?.activations ?? []).map(({ kind, args, help }) => ({ name: nameOf(kind), value: kind.startsWith("activations.") ? nameOf(kind) : { kind, args: args ?? {} }, help: help ?? "" }));
}

/** @param {import("../game/messages.d.ts").Choices | null} choices @returns {(Offer & {value: import("../game/messages.d.ts").Part})[]} */
export function initializersOf(choices) {
  return (choices?.initializers ?? []).map(({ kind, args, title, help }) => ({ name: title ?? nameOf(kind), value: { kind, args: args ?? {} }, help: help ?? "" }));
}

/** @type {Record<string, string>} */
const SAYS = {
  softmax: "One neuron for each class: their probabilities add up to 1",
  sigmoid: "One neuron: the probability of the second class, from 0 to 1",
  tanh: "One neuron from −1 to 1: below 0 is the first class, above 0 the second; a number stays within −1 and 1",
  linear: "One neuron: any number",
};

/** The outputs that suit the data. @param {import("../game/messages.d.ts").Made | null} made @returns {Offer[]} */
export function outputsOf(made) {
  return (made?.limits?.outputs ?? []).map((name) => ({ name, value: name, help: SAYS[name] ?? "" }));
}
