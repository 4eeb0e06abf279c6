// @ts-check
/** Transposed convolution: every input value lays a copy of the kernel, times itself, on the output. And the matrix it is the transpose of. */

import { blank } from "./arithmetic.js";
import { place } from "./geometry.js";

/** @typedef {import("./geometry.js").Walk} Walk */
/** @typedef {import("./arithmetic.js").Grid} Grid */
/** @typedef {import("./arithmetic.js").Kernel} Kernel */

/**
 * y(i s + m d - p, j s + n d - p) += x(i, j) w(m, n), each channel by itself; the same numbers as Keras's Conv2DTranspose.
 * @param {Grid} x
 * @param {Kernel} kernel
 * @param {Walk} rows made by `stretch`
 * @param {Walk} columns
 * @param {number} [count] only the copies of the first `count` places, row by row
 * @returns {Grid}
 */
export function transposed(x, kernel, rows, columns, count = x.height * x.width) {
  const y = blank(rows.out, columns.out, x.channels);
  const sums = new Float64Array(y.values.length);
  for (let k = 0; k < Math.min(count, x.height * x.width); k++) {
    eachCopied(kernel, rows, columns, { i: Math.floor(k / x.width), j: k % x.width }, (to, weight) => {
      for (let channel = 0; channel < x.channels; channel++) sums[to * x.channels + channel] += weight * x.values[k * x.channels + channel];
    });
  }
  y.values.set(sums);
  return y;
}

/**
 * What one output value is the sum of, in the order of the input places.
 * @param {Grid} x
 * @param {Kernel} kernel
 * @param {Walk} rows made by `stretch`
 * @param {Walk} columns
 * @param {{i: number, j: number, channel: number}} cell of the output
 * @returns {import("./arithmetic.js").Term[]} row and column are places of x
 */
export function sources(x, kernel, rows, columns, { i, j, channel }) {
  const found = [];
  for (const { from: row, k: m } of reaching(rows, i)) {
    for (const { from: column, k: n } of reaching(columns, j)) {
      const value = x.values[(row * x.width + column) * x.channels + channel];
      found.push({ row, column, m, n, value, weight: kernel.values[m * kernel.width + n], inside: true });
    }
  }
  return found;
}

/** Which inputs reach output `to`, and with which element of the kernel. @param {Walk} walk @param {number} to */
function reaching(walk, to) {
  const found = [];
  for (let from = 0; from < walk.n; from++) {
    const k = (to + walk.before - from * walk.stride) / walk.dilation;
    if (Number.isInteger(k) && k >= 0 && k < walk.kernel) found.push({ from, k });
  }
  return found;
}

/**
 * The matrix C of the forward convolution that goes the other way: row r holds the weights with which output r of that convolution, laid out row by row,
 * sums its inputs. The transposed convolution of x is C transposed times x.
 * @param {Kernel} kernel
 * @param {Walk} rows made by `stretch`
 * @param {Walk} columns
 * @returns {Grid} height: values of x, width: values of y
 */
export function forwardMatrix(kernel, rows, columns) {
  const matrix = blank(rows.n * columns.n, rows.out * columns.out, 1);
  for (let k = 0; k < matrix.height; k++) {
    eachCopied(kernel, rows, columns, { i: Math.floor(k / columns.n), j: k % columns.n }, (to, weight) => {
      matrix.values[k * matrix.width + to] += weight;
    });
  }
  return matrix;
}

/**
 * Calls `visit` for each place of the output that the copy of input (i, j) reaches.
 * @param {Kernel} kernel
 * @param {Walk} rows
 * @param {Walk} columns
 * @param {{i: number, j: number}} from
 * @param {(to: number, weight: number) => void} visit
 */
function eachCopied(kernel, rows, columns, { i, j }, visit) {
  for (let m = 0; m < kernel.height; m++) {
    const row = place(rows, i, m);
    if (row < 0 || row >= rows.out) continue;
    for (let n = 0; n < kernel.width; n++) {
      const column = place(columns, j, n);
      if (column >= 0 && column < columns.out) visit(row * columns.out + column, kernel.values[m * kernel.width + n]);
    }
  }
}
