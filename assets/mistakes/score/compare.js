// @ts-check
/** Section "Compare": another run on the same examples: what this one gets right that the other did not, and the other way round. */

import { element, setText } from "../../element.js";
import { percent, whole } from "../../live/format.js";
import { Fault, look } from "../../look.js";
import { Answering } from "./answering.js";
import { mcnemar, paired } from "./paired.js";
import { card, field, reading, table } from "./pieces.js";
import { tile } from "./tile.js";

/** @typedef {import("./paired.js").Cell} Cell */

const PAGE = 40; // pictures
/** @type {Record<Cell, string>} */
const TITLES = { both: "both right", fixed: "fixed by this run", broken: "broken by this run", neither: "both wrong" };

export class Compare {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.other = "";
    this.weights = "now";
    /** @type {Cell | null} */
    this.cell = null;
    this.page = 0;
    this.offered = "";
    this.answering = new Answering(context, (answer) => this.draw(answer));
    this.pictures = new Answering(context, (answer) => this.fill(answer));
    this.build();
  }

  build() {
    this.choice = element("select", { "aria-label": "Other run", onchange: () => this.choose(this.choice.value) });
    this.moment = element("select", { "aria-label": "Weights of the other run", title: "Its best weights are those of the epoch with the lowest validation loss", onchange: () => this.choose(this.other, this.moment.value) },
      element("option", { value: "now", text: "its last weights" }), element("option", { value: "best", text: "its best weights" }));
    this.none = element("p", { class: "npi-quiet", hidden: true });
    this.controls = element("div", { class: "npm-score-controls" }, field("Compare with", "Shows what changed from that run to this one, example by example", this.choice), this.moment);
    this.says = element("p", { class: "npm-score-says", "aria-live": "polite" });
    this.grid = element("div");
    this.reading = element("p");
    this.title = element("h4", {});
    this.count = element("p", { class: "npi-quiet" });
    this.tiles = element("ul", { class: "npm-score-tiles" });
    this.back = element("button", { class: "npi-button", type: "button", text: "Back", title: "The examples before", onclick: () => this.turn(-1) });
    this.on = element("button", { class: "npi-button", type: "button", text: "Next", title: "The examples after", onclick: () => this.turn(1) });
    this.pictures.content.append(this.tiles);
    this.gallery = element("section", { class: "npm-score-card", "aria-live": "polite" },
      element("div", { class: "npm-score-card-head" }, this.title, element("span", { class: "npi-buttons" }, this.back, this.on)), this.count, this.pictures.root);
    this.answering.content.append(this.says, element("div", { class: "npm-score-cards npm-score-cards-compare" }, card("Example by example", this.grid, reading(this.reading)), this.gallery));
    this.root = element("div", { class: "npm-score" }, this.controls, this.none, this.answering.root);
  }

  /** @param {import("../context.js").View} view */
  show(view) {
    this.view = view;
    this.offer();
    if (!this.other) return;
    const question = { view: "answers", other: this.other, weights: this.weights };
    this.answering.want(view, question, async (signal) => {
      const [mine, other] = await Promise.all([
        this.context.ask({ view: "answers" }, { signal }),
        look(this.other, { view: "answers", split: view.split, weights: this.weights }, { signal }).catch(ofOther),
      ]);
      return { mine, other };
    });
  }

  hide() {
    this.answering.drop();
    this.pictures.drop();
  }

  /** The runs on the same data; this one too, for its best weights may be others than its last. */
  offer() {
    const { run, anatomy } = this.view;
    const runs = this.context.runs.filter((row) => row.data === anatomy.data && (row.epoch > 0 || row.id === run));
    const others = [...runs.filter((row) => row.id !== run), ...runs.filter((row) => row.id === run)];
    const key = `${run} ${JSON.stringify(others.map(({ id, name }) => [id, name]))}`;
    if (key === this.offered) return;
    this.offered = key;
    const number = others.length;
    this.choice.replaceChildren(...others.map((row, i) => element("option", { value: row.id, text: row.id === run ? `This run (${row.name})` : `${row.name}${twice(others, row) ? ` · ${number - i}` : ""}` })));
    this.none.hidden = others.length > 1;
    setText(this.none, others.length > 1 ? "" : `No other run has learnt ${anatomy.data} yet. Train a second one on the Build page to see what it changes; until then this run's best weights can be compared with those chosen above.`);
    this.controls.hidden = this.answering.root.hidden = others.length === 0;
    if (!others.some(({ id }) => id === this.other)) {
      this.other = others[0]?.id ?? "";
      this.weights = this.other === run ? "best" : "now";
    }
    this.choice.value = this.other;
    this.moment.value = this.weights;
  }

  /** @param {string} other @param {string} [weights] */
  choose(other, weights = other === this.view?.run ? "best" : "now") {
    this.other = other;
    this.weights = weights;
    this.moment.value = weights;
    if (this.view) this.show(this.view);
  }

  /** @param {{mine: any, other: any}} answers see playground/engine/views/answers.py */
  draw({ mine, other }) {
    this.mine = mine;
    this.others = other;
    this.found = paired(mine, other);
    const { cells, common, relabelled, agreed } = this.found;
    const apart = mine.truth.length - common - relabelled;
    this.grid.parentElement?.toggleAttribute("hidden", !common);
    this.gallery.hidden = !common;
    if (!common) {
      setText(this.says, "The two runs have no example of this part in common. Their data were split by different seeds; compare runs with the same data seed, or on data with a test set of its own.");
      return;
    }
    const p = mcnemar(cells.fixed.length, cells.broken.length);
    const some = apart || relabelled ? ` They have ${whole(common)} examples in common${relabelled ? `; ${whole(relabelled)} with another true class are left out` : ""}.` : "";
    setText(this.says, verdict(cells, p) + some);
    setText(this.reading, explained(this.found, p, agreed / common));
    this.grid.replaceChildren(this.table());
    const fullest = /** @type {Cell[]} */ (["broken", "fixed", "neither", "both"]).find((name) => cells[name].length) ?? "both";
    this.open(this.cell && cells[this.cell].length ? this.cell : fullest);
  }

  table() {
    const { cells, common } = this.found;
    const button = (/** @type {Cell} */ name) => {
      const count = cells[name].length;
      return element("button", { class: `npm-score-cell npm-score-cell-${name}`, type: "button", "data-cell": name, disabled: !count, title: "Shows these examples with both answers", onclick: () => this.open(name) },
        element("strong", { text: whole(count) }), element("span", { text: TITLES[name] }), element("small", { text: percent(count / common) }));
    };
    const found = table("This run against the other", ["", "the other right", "the other wrong"], [["this run right", button("both"), button("fixed")], ["this run wrong", button("broken"), button("neither")]]);
    found.classList.add("npm-score-four", "npm-score-pairing");
    return found;
  }

  /** @param {Cell} cell */
  open(cell) {
    this.cell = cell;
    this.page = 0;
    for (const button of this.grid.querySelectorAll("[data-cell]")) button.setAttribute("aria-pressed", String(button.dataset.cell === cell));
    this.turn(0);
  }

  /** @param {number} by */
  turn(by) {
    if (!this.cell || !this.view) return;
    const all = this.found.cells[this.cell];
    const pages = Math.ceil(all.length / PAGE);
    this.page = Math.min(Math.max(this.page + by, 0), Math.max(pages - 1, 0));
    const pairs = all.slice(this.page * PAGE, (this.page + 1) * PAGE);
    this.back.disabled = this.page === 0;
    this.on.disabled = this.page >= pages - 1;
    this.back.parentElement.hidden = pages < 2;
    setText(this.title, TITLES[this.cell][0].toUpperCase() + TITLES[this.cell].slice(1));
    setText(this.count, pages > 1 ? `${whole(this.page * PAGE + 1)} to ${whole(this.page * PAGE + pairs.length)} of ${whole(all.length)}` : `${whole(all.length)} example${all.length === 1 ? "" : "s"}`);
    this.pairs = pairs;
    const question = { view: "gallery", only: "all", sort: "position", size: PAGE, positions: pairs.map(({ left }) => left) };
    this.pictures.want(this.view, { ...question, other: this.other, weights: this.weights }, (signal) => this.context.ask(question, { signal }));
  }

  /** @param {any} answer see playground/engine/views/gallery.py */
  fill(answer) {
    const { classes } = this.mine;
    const among = this.found.cells[/** @type {Cell} */ (this.cell)].map(({ left }) => left);
    const by = new Map((this.pairs ?? []).map((pair) => [pair.left, pair]));
    this.tiles.replaceChildren(...Array.from(answer.positions, (/** @type {number} */ position, i) => {
      const { left, right } = by.get(position) ?? { left: position, right: 0 };
      const truth = classes[this.mine.truth[left]];
      const said = (/** @type {any} */ run, /** @type {number} */ at) => `${classes[run.labels[at]]} (${Math.round(100 * run.confidence[at])} %)`;
      const lines = [`this run: ${said(this.mine, left)}`, `the other: ${said(this.others, right)}`];
      return tile({ answer, at: i, title: `true: ${truth}`, lines: lines.map((text, k) => ({ text, wrong: (k ? this.others.labels[right] !== this.others.truth[right] : this.mine.labels[left] !== this.mine.truth[left]) })), columns: this.view?.anatomy.columns ?? [], open: () => this.context.open(position, among) });
    }));
  }
}

