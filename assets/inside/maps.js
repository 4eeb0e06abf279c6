// @ts-check
/** The tab "Feature maps": what every layer makes of the chosen picture, the whole network at a glance or one layer in full. */

import { element, setText } from "../shared/dom/element.js";
import { tell } from "../shared/dom/fault.js";
import { segments } from "../shared/dom/segments.js";
import { LayerView } from "./maps/layer.js";
import { Overview } from "./maps/overview.js";
import { isHatched } from "./maps/tones.js";
import { explained } from "./maps/words.js";

/** @typedef {import("./context.js").View} View */

const REST = 1000; // milliseconds between two looks at the filter while a run trains

export class MapsTab {
  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {import("./maps/tones.js").Scale} */
    this.scale = "map";
    /** @type {number | null} */
    this.slice = null;
    this.first = 0;
    this.asked = "";
    this.filterOf = "";
    this.filterAt = 0;
    this.asking = new AbortController();
    this.stop = () => {};
    /** @type {import("./answers.d.ts").MapsAnswer | null} */
    this.body = null;
    /** @type {View | null} */
    this.view = null;

    const choose = this.context.choose.bind(this.context);
    this.back = element("button", { type: "button", class: "npi-button", text: "All layers", title: "Back to the whole network", onclick: () => choose({ layer: null, unit: null }) });
    this.layers = element("select", { "aria-label": "Layer", title: "Another layer → all its channels", onchange: () => choose({ layer: this.layers.value || null, unit: null }) });
    const turn = (/** @type {number} */ by, /** @type {string} */ text) => element("button", { type: "button", class: "npi-button", text: by < 0 ? "↑" : "↓", "aria-label": text, title: text, onclick: () => this.turn(by) });
    this.turns = element("span", { class: "npi-buttons" }, turn(-1, "The layer before"), turn(1, "The layer behind"));
    const scale = segments({
      label: "Colours", name: "npi-maps-scale", options: [["map", "Per map"], ["layer", "Per layer"], ["network", "Whole network"]], value: this.scale,
      help: "Per map → the finest contrast; per layer or network → equal colours are equal values, so maps can be compared",
      onchange: (value) => ((this.scale = /** @type {import("./maps/tones.js").Scale} */ (value)), this.paint()),
    });
    this.says = element("p", { class: "npi-maps-tensor" });
    this.fault = element("div", { hidden: true });
    this.overview = new Overview((layer, unit) => choose({ layer, unit }));
    this.layer = new LayerView({
      onunit: (unit) => choose({ layer: this.view?.layer ?? null, unit }),
      onslice: (slice) => ((this.slice = slice), this.follow()),
      onpage: (first) => ((this.first = first), this.follow()),
      oncell: () => choose({ tab: "cell", layer: this.view?.layer ?? null, unit: this.layer.unit }),
      onfilters: () => choose({ tab: "filters", layer: this.view?.layer ?? null, unit: this.layer.unit }),
    });
    this.words = element("div");
    this.stage = element("div", { class: "npi-maps-stage" }, this.overview.root, this.layer.root);
    this.root = element("section", { class: "npi-maps", "aria-label": "Feature maps" },
      element("div", { class: "npi-maps-bar" }, this.back, this.layers, this.turns, scale), this.says, this.fault, this.stage,
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.words));
  }

  /** @param {View} view */
  show(view) {
    const { view: before } = this;
    if (before?.run !== view.run) this.body = null;
    if (before?.anatomy?.layers !== view.anatomy.layers) {
      const option = (/** @type {import("../shared/server/anatomy.d.ts").AnatomyLayer} */ { name, kind, shape }) => element("option", { value: name, text: `${name} · ${kind} · ${shape.join(" × ")}` });
      this.layers.replaceChildren(element("option", { value: "", text: "All layers" }), ...view.anatomy.layers.map(option));
    }
    if (before?.layer !== view.layer || before?.run !== view.run) [this.slice, this.first] = [null, 0];
    this.view = view;
    this.layers.value = view.layer ?? "";
    this.back.hidden = this.turns.hidden = view.layer === null;
    this.follow();
    if (this.body) this.paint();
  }

  hide() {
    this.stop();
    this.asking.abort();
    this.asked = this.filterOf = "";
  }

  follow() {
    const { view } = this;
    if (!view) return;
    /** @type {import("./answers.d.ts").Question<"maps">} */
    const question = view.layer === null ? { view: "maps" } : { view: "maps", layer: view.layer, slice: this.slice, first: this.first || null };
    const key = JSON.stringify([question, view.run, view.picture.source, view.picture.prepare, view.weights, view.live, view.live || view.anatomy.epoch]);
    if (key === this.asked) return;
    this.stop();
    this.asked = key;
    this.filterOf = "";
    this.stop = this.context.follow(question, (body) => this.draw(body), (error) => this.fail(error));
  }

  /** @param {import("./answers.d.ts").MapsAnswer} body */
  draw(body) {
    this.body = body;
    this.fault.hidden = true;
    this.stage.hidden = false;
    this.paint();
  }

  /** @param {unknown} error */
  fail(error) {
    this.fault.hidden = false;
    this.stage.hidden = this.body === null;
    tell(this.fault, error);
  }

  /** Draws the last answer as it is now to be seen; an answer for another layer than the chosen one waits for its own. */
  paint() {
    const { body, view } = this;
    if (!body || !view) return;
    const { classes, layers } = view.anatomy;
    const whole = view.layer === null;
    if (whole !== body.layers.length > 1 && layers.length > 0) return;
    if (!whole && body.layers[0].name !== view.layer) return;
    this.overview.root.hidden = !whole;
    this.layer.root.hidden = whole;
    if (whole) this.overview.draw(body, { scale: this.scale, classes });
    else {
      const entry = layers.find(({ name }) => name === view.layer);
      const hasWeights = Boolean(entry?.parameters);
      this.layer.draw(body, { scale: this.scale, classes, unit: view.unit, theme: view.theme, isLast: view.layer === layers[layers.length - 1].name, hasWeights });
      if (entry?.kernel) this.lookAtFilter();
      else this.layer.large.drawFilter(null, view.theme.dark);
    }
    const says = whole ? `One row for each layer, from the ${view.anatomy.kind === "table" ? "values" : "picture"} down to the answer. Open a layer to see all its ${view.anatomy.kind === "table" ? "units" : "channels"}.` : body.layers[0].tensor;
    setText(this.says, this.hatched() ? `${says} Hatched: one value everywhere.` : says);
    const words = explained(whole ? null : body.layers[0], layers, view.layer);
    if (JSON.stringify(words) !== this.told) this.words.replaceChildren(...words.map((text) => element("p", { text })));
    this.told = JSON.stringify(words);
  }

  /** Whether a picture on show is hatched; the answer and what repeats the layer before are no pictures. */
  hatched() {
    const { body, view, scale } = this;
    const { classes, layers } = /** @type {View} */ (view).anatomy;
    const whole = view?.layer === null;
    return Boolean(body?.layers.some((layer) => {
      const isAnswer = layer.name === layers[layers.length - 1]?.name && layer.form === "vector" && layer.channels === classes.length;
      if (layer.same || isAnswer || (!whole && layer.form === "vector")) return false;
      return isHatched(layer, { scale, network: body.network, single: layer.form === "maps" || !whole });
    }));
  }

  /** The filter behind the chosen channel, anew when it is another one and now and then while it learns. */
  async lookAtFilter() {
    const { view } = this;
    const { unit } = this.layer;
    if (!view) return;
    const key = JSON.stringify([this.asked, view.layer, unit]);
    const now = performance.now();
    if (key === this.filterOf && (!view.live || now - this.filterAt < REST)) return;
    if (key !== this.filterOf) this.asking.abort();
    else if (!this.asking.signal.aborted && this.open) return;
    [this.filterOf, this.filterAt, this.asking, this.open] = [key, now, new AbortController(), true];
    const { signal } = this.asking;
    const found = await this.context.ask({ view: "filters", layer: view.layer, only: unit, against: -1, picture: null }, { signal }).catch(() => null);
    if (signal.aborted) return;
    this.open = false;
    this.layer.large.drawFilter(found, view.theme.dark);
  }

  /** @param {number} by */
  turn(by) {
    const known = this.view?.anatomy.layers.map(({ name }) => name) ?? [];
    const at = known.indexOf(this.view?.layer ?? "");
    this.context.choose({ layer: known[(at + by + known.length) % known.length], unit: null });
  }
}
