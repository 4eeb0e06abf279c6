// @ts-check
/** Precision, recall and F1 of each class, sortable by a click on a header. */

import { element, setAttribute, setText } from "../shared/dom/element.js";
import { percent, whole } from "../shared/drawing/format.js";
import { scores } from "./scores.js";

/** @typedef {import("./scores.js").Score} Score */
/** @typedef {"name" | "precision" | "recall" | "f1" | "support"} Column */

/** @type {[Column, string, string][]} */
const COLUMNS = [
  ["name", "Class", "In label order."],
  ["precision", "Precision", "Of the examples called so, the share that is so."],
  ["recall", "Recall", "Of the examples that are so, the share that was found."],
  ["f1", "F1", "2 × precision × recall ÷ (precision + recall)."],
  ["support", "Support", "How many examples of the class there are."],
];

export class ClassTable {
  /** @param {() => void} onSort */
  constructor(onSort) {
    /** @type {{column: Column, down: boolean}} */
    this.order = { column: "name", down: false };
    this.says = element("p", { class: "np-sub" });
    this.reading = element("p", { class: "np-reading" });
    this.body = element("tbody");
    this.heads = COLUMNS.map(([column, label, help]) => {
      const sort = () => {
        const same = this.order.column === column;
        this.order = { column, down: same ? !this.order.down : column !== "name" };
        onSort();
      };
      return element("th", { scope: "col" }, element("button", { type: "button", title: `${help} Click to sort.`, text: label, onclick: sort }));
    });
    this.table = element("table", { class: "np-classes", "aria-label": "Precision, recall and F1 of each class" }, element("thead", {}, element("tr", {}, ...this.heads)), this.body);
    this.card = element("section", { class: "np-card np-classes-card" }, element("div", { class: "np-card-head" }, element("h4", { text: "Per class" })), this.says,
      element("div", { class: "np-scroll", tabindex: 0, role: "region", "aria-label": "Table per class" }, this.table),
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.reading));
  }

  /**
   * @param {import("../shared/run/run.js").Picture | undefined} picture
   * @param {string[]} classes
   */
  draw(picture, classes) {
    const matrix = picture?.arrays.matrix;
    const known = matrix ? scores(matrix, classes) : [];
    setText(this.says, !picture ? "Appears together with the confusion matrix." : picture.meta.split === "test" ? "Test part, at the end" : `Validation part, after epoch ${picture.epoch}`);
    this.table.hidden = known.length === 0;
    COLUMNS.forEach(([column], i) => setAttribute(this.heads[i], "aria-sort", this.order.column === column ? (this.order.down ? "descending" : "ascending") : "none"));
    const sorted = this.sorted(known);
    while (this.body.rows.length > sorted.length) this.body.deleteRow(-1);
    while (this.body.rows.length < sorted.length) this.body.append(element("tr", {}, element("th", { scope: "row" }), element("td"), element("td"), element("td"), element("td")));
    sorted.forEach((score, i) => drawRow(this.body.rows[i], score));
    setText(this.reading, explain(known));
  }

  /** @param {Score[]} known */
  sorted(known) {
    const { column, down } = this.order;
    const ranked = known.map((score, i) => ({ score, i }));
    const rank = (/** @type {{score: Score, i: number}} */ one) => (column === "name" ? one.i : one.score[column]);
    ranked.sort((a, b) => (down ? rank(b) - rank(a) : rank(a) - rank(b)) || a.i - b.i);
    return ranked.map((one) => one.score);
  }
}

/**
 * @param {HTMLTableRowElement} row
 * @param {Score} score
 */
function drawRow(row, score) {
  const [name, precision, recall, f1, support] = row.cells;
  setText(name, score.name);
  setText(support, whole(score.support));
  setAttribute(precision, "title", `${whole(score.right)} of the ${whole(score.called)} examples called ${score.name} are ${score.name}`);
  setAttribute(recall, "title", `${whole(score.right)} of the ${whole(score.support)} examples of ${score.name} were found`);
  const values = [score.precision, score.recall, score.f1];
  [precision, recall, f1].forEach((cell, i) => {
    setText(cell, percent(values[i]));
    setAttribute(cell, "style", `--np-share:${(100 * values[i]).toFixed(1)}%`);
  });
}

/** @param {Score[]} known */
function explain(known) {
  const formula = "Precision = right ÷ all that were called so. Recall = right ÷ all that are so. F1 is their harmonic mean.";
  if (!known.length) return formula;
  const low = known.reduce((worst, score) => (score.f1 < worst.f1 ? score : worst));
  return `${formula} The weakest here is class ${low.name}: precision ${whole(low.right)} ÷ ${whole(low.called)} = ${percent(low.precision)}, recall ${whole(low.right)} ÷ ${whole(low.support)} = ${percent(low.recall)}, so F1 = ${percent(low.f1)}.`;
}