/** Says of whom a fault is. @param {any} error @returns {never} */
function ofOther(error) {
  throw error instanceof Fault ? new Fault({ what: `The other run gives no answer. ${error.what}`, expected: error.expected, got: error.got, fix: error.fix }, error.status) : error;
}

/** Whether a name alone does not tell a run from the others. @param {any[]} rows @param {any} row */
const twice = (rows, row) => rows.some((other) => other !== row && other.name === row.name);

/** @param {Record<Cell, any[]>} cells @param {number} p */
function verdict({ fixed, broken }, p) {
  if (!fixed.length && !broken.length) return "Both are right and wrong on exactly the same examples.";
  const changes = `This run gets ${whole(fixed.length)} right that the other gets wrong, and ${whole(broken.length)} wrong that the other gets right.`;
  if (p >= 0.05) return `${changes} That may be chance: equally good networks differ at least so much in ${percent(p)} of cases.`;
  return `${changes} So this run is the ${fixed.length > broken.length ? "better" : "worse"} one: equally good networks would differ as much in only ${p < 0.0005 ? "less than 0.1 %" : percent(p)} of cases.`;
}

/** @param {{cells: Record<Cell, any[]>, common: number}} found @param {number} p @param {number} agreed */
function explained({ cells, common }, p, agreed) {
  const [mine, other] = [cells.both.length + cells.fixed.length, cells.both.length + cells.broken.length];
  const shown = p < 0.0001 ? p.toExponential(1) : p.toFixed(4);
  return `Each example is in one cell. This run: ${percent(mine / common)} right, the other: ${percent(other / common)}; they give the same answer to ${percent(agreed)}. Only examples on which they differ in being right tell which one is better: if neither were, each of those ${whole(cells.fixed.length + cells.broken.length)} would fall to either side like a coin. McNemar's exact test: p = min(1, 2·Σₖ C(${cells.fixed.length + cells.broken.length}, k)/2^${cells.fixed.length + cells.broken.length}) over k = 0 … ${Math.min(cells.fixed.length, cells.broken.length)} = ${shown}.`;
}
