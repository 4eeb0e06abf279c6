// @ts-check
/** What is set on the bench, as one JSON value: its defaults, what it may be, and where the browser tab keeps it. */

import { LINE_KERNELS, PLANE_KERNELS, kernelOf } from "./math/kernels.js";
import { PATTERNS, signal } from "./math/patterns.js";

/** @typedef {import("./math/geometry.js").Padding} Padding */
/** @typedef {"convolution" | "max" | "average" | "transposed"} Operation */
/** @typedef {"convolution" | "pooling" | "transposed"} Family each keeps its own steps */
/** @typedef {{stride: [number, number], padding: Padding, p: number, dilation: number}} StepState */
/** preset "own": numbers typed by hand. @typedef {{preset: string, sigma: number, height: number, width: number, values: number[]}} KernelState */
/** @typedef {"run" | "sample" | "pattern" | "file" | "numbers"} Source */
/**
 * line: one dimension instead of two. detail: longest side in cells. cell: the output on show. flipped: whether its sum is that of the convolution.
 * input: whether a place of the input is on show instead, for the transposed convolution.
 * @typedef {{operation: Operation, line: boolean, source: Source, data: string, index: number, pattern: string, file: string, detail: number,
 *   colour: "grey" | "channels", numbers: {height: number, width: number, values: number[]}, signal: {name: string, values: number[]}, plane: KernelState, comb: KernelState,
 *   pool: [number, number], steps: Record<Family, StepState>, range: "signed" | "absolute" | "clipped", flipped: boolean, input: boolean, cell: [number, number], channel: number}} State
 */

const KEY = "np.bench";
export const LIMITS = { kernel: 7, stride: 4, dilation: 3, p: 6, pool: 5, numbers: [5, 8], signal: [4, 24], detail: [8, 12, 16, 32, 64, 128, 256] };

const NUMBERS = [0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9, 0, 0, 9, 1, 2, 0, 0, 0, 9, 9, 9, 3, 0, 0, 9, 0, 4, 0, 0, 0, 9, 0, 0, 0, 5];

/** @returns {State} */
function fresh() {
  const size = { height: 3, width: 3, sigma: 1 };
  const steps = () => ({ stride: /** @type {[number, number]} */ ([1, 1]), padding: /** @type {Padding} */ ("valid"), p: 1, dilation: 1 });
  return {
    operation: "convolution", line: false, source: "run", data: "", index: 0, pattern: "disc", file: "", detail: 32, colour: "grey",
    numbers: { height: 6, width: 6, values: [...NUMBERS] },
    signal: { name: "steps", values: signal("steps", 12) },
    plane: { preset: "prewittX", sigma: 1, ...kernelOf(PLANE_KERNELS.prewittX, size) },
    comb: { preset: "box", sigma: 1, ...kernelOf(LINE_KERNELS.box, { ...size, height: 1 }) },
    pool: [2, 2],
    steps: { convolution: steps(), pooling: { ...steps(), stride: [2, 2] }, transposed: { ...steps(), stride: [2, 2] } },
    range: "signed", flipped: false, input: false, cell: [14, 3], channel: 0,
  };
}

/** @param {Operation} operation @returns {Family} */
export const family = (operation) => (operation === "max" || operation === "average" ? "pooling" : operation);

/** The kernel that is in force. @param {State} state @returns {KernelState} */
export const kernelState = (state) => (state.line ? state.comb : state.plane);

/** @param {State} state @returns {State} what the browser tab kept, or the defaults; a file too large to keep is left out */
export function keep(state) {
  for (const kept of [state, { ...state, file: "" }]) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept));
      return state;
    } catch {
      // Full: once more without the picture. Switched off: the page forgets.
    }
  }
  return state;
}

/** @returns {State} */
export function recalled() {
  try {
    return checked(JSON.parse(sessionStorage.getItem(KEY) ?? "{}"));
  } catch {
    return fresh();
  }
}

/**
 * A state with everything in `found` that may be there; the rest has its default.
 * @param {any} found
 * @returns {State}
 */
export function checked(found) {
  const state = /** @type {any} */ (fresh());
  for (const [name, fits] of Object.entries(FITS)) if (fits(found?.[name])) state[name] = found[name];
  return state;
}

/** @param {any} value @param {number} low @param {number} high */
const whole = (value, low, high) => Number.isInteger(value) && value >= low && value <= high;
/** @param {...any} options @returns {(value: any) => boolean} */
const among = (...options) => (value) => options.includes(value);
/** @param {any} values @param {number} count */
const numbers = (values, count) => Array.isArray(values) && values.length === count && values.every(Number.isFinite);
/** @param {any} value @param {number} low @param {number} high */
const pair = (value, low, high) => Array.isArray(value) && value.length === 2 && value.every((part) => whole(part, low, high));
/** @param {any} value @param {Record<string, any>} presets @param {number} height */
const isKernel = (value, presets, height) =>
  (value?.preset === "own" || Object.hasOwn(presets, value?.preset)) && value.sigma > 0 && whole(value.height, 1, height) && whole(value.width, 1, LIMITS.kernel) &&
  numbers(value.values, value.height * value.width);
/** @param {any} value */
const isStep = (value) =>
  pair(value?.stride, 1, LIMITS.stride) && among("valid", "same", "p")(value.padding) && whole(value.p, 0, LIMITS.p) && whole(value.dilation, 1, LIMITS.dilation);

/** @type {Record<string, (value: any) => boolean>} */
const FITS = {
  operation: among("convolution", "max", "average", "transposed"),
  line: among(true, false),
  source: among("run", "sample", "pattern", "file", "numbers"),
  data: (value) => typeof value === "string",
  index: (value) => whole(value, 0, 1000),
  pattern: (value) => Object.hasOwn(PATTERNS, value),
  file: (value) => typeof value === "string" && (value === "" || value.startsWith("data:image/png;base64,")),
  detail: among(...LIMITS.detail),
  colour: among("grey", "channels"),
  numbers: (value) => pair([value?.height, value?.width], LIMITS.numbers[0], LIMITS.numbers[1]) && numbers(value.values, value.height * value.width),
  signal: (value) => whole(value?.values?.length, LIMITS.signal[0], LIMITS.signal[1]) && numbers(value.values, value.values.length),
  plane: (value) => isKernel(value, PLANE_KERNELS, LIMITS.kernel),
  comb: (value) => isKernel(value, LINE_KERNELS, 1),
  pool: (value) => pair(value, 1, LIMITS.pool),
  steps: (value) => ["convolution", "pooling", "transposed"].every((name) => isStep(value?.[name])),
  range: among("signed", "absolute", "clipped"),
  flipped: among(true, false),
  input: among(true, false),
  cell: (value) => pair(value, 0, 2000),
  channel: (value) => whole(value, 0, 2),
};
