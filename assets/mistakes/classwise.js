// @ts-check
/** The section "Pairs and classes": which classes are taken for each other most, and how well each is recognised. */

import { classColour } from "../shared/drawing/classes.js";
import { oneLine } from "../shared/dom/fault.js";
import { element, setText } from "../shared/dom/element.js";
import { percent, whole } from "../shared/drawing/format.js";
import { segments } from "../shared/dom/segments.js";
import { isCounted } from "./context.js";
import { Latest } from "./latest.js";

/** @typedef {"name" | "precision" | "recall" | "f1" | "support"} Column */
/** @type {[Column, string, string][]} */
const COLUMNS = [
  ["name", "Class", "In label order."],
  ["precision", "Precision", "Of the examples called so, the share that is so."],
  ["recall", "Recall", "Of the examples that are so, the share that was found."],
  ["f1", "F1", "2 × precision × recall ÷ (precision + recall)."],
  ["support", "Examples", "How many examples of the class there are."],
];
const ROWS = 200; // of a table of classes at most; sorted by a column, these are the best or worst

/** @typedef {import("./answers.d.ts").PairsAnswer} PairsAnswer */

export class Classwise {
  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.asks = new Latest();
    this.asked = "";
    /** @type {PairsAnswer | null} */
    this.pairs = null;
    this.ordered = true;
    /** @type {{column: Column, down: boolean}} */
    this.order = { column: "name", down: false };
    /** @type {unknown[]} */
    this.filled = []; // what the table shows

    const choice = segments({ label: "", name: "pairs", options: [["ordered", "True → predicted"], ["unordered", "Either way"]], value: "ordered", help: "Either way: both directions of a pair counted together", onchange: (value) => this.turn(value === "ordered") });
    this.list = element("ol", { class: "npm-pairs" });
    this.says = element("p", { class: "npi-quiet", role: "status" });
    const pairs = element("section", { class: "npm-card", "aria-label": "Most confused pairs" }, element("div", { class: "npm-card-head" }, element("h3", { text: "Most confused pairs" }), choice), this.says, this.list);
    this.heads = COLUMNS.map(([column, label, help]) => element("th", { scope: "col" }, element("button", { type: "button", text: label, title: `${help} Click to sort.`, onclick: () => this.sort(column) })));
    this.body = element("tbody");
    const table = element("table", { class: "npm-classes", "aria-label": "Precision, recall and F1 of each class" }, element("thead", {}, element("tr", {}, ...this.heads)), this.body);
    this.rest = element("p", { class: "npi-quiet" });
    this.reading = element("p");
    const classes = element("section", { class: "npm-card", "aria-label": "Per class" }, element("div", { class: "npm-card-head" }, element("h3", { text: "Per class" })),
      element("p", { class: "npi-quiet", text: "Click a class to see all of it." }), element("div", { class: "npm-scroll", tabindex: 0, role: "region", "aria-label": "Table per class" }, table), this.rest,
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.reading));
    this.root = element("div", { class: "npm-classwise" }, pairs, classes);
  }

  /** @param {import("./context.js").View} view */
  show(view) {
    const { table, revision } = view;
    this.root.hidden = !isCounted(table);
    if (!isCounted(table)) return;
    this.root.dataset.stale = String(view.stale);
    this.fill(view, table);
    if (revision === this.asked) return;
    this.asked = revision;
    this.asks.ask((signal) => this.context.ask({ view: "pairs", most: 60 }, { signal }), (pairs) => this.draw((this.pairs = pairs)), (error) => this.fail(error));
  }

  /** @param {unknown} error */
  fail(error) {
    this.asked = "";
    this.list.replaceChildren();
    setText(this.says, oneLine(error));
  }

  /** @param {boolean} ordered */
  turn(ordered) {
    this.ordered = ordered;
    if (this.pairs) this.draw(this.pairs);
  }

  /** @param {PairsAnswer} pairs */
  draw(pairs) {
    const { classes } = this.context.view.anatomy;
    const total = this.ordered ? pairs.ordered_total : pairs.unordered_total;
    const found = this.ordered ? oneWay(pairs.ordered, classes) : eitherWay(pairs.unordered);
    setText(this.says, !pairs.mistakes ? `No mistakes: nothing is confused among ${whole(pairs.total)} examples.` : `${whole(pairs.mistakes)} mistakes in ${whole(total)} ${total === 1 ? "pair" : "pairs"}${found.length < total ? `, the ${found.length} most frequent` : ""}. Click one to see its pictures.`);
    const name = (/** @type {number} */ k) => element("span", { class: "npm-name" }, element("i", { class: "npm-swatch", style: `background:${classColour(k)}` }), element("span", { text: classes[k] }));
    const rows = found.map(({ a, b, count, many, filter }) =>
      element("li", {}, element("button", { type: "button", class: "npm-pair", style: `--share:${((100 * count) / found[0].count).toFixed(1)}%`, title: "Show its pictures", onclick: () => this.context.gallery(filter) },
        element("span", { class: "npm-verdict" }, name(a), element("span", { class: "npm-arrow", text: this.ordered ? "→" : "↔" }), name(b)), element("b", { text: whole(count) }), element("span", { class: "npi-quiet", text: many }))));
    this.list.replaceChildren(...rows);
  }

  /** @param {Column} column */
  sort(column) {
    const same = this.order.column === column;
    this.order = { column, down: same ? !this.order.down : false }; // the worst class first
    const { view } = this.context;
    if (isCounted(view.table)) this.fill(view, view.table);
  }

  /** @param {import("./context.js").View} view @param {import("./context.js").Counted} table */
  fill({ anatomy }, table) {
    const { column, down } = this.order;
    const { classes } = anatomy;
    const now = [table, column, down];
    if (now.every((part, i) => part === this.filled[i])) return; // or a button would lose the focus while other runs go on
    this.filled = now;
    COLUMNS.forEach(([name], i) => this.heads[i].setAttribute("aria-sort", name === column ? (down ? "descending" : "ascending") : "none"));
    const value = (/** @type {number} */ k) => (column === "name" ? k : table[column][k]);
    const order = [...classes.keys()].sort((a, b) => (down ? -1 : 1) * (value(a) - value(b)) || a - b);
    const rows = order.slice(0, ROWS).map((k) => {
      const empty = table.support[k] === 0;
      const cell = (/** @type {number} */ share, /** @type {boolean} */ known) => element("td", { style: `--share:${(100 * share).toFixed(1)}%` }, known ? percent(share) : "–");
      const called = calledSo(table.counts, classes.length, k);
      return element("tr", { class: empty ? "npm-empty" : "" }, element("th", { scope: "row" }, element("button", { type: "button", class: "npm-class", title: `All examples of ${classes[k]}`, onclick: () => this.context.gallery({ true: k }) }, element("i", { class: "npm-swatch", style: `background:${classColour(k)}` }), element("span", { text: classes[k] }))),
        cell(table.precision[k], called > 0), cell(table.recall[k], !empty), cell(table.f1[k], !empty || called > 0), element("td", { text: empty ? "none" : whole(table.support[k]) }));
    });
    this.body.replaceChildren(...rows);
    setText(this.rest, order.length > ROWS ? `${whole(ROWS)} of ${whole(order.length)} classes, by the order chosen above.` : "");
    this.rest.hidden = !this.rest.textContent;
    setText(this.reading, reading(table, classes));
  }

  hide() {
    this.asks.drop();
    this.asked = "";
  }
}

