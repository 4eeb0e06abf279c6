// @ts-check
/** What the parts of the drawing share at a moment, and how they call things. */

import { toneOf } from "./tones.js";

/** @typedef {import("./stage.js").Target} Target */
/** @typedef {import("../../game/store.js").Selection} Selection */
/**
 * state: the page's. locked: why nothing can be changed now, "" if it can. titleOf: the name of an input. frameIds: features of the frame's network.
 * @typedef {{context: import("../../game/context.js").Context, state: import("../../game/store.js").State, plan: import("./plan.js").Plan, layout: import("./layout.js").Layout, reading: import("./plan.js").Reading, task: string,
 *   classes: string[], locked: string, titleOf: (id: string) => string}} Scene
 */

/** "Layer 1, neuron 2" @param {Scene} scene @param {number} at @param {number} unit */
export function nameOfNeuron({ plan, titleOf, classes }, at, unit) {
  const column = plan.columns[at];
  if (!column) return "";
  if (column.kind === "input") return `Input ${titleOf(column.ids[unit])}`;
  if (column.kind === "output") return column.units > 1 ? `Output ${classes[unit] ?? unit + 1}` : "Output";
  return `${column.title}, neuron ${unit + 1}`;
}

/** "from x to layer 1, neuron 2" @param {Scene} scene @param {import("./plan.js").Link} link */
export function nameOfLink(scene, link) {
  const small = (/** @type {string} */ text) => text.replace(/^[LO]/, (letter) => letter.toLowerCase()).replace(/^Input /, "");
  return `from ${small(nameOfNeuron(scene, link.from, link.unit))} to ${small(nameOfNeuron(scene, link.to, link.target))}`;
}

/**
 * A neuron's map in the frame on show, or an input's; null where there is none.
 * @param {Scene} scene @param {number} at @param {number} unit
 * @returns {import("./maps.js").Picture | null}
 */
export function pictureOf({ state, plan, reading }, at, unit) {
  const column = plan.columns[at];
  if (column?.kind === "input") return inputPicture(state.made?.inputs, column.ids[unit]);
  const place = reading.map(at, unit);
  const { frame } = reading;
  return place < 0 || !frame ? null : pictureIn(frame.units, { place, count: frame.lows.length, low: frame.lows[place], high: frame.highs[place] });
}

/** @param {import("../../game/messages.d.ts").Inputs | undefined} inputs of the server's answer @param {string} id */
export function inputPicture(inputs, id) {
  const place = inputs?.ids?.indexOf(id) ?? -1;
  return place < 0 || !inputs ? null : pictureIn(inputs.maps, { place, count: inputs.ids.length, low: inputs.lows[place], high: inputs.highs[place] });
}

/** @param {Uint8Array} maps @param {{place: number, count: number, low: number, high: number}} which @returns {import("./maps.js").Picture} */
function pictureIn(maps, { place, count, low, high }) {
  const size = maps.length / count;
  return { bytes: maps.subarray(place * size, (place + 1) * size), side: Math.round(Math.sqrt(size)), low, high };
}

/** @param {Scene} scene @param {number} at @param {number} unit @param {import("./maps.js").Picture} picture */
export function toneIn({ plan, task, state }, at, unit, picture) {
  return toneOf(plan.columns[at], unit, { ...picture, task, theme: state.theme });
}

/** Loss on the training points, NaN before the first frame. @param {Scene} scene */
export function lossIn({ state }) {
  return state.frame?.meta?.loss?.train ?? NaN;
}

/** @param {Scene} scene @param {string} layer @returns {number} the column of that name, -1 without one */
function columnOf({ plan }, layer) {
  return plan.columns.findIndex((column) => column.name === layer);
}

/**
 * What is selected as a place in the drawing; null where it is not in it.
 * @param {Scene} scene
 * @param {Selection | null} selection
 * @returns {Target | null}
 */
export function targetOf(scene, selection) {
  if (!selection || selection.kind === "point") return null;
  const column = columnOf(scene, selection.layer);
  if (column < 0) return null;
  if (selection.kind !== "link") return selection.unit < scene.plan.columns[column].units ? { kind: selection.kind, column, unit: selection.unit } : null;
  const link = scene.plan.links.findIndex((one) => one.to === column && one.row === selection.row && one.target === selection.column);
  return link < 0 ? null : { kind: "link", link };
}

/** @param {Scene} scene @param {Target} target @returns {Selection} the page's selection for it */
export function selectionOf({ plan }, target) {
  if (target.kind !== "link") return { kind: target.kind, layer: plan.columns[target.column].name, unit: target.unit };
  const { to, row, target: column } = plan.links[target.link];
  return { kind: "link", layer: plan.columns[to].name, row, column };
}
