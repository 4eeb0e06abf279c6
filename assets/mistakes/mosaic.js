// @ts-check
/** A confusion matrix of many classes as a picture: one pixel a cell, with a cursor that mouse and arrow keys move. */

import { element, setText } from "../shared/dom/element.js";
import { whole } from "../shared/drawing/format.js";

/**
 * shade: how much of the full colour the cell i has, 0 to 1. row, column: the chosen classes.
 * @typedef {{n: number, classes: string[], counts: Int32Array, shade: (i: number) => number, theme: import("../shared/drawing/theme.js").Theme, row: number | null, column: number | null}} Picture
 */

const FINEST = 400; // pixels of a side; with more classes a pixel is a block of cells

export class Mosaic {
  /** @param {(row: number, column: number) => void} onPick */
  constructor(onPick) {
    this.onPick = onPick;
    /** @type {Picture | null} */
    this.picture = null;
    this.row = 0;
    this.column = 0;
    this.block = 1; // classes a pixel
    this.canvas = element("canvas", { class: "npm-mosaic", role: "application", tabindex: 0, onkeydown: (event) => this.key(event), onclick: (event) => this.click(event), onmousemove: (event) => this.hover(event) });
    this.cross = element("i", { class: "npm-mosaic-cross", "aria-hidden": "true", hidden: true });
    this.says = element("output", { class: "npm-mosaic-says" });
    this.root = element("div", {}, element("div", { class: "npm-axis-top", text: "predicted →" }),
      element("div", { class: "npm-matrix-row" }, element("div", { class: "npm-axis-side", text: "true ↓" }), element("div", { class: "npm-mosaic-box" }, this.canvas, this.cross)), this.says);
  }

  /** @param {Picture} picture */
  show(picture) {
    this.picture = picture;
    const { n, counts, shade, theme } = picture;
    this.block = Math.ceil(n / FINEST);
    const side = (this.canvas.width = this.canvas.height = Math.ceil(n / this.block));
    this.canvas.setAttribute("aria-label", `Confusion matrix of ${n} classes, rows true, columns predicted. Arrow keys move, Enter shows the pictures of a cell.`);
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    const image = context.createImageData(side, side);
    const [right, wrong] = [channels(theme.training), channels(theme.validation)];
    for (let i = 0; i < counts.length; i++) {
      if (!counts[i]) continue;
      const at = 4 * (Math.floor(Math.floor(i / n) / this.block) * side + Math.floor((i % n) / this.block));
      const alpha = 255 * (0.35 + 0.65 * Math.sqrt(shade(i)));
      if (alpha > image.data[at + 3]) image.data.set([...(i % (n + 1) === 0 ? right : wrong), alpha], at); // of a block the strongest cell
    }
    context.putImageData(image, 0, 0);
    if (picture.row !== null && picture.column !== null) this.move(picture.row, picture.column);
    else if (!this.says.textContent) setText(this.says, "Point at a cell: here is what it counts.");
  }

  /** @param {number} row @param {number} column */
  move(row, column) {
    const { n, classes, counts } = /** @type {Picture} */ (this.picture);
    this.row = Math.min(n - 1, Math.max(0, row));
    this.column = Math.min(n - 1, Math.max(0, column));
    this.cross.hidden = false;
    this.cross.style.cssText = `left:${(100 * (this.column + 0.5)) / n}%;top:${(100 * (this.row + 0.5)) / n}%`;
    setText(this.says, `true ${classes[this.row]}, predicted ${classes[this.column]}: ${whole(counts[this.row * n + this.column])}`);
  }

  /** @param {MouseEvent} event */
  hover(event) {
    const box = this.canvas.getBoundingClientRect();
    const at = (/** @type {number} */ share) => Math.floor(share * this.canvas.width) * this.block;
    this.move(...this.strongest(at((event.clientY - box.top) / box.height), at((event.clientX - box.left) / box.width)));
  }

  /** The cell with the largest count of a block. @param {number} top @param {number} left @returns {[number, number]} */
  strongest(top, left) {
    const { n, counts } = /** @type {Picture} */ (this.picture);
    /** @type {[number, number]} */
    let best = [top, left];
    for (let row = top; row < Math.min(n, top + this.block); row++) {
      for (let column = left; column < Math.min(n, left + this.block); column++) {
        if (counts[row * n + column] > counts[best[0] * n + best[1]]) best = [row, column];
      }
    }
    return best;
  }

  /** @param {MouseEvent} event */
  click(event) {
    this.hover(event);
    this.onPick(this.row, this.column);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    /** @type {Record<string, [number, number]>} */
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const step = steps[event.key];
    if (step) this.move(this.row + step[0] * (event.shiftKey ? 10 : 1), this.column + step[1] * (event.shiftKey ? 10 : 1));
    else if (event.key === "Enter") this.onPick(this.row, this.column);
    else return;
    event.preventDefault();
  }
}

/** @param {string} colour "#rrggbb" */
function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}
