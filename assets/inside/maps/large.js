// @ts-check
/** One channel, large: a read-out of its values, its numbers, the filter that makes it. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { percent } from "../../shared/drawing/format.js";
import { legend, paint, short } from "../../shared/drawing/raster.js";
import { largest } from "../filters/cards.js";
import { paintTiles, pointIn } from "../filters/tiles.js";
import { ValuesChart } from "./chart.js";
import { rasterOf, tonesOf } from "./tones.js";

/** @typedef {import("./tones.js").LayerMaps} LayerMaps */

const PLANES = 16; // of the filter, at most
const FILTER = 280; // pixels that it is wide

export class LargeMap {
  /** @type {string} */
  painted;

  /** @param {{onturn: (by: number) => void, oncell: () => void, onfilters: () => void}} options */
  constructor({ onturn, oncell, onfilters }) {
    /** @type {[number, number] | null} */
    this.at = null; // row and column that are read out
    this.title = element("h4");
    this.among = element("span", { class: "npi-quiet" });
    const turn = (/** @type {number} */ by, /** @type {string} */ text) => element("button", { type: "button", class: "npi-button", text: by < 0 ? "‹" : "›", "aria-label": text, title: `${text} → another filter's answer`, onclick: () => onturn(by) });
    this.canvas = element("canvas", { class: "npi-maps-large", role: "img", tabindex: 0,
      onpointermove: (event) => this.point(event), onpointerleave: () => this.read(null), onkeydown: (event) => this.key(event) });
    this.chart = new ValuesChart({ label: "Its values, step by step", onpoint: (index) => this.read(index === null ? null : [0, index]) });
    this.says = element("output", { class: "npi-maps-reading" });
    this.scale = element("span");
    this.facts = element("dl", { class: "npi-maps-facts" });
    this.filter = element("canvas", { class: "npi-maps-filter", role: "img" });
    this.filterSays = element("figcaption", { class: "npi-quiet" });
    this.filterBox = element("figure", { class: "npi-maps-filterbox", hidden: true }, this.filter, this.filterSays);
    this.cell = element("button", { type: "button", class: "npi-button", text: "See one cell", title: "Opens the tab One cell → how a single value of this map is computed", onclick: oncell });
    this.filters = element("button", { type: "button", class: "npi-button", text: "See its filter", title: "Opens the tab Filters at this filter", onclick: onfilters });
    this.root = element("aside", { class: "npi-maps-side", "aria-label": "One channel, large" },
      element("div", { class: "npi-maps-sidehead" }, element("div", { class: "npi-maps-sidetitle" }, this.title, this.among), element("span", { class: "npi-buttons" }, turn(-1, "Previous channel"), turn(1, "Next channel"))),
      this.canvas, this.chart.root, this.says, this.scale, this.facts, this.filterBox, element("div", { class: "npi-buttons" }, this.cell, this.filters));
  }

  /** @param {LayerMaps} layer @param {number} channel its place among those of the answer @param {{scale: import("./tones.js").Scale, network: number[], theme: import("../../shared/drawing/theme.js").Theme, hasWeights: boolean}} how */
  draw(layer, channel, how) {
    const unit = layer.first + channel;
    this.layer = layer;
    this.channel = channel;
    const noun = layer.form === "vector" ? "Unit" : layer.form === "sequence" ? "Channel" : "Map";
    setText(this.title, `${noun} ${unit}`);
    setText(this.among, layer.channels > 1 ? `of 0 to ${layer.channels - 1}` : "");
    const tones = tonesOf(layer, { ...how, channel });
    this.canvas.hidden = layer.form !== "maps";
    this.chart.root.hidden = layer.form !== "sequence";
    this.scale.hidden = layer.form !== "maps";
    if (layer.form === "maps") {
      const raster = rasterOf(layer, channel, tones);
      const { constant, broken } = paint(this.canvas, raster);
      this.canvas.style.aspectRatio = `${raster.width} / ${raster.height}`;
      setAttribute(this.canvas, "aria-label", `${layer.name}, map ${unit}: values from ${short(layer.low[channel])} to ${short(layer.high[channel])}. Arrow keys read single values.`);
      const key = JSON.stringify([tones, constant, broken > 0, how.theme.dark]);
      if (key !== this.painted) this.scale.replaceChildren(legend(tones.colours, tones.low, tones.high, { dark: how.theme.dark, broken: broken > 0, constant }));
      /** @type {string} */
      this.painted = key;
    }
    if (layer.form === "sequence") {
      const { values } = rasterOf(layer, channel, tones);
      this.chart.draw(/** @type {Float32Array} */ (values), { at: this.at?.[1] ?? null, low: layer.low[channel], high: layer.high[channel], theme: how.theme });
    }
    this.read(this.at);
    this.tell(layer, channel);
    this.filters.hidden = !how.hasWeights;
    this.cell.hidden = layer.kind === "InputLayer";
  }

