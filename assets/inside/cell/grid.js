// @ts-check
/** A small matrix of numbers: a table with coloured cells while they can be read, else a canvas. Changed in place. */

import { element, setText } from "../../shared/dom/element.js";
import { paint, short } from "../../shared/drawing/raster.js";
import { ink, reachOf } from "./ink.js";

const LEGIBLE = 11; // more rows or columns than this are drawn as a picture

/** What a tap of the kernel meets instead of a number. */
const OPEN = ["", "0", "·"];
const OPEN_SAYS = ["", "padding: counts as 0", "a gap that the stride has made: no number here"];

/**
 * values: row by row. mask: 0 a number, 1 padding, 2 gap. reach: size at which the colour is strongest. mark: index of a cell to frame.
 * @typedef {{values: Float32Array | number[], rows: number, columns: number, mask?: Uint8Array, reach?: number, mark?: number | null, dark: boolean}} Numbers
 */

export class Grid {
  /** @param {string} label what the numbers are */
  constructor(label) {
    this.label = label;
    this.root = element("div", { class: "npi-cell-grid" });
    this.key = "";
    /** @type {HTMLElement[]} */
    this.cells = [];
    this.canvas = element("canvas", { role: "img" });
  }

  /** @param {Numbers} numbers */
  draw(numbers) {
    const { values, rows, columns, mask, dark } = numbers;
    const reach = numbers.reach ?? reachOf(values);
    if (rows > LEGIBLE || columns > LEGIBLE) return this.picture(numbers, reach);
    if (this.key !== `${rows} ${columns}`) this.build(rows, columns);
    this.cells.forEach((cell, i) => {
      const open = mask ? mask[i] : 0;
      const { background, color } = open ? { background: "", color: "" } : ink(values[i], reach, dark);
      setText(cell, open ? OPEN[open] : short(values[i]));
      cell.style.background = background;
      cell.style.color = color;
      cell.className = `${open ? "npi-cell-open" : ""}${numbers.mark === i ? " npi-cell-won" : ""}`;
      cell.title = open ? OPEN_SAYS[open] : String(values[i]).replace("-", "−");
    });
  }

  /** @param {number} rows @param {number} columns */
  build(rows, columns) {
    this.key = `${rows} ${columns}`;
    this.cells = [];
    const lines = Array.from({ length: rows }, () => {
      const cells = Array.from({ length: columns }, () => element("td"));
      this.cells.push(...cells);
      return element("tr", {}, ...cells);
    });
    this.root.replaceChildren(element("table", { class: columns > 5 ? "npi-cell-dense" : "", "aria-label": this.label }, element("tbody", {}, ...lines)));
  }

  /** @param {Numbers} numbers @param {number} reach */
  picture({ values, rows, columns, dark }, reach) {
    if (this.key !== "canvas") this.root.replaceChildren(this.canvas);
    this.key = "canvas";
    this.canvas.setAttribute("aria-label", `${this.label}, ${rows} × ${columns} numbers`);
    paint(this.canvas, { values: Float32Array.from(values), height: rows, width: columns, colours: "diverging", low: -reach || undefined, high: reach || undefined, dark });
  }
}
