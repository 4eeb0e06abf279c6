// @ts-check
/** Draws an array of numbers with its padding, its numbers and the window on it: in two dimensions as cells, in one as stems. Plain data in, pixels out. */

import { paint } from "../../../shared/drawing/raster.js";
import { shade } from "./shade.js";
import { number } from "../words.js";

/** @typedef {import("../math/arithmetic.js").Grid} Grid */
/** @typedef {import("../model.js").Tones} Tones */
/** @typedef {import("../../../shared/drawing/theme.js").Theme} Theme */
/** A box around cells; those of the padding have places below 0 or beyond the end. thin: an element of a window, dot: a remembered place. @typedef {{row: number, column: number, height?: number, width?: number, kind: "box" | "thin" | "dot"}} Mark */
/** @typedef {{top: number, bottom: number, left: number, right: number}} Pads */
/**
 * unused: rows and columns at the end that no window reaches. shown: only the first so many cells are there yet. zero: what stands in the padding.
 * extent: rows and columns of the largest array beside it, whose cells it shares in size where they are large enough to be told apart.
 * under: the kernel's weights below a signal. reach: lowest and highest value of the stems' scale.
 * @typedef {{grid: Grid, tones: Tones, pads: Pads, unused: [number, number], marks: Mark[], shown: number, zero: string, extent?: [number, number], under?: {column: number, value: number}[], reach?: [number, number]}} Facts
 */
/** Where cells lie in the drawing, in CSS pixels. @typedef {{cell: number, tall: number, width: number, height: number}} Layout */

export const NO_PADS = { top: 0, bottom: 0, left: 0, right: 0 };
const LARGEST = 44; // pixels of a cell
const TOLD_APART = 7; // pixels of a cell
const TALLEST = 420; // pixels of a picture
const NUMBERED = 21; // pixels of a cell that has room for its number
const STEMS = 160; // pixels of a signal
const UNDER = 80; // pixels of the kernel below it
const DOT = 5;

/**
 * @param {Facts} facts
 * @param {number} room width in CSS pixels
 * @param {boolean} line
 * @returns {Layout}
 */
export function layout({ grid, pads, under, extent }, room, line) {
  const across = Math.max(1, grid.width + pads.left + pads.right);
  const down = Math.max(1, grid.height + pads.top + pads.bottom);
  const fitting = (/** @type {number} */ rows, /** @type {number} */ columns) => (line ? Math.min(LARGEST, room / columns) : Math.min(LARGEST, room / columns, TALLEST / rows));
  const shared = extent ? fitting(...extent) : 0;
  const exact = shared >= TOLD_APART ? shared : fitting(down, across);
  const cell = exact >= 16 ? Math.floor(exact) : exact >= 3 ? Math.floor(4 * exact) / 4 : exact;
  return { cell, tall: line ? STEMS : cell, width: across * cell, height: line ? STEMS + (under ? UNDER : 0) : down * cell };
}

/**
 * The cells: the picture itself into `base`, everything else into `over`, which lies on it and covers the padding too.
 * @param {HTMLCanvasElement} base
 * @param {HTMLCanvasElement} over
 * @param {{facts: Facts, layout: Layout, theme: Theme}} what
 */
export function drawCells(base, over, { facts, layout, theme }) {
  const { grid, tones, pads, unused, marks, shown } = facts;
  const { cell } = layout;
  paint(base, { values: tones.values, height: grid.height, width: grid.width, channels: grid.channels, low: tones.low, high: tones.high, colours: tones.colours, dark: theme.dark });
  Object.assign(base.style, { left: `${pads.left * cell}px`, top: `${pads.top * cell}px`, width: `${grid.width * cell}px`, height: `${grid.height * cell}px` });
  const context = prepared(over, layout);
  if (!context) return;
  const text = cell >= NUMBERED;
  drawPadding(context, facts, layout, theme);
  context.translate(pads.left * cell, pads.top * cell);
  const veil = (/** @type {number[]} */ ...box) => ((context.fillStyle = theme.background), context.fillRect(box[0], box[1], box[2], box[3]));
  const read = [grid.height - Math.max(0, unused[0] - pads.bottom), grid.width - Math.max(0, unused[1] - pads.right)]; // what windows reach
  context.globalAlpha = 0.75;
  veil(0, read[0] * cell, grid.width * cell, (grid.height - read[0]) * cell);
  veil(read[1] * cell, 0, (grid.width - read[1]) * cell, read[0] * cell);
  context.globalAlpha = 1;
  if (text && grid.channels === 1) drawNumbers(context, facts, { cell, read }, theme);
  if (cell >= 8) drawLines(context, grid, cell, theme);
  if (shown < grid.height * grid.width) {
    const row = Math.floor(shown / grid.width);
    veil((shown % grid.width) * cell, row * cell, (grid.width - (shown % grid.width)) * cell, cell);
    veil(0, (row + 1) * cell, grid.width * cell, (grid.height - row - 1) * cell);
  }
  for (const mark of marks) drawMark(context, mark, { across: cell, down: cell }, theme);
}

