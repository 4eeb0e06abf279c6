// @ts-check
/** A map of numbers with frames drawn over it: the window, the receptive field, the cell that is pointed at. */

import { element, setText } from "../../shared/dom/element.js";
import { paint } from "../../shared/drawing/raster.js";
import { drawn } from "../../shared/dom/svg.js";

const FOLD = 32; // a longer vector is folded into rows of this length

/**
 * ring: how many cells of padding stand around, [[above, below], [left, right]].
 * @typedef {{values: Float32Array | Uint8Array, height: number, width: number, channels?: number, ring?: number[][], colours?: import("../../shared/drawing/raster.js").Colours, low?: number, high?: number, label: string}} Shown
 */
/** rows, columns: [first, end). @typedef {{rows: number[], columns: number[], kind: "window" | "field" | "whole" | "cell" | "winner" | "tap", title?: string}} Frame */

export class CellMap {
  /** @param {{title: string, onmove?: (row: number, column: number, how: "point" | "key" | "press") => void}} options */
  constructor({ title, onmove }) {
    this.onmove = onmove;
    this.canvas = element("canvas", { role: "img" });
    this.frames = drawn("svg", { "aria-hidden": "true", preserveAspectRatio: "none" }); // a flat strip is drawn higher than it is
    this.stack = element("div", { class: "npi-cell-stack" }, this.canvas, this.frames);
    this.heading = element("strong", { text: title });
    this.says = element("figcaption", { class: "npi-quiet" });
    this.root = element("figure", { class: "npi-cell-map" }, this.heading, this.stack, this.says);
    this.size = { height: 1, width: 1, fold: 0, ring: [[0, 0], [0, 0]] };
    this.at = [0, 0];
    if (onmove) this.listen();
  }

  listen() {
    this.stack.tabIndex = 0;
    this.stack.setAttribute("role", "application");
    this.stack.setAttribute("aria-roledescription", "map of cells");
    this.stack.classList.add("npi-cell-live");
    const point = (/** @type {PointerEvent} */ event, /** @type {"point" | "press"} */ how) => {
      const box = this.canvas.getBoundingClientRect();
      const row = Math.floor(((event.clientY - box.top) / box.height) * this.canvas.height);
      const column = Math.floor(((event.clientX - box.left) / box.width) * this.canvas.width);
      this.go(row, column, how);
    };
    this.stack.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => point(event, "point"));
    this.stack.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => point(event, "press"));
    this.stack.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const [row, column] = this.at;
      const { height, width } = this.size;
      /** @type {Record<string, number[]>} */
      const ways = {
        ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
        Home: [row, 0], End: [row, width - 1], PageUp: [0, column], PageDown: [height - 1, column],
      };
      const to = ways[event.key];
      if (!to || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation(); // arrows also change tab and picture
      this.go(Math.max(0, Math.min(height - 1, to[0])), Math.max(0, Math.min(width - 1, to[1])), "key");
    });
  }

  /** @param {number} row @param {number} column @param {"point" | "key" | "press"} how */
  go(row, column, how) {
    const { height, width, fold } = this.size;
    if (row < 0 || column < 0 || row >= height || column >= width || (fold && row * width + column >= fold)) return;
    this.onmove?.(row, column, how);
  }

  /** @param {Shown} shown */
  draw(shown) {
    const folded = shown.height === 1 && shown.width > FOLD && !shown.ring?.flat().some(Boolean) ? fold(shown) : shown;
    const { height, width, channels = 1, ring = [[0, 0], [0, 0]] } = folded;
    this.size = { height, width, fold: folded === shown ? 0 : shown.width, ring };
    const [tall, wide] = [height + ring[0][0] + ring[0][1], width + ring[1][0] + ring[1][1]];
    const values = ring.flat().some(Boolean) ? ringed(folded, tall, wide) : folded.values;
    paint(this.canvas, { values, height: tall, width: wide, channels, colours: folded.colours, low: folded.low, high: folded.high });
    if (values !== shown.values) this.canvas.style.backgroundImage = "var(--npi-cell-ring)";
    this.canvas.setAttribute("aria-label", shown.label);
    this.frames.setAttribute("viewBox", `${-ring[1][0]} ${-ring[0][0]} ${wide} ${tall}`);
    this.stack.style.setProperty("--npi-shape", String(Math.min(wide / tall, 12)));
    this.stack.style.aspectRatio = tall === 1 ? "auto" : `${wide} / ${tall}`;
    this.stack.classList.toggle("npi-cell-flat", tall === 1);
  }

  /** @param {Frame[]} frames */
  mark(frames) {
    const { width, fold } = this.size;
    const nodes = frames.map((frame) => {
      const { rows, columns } = fold ? folded(frame, width, this.size.height) : frame;
      if (frame.kind === "cell") this.at = [rows[0], columns[0]];
      return drawn("rect", { x: columns[0], y: rows[0], width: columns[1] - columns[0], height: rows[1] - rows[0], class: `npi-cell-frame npi-cell-${frame.kind}` });
    });
    const under = frames.flatMap((frame, i) => {
      if (frame.kind === "tap") return [];
      const back = /** @type {SVGElement} */ (nodes[i].cloneNode());
      back.setAttribute("class", "npi-cell-frame npi-cell-back");
      return [back];
    });
    this.frames.replaceChildren(...under, ...nodes);
  }

  /** @param {string} text */
  caption(text) {
    setText(this.says, text);
  }
}

/** A long vector as rows of equal length, the rest left open. @param {Shown} shown @returns {Shown} */
function fold(shown) {
  const width = shown.width > FOLD * FOLD ? Math.ceil(Math.sqrt(shown.width)) : FOLD;
  const height = Math.ceil(shown.width / width);
  const values = new Float32Array(width * height).fill(NaN);
  values.set(shown.values);
  return { ...shown, values, height, width };
}

/** A frame of a long vector that was folded: one cell, or all of them. @param {Frame} frame @param {number} width @param {number} height @returns {Frame} */
function folded({ columns, kind }, width, height) {
  if (columns[1] - columns[0] > 1) return { rows: [0, height], columns: [0, width], kind };
  const [row, column] = [Math.floor(columns[0] / width), columns[0] % width];
  return { rows: [row, row + 1], columns: [column, column + 1], kind };
}

/** With padding around, which is left open. @param {Shown} shown @param {number} tall @param {number} wide */
function ringed({ values, height, width, channels = 1, ring = [[0, 0], [0, 0]] }, tall, wide) {
  const all = new Float32Array(tall * wide * channels).fill(NaN);
  for (let row = 0; row < height; row++) {
    all.set(values.subarray(row * width * channels, (row + 1) * width * channels), ((row + ring[0][0]) * wide + ring[1][0]) * channels);
  }
  return all;
}
