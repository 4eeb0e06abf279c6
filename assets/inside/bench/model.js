// @ts-check
/** From what is set and an input to all that the bench shows. Draws nothing. */

import { correlate, difference, flip, largest, sum, terms } from "./math/arithmetic.js";
import { place, stretch, walk } from "./math/geometry.js";
import { averagePool, maxPool, spread, unpool } from "./math/pooling.js";
import { family, kernelState } from "./state.js";
import { forwardMatrix, sources, transposed } from "./math/transposed.js";

/** @typedef {import("./math/arithmetic.js").Grid} Grid */
/** @typedef {import("./math/arithmetic.js").Kernel} Kernel */
/** @typedef {import("./math/arithmetic.js").Term} Term */
/** @typedef {import("./math/geometry.js").Walk} Walk */
/** @typedef {import("./state.js").State} State */
/**
 * output: of the cross-correlation, the pooling or the transposed convolution. other: of the convolution with the flipped kernel, and how far it is from
 * the output. back: the way back from pooling. matrix: see `forwardMatrix`, where it is small enough to be seen. problem: why there is no output.
 * @typedef {{x: Grid, rows: Walk, columns: Walk, kernel: Kernel, output: Grid, other?: Grid, apart?: Grid, back?: Grid, switches?: Int32Array, matrix?: Grid, problem: string}} Work
 */
/** One cell of the output: `products` of a sum (of a pooling all weights are 1), and its value. @typedef {{i: number, j: number, channel: number, products: Term[], value: number}} Cell */

const MATRIX = 64 * 144; // numbers of the forward matrix at most

/**
 * @param {State} state
 * @param {Grid} x
 * @returns {Work}
 */
export function work(state, x) {
  const kind = family(state.operation);
  const kernel = kind === "pooling" ? window(state) : kernelState(state);
  const { stride, padding, p, dilation } = state.steps[kind];
  const make = kind === "transposed" ? stretch : walk;
  const spacing = kind === "pooling" ? 1 : dilation;
  const rows = state.line ? make(1, { kernel: 1, stride: 1, padding: "valid" }) : make(x.height, { kernel: kernel.height, stride: stride[0], padding, p, dilation: spacing });
  const columns = make(x.width, { kernel: kernel.width, stride: stride[1], padding, p, dilation: spacing });
  const frame = { x, rows, columns, kernel, output: x, problem: problem(kind, rows, columns) };
  if (frame.problem) return frame;
  if (kind === "transposed") {
    const small = rows.n * columns.n * rows.out * columns.out <= MATRIX;
    return { ...frame, output: transposed(x, kernel, rows, columns), ...(small && { matrix: forwardMatrix(kernel, rows, columns) }) };
  }
  if (kind === "convolution") {
    const output = correlate(x, kernel, rows, columns);
    const other = correlate(x, flip(kernel), rows, columns);
    return { ...frame, output, other, apart: difference(output, other) };
  }
  if (state.operation === "average") {
    const output = averagePool(x, rows, columns);
    return { ...frame, output, back: spread(output, rows, columns) };
  }
  const { pooled, switches } = maxPool(x, rows, columns);
  return { ...frame, output: pooled, switches, back: unpool(pooled, switches, rows, columns) };
}

/** Where the output has no cell, a sentence that says why. @param {string} kind @param {Walk} rows @param {Walk} columns */
function problem(kind, rows, columns) {
  const short = [rows, columns].find(({ out }) => out === 0);
  if (!short) return "";
  if (kind === "transposed") return `p = ${short.before} cuts off all ${(short.n - 1) * short.stride + short.extent} places that the copies cover. Choose a smaller p.`;
  return `The window reaches over ${short.extent} cells, there are only ${short.n + short.before + short.after}. Choose a smaller kernel or dilation, or more padding.`;
}

/** The pooling window as a kernel of ones. @param {State} state @returns {Kernel} */
function window({ pool, line }) {
  const [height, width] = line ? [1, pool[1]] : pool;
  return { height, width, values: new Array(height * width).fill(1) };
}

/**
 * What one output cell is made of.
 * @param {State} state
 * @param {Work} done without a problem
 * @param {[number, number]} at
 * @returns {Cell}
 */
export function cellOf(state, done, [i, j]) {
  const { x, rows, columns, kernel } = done;
  const channel = Math.min(state.channel, x.channels - 1);
  const cell = { i, j, channel };
  const value = (/** @type {Grid} */ grid) => grid.values[(i * grid.width + j) * grid.channels + channel];
  if (state.operation === "transposed") return { ...cell, products: sources(x, kernel, rows, columns, cell), value: value(done.output) };
  const flipped = state.operation === "convolution" && state.flipped;
  const products = terms(x, flipped ? flip(kernel) : kernel, rows, columns, cell);
  return { ...cell, products, value: state.operation === "convolution" ? sum(products) : value(done.output) };
}

/**
 * What the copy of one input cell puts where, for the transposed convolution: `inside` tells whether it lands on the output.
 * @param {State} state
 * @param {Work} done
 * @param {[number, number]} at of the input
 * @returns {Cell} value: of the input cell
 */
export function copyOf(state, { x, rows, columns, kernel, output }, [i, j]) {
  const channel = Math.min(state.channel, x.channels - 1);
  const value = x.values[(i * x.width + j) * x.channels + channel];
  const products = kernel.values.map((weight, at) => {
    const m = Math.floor(at / kernel.width);
    const n = at % kernel.width;
    const row = place(rows, i, m);
    const column = place(columns, j, n);
    return { row, column, m, n, value, weight, inside: row >= 0 && row < output.height && column >= 0 && column < output.width };
  });
  return { i, j, channel, products, value };
}

/**
 * The colours of the pictures: the palette and the values at its ends, and the values made ready for them.
 * @typedef {{values: Float32Array, low: number, high: number, colours: "grey" | "diverging"}} Tones
 */

/**
 * The input: grey from 0 to 255 for pictures, otherwise to its largest value; diverging where it has negative values.
 * @param {Grid} x
 * @param {boolean} isPicture
 * @returns {Tones}
 */
export function inputTones(x, isPicture) {
  const reach = isPicture ? 255 : largest(x) || 1;
  const signed = x.values.some((value) => value < 0);
  return { values: x.values, low: signed ? -reach : 0, high: reach, colours: signed ? "diverging" : "grey" };
}

/**
 * A result, as chosen: with its sign about 0, its absolute values, or clipped to the input's range.
 * @param {Grid} grid
 * @param {"signed" | "absolute" | "clipped"} range
 * @param {{reach: number, input: Tones}} scale reach: the largest absolute value of all results shown side by side
 * @returns {Tones}
 */
export function resultTones(grid, range, { reach, input }) {
  const high = reach || 1;
  if (range === "absolute") return { values: grid.values.map(Math.abs), low: 0, high, colours: "grey" };
  if (range === "signed") return { values: grid.values, low: -high, high, colours: "diverging" };
  return { ...input, values: grid.values.map((value) => Math.min(input.high, Math.max(input.low, value))) };
}
