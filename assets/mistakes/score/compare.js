// @ts-check
/** Section "Compare": another run on the same examples: what this one gets right that the other did not, and the other way round. */

import { element, setText } from "../../shared/dom/element.js";
import { percent, whole } from "../../shared/drawing/format.js";
import { Fault, look } from "../../shared/server/look.js";
import { sure } from "../tile.js";
import { Answering } from "./answering.js";
import { mcnemar, paired } from "./paired.js";
import { card, field, reading, table } from "./pieces.js";
import { example } from "./tile.js";

/** @typedef {import("./paired.js").Cell} Cell */
/** @typedef {import("../answers.d.ts").AnswersAnswer} AnswersAnswer */
/** @typedef {import("../context.js").View} View */

const PAGE = 40; // pictures
/** @type {Record<Cell, string>} */
const TITLES = { both: "both right", fixed: "fixed", broken: "broken", neither: "both wrong" };
/** What the two are called: two runs, or two moments of one. */
const RUNS = ["this run", "the other"];
const MOMENTS = ["these weights", "the others"];

export class Compare {
  /** @type {View} */
  view;
  /** @type {ReturnType<typeof paired>} */
  found;
  /** @type {AnswersAnswer} */
  mine;
  /** @type {AnswersAnswer} */
  others;
  /** @type {import("./paired.js").Pair[]} */
  pairs;

  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.other = "";
    /** @type {string | null} */
    this.run = null; // for which the other was chosen
    /** @type {"now" | "best" | number} */
    this.weights = "now";
    this.names = RUNS;
    /** @type {Cell | null} */
    this.cell = null;
    this.page = 0;
    this.offered = "";
    /** @type {Answering<"answers", {mine: AnswersAnswer, other: AnswersAnswer}>} */
    this.answering = new Answering(context, (answer) => this.draw(answer));
    /** @type {Answering<"gallery">} */
    this.pictures = new Answering(context, (answer) => this.fill(answer));

    this.choice = element("select", { "aria-label": "Other run", onchange: () => this.choose(this.choice.value) });
    this.moment = element("select", { "aria-label": "Weights of the other run", title: "Its best weights are those of the epoch with the lowest validation loss", onchange: () => this.choose(this.other, weightsOf(this.moment.value)) });
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
    this.leafing = element("span", { class: "npi-buttons" }, this.back, this.on);
    this.gallery = element("section", { class: "npm-score-card", "aria-live": "polite" },
      element("div", { class: "npm-score-card-head" }, this.title, this.leafing), this.count, this.pictures.root);
    this.answering.content.append(this.says, element("div", { class: "npm-score-cards npm-score-cards-compare" }, card("Example by example", this.grid, reading(this.reading)), this.gallery));
    this.root = element("div", { class: "npm-score" }, this.controls, this.none, this.answering.root);
  }

  /** @param {View} view */
  show(view) {
    this.view = view;
    this.offer();
    if (!this.other) return;
    const question = { view: /** @type {const} */ ("answers"), other: this.other, weights: this.weights };
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
    const key = `${run} ${anatomy.keyframes} ${JSON.stringify(others.map(({ id, name }) => [id, name]))}`;
    if (key === this.offered) return;
    this.offered = key;
    if (run !== this.run) [this.run, this.other] = [run, ""];
    const number = others.length;
    this.choice.replaceChildren(...others.map((row, i) => element("option", { value: row.id, text: row.id === run ? `This run (${row.name})` : `${row.name}${twice(others, row) ? ` · ${number - i}` : ""}` })));
    this.none.hidden = others.length > 1;
    setText(this.none, others.length > 1 ? "" : `No other run has learnt ${others[0]?.data_title ?? anatomy.data} yet. Train a second one on the Build page to see what it changes; until then this run is compared with itself at another time.`);
    this.controls.hidden = this.answering.root.hidden = others.length === 0;
    if (others.length) this.point(others.some(({ id }) => id === this.other) ? this.other : others[0].id);
  }

  /** Which run, and which of its weights: of this run's own there is more to choose from. @param {string} other */
  point(other) {
    const { run, anatomy } = this.view;
    const isSelf = other === run;
    const epochs = isSelf ? anatomy.keyframes : [];
    if (other !== this.other) this.weights = epochs.length > 1 ? epochs[Math.floor((epochs.length - 1) / 2)] : isSelf ? "best" : "now";
    this.other = other;
    this.names = isSelf ? MOMENTS : RUNS;
    this.choice.value = other;
    this.moment.replaceChildren(
      element("option", { value: "now", text: "last weights" }), element("option", { value: "best", text: "best weights" }),
      ...epochs.map((/** @type {number} */ epoch) => element("option", { value: epoch, text: epoch ? `epoch ${epoch}` : "before training" })));
    this.moment.value = String(this.weights);
  }

  /** @param {string} other @param {"now" | "best" | number} [weights] */
  choose(other, weights) {
    this.point(other);
    if (weights !== undefined) this.weights = weights;
    this.moment.value = String(this.weights);
    this.show(this.view);
  }

  /** @param {{mine: AnswersAnswer, other: AnswersAnswer}} answers */
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
    setText(this.says, verdict(cells, p, this.names) + some);
    setText(this.reading, explained(this.found, p, agreed / common, this.names));
    this.grid.replaceChildren(this.table());
    const fullest = /** @type {Cell[]} */ (["broken", "fixed", "neither", "both"]).find((name) => cells[name].length) ?? "both";
    this.open(this.cell && cells[this.cell].length ? this.cell : fullest);
  }

  table() {
    const { cells, common } = this.found;
    const [mine, other] = this.names;
    const button = (/** @type {Cell} */ name) => {
      const count = cells[name].length;
      return element("button", { class: `npm-score-cell npm-score-cell-${name}`, type: "button", "data-cell": name, disabled: !count, title: "Shows these examples with both answers", onclick: () => this.open(name) },
        element("strong", { text: whole(count) }), element("span", { text: TITLES[name] }), element("small", { text: percent(count / common) }));
    };
    const found = table(`${mine} against ${other}`, ["", `${other} right`, `${other} wrong`], [[`${mine} right`, button("both"), button("fixed")], [`${mine} wrong`, button("broken"), button("neither")]]);
    found.classList.add("npm-score-four", "npm-score-pairing");
    return found;
  }

  /** @param {Cell} cell */
  open(cell) {
    this.cell = cell;
    this.page = 0;
    for (const button of this.grid.querySelectorAll("[data-cell]")) button.setAttribute("aria-pressed", String(button.getAttribute("data-cell") === cell));
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
    this.leafing.hidden = pages < 2;
    setText(this.title, capital(TITLES[this.cell]));
    setText(this.count, pages > 1 ? `${whole(this.page * PAGE + 1)} to ${whole(this.page * PAGE + pairs.length)} of ${whole(all.length)}` : `${whole(all.length)} example${all.length === 1 ? "" : "s"}`);
    this.pairs = pairs;
    const question = { view: /** @type {const} */ ("gallery"), only: "all", sort: "position", size: PAGE, positions: pairs.map(({ left }) => left) };
    this.pictures.want(this.view, { ...question, other: this.other, weights: this.weights }, (signal) => this.context.ask(question, { signal }));
  }

  /** @param {import("../answers.d.ts").GalleryAnswer} answer */
  fill(answer) {
    const { classes } = this.mine;
    const among = this.found.cells[/** @type {Cell} */ (this.cell)].map(({ left }) => left);
    const by = new Map((this.pairs ?? []).map((pair) => [pair.left, pair]));
    this.tiles.replaceChildren(...Array.from(answer.positions, (/** @type {number} */ position, i) => {
      const { left, right } = by.get(position) ?? { left: position, right: 0 };
      const truth = classes[this.mine.truth[left]];
      const said = (/** @type {AnswersAnswer} */ run, /** @type {number} */ at) => `${classes[run.labels[at]]} (${sure(run.confidence[at])})`;
      const lines = [`${this.names[0]}: ${said(this.mine, left)}`, `${this.names[1]}: ${said(this.others, right)}`];
      return example({ answer, at: i, title: `true: ${truth}`, lines: lines.map((text, k) => ({ text, wrong: (k ? this.others.labels[right] !== this.others.truth[right] : this.mine.labels[left] !== this.mine.truth[left]) })), columns: this.view?.anatomy.columns ?? [], open: () => this.context.open(position, among) });
    }));
  }
}

