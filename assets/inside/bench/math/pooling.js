// @ts-check
/** Pooling with remembered switches, and the way back: values return to where they came from, means are spread. Padding never counts, as in Keras. */

import { blank } from "./arithmetic.js";
import { place } from "./geometry.js";

/** @typedef {import("./geometry.js").Walk} Walk */
/** @typedef {import("./arithmetic.js").Grid} Grid */

/**
 * Calls `visit(row, column)` for the places of the window at output (i, j) that lie inside the array.
 * @param {Walk} rows
 * @param {Walk} columns
 * @param {{i: number, j: number}} cell
 * @param {(row: number, column: number) => void} visit
 */
function overWindow(rows, columns, { i, j }, visit) {
  for (let m = 0; m < rows.kernel; m++) {
    const row = place(rows, i, m);
    if (row < 0 || row >= rows.n) continue;
    for (let n = 0; n < columns.kernel; n++) {
      const column = place(columns, j, n);
      if (column >= 0 && column < columns.n) visit(row, column);
    }
  }
}

/**
 * The largest value of each window, and where it stood: `switches` holds its place in x.values, or -1 where a window holds no value.
 * Of equal values the first counts, row by row, as in TensorFlow. A window without values gives 0.
 * @param {Grid} x
 * @param {Walk} rows
 * @param {Walk} columns
 * @returns {{pooled: Grid, switches: Int32Array}}
 */
export function maxPool(x, rows, columns) {
  const pooled = blank(rows.out, columns.out, x.channels);
  const switches = new Int32Array(pooled.values.length).fill(-1);
  eachOutput(rows, columns, x.channels, (cell, channel, at) => {
    overWindow(rows, columns, cell, (row, column) => {
      const from = (row * x.width + column) * x.channels + channel;
      if (switches[at] < 0 || x.values[from] > x.values[switches[at]]) switches[at] = from;
    });
    if (switches[at] >= 0) pooled.values[at] = x.values[switches[at]];
  });
  return { pooled, switches };
}

/**
 * The mean of each window's values.
 * @param {Grid} x
 * @param {Walk} rows
 * @param {Walk} columns
 * @returns {Grid}
 */
export function averagePool(x, rows, columns) {
  const pooled = blank(rows.out, columns.out, x.channels);
  eachOutput(rows, columns, x.channels, (cell, channel, at) => {
    let total = 0;
    let count = 0;
    overWindow(rows, columns, cell, (row, column) => {
      total += x.values[(row * x.width + column) * x.channels + channel];
      count += 1;
    });
    pooled.values[at] = count ? total / count : 0;
  });
  return pooled;
}

/**
 * Max unpooling after the notes: an array of the old size, each pooled value at the place its switch remembers, 0 everywhere else.
 * @param {Grid} pooled
 * @param {Int32Array} switches
 * @param {Walk} rows of the pooling
 * @param {Walk} columns
 * @returns {Grid}
 */
export function unpool(pooled, switches, rows, columns) {
  const x = blank(rows.n, columns.n, pooled.channels);
  switches.forEach((place, at) => {
    if (place >= 0) x.values[place] = pooled.values[at];
  });
  return x;
}

/**
 * Average unpooling: each value is spread over its window; where windows overlap, the mean of their values; 0 where there was none.
 * @param {Grid} pooled
 * @param {Walk} rows of the pooling
 * @param {Walk} columns
 * @returns {Grid}
 */
export function spread(pooled, rows, columns) {
  const x = blank(rows.n, columns.n, pooled.channels);
  const counts = new Float32Array(x.values.length);
  eachOutput(rows, columns, x.channels, (cell, channel, at) => {
    overWindow(rows, columns, cell, (row, column) => {
      const to = (row * x.width + column) * x.channels + channel;
      x.values[to] += pooled.values[at];
      counts[to] += 1;
    });
  });
  return { ...x, values: x.values.map((value, index) => value / (counts[index] || 1)) };
}

/**
 * @param {Walk} rows
 * @param {Walk} columns
 * @param {number} channels
 * @param {(cell: {i: number, j: number}, channel: number, at: number) => void} visit
 */
function eachOutput(rows, columns, channels, visit) {
  for (let i = 0; i < rows.out; i++) {
    for (let j = 0; j < columns.out; j++) {
      for (let channel = 0; channel < channels; channel++) visit({ i, j }, channel, (i * columns.out + j) * channels + channel);
    }
  }
}
