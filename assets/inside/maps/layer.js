// @ts-check
/** One layer: all its channels side by side, and the chosen one large. Repainted in place while a run trains. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { legend, paint, short } from "../../shared/drawing/raster.js";
import { AnswerBars } from "./bars.js";
import { ValuesChart } from "./chart.js";
import { LargeMap } from "./large.js";
import { walk } from "./overview.js";
import { least, most, rasterOf, tonesOf } from "./tones.js";

/** @typedef {import("./tones.js").LayerMaps} LayerMaps */

export class LayerView {
  /** @type {import("./tones.js").LayerMaps} */
  body;

  /** @type {string} */
  key;

  /** @param {{onunit: (unit: number) => void, onslice: (slice: number) => void, onpage: (first: number) => void, oncell: () => void, onfilters: () => void}} on */
  constructor(on) {
    this.on = on;
    this.shape = "";
    this.unit = 0;
    /** @type {HTMLCanvasElement[]} */
    this.canvases = [];
    /** @type {HTMLElement[]} */
    this.buttons = [];
    /** @type {HTMLElement[]} */
    this.notes = [];
    this.grid = element("div", { class: "npi-maps-grid", role: "group", "aria-label": "Channels", onkeydown: (event) => walk(event, this.buttons) });
    this.reading = element("output", { class: "npi-maps-reading" });
    this.chart = new ValuesChart({ label: "The layer's values as bars", onpoint: (index) => this.read(index), onpick: (index) => on.onunit(index + (this.body?.first ?? 0)) });
    this.answer = new AnswerBars();
    this.scale = element("span");
    this.slices = element("input", { type: "range", min: 0, step: 1, "aria-label": "Depth", title: "Further right → a deeper slice of the volume", oninput: () => on.onslice(this.slices.valueAsNumber) });
    this.sliceSays = element("output");
    this.sliceBox = element("label", { class: "npi-maps-slices" }, "Depth", this.slices, this.sliceSays);
    const page = (/** @type {number} */ by, /** @type {string} */ text) => element("button", { type: "button", class: "npi-button", text, onclick: () => this.page(by) });
    this.earlier = page(-1, "Previous channels");
    this.later = page(1, "Next channels");
    this.pageSays = element("span", { class: "npi-quiet" });
    this.pages = element("div", { class: "npi-buttons" }, this.earlier, this.later, this.pageSays);
    this.large = new LargeMap({ onturn: (by) => this.turn(by), oncell: on.oncell, onfilters: on.onfilters });
    this.main = element("div", { class: "npi-maps-main" }, this.sliceBox, this.pages, this.grid, this.chart.root, this.reading, this.answer.root, this.scale);
    this.root = element("div", { class: "npi-maps-layer" }, this.main, this.large.root);
  }

  /** @param {import("../answers.d.ts").MapsAnswer} body @param {{scale: import("./tones.js").Scale, classes: string[], unit: number | null, theme: import("../../shared/drawing/theme.js").Theme, isLast: boolean, hasWeights: boolean}} how */
  draw(body, how) {
    /** @type {LayerMaps} */
    const layer = body.layers[0];
    this.body = layer;
    const shape = JSON.stringify([layer.name, layer.form, layer.maps.shape ?? layer.maps.length, layer.first]);
    if (shape !== this.shape) this.build(layer);
    this.shape = shape;
    const shown = layer.low.length;
    this.unit = Math.max(layer.first, Math.min(layer.first + shown - 1, how.unit ?? layer.first));
    const isAnswer = how.isLast && layer.form === "vector" && layer.channels === how.classes.length;
    this.answer.root.hidden = !isAnswer;
    if (isAnswer) this.answer.draw(how.classes, body.probabilities, layer.maps, body.label);
    this.chart.root.hidden = this.reading.hidden = layer.form !== "vector" || isAnswer;
    this.sliceBox.hidden = layer.slices < 2;
    this.slices.max = String(layer.slices - 1);
    this.slices.value = String(layer.slice ?? 0);
    setText(this.sliceSays, `slice ${layer.slice} of ${layer.slices}`);
    this.pages.hidden = shown >= layer.channels;
    this.earlier.disabled = layer.first === 0;
    this.later.disabled = layer.first + shown >= layer.channels;
    setText(this.pageSays, body.left_out);
    if (layer.form === "vector") this.bars(layer, how);
    else this.stamps(layer, { ...how, network: body.network });
    this.large.draw(layer, this.unit - layer.first, { ...how, network: body.network });
  }

