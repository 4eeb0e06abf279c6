// @ts-check
/** The confusion matrix to click on: blue is right, orange is wrong. Up to 32 classes as a table of buttons, more as a picture. */

import { classColour } from "../shared/drawing/classes.js";
import { element, setText } from "../shared/dom/element.js";
import { percent, whole } from "../shared/drawing/format.js";
import { segments } from "../shared/dom/segments.js";
import { tint } from "../shared/drawing/theme.js";
import { isCounted } from "./context.js";
import { Mosaic } from "./mosaic.js";

/** @typedef {"counts" | "rows" | "columns"} Mode */
/** @typedef {{counts: Int32Array, rows: Int32Array, columns: Int32Array, largest: number, n: number}} Sums */

const NUMBERED = 16; // more classes than this leave no room for numbers in the cells
const BUTTONS = 32; // more than this are drawn as a picture
const HELP = "Counts: examples. Per row: shares of each true class, which is recall on the diagonal. Per column: shares of each prediction, which is precision on the diagonal.";

export class Matrix {
  /** @type {HTMLElement[]} */
  heads;

  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Mode} */
    this.mode = "counts";
    this.host = element("div", { class: "npm-matrix-place" });
    this.reading = element("p");
    const choice = segments({ label: "Show", name: "matrix", options: [["counts", "Counts"], ["rows", "Per row"], ["columns", "Per column"]], value: this.mode, help: HELP, onchange: (value) => this.choose(/** @type {Mode} */ (value)) });
    this.root = element("section", { class: "npm-card npm-matrix-card", "aria-label": "Confusion matrix" },
      element("div", { class: "npm-card-head" }, element("h3", { text: "Confusion matrix" }), choice),
      element("p", { class: "npi-quiet", text: "Click a cell to see what is in it, a class to see all of it." }), this.host,
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.reading));
    this.mosaic = new Mosaic((row, column) => this.context.gallery({ true: row, predicted: column }));
    /** @type {HTMLButtonElement[]} */
    this.cells = [];
    this.at = 0; // the cell that Tab leads to
    this.key = "";
    /** @type {import("./context.js").View | null} */
    this.view = null;
    /** @type {unknown[]} */
    this.drawn = []; // what it was drawn from
  }

  /** @param {Mode} mode */
  choose(mode) {
    this.mode = mode;
    if (this.view) this.show(this.view);
  }

  /** @param {import("./context.js").View} view */
  show(view) {
    this.view = view;
    this.root.dataset.stale = String(view.stale);
    const counts = isCounted(view.table) ? view.table.counts : null;
    this.root.hidden = !counts;
    if (!counts) return;
    const now = [view.table, view.theme, this.mode, view.filter.true, view.filter.predicted];
    if (now.every((part, i) => part === this.drawn[i])) return; // a million cells are not counted again for nothing
    this.drawn = now;
    const { classes } = view.anatomy;
    const sums = sumsOf(counts, classes.length);
    if (classes.length > BUTTONS) this.draw(sums, view);
    else this.fill(sums, view);
    setText(this.reading, reading(sums, classes));
  }

  /** As a picture. @param {Sums} sums @param {import("./context.js").View} view */
  draw(sums, { anatomy, theme, filter }) {
    if (this.key !== "mosaic") this.host.replaceChildren(this.mosaic.root);
    this.key = "mosaic";
    const shade = (/** @type {number} */ i) => strength(sums, i, this.mode);
    this.mosaic.show({ n: sums.n, classes: anatomy.classes, counts: sums.counts, shade, theme, row: filter.true, column: filter.predicted });
  }

  /** As a table. @param {Sums} sums @param {import("./context.js").View} view */
  fill(sums, { anatomy, theme, filter }) {
    const { n, counts } = sums;
    const { classes } = anatomy;
    if (this.key !== classes.join("\n")) this.build(classes);
    this.cells.forEach((cell, i) => {
      const [row, column] = [Math.floor(i / n), i % n];
      const share = strength(sums, i, this.mode);
      const colour = row === column ? theme.training : theme.validation;
      cell.style.background = tint(colour, theme, counts[i] ? 0.12 + 0.88 * (row === column ? share : Math.sqrt(share)) : 0); // the root lets a single mistake be seen
      setText(cell, text(sums, i, this.mode));
      const known = `true ${classes[row]}, predicted ${classes[column]}: ${whole(counts[i])}`;
      cell.title = `${known} (${percent(counts[i] / (sums.rows[row] || 1))} of the row, ${percent(counts[i] / (sums.columns[column] || 1))} of the column)`;
      cell.setAttribute("aria-label", known);
      const chosen = (filter.true === row || filter.true === null) && (filter.predicted === column || filter.predicted === null) && (filter.true !== null || filter.predicted !== null);
      cell.setAttribute("aria-pressed", String(chosen));
      cell.tabIndex = i === this.at ? 0 : -1;
    });
    classes.forEach((/** @type {string} */ _, /** @type {number} */ k) => this.heads[k].classList.toggle("npm-empty", sums.rows[k] === 0));
    classes.forEach((/** @type {string} */ name, /** @type {number} */ k) => (this.heads[k].title = sums.rows[k] ? `All ${whole(sums.rows[k])} examples of ${name}` : `No examples of ${name} in this part`));
  }

  /** @param {string[]} classes */
  build(classes) {
    this.key = classes.join("\n");
    this.cells = [];
    this.at = 0;
    const dense = classes.length > NUMBERED;
    const swatch = (/** @type {number} */ k) => element("i", { class: "npm-swatch", style: `background:${classColour(k)}`, "aria-hidden": "true" });
    const head = (/** @type {string} */ name, /** @type {number} */ k, /** @type {Partial<import("./context.js").Filter>} */ filter, /** @type {string} */ says) =>
      element("button", { type: "button", class: "npm-class", title: says, "aria-label": says, onclick: () => this.context.gallery(filter) }, swatch(k), element("span", { text: name }));
    const top = classes.map((name, k) => element("th", { scope: "col" }, head(name, k, { predicted: k }, `Everything predicted as ${name}`)));
    this.heads = classes.map((name, k) => head(name, k, { true: k }, `All examples of ${name}`));
    const rows = classes.map((_, row) => {
      const cells = classes.map((_, column) => {
        const at = this.cells.length;
        const cell = element("button", { type: "button", class: "npm-cell", onclick: () => this.pick(at, row, column) });
        this.cells.push(cell);
        return element("td", {}, cell);
      });
      return element("tr", {}, element("th", { scope: "row" }, this.heads[row]), ...cells);
    });
    const long = classes.some((name) => name.length > 3);
    const table = element("table", { class: `npm-matrix${long ? " npm-long" : ""}${long && classes.length > 5 ? " npm-turned" : ""}${dense ? " npm-dense" : ""}`, "aria-label": "Confusion matrix, rows true, columns predicted", onkeydown: (event) => this.step(event, classes.length) },
      element("thead", {}, element("tr", {}, element("td", { class: "npm-corner", text: "" }), ...top)), element("tbody", {}, ...rows));
    this.host.replaceChildren(element("div", { class: "npm-axis-top", text: "predicted →" }), element("div", { class: "npm-matrix-row" }, element("div", { class: "npm-axis-side", text: "true ↓" }), table));
  }

  /** @param {number} at @param {number} row @param {number} column */
  pick(at, row, column) {
    this.at = at;
    const { filter } = /** @type {import("./context.js").View} */ (this.view);
    const again = filter.true === row && filter.predicted === column;
    this.context.gallery(again ? { only: "wrong" } : { true: row, predicted: column });
  }

  /** Arrow keys go from cell to cell. @param {KeyboardEvent} event @param {number} n */
  step(event, n) {
    const i = this.cells.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const [row, column] = [Math.floor(i / n), i % n];
    /** @type {Record<string, [number, number]>} */
    const steps = { ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], Home: [row, 0], End: [row, n - 1] };
    const to = steps[event.key];
    if (i < 0 || !to || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = Math.min(n - 1, Math.max(0, to[0])) * n + Math.min(n - 1, Math.max(0, to[1]));
    this.cells[i].tabIndex = -1;
    this.cells[next].tabIndex = 0;
    this.at = next;
    this.cells[next].focus();
  }
}