/** Says of whom a fault is. @param {unknown} error @returns {never} */
function ofOther(error) {
  throw error instanceof Fault ? new Fault({ what: `The other run gives no answer. ${error.what}`, expected: error.expected, got: error.got, fix: error.fix }, error.status) : error;
}

/** Whether a name alone does not tell a run from the others. @param {import("../../shared/server/runlist.js").RunRow[]} rows @param {import("../../shared/server/runlist.js").RunRow} row */
const twice = (rows, row) => rows.some((other) => other !== row && other.name === row.name);

/** @param {Record<Cell, import("./paired.js").Pair[]>} cells @param {number} p @param {string[]} names */
function verdict({ fixed, broken }, p, [mine, other]) {
  if (!fixed.length && !broken.length) return "Both are right and wrong on exactly the same examples.";
  const [is, gets] = mine === RUNS[0] ? ["is", "gets"] : ["are", "get"];
  const changes = `${capital(mine)} ${gets} ${whole(fixed.length)} right that ${other} ${gets} wrong, and ${whole(broken.length)} wrong that ${other} ${gets} right.`;
  if (p >= 0.05) return `${changes} That may be chance: equally good networks differ at least so much in ${percent(p)} of cases.`;
  return `${changes} So ${mine} ${is} ${fixed.length > broken.length ? "better" : "worse"}: equally good networks would differ as much in ${p < 0.0005 ? "fewer than 0.1 %" : `only ${percent(p)}`} of cases.`;
}

/** @param {{cells: Record<Cell, import("./paired.js").Pair[]>, common: number}} found @param {number} p @param {number} agreed @param {string[]} names */
function explained({ cells, common }, p, agreed, [mine, other]) {
  const [ours, theirs] = [cells.both.length + cells.fixed.length, cells.both.length + cells.broken.length];
  const [changed, fewer] = [cells.fixed.length + cells.broken.length, Math.min(cells.fixed.length, cells.broken.length)];
  const shown = p < 0.0001 ? p.toExponential(1) : p.toFixed(4);
  return `Each example is in one cell. ${capital(mine)}: ${percent(ours / common)} right, ${other}: ${percent(theirs / common)}; they give the same answer to ${percent(agreed)}. Only examples on which they differ in being right tell which is better: if neither were, each of those ${whole(changed)} would fall to either side like a coin. McNemar's exact test: p = min(1, 2·Σₖ C(${changed}, k)/2^${changed}) over k = 0 … ${fewer} = ${shown}.`;
}

/** @param {string} text */
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** @param {string} value of an option @returns {"now" | "best" | number} */
const weightsOf = (value) => (value === "now" || value === "best" ? value : Number(value));
