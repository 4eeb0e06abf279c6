// @ts-check
/** Pictures and signals made by a formula: what a kernel does is plainest on them. Values 0 … 255, as bytes of a picture. */

import { blank } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Grid} Grid */
/** Brightness 0 … 1 at row i and column j of n. @typedef {(i: number, j: number, n: number) => number} Formula */

/** @type {Record<string, {title: string, at: Formula}>} */
export const PATTERNS = {
  edge: { title: "Step edge", at: (_, j, n) => Number(j >= n / 2) },
  disc: { title: "Disc", at: (i, j, n) => Number(Math.hypot(i - (n - 1) / 2, j - (n - 1) / 2) < 0.36 * n) },
  checkerboard: { title: "Checkerboard", at: (i, j, n) => (Math.floor((4 * i) / n) + Math.floor((4 * j) / n)) % 2 },
  ramp: { title: "Ramp", at: (_, j, n) => j / Math.max(1, n - 1) },
  impulse: { title: "Single cell", at: (i, j, n) => Number(i === Math.floor((n - 1) / 2) && j === Math.floor((n - 1) / 2)) },
  arrow: { title: "Letter F", at: letter },
};

/** @type {Record<string, {title: string, at: (i: number, n: number) => number}>} values of any size */
export const SIGNALS = {
  steps: { title: "Steps", at: (i, n) => (i < n / 4 ? 1 : i < n / 2 ? 4 : i < (3 * n) / 4 ? 4 : 2) },
  impulse: { title: "Single value", at: (i, n) => Number(i === Math.floor((n - 1) / 2)) * 4 },
  ramp: { title: "Ramp", at: (i) => i / 2 },
  sine: { title: "Sine with noise", at: (i, n) => rounded(3 * Math.sin((4 * Math.PI * i) / n) + 1.6 * noise(i)) },
};

/**
 * @param {string} name of PATTERNS
 * @param {number} n height and width
 * @returns {Grid}
 */
export function pattern(name, n) {
  const grid = blank(n, n, 1);
  for (let at = 0; at < n * n; at++) grid.values[at] = Math.round(255 * PATTERNS[name].at(Math.floor(at / n), at % n, n));
  return grid;
}

/**
 * @param {string} name of SIGNALS
 * @param {number} n
 * @returns {number[]}
 */
export function signal(name, n) {
  return Array.from({ length: n }, (_, i) => SIGNALS[name].at(i, n));
}

/** Has no symmetry, so a flip shows. @type {Formula} */
function letter(i, j, n) {
  const row = (i + 0.5) / n;
  const column = (j + 0.5) / n;
  if (row < 0.12 || row > 0.88 || column < 0.25 || column > 0.8) return 0;
  const stroke = Math.max(0.13, 1 / n);
  return Number(column < 0.25 + stroke || row < 0.12 + stroke || (row > 0.44 && row < 0.44 + stroke && column < 0.68));
}

/** Fixed "noise" in -1 … 1, so that the signal is the same every time. @param {number} i */
function noise(i) {
  const wild = Math.sin(i * 12.9898 + 4.1) * 43758.5453;
  return 2 * (wild - Math.floor(wild)) - 1;
}

/** @param {number} value */
const rounded = (value) => Math.round(value * 10) / 10;
