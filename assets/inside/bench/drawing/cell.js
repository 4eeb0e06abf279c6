// @ts-check
/** One cell of the output, taken apart: the window, the kernel, the products and their sum, as tables of numbers. */

import { element, setAttribute, setText } from "../../../shared/dom/element.js";
import { shade, symmetric } from "./shade.js";
import { number, poolSentence, sumSentence } from "../words.js";

/** @typedef {import("../model.js").Cell} Cell */
/** @typedef {import("../model.js").Tones} Tones */
/** @typedef {import("../../../shared/drawing/theme.js").Theme} Theme */
/** @typedef {{values: (number | null)[], width: number, tones: {low: number, high: number, colours: "grey" | "diverging" | "sequence"}, title: string, strong?: number}} Table null: nothing there */

export class CellPanel {
  constructor() {
    this.title = element("h4", {});
    this.places = element("p", { class: "npi-quiet npi-bench-places" });
    this.tables = element("div", { class: "npi-bench-tables" });
    this.sentence = element("p", { class: "npi-bench-sum", "aria-live": "polite" });
    this.root = element("div", { class: "npi-bench-cell" }, this.title, this.places, this.tables, this.sentence);
  }

  /**
   * @param {{cell: Cell, quiet: boolean, operation: import("../state.js").Operation, flipped: boolean, copy: boolean, line: boolean, channels: number, kernelWidth: number, places: string, input: Tones, theme: Theme}} what
   * copy: `cell` is one of the input, see copyOf; quiet: it changes several times a second, nobody wants that read aloud
   */
  draw({ cell, quiet, operation, flipped, copy, line, channels, kernelWidth, places, input, theme }) {
    const where = line ? `place ${cell.j}` : `row ${cell.i}, column ${cell.j}`;
    const colour = channels > 1 ? `, ${["red", "green", "blue"][cell.channel]}` : "";
    setText(this.title, `${copy ? "One value of the input" : "One cell of the output"}: ${where}${colour}`);
    setText(this.places, places);
    this.places.hidden = !places;
    const parts = operation === "transposed" ? (copy ? copied(cell, kernelWidth) : met(cell)) : summed(cell, { operation, flipped, kernelWidth, input });
    this.tables.replaceChildren(...parts.map((part) => (typeof part === "string" ? element("span", { class: "npi-bench-sign", "aria-hidden": "true", text: part }) : tableOf(part, theme))));
    setAttribute(this.sentence, "aria-live", quiet ? "off" : "polite");
    setText(this.sentence, said(cell, operation, copy));
  }
}

/** @param {Cell} cell @param {import("../state.js").Operation} operation @param {boolean} copy */
function said(cell, operation, copy) {
  if (copy) {
    const outside = cell.products.filter(({ inside }) => !inside).length;
    return `${number(cell.value)} × the kernel is added to the output in the box${outside ? `; ${outside} of its ${cell.products.length} numbers fall on the part that is cut off` : ""}.`;
  }
  if (operation === "max" || operation === "average") return poolSentence(cell, operation);
  if (!cell.products.length) return "No copy reaches this cell: 0";
  return sumSentence(cell);
}

/** @param {Cell} cell @param {{operation: string, flipped: boolean, kernelWidth: number, input: Tones}} how @returns {(Table | string)[]} */
function summed({ products, value }, { operation, flipped, kernelWidth, input }) {
  const pooling = operation !== "convolution";
  const values = products.map((term) => (term.inside || !pooling ? term.value : null));
  const best = operation === "max" ? values.indexOf(/** @type {any} */ (value)) : undefined;
  const patch = { title: "Window of the input", values, width: kernelWidth, tones: input, strong: best };
  if (pooling) return [patch, "→", { title: operation === "max" ? "Largest" : "Mean", values: [value], width: 1, tones: input }];
  const weights = products.map(({ weight }) => weight);
  const results = products.map((term) => term.value * term.weight);
  return [
    patch, "×", { title: flipped ? "Kernel, flipped" : "Kernel", values: weights, width: kernelWidth, tones: symmetric(weights) },
    "=", { title: "Products", values: results, width: kernelWidth, tones: symmetric(results) },
    "Σ", { title: "Sum", values: [value], width: 1, tones: symmetric([...results, value]) },
  ];
}

/** @param {Cell} cell @param {number} width @returns {(Table | string)[]} */
function copied({ products, value }, width) {
  const weights = products.map(({ weight }) => weight);
  const results = products.map((term) => term.value * term.weight);
  return [
    { title: "Value", values: [value], width: 1, tones: symmetric([value]) }, "×", { title: "Kernel", values: weights, width, tones: symmetric(weights) },
    "=", { title: "Copy, added to the output", values: results, width, tones: symmetric(results) },
  ];
}

/** @param {Cell} cell @returns {(Table | string)[]} */
function met({ products, value }) {
  if (!products.length) return [{ title: "Sum", values: [0], width: 1, tones: symmetric([0]) }];
  const [inputs, weights, results] = [products.map((term) => term.value), products.map(({ weight }) => weight), products.map((term) => term.value * term.weight)];
  const width = new Set(products.map(({ column }) => column)).size;
  return [
    { title: "Inputs whose copies meet here", values: inputs, width, tones: symmetric(inputs) }, "×",
    { title: "Their element of the kernel", values: weights, width, tones: symmetric(weights) }, "=",
    { title: "Products", values: results, width, tones: symmetric(results) }, "Σ",
    { title: "Sum", values: [value], width: 1, tones: symmetric([...results, value]) },
  ];
}

/** @param {Table} table @param {Theme} theme */
function tableOf({ values, width, tones, title, strong }, theme) {
  const cell = (/** @type {number | null} */ value, /** @type {number} */ at) => {
    if (value === null) return element("td", { class: "npi-bench-none", text: "", title: "padding, not counted" });
    const { paper, ink } = shade(value, tones, theme.dark);
    return element("td", { class: at === strong ? "npi-bench-strong" : null, style: `background:${paper};color:${ink}`, text: number(value) });
  };
  const rows = Array.from({ length: Math.ceil(values.length / width) }, (_, row) =>
    element("tr", {}, ...values.slice(row * width, (row + 1) * width).map((value, column) => cell(value, row * width + column))));
  const table = element("table", { class: "npi-bench-numbers", "aria-label": title }, element("tbody", {}, ...rows));
  return element("div", {}, element("span", { class: "npi-bench-caption", "aria-hidden": "true", text: title }), table);
}
