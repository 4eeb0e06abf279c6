// @ts-check
/** The confusion matrix as a coloured table: blue is right, orange is wrong. Cells are changed in place. */

import { element, setAttribute, setText } from "../shared/dom/element.js";
import { percent, whole } from "../shared/drawing/format.js";
import { accuracy, total } from "./scores.js";
import { segments } from "../shared/dom/segments.js";
import { tint } from "../shared/drawing/theme.js";

/** @typedef {import("../shared/drawing/theme.js").Theme} Theme */
/** @typedef {import("../shared/run/run.js").Picture} Picture */
/** @typedef {"counts" | "rows"} Mode */

const NUMBERED = 16; // more classes than this leave no room for numbers in the cells

export class Matrix {
  /**
   * @param {Mode} mode
   * @param {(mode: Mode) => void} onMode
   */
  constructor(mode, onMode) {
    this.mode = mode;
    this.says = element("p", { class: "np-sub" });
    this.host = element("div", { class: "np-matrix-place" });
    const choose = (/** @type {string} */ value) => onMode((this.mode = /** @type {Mode} */ (value)));
    const choice = segments({
      label: "Show", name: "matrix", options: [["counts", "Counts"], ["rows", "Per row"]], value: mode, onchange: choose,
      help: "Per row: the share of each true class, so that rare classes can be compared with frequent ones.",
    });
    this.reading = element("p", { class: "np-reading" });
    this.card = element("section", { class: "np-card np-matrix-card" },
      element("div", { class: "np-card-head" }, element("h4", { text: "Confusion matrix" }), choice),
      this.says, this.host,
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.reading));
    /** @type {HTMLElement[]} */
    this.cells = [];
    this.key = "";
  }

  /**
   * @param {Picture | undefined} picture
   * @param {string[]} classes
   * @param {Theme} theme
   */
  draw(picture, classes, theme) {
    const matrix = picture?.arrays.matrix;
    if (!picture || !matrix || !classes.length) return this.empty();
    const n = classes.length;
    if (this.key !== classes.join("\n")) this.build(classes);
    const split = picture.meta.split ?? "validation";
    setText(this.says, split === "test" ? `Test part, at the end: all ${whole(total(matrix))} examples` : `Validation part, after epoch ${picture.epoch}: ${whole(total(matrix))} examples`);
    let worst = { count: 0, row: 0, column: 0, sum: 0 };
    const largest = Math.max(...matrix, 1);
    for (let row = 0; row < n; row++) {
      const sum = total(matrix.subarray(row * n, row * n + n)) || 1;
      for (let column = 0; column < n; column++) {
        const count = matrix[row * n + column];
        const share = count / (this.mode === "rows" ? sum : largest);
        const cell = this.cells[row * n + column];
        const strength = row === column ? share : Math.sqrt(share); // mistakes are few: the root lets one of them be seen
        const paint = tint(row === column ? theme.training : theme.validation, theme, count ? 0.12 + 0.88 * strength : 0);
        const text = count === 0 || n > NUMBERED ? "" : this.mode === "counts" ? whole(count) : (100 * share).toFixed(share < 0.0995 ? 1 : 0);
        setText(cell, text);
        setAttribute(cell, "style", `background:${paint}`);
        setAttribute(cell, "title", `true ${classes[row]}, predicted ${classes[column]}: ${whole(count)} (${percent(count / sum)} of this row)`);
        if (row !== column && count > worst.count) worst = { count, row, column, sum };
      }
    }
    const mistakes = worst.count
      ? ` The most frequent mistake: ${whole(worst.count)} of ${whole(worst.sum)} examples of class ${classes[worst.row]} are taken for ${classes[worst.column]}.`
      : " There is no mistake.";
    setText(this.reading, `Each row is a true class, each column a prediction; blue cells are right, orange ones wrong. Per row, a cell is its count × 100 ÷ the row's sum. The diagonal holds ${percent(accuracy(matrix, n))} of the examples: that is the accuracy.${mistakes}`);
  }

  empty() {
    if (this.key === "empty") return;
    this.key = "empty";
    setText(this.says, "Appears at the end of the first epoch, measured on the validation part.");
    setText(this.reading, "Each row will be a true class, each column what the network says. A good network fills the diagonal.");
    this.host.replaceChildren(element("div", { class: "np-matrix-empty", "aria-hidden": "true" }));
  }

  /** @param {string[]} classes */
  build(classes) {
    this.key = classes.join("\n");
    const long = classes.some((name) => name.length > 3);
    const head = classes.map((name) => element("th", { scope: "col", title: name }, element("span", { text: name })));
    this.cells = [];
    const rows = classes.map((name) => {
      const cells = classes.map(() => element("td"));
      this.cells.push(...cells);
      return element("tr", {}, element("th", { scope: "row", title: name, text: name }), ...cells);
    });
    const dense = classes.length > NUMBERED; // cells too small for numbers or column names; each still has its title
    const table = element("table", { class: `np-matrix${long ? " np-matrix-long" : ""}${dense ? " np-matrix-dense" : ""}`, "aria-label": "Confusion matrix, rows true, columns predicted" },
      element("thead", {}, element("tr", {}, element("th", { class: "np-corner", text: "" }), ...head)), element("tbody", {}, ...rows));
    this.host.replaceChildren(element("div", { class: "np-axis-top", text: "predicted →" }), element("div", { class: "np-matrix-row" }, element("div", { class: "np-axis-side", text: "true ↓" }), table));
  }
}
