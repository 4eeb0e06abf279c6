// @ts-check
/** The tab "Why this answer": what in the chosen picture speaks for a class, by one method or by all of them side by side. */

import { element, setAttribute, setText } from "../shared/dom/element.js";
import { tell } from "../shared/dom/fault.js";
import { segments } from "../shared/dom/segments.js";
import { legend, paint } from "../shared/drawing/raster.js";
import { ClassBars } from "./why/classes.js";
import { columnBars } from "./why/columns.js";
import { EvidenceFigure, scale } from "./why/evidence.js";
import { METHODS, explained } from "./why/words.js";

/** @typedef {import("./why/words.js").Method} Method */
/** @typedef {import("./context.js").View} View */

const NAMES = /** @type {Method[]} */ (Object.keys(METHODS));

/** @typedef {import("./answers.d.ts").WhyAnswer & import("./answers.d.ts").Looked} WhyAnswer */

export class WhyTab {
  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Method} */
    this.method = "gradcam";
    /** @type {number | null} */
    this.label = null; // null: the class that the network says
    this.all = false;
    this.opacity = 0.75;
    /** @type {Record<string, any>} */
    this.settings = { baseline: "black", patch: null, stride: null, fill: "mean" };
    this.asked = "";
    this.stop = () => {};
    /** @type {WhyAnswer | null} */
    this.body = null;
    /** @type {View | null} */
    this.view = null;

    this.methods = element("div", { class: "npi-buttons", role: "group", "aria-label": "Method" });
    this.buttons = new Map(NAMES.map((name) => [name, element("button", { type: "button", class: "npi-button", text: METHODS[name].title, title: METHODS[name].asks, onclick: () => this.pick({ method: name, all: false }) })]));
    this.compare = element("button", { type: "button", class: "npi-button npi-why-compare", text: "Compare all", title: "Show the picture once with each method → where they agree, the evidence is solid", onclick: () => this.pick({ all: !this.all }) });
    this.methods.append(...this.buttons.values(), this.compare);
    this.asks = element("p", { class: "npi-quiet" });
    this.options = element("div", { class: "npi-why-options" });
    this.classes = new ClassBars((label) => this.pick({ label }));
    this.figure = new EvidenceFigure({ title: "" });
    this.raw = element("canvas", { class: "npi-why-raw", role: "img" });
    this.rawSays = element("figcaption", { class: "npi-quiet" });
    this.rawStack = element("div", { class: "npi-why-stack" }, this.raw);
    this.rawFigure = element("figure", { class: "npi-why-figure" }, this.rawStack, this.rawSays);
    this.several = new Map(NAMES.map((name) => [name, new EvidenceFigure({ title: METHODS[name].title, onpick: () => this.pick({ method: name, all: false }), plain: true })]));
    this.single = element("div", { class: "npi-why-single" }, this.figure.root, this.rawFigure);
    this.side = element("div", { class: "npi-why-all", hidden: true }, ...[...this.several.values()].map((figure) => figure.root));
    this.columns = element("div", { class: "npi-why-columns", hidden: true });
    this.fault = element("div", { hidden: true });
    this.scale = element("span");
    this.slider = element("input", { type: "range", min: 0, max: 1, step: 0.05, value: this.opacity, "aria-label": "Opacity of the evidence", title: "Further right → the evidence covers more of the picture", oninput: () => this.fade() });
    this.bar = element("div", { class: "npi-why-bar-row" }, element("label", { class: "npi-why-slider" }, "Opacity", this.slider), this.scale);
    this.state = element("p", { class: "npi-quiet npi-why-state", role: "status" });
    this.words = element("div");
    const details = element("details", {}, element("summary", { text: "What am I looking at?" }), this.words);
    this.stage = element("div", { class: "npi-why-stage" }, this.fault, this.single, this.side, this.columns, this.bar, this.state, details);
    this.root = element("section", { class: "npi-why", "aria-label": "Why this answer" }, this.methods, this.asks, this.options, element("div", { class: "npi-why-body" }, this.stage, this.classes.root));
  }

  /** @param {View} view */
  show(view) {
    if (this.view?.picture.source !== view.picture.source) this.label = null; // each picture has its own answer
    if (this.view?.run !== view.run) {
      this.body = null;
      const layers = view.anatomy?.layers ?? [];
      if (!layers.some((layer) => layer.shape.length === 3)) this.method = "saliency"; // Grad-CAM would have no maps
    }
    this.view = view;
    this.ask();
  }

  hide() {
    this.stop();
    this.asked = "";
  }

  /** @param {Record<string, any>} changes */
  pick(changes) {
    Object.assign(this, changes);
    if (this.view?.live) this.asked = ""; // the same again is worth asking: the weights moved on
    this.ask();
  }

  /** @param {Record<string, any>} changes */
  set(changes) {
    Object.assign(this.settings, changes);
    this.ask();
  }

  /** @param {Method} method */
  question(method) {
    const { baseline, patch, stride, fill } = this.settings;
    const layer = this.layer();
    const own = { gradcam: { layer }, saliency: {}, smoothgrad: {}, integrated: this.isTable() ? {} : { baseline }, occlusion: this.isTable() ? {} : { patch, stride, fill } }[method];
    const view = METHODS[method].quick && (this.view?.live || !this.all) ? /** @type {const} */ ("why") : /** @type {const} */ ("why_at_length");
    return { view, method, class: this.label, ...own };
  }

  /** The layer that a person chose on any tab, where it has maps. */
  layer() {
    return this.body?.layers.find((name) => name === this.view?.layer) ?? null;
  }

  isTable() {
    return this.view?.anatomy?.kind === "table";
  }

  /** Asks, unless the same was asked before. */
  ask() {
    const { view } = this;
    if (!view?.anatomy || !view.picture.source) return;
    if (this.isTable() && this.method === "gradcam") this.method = "integrated";
    const wanted = this.all ? NAMES.filter((name) => !(this.isTable() && name === "gradcam")) : [this.method];
    const key = JSON.stringify([view.run, view.picture.source, view.picture.prepare, view.weights, view.live, wanted.map((name) => this.question(name))]);
    this.frame();
    if (key === this.asked) return this.fade();
    this.stop();
    this.asked = key;
    this.say("Working …");
    const stops = wanted.map((name) => this.listen(name));
    this.stop = () => stops.forEach((stop) => stop());
  }

  /** Quick methods follow a training, slow ones are asked once. @param {Method} method @returns {() => void} */
  listen(method) {
    const draw = (/** @type {WhyAnswer} */ body) => this.draw(method, body);
    const fail = (/** @type {unknown} */ error) => this.fail(method, error);
    const question = this.question(method);
    return this.context.follow(question, draw, fail, { live: question.view === "why" });
  }

  /** What the choices alone decide: pressed buttons, which figures stand, options. */
  frame() {
    for (const [name, button] of this.buttons) {
      setAttribute(button, "aria-pressed", String(!this.all && name === this.method));
      button.hidden = this.isTable() && name === "gradcam";
    }
    setAttribute(this.compare, "aria-pressed", String(this.all));
    setText(this.asks, this.all ? "The same picture and class, five questions." : this.isTable() ? METHODS[this.method].asks.replaceAll("pixel", "column").replace("a square is painted over", `it is set to ${this.view?.anatomy.standardised ? "its mean" : "0"}`).replaceAll("picture", "row") : METHODS[this.method].asks);
    this.single.hidden = this.all || this.isTable();
    this.side.hidden = !this.all || this.isTable();
    this.columns.hidden = !this.isTable();
    this.bar.hidden = this.isTable();
    const kind = this.all || this.isTable() ? "" : this.method;
    const layers = this.body?.layers.join() ?? "";
    const key = `${kind} ${layers} ${this.layer()} ${this.body?.layer} ${JSON.stringify(this.settings)} ${this.view?.anatomy?.input_shape}`;
    if (this.options.dataset.key === key) return;
    const focused = /** @type {HTMLElement | null} */ (this.options.querySelector(":focus"))?.getAttribute("aria-label");
    this.options.dataset.key = key;
    this.options.replaceChildren(...this.controls(kind));
    if (focused) /** @type {HTMLElement | null} */ ([...this.options.querySelectorAll("[aria-label]")].find((node) => node.getAttribute("aria-label") === focused))?.focus();
  }

  /** @param {string} method @returns {HTMLElement[]} */
  controls(method) {
    const side = Math.min(...(this.view?.anatomy?.input_shape.slice(0, 2) ?? [1]));
    if (method === "gradcam" && this.body?.layers.length) {
      const chosen = this.layer() ?? this.body.layer;
      const pick = element("select", { "aria-label": "Layer", title: "A later layer → coarser maps of larger parts; an earlier one → finer maps of edges", onchange: () => this.context.choose({ layer: pick.value, unit: null }) },
        ...this.body.layers.map((/** @type {string} */ name) => element("option", { value: name, text: name, selected: name === chosen })));
      return [element("label", {}, "Maps of layer", pick)];
    }
    if (method === "integrated") {
      return [segments({ label: "Baseline", name: "why-baseline", options: [["black", "Black"], ["white", "White"], ["blurred", "Blurred"]], value: this.settings.baseline, help: "The picture that says nothing → contributions are counted from there; what equals the baseline cannot contribute", onchange: (baseline) => this.set({ baseline }) })];
    }
    if (method === "occlusion") {
      const patch = this.settings.patch ?? Math.max(Math.floor(side / 5), 1);
      const stride = this.settings.stride ?? Math.max(Math.floor(patch / 3), 1);
      return [
        this.number("Square", patch, side, "Larger squares → coarser map, stronger effect", (value) => this.set({ patch: value, stride: null })),
        this.number("Stride", stride, patch, "Smaller stride → finer map, more squares to try", (value) => this.set({ stride: value })),
        segments({ label: "Cover with", name: "why-fill", options: [["mean", "Mean colour"], ["black", "Black"], ["white", "White"]], value: this.settings.fill, help: "The colour of the square → one that the network finds telling itself would mislead", onchange: (fill) => this.set({ fill }) }),
      ];
    }
    return [];
  }

  /** @param {string} label @param {number} value @param {number} most @param {string} help @param {(value: number) => void} onset */
  number(label, value, most, help, onset) {
    const input = element("input", { type: "number", min: 1, max: most, value, "aria-label": label, title: help, onchange: () => onset(Math.round(Math.min(most, Math.max(1, Number(input.value) || value)))) });
    return element("label", {}, label, input, element("span", { class: "npi-quiet", text: "px" }));
  }

  /** @param {Method} method @param {WhyAnswer} body */
  draw(method, body) {
    this.body = body;
    this.fault.hidden = true;
    this.classes.draw(body);
    this.frame();
    if (this.isTable()) this.drawColumns(body);
    else if (this.all) this.drawBeside(method, body);
    else this.drawOne(body);
    const when = body.weights.kind === "live" ? "now" : `after epoch ${body.weights.epoch}`;
    this.say(this.view?.live && !METHODS[method].quick ? `Computed from the weights saved ${when}. Choose the method again for newer ones.` : "");
    if (!this.all || method === this.method) this.words.replaceChildren(...explained(body).map((text) => element("p", { text })));
  }

  /** @param {WhyAnswer} body */
  drawOne(body) {
    const name = body.classes[body.class];
    this.figure.draw(body, { opacity: this.opacity, label: this.alt(body) });
    setText(this.figure.title, `Evidence for ${name}`);
    const map = body.raw ?? body.values;
    const [height, width] = map.shape;
    const colours = body.signed ? "diverging" : "sequence";
    const ends = body.raw ? {} : { low: body.low, high: body.high };
    const painted = paint(this.raw, { values: map, height, width, colours, ...ends });
    this.rawStack.style.aspectRatio = `${width} / ${height}`;
    const what = body.raw ? `The map itself, ${height} × ${width} ${body.method === "gradcam" ? "cells" : "squares"}` : `The values alone, ${height} × ${width} pixels`;
    setAttribute(this.raw, "aria-label", `${what}, from ${painted.low.toPrecision(3)} to ${painted.high.toPrecision(3)}`);
    this.rawSays.replaceChildren(element("span", { text: what }), legend(colours, painted.low, painted.high, { dark: this.view?.theme.dark, constant: painted.constant }));
    this.scale.replaceChildren(scale(body.signed, body.high));
  }

  /** @param {Method} method @param {WhyAnswer} body */
  drawBeside(method, body) {
    const figure = /** @type {EvidenceFigure} */ (this.several.get(method));
    figure.draw(body, { opacity: this.opacity, label: this.alt(body) });
    setText(figure.says, METHODS[method].asks);
    this.scale.replaceChildren(scale(true, null));
  }

  /** @param {WhyAnswer} body */
  drawColumns(body) {
    this.columns.replaceChildren(columnBars(body.values, body.input, this.view?.anatomy.columns ?? [], undefined, this.view?.anatomy.standardised));
  }

  /** @param {WhyAnswer} body */
  alt(body) {
    const [height, width] = body.values.shape;
    let best = 0;
    for (let i = 1; i < body.values.length; i++) if (body.values[i] > body.values[best]) best = i;
    const where = body.is_empty ? "nowhere" : `strongest at row ${Math.floor(best / width)}, column ${best % width} of ${height} × ${width}`;
    return `${METHODS[/** @type {Method} */ (body.method)].title} for ${body.classes[body.class]}: evidence ${where}`;
  }

  fade() {
    this.opacity = Number(this.slider.value);
    for (const figure of [this.figure, ...this.several.values()]) {
      if (figure.evidence) figure.draw(figure.evidence, { opacity: this.opacity, label: figure.stack.getAttribute("aria-label") ?? "" });
    }
  }

  /** @param {Method} method @param {unknown} error */
  fail(method, error) {
    this.say("");
    if (this.all) return setText(/** @type {EvidenceFigure} */ (this.several.get(method)).says, /** @type {import("../shared/dom/fault.js").Said} */ (error).what ?? "Not possible here.");
    this.fault.hidden = false;
    tell(this.fault, error);
    this.single.hidden = true;
    this.bar.hidden = true;
    this.words.replaceChildren();
  }

  /** @param {string} text */
  say(text) {
    setText(this.state, text);
    this.stage.toggleAttribute("data-working", text.startsWith("Working"));
  }
}