/** A line of the list: two classes, how often they are confused, what is said of it, and which pictures show it. @typedef {{a: number, b: number, count: number, many: string, filter: {true: number, predicted: number}}} Line */

/** @param {PairsAnswer["ordered"]} pairs @param {string[]} classes @returns {Line[]} */
function oneWay({ true: truth, predicted, count, share }, classes) {
  return Array.from(truth, (a, i) => ({ a, b: predicted[i], count: count[i], many: `${percent(share[i])} of all “${classes[a]}”`, filter: { true: a, predicted: predicted[i] } }));
}

/** @param {PairsAnswer["unordered"]} pairs @returns {Line[]} */
function eitherWay({ first, second, count, there, back, share }) {
  return Array.from(first, (a, i) => {
    const b = second[i];
    const many = `${whole(there[i])} → and ${whole(back[i])} ← · ${percent(share[i])} of both classes`;
    return { a, b, count: count[i], many, filter: there[i] >= back[i] ? { true: a, predicted: b } : { true: b, predicted: a } };
  });
}

/** How many were called so. @param {Int32Array} counts @param {number} n @param {number} k */
function calledSo(counts, n, k) {
  let sum = 0;
  for (let row = 0; row < n; row++) sum += counts[row * n + k];
  return sum;
}

/** @param {import("./context.js").Counted} table @param {string[]} classes */
function reading({ counts, recall, support, f1 }, classes) {
  const n = classes.length;
  const there = [...classes.keys()].filter((k) => support[k] > 0);
  const worst = there.reduce((a, b) => (recall[b] < recall[a] ? b : a), there[0]);
  const hit = counts[worst * (n + 1)];
  const mean = there.reduce((sum, k) => sum + f1[k], 0) / there.length;
  const called = calledSo(counts, n, worst);
  return `Precision = right ÷ called so, recall = right ÷ examples. Hardest here: ${classes[worst]}, recall ${whole(hit)} ÷ ${whole(support[worst])} = ${percent(recall[worst])}` +
    `${called ? `, precision ${whole(hit)} ÷ ${whole(called)} = ${percent(hit / called)}` : ", and nothing was ever called so"}. The plain mean of F1 over the classes that occur is ${percent(mean)}. A dash: nothing was called so, or there are no examples.`;
}