/**
 * The stems of a signal; below it the kernel where it lies.
 * @param {HTMLCanvasElement} base stays empty
 * @param {HTMLCanvasElement} over
 * @param {{facts: Facts, layout: Layout, theme: Theme}} what
 */
export function drawStems(base, over, { facts, layout, theme }) {
  const { grid, pads, marks, shown, under, unused } = facts;
  const { cell } = layout;
  base.width = base.height = 0;
  const context = prepared(over, layout);
  if (!context) return;
  const values = [...grid.values];
  const [low, high] = facts.reach ?? [Math.min(0, ...values), Math.max(0, ...values)];
  const band = scale(low, high, 26, STEMS - (low < 0 ? 26 : 12));
  context.fillStyle = theme.grid;
  context.globalAlpha = 0.5;
  context.fillRect(0, 0, pads.left * cell, STEMS);
  context.fillRect((pads.left + grid.width) * cell, 0, pads.right * cell, STEMS);
  const left = Math.max(0, unused[1] - pads.right);
  if (left) context.fillRect((pads.left + grid.width - left) * cell, 0, left * cell, STEMS);
  context.globalAlpha = 1;
  context.fillStyle = theme.muted;
  context.fillRect(0, band(0) - 0.5, layout.width, 1);
  for (const { column, width = 1, kind } of marks) if (kind === "box") drawMark(context, { row: 0, column: column + pads.left, width, kind }, { across: cell, down: STEMS }, theme);
  for (let at = -pads.left; at < grid.width + pads.right; at++) {
    const inside = at >= 0 && at < grid.width;
    if (inside && at >= shown) continue;
    drawStem(context, { value: inside ? values[at] : 0, x: (at + pads.left + 0.5) * cell, band, hollow: !inside, colour: theme.training, cell, theme });
  }
  for (const { column, kind } of marks) if (kind === "dot") ring(context, (column + pads.left + 0.5) * cell, band(values[column] ?? 0), theme);
  if (!under) return;
  const kernel = scale(Math.min(0, ...under.map(({ value }) => value)), Math.max(0, ...under.map(({ value }) => value)), STEMS + 28, STEMS + UNDER - (under.some(({ value }) => value < 0) ? 24 : 10));
  context.fillStyle = theme.muted;
  context.fillRect(0, kernel(0) - 0.5, layout.width, 1);
  for (const { column, value } of under) drawStem(context, { value, x: (column + pads.left + 0.5) * cell, band: kernel, hollow: false, colour: theme.best, cell, theme });
}

/** A canvas of the layout's size, sharp on any screen and empty. @param {HTMLCanvasElement} canvas @param {Layout} layout */
function prepared(canvas, { width, height }) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const context = canvas.getContext("2d");
  context?.scale(ratio, ratio);
  return context;
}

