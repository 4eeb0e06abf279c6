// @ts-check
/** Points on a canvas: training filled, test as rings, what is answered wrongly with a cross. Stamps are drawn once and then only placed. */

import { classColour } from "../../classes.js";
import { palette } from "../../raster.js";
import { channels } from "./ground.js";

const TONES = 24; // of a value between −1 and 1
const CROSS = 0.62; // of the point's radius

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
  if (!numbers) return classColour(label);
  const bytes = new Uint8Array(palette("diverging", dark).buffer);
  const at = 4 * Math.round(127.5 * (Math.max(-1, Math.min(1, label)) + 1));
  return `rgb(${bytes[at]}, ${bytes[at + 1]}, ${bytes[at + 2]})`;
}

/** Whether a point is shown. @param {Points} points @param {number} i @param {Shown} shown @param {Uint8Array | null} wrong */
export function isShown(points, i, shown, wrong) {
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
      pen.drawImage(stamp, acrossOf(points.xy[2 * i], size) - stamp.width / 2, downOf(points.xy[2 * i + 1], size) - stamp.height / 2);
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
  const paths = [new Path2D(), new Path2D()]; // on discs, in rings
  for (let i = 0; i < points.count; i++) {
    if (!wrong[i] || !isShown(points, i, shown, wrong)) continue;
    const [x, y] = [acrossOf(points.xy[2 * i], size), downOf(points.xy[2 * i + 1], size)];
    const path = paths[points.held[i] ? 1 : 0];
    path.moveTo(x - reach, y - reach);
    path.lineTo(x + reach, y + reach);
    path.moveTo(x + reach, y - reach);
    path.lineTo(x - reach, y + reach);
  }
  pen.lineCap = "round";
  pen.lineWidth = (points.count > 1800 ? 1 : 1.5) * scale;
  for (const [path, colour] of /** @type {[Path2D, string][]} */ ([[paths[0], "#000000"], [paths[1], theme.text]])) {
    pen.strokeStyle = colour;
    pen.stroke(path);
  }
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
  disc(radius + scale * 0.8, theme.background);
  disc(radius, isRing ? colour : theme.dark ? colour : rim);
  if (isRing) disc(radius - Math.max(1.4 * scale, 0.4 * radius), theme.background);
  else disc(radius - (theme.dark ? 0 : 0.75 * scale), colour);
  return canvas;
}