  /** @param {LayerMaps} layer */
  build(layer) {
    const vector = layer.form === "vector";
    this.grid.hidden = vector;
    this.canvases = [];
    this.notes = [];
    this.buttons = vector ? [] : Array.from(layer.low, (_, i) => this.stamp(layer, i));
    this.grid.dataset.form = layer.form;
    this.grid.replaceChildren(...this.buttons);
    this.read(null);
  }

  /** @param {LayerMaps} layer @param {number} i */
  stamp(layer, i) {
    const canvas = element("canvas", { "aria-hidden": "true" });
    const { height, width } = rasterOf(layer, i, { low: 0, high: 1, colours: "grey" });
    if (layer.form === "maps") canvas.style.aspectRatio = String(Math.min(4, Math.max(0.25, width / height)));
    const note = element("small");
    this.canvases.push(canvas);
    this.notes.push(note);
    return element("button", { type: "button", class: "npi-maps-channel", tabindex: i ? -1 : 0, onclick: () => this.on.onunit(layer.first + i) }, canvas, note);
  }

  /** @param {LayerMaps} layer @param {any} how */
  stamps(layer, how) {
    this.buttons.forEach((button, i) => {
      paint(this.canvases[i], rasterOf(layer, i, tonesOf(layer, { ...how, channel: i })));
      const silent = layer.zeros[i] === 1;
      setText(this.notes[i], `${layer.first + i}${silent ? " · silent" : layer.broken[i] ? " · NaN" : ""}`);
      setAttribute(button, "aria-pressed", String(layer.first + i === this.unit));
      const says = `Channel ${layer.first + i}: ${short(layer.low[i])} to ${short(layer.high[i])}, mean ${short(layer.mean[i])}${silent ? ", zero everywhere for this picture" : ""}`;
      setAttribute(button, "title", says);
      setAttribute(button, "aria-label", says);
    });
    const tones = tonesOf(layer, { ...how, scale: how.scale === "map" ? "layer" : how.scale });
    const key = JSON.stringify([tones, how.scale, how.theme.dark]);
    if (key !== this.key) this.scale.replaceChildren(...(how.scale === "map" ? [element("span", { class: "npi-quiet", text: "Each map has its own colours, from its smallest to its largest value." })] : [legend(tones.colours, tones.low, tones.high, { dark: how.theme.dark })]));
    this.key = key;
  }

  /** @param {LayerMaps} layer @param {any} how */
  bars(layer, how) {
    const low = Math.min(least(layer.low), 0);
    const high = Math.max(most(layer.high), 0);
    this.chart.draw(layer.maps, { at: this.unit - layer.first, low, high, theme: how.theme });
    setAttribute(this.chart.root, "aria-label", `${layer.maps.length} values from ${short(low)} to ${short(high)}. Arrow keys choose one.`);
    this.scale.replaceChildren();
    this.key = "";
    if (!this.pointed) this.read(null);
  }

  /** @param {number | null} index */
  read(index) {
    this.pointed = index !== null;
    const layer = this.body;
    if (!layer || layer.form !== "vector") return setText(this.reading, "");
    const at = index ?? this.unit - layer.first;
    setText(this.reading, `Unit ${layer.first + at}: ${short(layer.maps[at])}`);
  }

  /** @param {number} by */
  turn(by) {
    const { channels, first, low } = this.body;
    const unit = (this.unit + by + channels) % channels;
    if (unit < first || unit >= first + low.length) this.on.onpage(Math.floor(unit / low.length) * low.length);
    this.on.onunit(unit);
  }

  /** @param {number} by */
  page(by) {
    const { first, low, channels } = this.body;
    const to = Math.max(0, Math.min(channels - 1, first + by * low.length));
    this.on.onpage(to);
    this.on.onunit(to);
  }
}