/** @param {CanvasRenderingContext2D} context @param {Facts} facts @param {Layout} layout @param {Theme} theme */
function drawPadding(context, { grid, pads, zero }, { cell, width, height }, theme) {
  if (!(pads.top + pads.bottom + pads.left + pads.right)) return;
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.rect(pads.left * cell, pads.top * cell, grid.width * cell, grid.height * cell);
  context.clip("evenodd");
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -height; at < width; at += 6) {
    context.moveTo(at, height);
    context.lineTo(at + height, 0);
  }
  context.stroke();
  if (cell >= NUMBERED && zero) {
    for (let row = 0; row * cell < height; row++) {
      for (let column = 0; column * cell < width; column++) write(context, zero, { x: (column + 0.5) * cell, y: (row + 0.5) * cell, room: cell, ink: theme.muted });
    }
  }
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {Facts} facts @param {{cell: number, read: number[]}} where @param {Theme} theme */
function drawNumbers(context, { grid, tones }, { cell, read }, theme) {
  for (let at = 0; at < grid.values.length; at++) {
    const [row, column] = [Math.floor(at / grid.width), at % grid.width];
    const ink = row < read[0] && column < read[1] ? shade(tones.values[at], tones, theme.dark).ink : theme.muted;
    write(context, number(tones.values[at]), { x: (column + 0.5) * cell, y: (row + 0.5) * cell, room: cell, ink });
  }
}

/** @param {CanvasRenderingContext2D} context @param {Grid} grid @param {number} cell @param {Theme} theme */
function drawLines(context, grid, cell, theme) {
  context.strokeStyle = theme.border;
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  context.beginPath();
  for (let column = 0; column <= grid.width; column++) {
    context.moveTo(column * cell, 0);
    context.lineTo(column * cell, grid.height * cell);
  }
  for (let row = 0; row <= grid.height; row++) {
    context.moveTo(0, row * cell);
    context.lineTo(grid.width * cell, row * cell);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {Mark} mark @param {{across: number, down: number}} cell @param {Theme} theme */
function drawMark(context, { row, column, height = 1, width = 1, kind }, { across, down }, theme) {
  if (kind === "dot") return ring(context, (column + 0.5) * across, (row + 0.5) * down, theme, Math.max(2, Math.min(across * 0.42, 16)));
  const [w, h] = [Math.max(5, width * across), Math.max(5, height * down)]; // of a large picture a cell is smaller than a line
  const [x, y] = [(column + width / 2) * across - w / 2, (row + height / 2) * down - h / 2];
  const inset = kind === "thin" ? 2 : 1;
  for (const [colour, line] of kind === "thin" ? [[theme.best, 1.2]] : [[theme.background, 4.5], [theme.best, 2.5]]) {
    context.strokeStyle = /** @type {string} */ (colour);
    context.lineWidth = /** @type {number} */ (line);
    context.strokeRect(x + inset, y + inset, w - 2 * inset, h - 2 * inset);
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {Theme} theme @param {number} [radius] */
function ring(context, x, y, theme, radius = DOT + 3) {
  for (const [colour, line] of /** @type {[string, number][]} */ ([[theme.background, 4], [theme.best, 2]])) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.stroke();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{value: number, x: number, band: (value: number) => number, hollow: boolean, colour: string, cell: number, theme: Theme}} stem
 */
function drawStem(context, { value, x, band, hollow, colour, cell, theme }) {
  const [top, zero] = [band(value), band(0)];
  context.strokeStyle = context.fillStyle = hollow ? theme.muted : colour;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, zero);
  context.lineTo(x, top);
  context.stroke();
  context.beginPath();
  context.arc(x, top, Math.min(DOT, cell / 3), 0, 2 * Math.PI);
  if (hollow) context.stroke();
  else context.fill();
  if (cell >= 20) write(context, number(value), { x, y: top + (value < 0 ? 13 : -12), room: cell, ink: theme.text });
}

/** Values low … high onto pixels bottom … top. @param {number} low @param {number} high @param {number} top @param {number} bottom */
function scale(low, high, top, bottom) {
  const span = high - low || 1;
  return (/** @type {number} */ value) => bottom - ((value - low) / span) * (bottom - top);
}

/** A number in the middle of a cell, smaller where it is long. @param {CanvasRenderingContext2D} context @param {string} text @param {{x: number, y: number, room: number, ink: string}} where */
function write(context, text, { x, y, room, ink }) {
  const size = Math.min(13, (room - 5) / (0.58 * Math.max(2, text.length)));
  if (size < 6) return;
  context.fillStyle = ink;
  context.font = `${size}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y);
}