  /** @param {LayerMaps} layer @param {number} i */
  tell(layer, i) {
    const facts = layer.form === "vector" ? [["Value", short(layer.maps[i])]] : [
      ["Smallest", short(layer.low[i])], ["Largest", short(layer.high[i])], ["Mean", short(layer.mean[i])],
      ["Exactly zero", percent(layer.zeros[i]) + (layer.zeros[i] === 1 ? ": silent for this picture" : "")],
    ];
    if (layer.broken[i]) facts.push(["NaN or infinite", layer.broken[i].toLocaleString("en-US")]);
    while (this.facts.children.length > 2 * facts.length) this.facts.lastChild?.remove();
    facts.forEach(([name, value], at) => {
      if (this.facts.children.length <= 2 * at) this.facts.append(element("dt"), element("dd"));
      setText(this.facts.children[2 * at], name);
      setText(this.facts.children[2 * at + 1], value);
    });
  }

  /** The filter behind this channel, an answer of the view "filters" for it alone, or null. @param {import("../answers.d.ts").FiltersAnswer | null} body @param {boolean} dark */
  drawFilter(body, dark) {
    this.filterBox.hidden = body?.form !== "filters";
    if (body?.form !== "filters") return;
    const [, inputs, depth, height, width] = body.values.shape;
    const planes = Math.min(inputs * depth, PLANES);
    const reach = largest(body.values);
    const rgb = body.inputs === 3 && depth === 1;
    const shown = rgb ? 1 : planes;
    const columns = Math.min(shown, Math.max(1, Math.floor(FILTER / ((width + 1) * 10))));
    paintTiles(this.filter, { values: body.values.subarray(0, planes * height * width), height, width, columns, low: -reach, high: reach, channels: rgb ? 3 : 1, dark });
    this.filter.style.width = `${Math.min(FILTER, this.filter.width * Math.max(1, Math.min(16, Math.floor(FILTER / this.filter.width))))}px`;
    const bias = body.bias ? `, bias ${short(body.bias[0])}` : "";
    const rest = rgb ? " as red, green and blue" : inputs * depth > planes || body.inputs > inputs ? `, ${planes} of ${body.inputs * depth} planes` : inputs > 1 ? `, one plane for each of ${inputs} inputs` : "";
    setText(this.filterSays, `Its filter, ${depth > 1 ? `${depth} × ` : ""}${height} × ${width}${rest}; ±${short(reach)}${bias}`);
    setAttribute(this.filter, "aria-label", `Filter ${body.numbers[0]} of ${body.layer}`);
  }

  /** @param {PointerEvent} event */
  point(event) {
    const [x, y] = pointIn(event, this.canvas);
    this.read([Math.floor(y), Math.floor(x)]);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [row, column] = this.at ?? [0, 0];
    this.read([row + by[0], column + by[1]]);
  }

  /** @param {[number, number] | null} at */
  read(at) {
    const { layer, channel } = this;
    this.at = at;
    if (!layer || layer.form === "vector") return setText(this.says, "");
    const { values, height, width } = rasterOf(layer, channel ?? 0, { low: 0, high: 1, colours: "grey" });
    if (!at) return setText(this.says, layer.form === "sequence" ? "Point at a step to read its value." : "Point at the map to read a value.");
    this.at = [Math.max(0, Math.min(height - 1, at[0])), Math.max(0, Math.min(width - 1, at[1]))];
    const value = short(values[this.at[0] * width + this.at[1]]);
    setText(this.says, layer.form === "sequence" ? `Step ${this.at[1]}: ${value}` : `Row ${this.at[0]}, column ${this.at[1]}: ${value}`);
  }
}
