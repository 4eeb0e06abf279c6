// @ts-check
/** What can be chosen for a layer, from `GET /api/plane/choices`, in one form. */

import { nameOf } from "./plan.js";

/** value: as it stands in a sketch. @typedef {{name: string, value: any, help: string}} Offer */

/** @param {any} entry of the choices @param {string} prefix of Keras's names @returns {Offer} */
function offer(entry, prefix) {
  if (typeof entry === "string") return { name: nameOf(entry), value: nameOf(entry), help: "" };
  const kind = entry.kind ?? entry.id ?? entry.name;
  const name = entry.title && prefix === "initializers" ? entry.title : nameOf(kind);
  return { name, value: prefix === "initializers" ? { kind, args: entry.args ?? {} } : nameOf(kind), help: entry.help ?? "" };
}

/** @param {any} choices @returns {Offer[]} */
export function activationsOf(choices) {
  return (choices?.activations ?? []).map((/** @type {any} */ entry) => offer(entry, "activations"));
}

/** @param {any} choices @returns {Offer[]} */
export function initializersOf(choices) {
  return (choices?.initializers ?? []).map((/** @type {any} */ entry) => offer(entry, "initializers"));
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
