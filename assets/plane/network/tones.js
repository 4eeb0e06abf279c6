// @ts-check
/** The colours of values: orange above 0, blue below, as everywhere else; outputs of a classifier in the colours of their classes. */

import { classColour } from "../../classes.js";

/** @typedef {import("../../live/theme.js").Theme} Theme */
/** How a neuron's values become colours: table of 256 pixels; the values at its two ends. @typedef {{table: Uint32Array, from: number, to: number}} Tone */

const LIGHT = ["#0c6db3", "#f7f6f3", "#e57f0f"];
const DARK = ["#429fe4", "#171b24", "#ef9932"];

/** @type {Map<string, Uint32Array>} */
const tables = new Map();

/** @param {string} colour #rrggbb or rgb(…) @returns {number[]} */
function channels(colour) {
  if (colour.startsWith("#")) return [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  return (colour.match(/[\d.]+/g) ?? ["128", "128", "128"]).slice(0, 3).map(Number);
}

/**
 * A table from one colour by way of another to a third.
 * @param {string} low @param {string} middle @param {string} high
 */
function ramp(low, middle, high) {
  const key = `${low} ${middle} ${high}`;
  let table = tables.get(key);
  if (!table) {
    const bytes = new Uint8ClampedArray(4 * 256);
    const [a, b, c] = [channels(low), channels(middle), channels(high)];
    for (let i = 0; i < 256; i++) {
      const t = i / 127.5 - 1;
      const [end, share] = t < 0 ? [a, -t] : [c, t];
      bytes.set([...b.map((value, k) => value + (end[k] - value) * share), 255], 4 * i);
    }
    table = new Uint32Array(bytes.buffer);
    tables.set(key, table);
  }
  return table;
}

/** Values from below 0 (blue) to above 0 (orange). @param {Theme} theme */
export function diverging(theme) {
  const [low, middle, high] = theme.dark ? DARK : LIGHT;
  return ramp(low, middle, high);
}

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
  return { table: diverging(theme), from: -reach, to: reach };
}

/** Half way from the background to the class's colour, so that the table is a straight line. @param {Theme} theme @param {number} unit */
function ramped(theme, unit) {
  const [a, b] = [channels(theme.background), channels(classColour(unit))];
  return `rgb(${a.map((value, k) => Math.round((value + b[k]) / 2)).join(", ")})`;
}

/** A tone as a gradient of CSS, for colour bars. @param {Tone} tone */
export function gradient({ table }) {
  const stops = [0, 32, 64, 96, 128, 160, 192, 224, 255].map((i) => `rgb(${table[i] & 255}, ${(table[i] >> 8) & 255}, ${(table[i] >> 16) & 255})`);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

/** The line colour of a sign: [negative, positive, unknown]. @param {Theme} theme */
export function signs(theme) {
  const [low, , high] = theme.dark ? DARK : LIGHT;
  return [low, high, theme.border];
}

/** The width of a link in pixels: grows with |weight|, ever slower, so that one giant does not hide the rest. @param {number} weight @param {number} scale */
export function widthOf(weight, scale) {
  return weight === weight ? (0.6 + 7 * Math.tanh(Math.abs(weight) / 3)) * scale : 0.8;
}
