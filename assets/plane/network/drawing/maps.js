// @ts-check
/** The neurons' maps on a canvas: each 32 × 32 numbers as a small rounded picture of the plane, with the bias as a dot. */

import { signs, toneOf } from "./tones.js";

/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("../../../shared/drawing/theme.js").Theme} Theme */
/** One picture: bytes of the map, values of 0 and 255. @typedef {{bytes: Uint8Array, side: number, low: number, high: number}} Picture */
/** picture: null where there is none yet. bias: NaN where there is none. pill: a number written on it, "" for none. @typedef {{column: number, unit: number, picture: Picture | null, bias: number, pill: string}} Tile */

const DOT = 4; // pixels: the largest bias's dot

/**
 * Paints bytes as pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 * @param {import("./tones.js").Tone} tone
 */
export function paintMap(canvas, { bytes, side, low, high }, { table, from, to }) {
  if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  const inks = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const value = low + (i / 255) * (high - low);
    inks[i] = table[Math.min(255, Math.max(0, Math.round(((value - from) / (to - from)) * 255)))];
  }
  for (let i = 0; i < pixels.length; i++) pixels[i] = inks[bytes[i]];
  context.putImageData(image, 0, 0);
}

export class Maps {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.scratch = document.createElement("canvas");
    this.corners = document.createElement("canvas");
  }

  /**
   * @param {{plan: Plan, layout: Layout, tiles: Tile[], theme: Theme, task: string, density: number, broken: boolean}} scene
   */
  draw({ plan, layout, tiles, theme, task, density, broken }) {
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    const { tile } = layout;
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, layout.width, layout.height);
    context.imageSmoothingQuality = "high";
    this.cut(Math.round(tile * density));
    for (const { column, unit, picture } of tiles) {
      const [x, y] = [layout.x[column] - tile / 2, layout.y[column][unit] - tile / 2];
      if (picture && !broken) {
        paintMap(this.scratch, picture, toneOf(plan.columns[column], unit, { ...picture, task, theme }));
        context.drawImage(this.scratch, x, y, tile, tile);
        context.globalCompositeOperation = "destination-out";
        context.drawImage(this.corners, x, y, tile, tile);
        context.globalCompositeOperation = "source-over";
      } else empty(context, { x, y, tile, theme, broken });
    }
    for (const { column, unit, bias } of tiles) if (!Number.isNaN(bias) && !broken) dot(context, layout, { column, unit, bias, theme });
    for (const { column, unit, pill } of tiles) if (pill) write(context, layout, { column, unit, pill, theme });
  }

  /** What the round corners take away, in pixels of the screen. @param {number} side */
  cut(side) {
    if (this.corners.width === side) return;
    this.corners.width = this.corners.height = side;
    const context = /** @type {CanvasRenderingContext2D} */ (this.corners.getContext("2d"));
    context.fillRect(0, 0, side, side);
    context.globalCompositeOperation = "destination-out";
    context.beginPath();
    context.roundRect(0, 0, side, side, side * 0.2);
    context.fill();
  }
}

/** @param {CanvasRenderingContext2D} context @param {{x: number, y: number, tile: number, theme: Theme, broken: boolean}} place */
function empty(context, { x, y, tile, theme, broken }) {
  context.beginPath();
  context.roundRect(x, y, tile, tile, tile * 0.2);
  context.fillStyle = theme.background;
  context.fill();
  context.globalAlpha = 0.55;
  context.fillStyle = theme.grid;
  context.fill();
  context.globalAlpha = 1;
  if (!broken) return;
  context.save();
  context.clip();
  context.strokeStyle = theme.dark ? "#d98bb8" : "#9a4c7e";
  context.globalAlpha = 0.6;
  context.beginPath();
  for (let at = -tile; at < tile; at += 6) {
    context.moveTo(x + at, y + tile);
    context.lineTo(x + at + tile, y);
  }
  context.stroke();
  context.restore();
}

/** @param {CanvasRenderingContext2D} context @param {Layout} layout @param {{column: number, unit: number, bias: number, theme: Theme}} what */
function dot(context, { x, y, tile }, { column, unit, bias, theme }) {
  const radius = (1.6 + (DOT - 1.6) * Math.tanh(Math.abs(bias))) * (tile < 34 ? 0.8 : 1);
  context.beginPath();
  context.arc(x[column] - tile / 2 + 1, y[column][unit] + tile / 2 - 1, radius + 1.4, 0, 7);
  context.fillStyle = theme.background;
  context.fill();
  context.beginPath();
  context.arc(x[column] - tile / 2 + 1, y[column][unit] + tile / 2 - 1, radius, 0, 7);
  context.fillStyle = signs(theme)[bias < 0 ? 0 : bias > 0 ? 1 : 2];
  context.fill();
}

/** @param {CanvasRenderingContext2D} context @param {Layout} layout @param {{column: number, unit: number, pill: string, theme: Theme}} what */
function write(context, { x, y, tile }, { column, unit, pill, theme }) {
  context.font = `600 ${tile < 34 ? 9 : 10.5}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const wide = context.measureText(pill).width + 8;
  const at = y[column][unit] + tile / 2 - 5;
  context.beginPath();
  context.roundRect(x[column] - wide / 2, at - 7.5, wide, 15, 7.5);
  context.fillStyle = theme.background;
  context.fill();
  context.strokeStyle = theme.border;
  context.lineWidth = 1;
  context.stroke();
  context.fillStyle = theme.text;
  context.fillText(pill, x[column], at + 0.5);
}
