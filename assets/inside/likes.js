// @ts-check
/** The tab "What a unit likes": all units of a layer at a glance; for one of them the examples, a picture made for it, and what it looks at. */

import { classColour } from "../shared/drawing/classes.js";
import { element, setAttribute, setText } from "../shared/dom/element.js";
import { tell } from "../shared/dom/fault.js";
import { percent, whole } from "../shared/drawing/format.js";
import { segments } from "../shared/dom/segments.js";
import { short } from "../shared/drawing/raster.js";
import { Climb } from "./likes/climb.js";
import { examples } from "./likes/examples.js";
import { Overview } from "./likes/overview.js";
import { columnBars } from "./why/columns.js";
import { EvidenceFigure, scale } from "./why/evidence.js";

/** @typedef {import("./context.js").View} View */

const SPLITS = { validation: "Validation", test: "Test", train: "Training" };
const BARS = 12; // classes shown at most, the strongest

/** @typedef {import("./answers.d.ts").TopAnswer & import("./answers.d.ts").Looked} TopAnswer */
/** end: which end of the ranking; pieces: whether only what the unit sees is shown. @typedef {{split: string, by: string, end: "most" | "least", pieces: boolean, first: number}} Settings */

export class LikesTab {
  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {View | null} */
    this.view = null;
    /** @type {Settings} */
    this.settings = { split: "validation", by: "max", end: "most", pieces: false, first: 0 };
    /** @type {Record<string, string>} */
    this.asked = {};
    /** @type {Record<string, AbortController>} */
    this.open = {};
    /** @type {TopAnswer | null} */
    this.body = null;
    /** @type {number | "now" | null} */
    this.pinned = null; // the epoch that is looked at while the run trains: weights that stand still, so that the next unit is instant

