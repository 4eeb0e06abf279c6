// @ts-check
/** Convolution and cross-correlation on small arrays of numbers, as in the notes. A signal is an array of height 1. Draws nothing. */

import { place } from "./geometry.js";

/** @typedef {import("./geometry.js").Walk} Walk */
/** @typedef {{values: Float32Array, height: number, width: number, channels: number}} Grid channels last, as Keras keeps them */
/** @typedef {{values: number[], height: number, width: number}} Kernel row by row */
/** @typedef {{row: number, column: number, m: number, n: number, value: number, weight: number, inside: boolean}} Term one product of a sum */

/**
 * @param {number} height
 * @param {number} width
 * @param {number} channels
 * @returns {Grid} of zeros
 */
export function blank(height, width, channels) {
  return { values: new Float32Array(height * width * channels), height, width, channels };
}

/**
 * The kernel turned by half a turn: its rows and columns in reverse order.
 * @param {Kernel} kernel
 * @returns {Kernel}
 */
export function flip(kernel) {
  return { ...kernel, values: [...kernel.values].reverse() };
}

/**
 * Cross-correlation, what Keras calls a convolution: y(i, j) = sum over m, n of x(i s + m d - p, j s + n d - p) w(m, n), each channel by itself.
 * Convolution is the same with the flipped kernel.
 * @param {Grid} x
 * @param {Kernel} kernel
 * @param {Walk} rows
 * @param {Walk} columns
 * @returns {Grid}
 */
export function correlate(x, kernel, rows, columns) {
  const y = blank(rows.out, columns.out, x.channels);
  const { channels, width } = x;
  const sums = new Float64Array(channels);
  for (let i = 0; i < rows.out; i++) {
    for (let j = 0; j < columns.out; j++) {
      sums.fill(0);
      for (let m = 0; m < kernel.height; m++) {
        const row = place(rows, i, m);
        if (row < 0 || row >= x.height) continue; // a row of zeros
        for (let n = 0; n < kernel.width; n++) {
          const column = place(columns, j, n);
          const weight = kernel.values[m * kernel.width + n];
          if (column < 0 || column >= width || weight === 0) continue;
          const at = (row * width + column) * channels;
          for (let channel = 0; channel < channels; channel++) sums[channel] += weight * x.values[at + channel];
        }
      }
      y.values.set(sums, (i * columns.out + j) * channels);
    }
  }
  return y;
}

/**
 * The products whose sum is output (i, j): one for each element of the kernel, row by row. A place in the padding has value 0 and `inside` false.
 * @param {Grid} x
 * @param {Kernel} kernel
 * @param {Walk} rows
 * @param {Walk} columns
 * @param {{i: number, j: number, channel: number}} cell
 * @returns {Term[]}
 */
export function terms(x, kernel, rows, columns, { i, j, channel }) {
  return kernel.values.map((weight, position) => {
    const m = Math.floor(position / kernel.width);
    const n = position % kernel.width;
    const row = place(rows, i, m);
    const column = place(columns, j, n);
    const inside = row >= 0 && row < x.height && column >= 0 && column < x.width;
    return { row, column, m, n, weight, inside, value: inside ? x.values[(row * x.width + column) * x.channels + channel] : 0 };
  });
}

/** @param {Term[]} products */
export const sum = (products) => products.reduce((total, { value, weight }) => total + value * weight, 0);

/**
 * a - b, both of one size.
 * @param {Grid} a
 * @param {Grid} b
 * @returns {Grid}
 */
export function difference(a, b) {
  return { ...a, values: a.values.map((value, index) => value - b.values[index]) };
}

/** The largest absolute value, 0 for an empty array. @param {Grid} grid */
export function largest(grid) {
  return grid.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/**
 * One value of grey for each place: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). A grey picture stays as it is.
 * @param {Grid} grid
 * @returns {Grid}
 */
export function grey(grid) {
  if (grid.channels === 1) return grid;
  const y = blank(grid.height, grid.width, 1);
  for (let k = 0; k < y.values.length; k++) {
    const [r, g, b] = grid.values.subarray(k * grid.channels, k * grid.channels + 3);
    y.values[k] = 0.299 * r + 0.587 * g + 0.114 * b;
  }
  return y;
}

/**
 * The picture made smaller so that its longer side is at most `most`: each new place is the mean of the area it covers. Never made larger.
 * @param {Grid} grid
 * @param {number} most
 * @returns {Grid}
 */
export function shrink(grid, most) {
  const scale = Math.min(1, most / Math.max(grid.height, grid.width));
  if (scale === 1) return grid;
  const y = blank(Math.max(1, Math.round(grid.height * scale)), Math.max(1, Math.round(grid.width * scale)), grid.channels);
  for (let i = 0; i < y.height; i++) {
    const [top, bottom] = share(i, y.height, grid.height);
    for (let j = 0; j < y.width; j++) {
      const [left, right] = share(j, y.width, grid.width);
      for (let channel = 0; channel < grid.channels; channel++) {
        let total = 0;
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) total += grid.values[(row * grid.width + column) * grid.channels + channel];
        }
        y.values[(i * y.width + j) * grid.channels + channel] = total / ((bottom - top) * (right - left));
      }
    }
  }
  return y;
}

/** The places of n that part i of `parts` covers. @param {number} i @param {number} parts @param {number} n */
function share(i, parts, n) {
  const first = Math.floor((i * n) / parts);
  return [first, Math.max(first + 1, Math.floor(((i + 1) * n) / parts))];
}
