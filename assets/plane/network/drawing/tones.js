// @ts-check
/** The colours of values: orange above 0, blue below, as everywhere else; outputs of a classifier in the colours of their classes. */

import { classColour } from "../../../shared/drawing/classes.js";
import { channels, diverging, ends, ramp } from "../../colours.js";

/** @typedef {import("../../../shared/drawing/theme.js").Theme} Theme */
/** How a neuron's values become colours: table of 256 pixels; the values at its two ends. @typedef {{table: Uint32Array, from: number, to: number}} Tone */

/**
 * The tone of a neuron's map.
 * @param {{kind: string, activation: string, units: number}} column
 * @param {number} unit
 * @param {{low: number, high: number, task: string, theme: Theme}} values
 * @returns {Tone}
 */
export function toneOf(column, unit, { low, high, task, theme }) {
  if (column.kind === "output" && task === "classifier") {
    if (column.activation === "softmax") return { table: ramp(theme.background, ramped(theme, unit), classColour(unit)), from: 0, to: 1 };
    const table = ramp(classColour(0), theme.background, classColour(1));
    return column.activation === "sigmoid" ? { table, from: 0, to: 1 } : { table, from: -1, to: 1 };
  }
  const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return { table: diverging(theme.dark), from: -reach, to: reach };
}

/** Half way from the background to the class's colour, so that the table is a straight line. @param {Theme} theme @param {number} unit */
function ramped(theme, unit) {
  const [a, b] = [channels(theme.background), channels(classColour(unit))];
  return `rgb(${a.map((value, k) => Math.round((value + b[k]) / 2)).join(", ")})`;
}

/** The line colour of a sign: [negative, positive, unknown]. @param {Theme} theme */
export function signs(theme) {
  const [low, , high] = ends(theme.dark);
  return [low, high, theme.border];
}

/** The width of a link in pixels: grows with |weight|, ever slower, so that one giant does not hide the rest. @param {number} weight @param {number} scale */
export function widthOf(weight, scale) {
  return Number.isNaN(weight) ? 0.8 : (0.6 + 7 * Math.tanh(Math.abs(weight) / 3)) * scale;
}
