// @ts-check
/** Points on a canvas: training filled, test as rings, what is answered wrongly with a cross. Stamps are drawn once and then only placed. */

import { classColour } from "../../shared/drawing/classes.js";
import { channels, numberColour } from "../colours.js";

const TONES = 24; // of a value between −1 and 1
const CROSS = 0.5; // of the point's radius

/** training, test: which are shown; wrongOnly: the others stay away. @typedef {{training: boolean, test: boolean, wrongOnly: boolean}} Shown */
/** @typedef {import("./scene.js").Points} Points */
/** @typedef {{dark: boolean, background: string, text: string}} Theme */

/** The radius of a point in CSS pixels, on a board that is `size` wide. @param {number} count @param {number} size */
export function radiusFor(count, size) {
  const usual = count <= 600 ? 4.2 : count <= 1800 ? 3.2 : 2.4;
  return usual * Math.min(1.25, Math.max(0.8, size / 400));
}

/** The colour of a label. @param {number} label @param {boolean} numbers @param {boolean} dark */
export function labelColour(label, numbers, dark) {
  return numbers ? numberColour(label, dark) : classColour(label);
}

/** Whether a point is shown. @param {Points} points @param {number} i @param {Shown} shown @param {Uint8Array | null} wrong */
function isShown(points, i, shown, wrong) {
  if (!(points.held[i] ? shown.test : shown.training)) return false;
  return !shown.wrongOnly || !wrong || wrong[i] === 1;
}

/**
 * @param {CanvasRenderingContext2D} pen cleared by the caller
 * @param {Points} points
 * @param {{size: number, scale: number, shown: Shown, wrong: Uint8Array | null, theme: Theme}} options size: of the canvas in device pixels, scale: device pixels a CSS pixel
 */
export function drawPoints(pen, points, { size, scale, shown, wrong, theme }) {
  const radius = radiusFor(points.count, size / scale) * scale;
  /** @type {Map<number, HTMLCanvasElement>} */
  const stamps = new Map();
  for (const heldTurn of [0, 1]) { // the few of the test lie on top
    for (let i = 0; i < points.count; i++) {
      const held = points.held[i] ? 1 : 0;
      if (held !== heldTurn || !isShown(points, i, shown, wrong)) continue;
      const tone = points.numbers ? Math.round(((points.labels[i] + 1) / 2) * TONES) : points.labels[i];
      const key = 2 * tone + held;
      let stamp = stamps.get(key);
      if (!stamp) {
        stamp = stampOf(labelColour(points.numbers ? (2 * tone) / TONES - 1 : tone, points.numbers, theme.dark), held === 1, radius, scale, theme);
        stamps.set(key, stamp);
      }
      pen.drawImage(stamp, Math.round(acrossOf(points.xy[2 * i], size) - stamp.width / 2), Math.round(downOf(points.xy[2 * i + 1], size) - stamp.height / 2)); // in between they would blur
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} pen cleared by the caller
 * @param {Points} points
 * @param {{size: number, scale: number, shown: Shown, wrong: Uint8Array | null, theme: Theme}} options
 */
export function drawCrosses(pen, points, { size, scale, shown, wrong, theme }) {
  if (!wrong) return;
  const reach = radiusFor(points.count, size / scale) * CROSS * scale;
  const stamps = ["#000000", theme.text].map((colour) => pixelsOf(crossOf(colour, reach, (points.count > 1800 ? 0.8 : 1.1) * scale))); // on the discs, and where the page shows
  const image = pen.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < points.count; i++) {
    if (!wrong[i] || !isShown(points, i, shown, wrong)) continue;
    const isOnDark = points.held[i] || (points.numbers && theme.dark && Math.abs(points.labels[i]) < 0.6); // small values are dark there
    place(pixels, size, stamps[isOnDark ? 1 : 0], acrossOf(points.xy[2 * i], size), downOf(points.xy[2 * i + 1], size));
  }
  pen.putImageData(image, 0, 0);
}

/** @param {HTMLCanvasElement} canvas @returns {{side: number, pixels: Uint32Array}} */
function pixelsOf(canvas) {
  const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, canvas.width, canvas.height);
  return { side: canvas.width, pixels: new Uint32Array(data.buffer) };
}

/** Copies a stamp to a place, pixel by pixel: thousands of them cost a tenth of what drawing them costs. @param {Uint32Array} pixels @param {number} size @param {{side: number, pixels: Uint32Array}} stamp @param {number} x @param {number} y */
function place(pixels, size, stamp, x, y) {
  const [left, top] = [Math.round(x - stamp.side / 2), Math.round(y - stamp.side / 2)];
  for (let row = Math.max(0, -top); row < stamp.side && top + row < size; row++) {
    for (let column = Math.max(0, -left); column < stamp.side && left + column < size; column++) {
      const ink = stamp.pixels[row * stamp.side + column];
      const at = (top + row) * size + left + column;
      if (ink >>> 24 > pixels[at] >>> 24) pixels[at] = ink;
    }
  }
}

/** @param {string} colour @param {number} reach @param {number} width */
function crossOf(colour, reach, width) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(2 * reach + 2 * width);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const [low, high] = [canvas.width / 2 - reach, canvas.width / 2 + reach];
  Object.assign(pen, { lineCap: "round", lineWidth: width, strokeStyle: colour });
  pen.beginPath();
  pen.moveTo(low, low);
  pen.lineTo(high, high);
  pen.moveTo(high, low);
  pen.lineTo(low, high);
  pen.stroke();
  return canvas;
}

/** @param {number} x @param {number} size */
export const acrossOf = (x, size) => ((x + 3) / 6) * size;

/** @param {number} y @param {number} size */
export const downOf = (y, size) => ((3 - y) / 6) * size;

/** @param {string} colour @param {boolean} isRing @param {number} radius @param {number} scale @param {Theme} theme */
function stampOf(colour, isRing, radius, scale, theme) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(2 * radius + 3 * scale);
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const middle = canvas.width / 2;
  const disc = (/** @type {number} */ r, /** @type {string} */ fill) => {
    pen.fillStyle = fill;
    pen.beginPath();
    pen.arc(middle, middle, r, 0, 2 * Math.PI);
    pen.fill();
  };
  const [r, g, b] = channels(colour);
  const rim = `rgb(${Math.round(r * 0.55)}, ${Math.round(g * 0.55)}, ${Math.round(b * 0.55)})`; // pale values would vanish on a pale ground
  disc(radius + scale * (theme.dark ? 0.6 : 0.8), theme.dark ? "#e8ebf4" : theme.background); // light on both: dark points would drown in a dark ground
  disc(radius, isRing ? colour : theme.dark ? colour : rim);
  if (isRing) disc(radius - Math.max(1.4 * scale, 0.4 * radius), theme.background);
  else disc(radius - (theme.dark ? 0 : 0.75 * scale), colour);
  return canvas;
}