/** @param {Int32Array} counts @param {number} n @returns {Sums} */
export function sumsOf(counts, n) {
  const [rows, columns] = [new Int32Array(n), new Int32Array(n)];
  let largest = 1;
  for (let i = 0; i < counts.length; i++) {
    rows[Math.floor(i / n)] += counts[i];
    columns[i % n] += counts[i];
    if (counts[i] > largest) largest = counts[i];
  }
  return { counts, rows, columns, largest, n };
}

/** How much of the full colour a cell has, 0 to 1. @param {Sums} sums @param {number} i @param {Mode} mode */
function strength({ counts, rows, columns, largest, n }, i, mode) {
  const whole = mode === "counts" ? largest : mode === "rows" ? rows[Math.floor(i / n)] : columns[i % n];
  return counts[i] / (whole || 1);
}

/** @param {Sums} sums @param {number} i @param {Mode} mode */
function text(sums, i, mode) {
  const count = sums.counts[i];
  if (!count || sums.n > NUMBERED) return "";
  if (mode === "counts") return whole(count);
  const share = strength(sums, i, mode);
  return (100 * share).toFixed(share < 0.0995 ? 1 : 0);
}

/** @param {Sums} sums @param {string[]} classes */
function reading({ counts, rows, columns, n }, classes) {
  let worst = -1;
  let [right, total] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    total += counts[i];
    if (i % (n + 1) === 0) right += counts[i];
    else if (counts[i] > 0 && (worst < 0 || counts[i] > counts[worst])) worst = i;
  }
  const rule = `Row: what an example is; column: what the network says. Blue cells are right, orange ones wrong. Per row, a cell is 100 × count ÷ the row's sum; per column, ÷ the column's sum. The diagonal holds ${whole(right)} of ${whole(total)} examples, an accuracy of ${percent(right / (total || 1))}.`;
  if (worst < 0) return `${rule} There is no mistake.`;
  const [row, column] = [Math.floor(worst / n), worst % n];
  return `${rule} The most frequent mistake: ${whole(counts[worst])} of ${whole(rows[row])} examples of ${classes[row]} are taken for ${classes[column]}: 100 × ${counts[worst]} ÷ ${rows[row]} = ${((100 * counts[worst]) / (rows[row] || 1)).toFixed(1)} of its row, and ${((100 * counts[worst]) / (columns[column] || 1)).toFixed(1)} of its column.`;
}
