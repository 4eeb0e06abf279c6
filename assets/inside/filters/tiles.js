// @ts-check
/** Several planes of numbers in one canvas, side by side with a gap between them, and which cell lies under a point. */

import { paint } from "../../shared/drawing/raster.js";

/**
 * values: one plane behind the other. columns: planes side by side. channels: 3 takes three planes at a time as red, green and blue.
 * @typedef {{values: Float32Array, height: number, width: number, columns: number, low: number, high: number, channels?: 1 | 3, dark: boolean}} Tiles
 */
/** @typedef {{plane: number, row: number, column: number, index: number}} Cell */

const GAP = 1; // cells between two planes

/** How many planes are drawn. @param {Tiles} tiles */
function planesOf({ values, height, width, channels = 1 }) {
  return Math.floor(values.length / (height * width * channels));
}

/**
 * Paints all planes, colours symmetric about zero. Cells that are no numbers stay open; says how many there are.
 * @param {HTMLCanvasElement} canvas
 * @param {Tiles} tiles
 */
export function paintTiles(canvas, tiles) {
  const { values, height, width, low, high, channels = 1, dark } = tiles;
  const count = planesOf(tiles);
  const columns = Math.max(1, Math.min(tiles.columns, count));
  const rows = Math.ceil(count / columns);
  canvas.width = columns * (width + GAP) - GAP;
  canvas.height = Math.max(1, rows * (height + GAP) - GAP);
  const context = canvas.getContext("2d");
  const scratch = document.createElement("canvas");
  const size = height * width;
  let broken = 0;
  for (let plane = 0; plane < count; plane++) {
    const from = plane * size * channels;
    const own = values.subarray(from, from + size * channels);
    const raster = channels === 3 ? { values: interleaved(own, size), colours: /** @type {const} */ ("grey") } : { values: own, colours: /** @type {const} */ ("diverging") };
    broken += paint(scratch, { ...raster, height, width, channels, low, high, dark }).broken;
    context?.drawImage(scratch, (plane % columns) * (width + GAP), Math.floor(plane / columns) * (height + GAP));
  }
  canvas.style.imageRendering = "pixelated";
  return { broken };
}

/** Three planes as one of three channels. @param {Float32Array} values @param {number} size */
function interleaved(values, size) {
  const out = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) for (let channel = 0; channel < 3; channel++) out[3 * i + channel] = values[channel * size + i];
  return out;
}

/**
 * The cell at a point of the painted canvas, null in a gap.
 * @param {Tiles} tiles
 * @param {number} x canvas pixels
 * @param {number} y
 * @returns {Cell | null}
 */
export function cellAt(tiles, x, y) {
  const { height, width } = tiles;
  const count = planesOf(tiles);
  const columns = Math.max(1, Math.min(tiles.columns, count));
  const [left, top] = [Math.floor(x / (width + GAP)), Math.floor(y / (height + GAP))];
  const [column, row] = [Math.floor(x) - left * (width + GAP), Math.floor(y) - top * (height + GAP)];
  const plane = top * columns + left;
  if (left < 0 || left >= columns || top < 0 || plane >= count || column >= width || row >= height || column < 0 || row < 0) return null;
  return { plane, row, column, index: plane * height * width * (tiles.channels ?? 1) + row * width + column };
}

/** Where a pointer is in a canvas's own pixels. @param {PointerEvent | MouseEvent} event @param {HTMLCanvasElement} canvas @returns {[number, number]} */
export function pointIn(event, canvas) {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) / (box.width || 1)) * canvas.width, ((event.clientY - box.top) / (box.height || 1)) * canvas.height];
}