    const set = (/** @type {string} */ name) => (/** @type {any} */ value) => this.set({ [name]: value });
    this.layers = element("select", { "aria-label": "Layer", title: "A later layer → its units look for larger and more complex things", onchange: () => this.pickLayer(this.layers.value) });
    this.number = element("input", { type: "number", min: 0, "aria-label": "Unit", title: "Number of the unit, from 0", onchange: () => this.pick(Number(this.number.value)) });
    const step = (/** @type {number} */ by, /** @type {string} */ text) => element("button", { type: "button", class: "npi-button", text, onclick: () => this.pick((this.unit() + by + this.units()) % this.units()) });
    this.of = element("span", { class: "npi-quiet" });
    this.split = segments({ label: "Data", name: "likes-split", options: Object.entries(SPLITS), value: this.settings.split, help: "Which part of the data is searched → training holds the most pictures and takes the longest", onchange: set("split") });
    this.links = element("div", { class: "npi-buttons" },
      element("button", { type: "button", class: "npi-button", text: "See it in the maps", title: "Open Feature maps at this unit → where it answers in the chosen picture", onclick: () => this.goto("maps") }),
      element("button", { type: "button", class: "npi-button", text: "See one cell", title: "Open One cell at this unit → how its number comes about", onclick: () => this.goto("cell") }));
    this.renew = element("button", { type: "button", class: "npi-button", hidden: true, text: "Look again", title: "The run goes on learning → ask with the weights that it saved last", onclick: () => this.again() });
    this.head = element("div", { class: "npi-likes-row" },
      element("label", { class: "npi-likes-label" }, "Layer", this.layers),
      element("div", { class: "npi-likes-label" }, element("label", { class: "npi-likes-label" }, "Unit", this.number), this.of, step(-1, "Previous unit"), step(1, "Next unit")), this.split, this.renew);
    this.overview = new Overview({ onpick: (unit) => this.pick(unit), onpage: (first) => this.set({ first: Math.max(0, first) }) });
    this.fault = element("div", { hidden: true });
    this.title = element("h3");
    this.facts = element("p", { class: "npi-quiet" });
    this.grid = element("div", { class: "npi-likes-examples" });
    this.state = element("p", { class: "npi-quiet", role: "status" });
    this.ends = segments({ label: "Show", name: "likes-end", options: [["most", "Strongest"], ["least", "Weakest"]], value: "most", help: "Weakest → pictures that leave the unit cold, to compare with", onchange: set("end") });
    this.bys = segments({ label: "Rank by", name: "likes-by", options: [["max", "Strongest cell"], ["mean", "Mean of the map"]], value: "max", help: "Strongest cell → one place is enough; mean → the unit must answer all over the picture", onchange: set("by") });
    this.cuts = segments({ label: "Cut", name: "likes-cut", options: [["", "Whole picture"], ["yes", "What it sees"]], value: "", help: "What it sees → only the receptive field of the cell that answers most", onchange: (value) => this.set({ pieces: value === "yes" }) });
    this.classes = element("div", { class: "npi-likes-classes" });
    this.words = element("div");
    this.climb = new Climb(this.context);
    this.cover = new EvidenceFigure({ title: "" });
    this.coverColumns = element("div", { hidden: true });
    this.coverSays = element("p", { class: "npi-quiet" });
    this.scale = element("span");
    const part = (/** @type {string | Node} */ title, /** @type {Node[]} */ ...nodes) => element("section", { class: "npi-likes-part" }, element("h4", {}, title), ...nodes);
    this.most = part("In the data", element("div", { class: "npi-likes-options" }, this.ends, this.bys, this.cuts), this.state, this.grid,
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.words));
    this.classPart = part("Which class", element("p", { class: "npi-quiet", text: "Mean of the unit's strongest answer on each true class." }), this.classes);
    this.coverTitle = element("span");
    this.coverPart = part(this.coverTitle, this.coverSays, this.cover.root, this.coverColumns, this.scale);
    this.made = part("Made for it", this.climb.root);
    this.detail = element("div", { class: "npi-likes-detail" },
      element("div", { class: "npi-likes-row" }, element("div", {}, this.title, this.facts), this.links),
      this.most, element("div", { class: "npi-likes-columns" }, this.made, this.coverPart, this.classPart));
    this.root = element("section", { class: "npi-likes", "aria-label": "What a unit likes" }, this.head, this.overview.root, this.fault, this.detail);
  }

  /** @param {View} view */
  show(view) {
    if (this.view?.run !== view.run) this.settings.first = 0;
    this.view = view;
    const names = view.anatomy.layers.map((layer) => layer.name);
    if (this.layers.dataset.key !== names.join()) {
      this.layers.dataset.key = names.join();
      this.layers.replaceChildren(...view.anatomy.layers.map((layer) => element("option", { value: layer.name, text: `${layer.name}, ${layer.shape.join(" × ")}` })));
    }
    this.layers.value = this.layer();
    this.number.max = String(this.units() - 1);
    if (document.activeElement !== this.number) this.number.value = String(this.unit());
    setText(this.of, `of ${whole(this.units())}, from 0`);
    setText(this.coverTitle, this.hasPictures() ? "In the chosen picture" : "In the chosen row");
    this.cuts.hidden = !this.hasPictures() || this.shape().length < 2; // behind that, everything sees the whole picture
    this.bys.hidden = this.shape().length < 2;
    this.renew.hidden = !view.live;
    this.links.hidden = this.shape().length !== 3;
    this.ask();
  }

  hide() {
    for (const stop of Object.values(this.open)) stop.abort();
    this.climb.pause();
    this.asked = {};
  }

  /** Of the network on show; asked for while one is. */
  anatomy() {
    return /** @type {View} */ (this.view).anatomy;
  }

  /** The chosen layer, or the last convolution, or the first with weights. */
  layer() {
    const { layers } = this.anatomy();
    if (this.view?.layer && layers.some((layer) => layer.name === this.view?.layer)) return this.view.layer;
    const found = layers.filter((layer) => layer.purpose === "Convolution").pop() ?? layers.find((layer) => layer.parameters > 0) ?? layers[layers.length - 1];
    return found.name;
  }

  shape() {
    return this.anatomy().layers.find((layer) => layer.name === this.layer())?.shape ?? [1];
  }

  units() {
    return this.shape()[this.shape().length - 1] || 1;
  }

  unit() {
    return Math.min(Math.max(0, this.view?.unit ?? 0), this.units() - 1);
  }

  hasPictures() {
    return this.view?.anatomy.kind === "pictures";
  }

  isLast() {
    const { layers } = this.anatomy();
    return layers[layers.length - 1].name === this.layer();
  }

  /** "class 6" or "unit 3" */
  called() {
    return this.isLast() ? `class ${this.view?.anatomy.classes[this.unit()] ?? this.unit()}` : `unit ${this.unit()}`;
  }

  /** @param {string} layer */
  pickLayer(layer) {
    this.settings.first = 0;
    this.context.choose({ layer, unit: 0 });
  }

  /** @param {number} unit */
  pick(unit) {
    const right = Math.min(Math.max(0, Math.round(unit) || 0), this.units() - 1);
    this.context.choose({ layer: this.layer(), unit: right });
  }

  /** @param {string} tab */
  goto(tab) {
    this.context.choose({ tab, layer: this.layer(), unit: this.unit() });
  }

  /** @param {Partial<Settings>} changes */
  set(changes) {
    Object.assign(this.settings, changes);
    if (this.view) this.ask();
  }

  /** With the weights saved last, of a run that trains. */
  again() {
    this.pinned = null;
    this.ask();
  }

  /** null: those that are chosen. */
  weights() {
    if (!this.view?.live) return (this.pinned = null);
    return (this.pinned ??= this.view.anatomy.keyframes.at(-1) ?? "now");
  }

  ask() {
    const { split, by, first } = this.settings;
    const [layer, unit] = [this.layer(), this.unit()];
    const size = 96;
    if (unit < first || unit >= first + size) this.settings.first = size * Math.floor(unit / size);
    const on = [this.view?.run, this.view?.weights, this.weights(), this.view?.status === "training" ? "" : this.view?.status];
    this.once("units", [...on, layer, split, this.settings.first], { view: "units", layer, split, first: this.settings.first }, (body) => {
      this.overview.draw(body, this.anatomy());
      this.overview.mark(this.unit());
      const alive = body.high.findIndex((value) => value > 0);
      if (this.view?.unit === null && body.high[0] <= 0 && alive > 0) this.pick(body.first + alive); // begin with one that has something to show
    });
    this.once("top", [...on, layer, unit, split, by], { view: "top", layer, unit, split, by }, (body) => {
      this.body = body;
      this.drawExamples();
    });
    const picture = this.view?.picture;
    this.once("cover", [...on, layer, unit, by, picture], { view: "unit_occlusion", layer, unit, by }, (body) => this.drawCover(body));
    const key = JSON.stringify([...on, layer, unit]);
    this.climb.show({ key, layer, unit, weights: this.weights(), table: !this.hasPictures(), columns: this.view?.anatomy.columns ?? [], standardised: this.view?.anatomy.standardised, hasMap: this.shape().length > 1 });
    this.overview.mark(unit);
    setText(this.title, `What ${this.called()} of ${layer} likes`);
    if (this.body && this.asked.top === this.asked.drawn) this.drawExamples();
  }

  /**
   * One question of a kind at a time; the same is not asked twice.
   * @template {"units" | "top" | "unit_occlusion"} View
   * @param {"units" | "top" | "cover"} kind
   * @param {unknown[]} key
   * @param {import("./answers.d.ts").Question<View>} question
   * @param {(body: import("./answers.d.ts").Answers[View] & import("./answers.d.ts").Looked) => void} draw
   */
  once(kind, key, question, draw) {
    const text = JSON.stringify(key);
    if (this.asked[kind] === text) return;
    this.open[kind]?.abort();
    const stop = (this.open[kind] = new AbortController());
    this.asked[kind] = text;
    if (kind === "top") setText(this.state, `Going through the ${this.settings.split === "train" ? "training" : this.settings.split} part …`);
    const about = question.view === "unit_occlusion" ? {} : { picture: null };
    const weights = this.weights();
    /** @type {import("./answers.d.ts").Question<View>} */
    const whole = { ...question, ...about, ...(weights === null ? {} : { weights }) };
    const end = this.context.follow(whole,
      (body) => {
        this.fault.hidden = true;
        if (kind === "top") this.asked.drawn = text;
        draw(body);
      },
      (error) => {
        this.asked[kind] = ""; // may be asked again
        if (kind === "cover") return setText(this.coverSays, /** @type {import("../shared/dom/fault.js").Said} */ (error).what ?? "This could not be worked out.");
        this.fault.hidden = false;
        tell(this.fault, error);
        setText(this.state, "");
      },
      { live: false },
    );
    stop.signal.addEventListener("abort", end, { once: true });
  }

  drawExamples() {
    const { body } = this;
    if (!body) return;
    const { classes, columns, input_shape: [height, width] } = this.anatomy();
    const sees = body.field ? (body.field[0] >= height && body.field[1] >= width ? "sees the whole picture" : `sees ${body.field[0]} × ${body.field[1]} pixels`) : "";
    const facts = [sees, this.isLast() ? "" : `above 0 on ${percent(body.active)} of ${whole(body.examples)} examples`, `answers from ${short(body.low)} to ${short(body.high)}`];
    setText(this.facts, `${capital(facts.filter(Boolean).join("; "))}.`);
    const when = body.weights.kind === "live" ? "" : this.view?.live ? ` With the weights after epoch ${body.weights.epoch}.` : "";
    setText(this.state, body.is_dead ? `This unit is dead here: it never rises above 0 on ${whole(body.examples)} examples, so their order means nothing.${when}` : body.is_constant ? `This unit answers the same to every example: ${short(body.high)}.${when}` : when);
    this.grid.replaceChildren(...examples(body[this.settings.end], { split: body.split, classes, pieces: this.settings.pieces, columns, onpick: (picture) => this.context.choose({ picture }) }));
    this.drawClasses(body.per_class, classes);
    const { most } = body;
    const best = most.values.length ? `The strongest: ${body.split} example ${most.positions[0]} (${classes[most.labels[0]]}) with ${short(most.values[0])}.` : "";
    this.words.replaceChildren(
      element("p", { text: `Every example of the ${body.split} part went through the network; a is ${body.values_are}${this.settings.by === "max" ? ", its largest value over the map" : ", its mean over the map"}. ${best}` }),
      element("p", { text: "The frame is the receptive field of the cell that answers most: nothing outside it can change that number." }),
      element("p", { text: "A few pictures that a unit likes do not tell what it is for: look at the weakest ones, and at the classes, before giving it a name." }));
  }

  /** @param {Float32Array} means @param {string[]} names */
  drawClasses(means, names) {
    const order = [...means.keys()].filter((place) => Number.isFinite(means[place])).sort((a, b) => means[b] - means[a]).slice(0, BARS);
    const [low, high] = [Math.min(0, ...order.map((place) => means[place])), Math.max(0, ...order.map((place) => means[place]))];
    const range = high - low || 1;
    this.classes.replaceChildren(...order.map((place) => {
      const [from, to] = [Math.min(0, means[place]), Math.max(0, means[place])];
      const bar = element("span", { class: "npi-likes-bar", style: `left:${(100 * (from - low)) / range}%;width:${(100 * (to - from)) / range}%;background:${classColour(place)}` });
      return element("div", { class: "npi-likes-class-row" }, element("span", { text: names[place] }), element("span", { class: "npi-likes-track" }, bar), element("span", { class: "npi-likes-number", text: short(means[place]) }));
    }));
    if (means.length > order.length) this.classes.append(element("p", { class: "npi-quiet", text: `The strongest ${order.length} of ${whole(means.length)} classes.` }));
  }

  /** @param {import("./answers.d.ts").OcclusionAnswer} body */
  drawCover(body) {
    const n = body.numbers;
    const isTable = body.values.shape === undefined;
    const given = this.view?.picture.title ?? "";
    const title = given && given !== this.view?.picture.source ? given : `The chosen ${isTable ? "row" : "picture"}`;
    this.cover.root.hidden = isTable;
    this.coverColumns.hidden = !isTable;
    setText(this.coverSays, body.is_empty ? `${title}: answer ${short(body.answer)}; covering parts changes nothing.` : `${title}: answer ${short(body.answer)}. Orange: ${isTable ? `with this column at ${this.view?.anatomy.standardised ? "its mean" : "0"}` : "covered there"}, it drops, by ${short(n.peak)} at most${n.patch ? ` for one square (${n.patch} × ${n.patch}, ${n.stride} apart)` : ""}. Blue: it rises.${n.patch ? ` A pixel has the mean of the squares that cover it: at ${short(body.high)} its colour is full.` : ""}`);
    if (isTable) return this.coverColumns.replaceChildren(columnBars(body.values, body.input, this.view?.anatomy.columns ?? [], ["Rises ← → drops", "Drop"], this.view?.anatomy.standardised));
    this.cover.draw(body, { opacity: 0.8, label: `What the unit looks at in ${title}: its answer drops by ${short(n.peak)} at most` });
    setText(this.cover.title, "");
    this.scale.replaceChildren(scale(true, body.high, ["rises", "drops"]));
    setAttribute(this.scale, "title", body.formula);
  }
}

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
