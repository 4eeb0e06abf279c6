// @ts-check
/** The whole network as rows, one a layer: small pictures of its output, painted anew in place whenever there are new values. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { paint, short } from "../../shared/drawing/raster.js";
import { AnswerBars } from "./bars.js";
import { colourRaster, rasterOf, sizes, tonesOf, wholeRaster } from "./tones.js";

/** @typedef {import("./tones.js").LayerMaps} LayerMaps */

const TALL = 48; // pixels of a small map

export class Overview {
  /** @param {(layer: string, unit: number | null) => void} onOpen */
  constructor(onOpen) {
    this.onOpen = onOpen;
    this.shape = "";
    /** @type {Row[]} */
    this.rows = [];
    this.list = element("ol", { class: "npi-maps-rows" });
    this.note = element("p", { class: "npi-quiet" });
    this.root = element("div", { class: "npi-maps-overview" }, this.list, this.note);
  }

  /** @param {import("../answers.d.ts").MapsAnswer} body of the view "maps" @param {{scale: import("./tones.js").Scale, classes: string[]}} options */
  draw(body, { scale, classes }) {
    const shape = JSON.stringify(body.layers.map((/** @type {LayerMaps} */ { name, shape, same, maps }) => [name, shape, same, maps.shape ?? maps.length]));
    if (shape !== this.shape) {
      this.shape = shape;
      const last = body.layers.length - 1;
      this.rows = body.layers.map((/** @type {LayerMaps} */ layer, /** @type {number} */ i) => new Row(layer, { onOpen: this.onOpen, isAnswer: i === last && layer.form === "vector" && layer.channels === classes.length }));
      this.list.replaceChildren(...this.rows.map((row) => row.root));
    }
    body.layers.forEach((/** @type {LayerMaps} */ layer, /** @type {number} */ i) => this.rows[i].draw(layer, body, { scale, classes }));
    setText(this.note, body.left_out);
  }
}

class Row {
  /** @param {LayerMaps} layer @param {{onOpen: (layer: string, unit: number | null) => void, isAnswer: boolean}} options */
  constructor(layer, { onOpen, isAnswer }) {
    const { name, kind, form, same } = layer;
    const open = (/** @type {number | null} */ unit) => () => onOpen(name, unit);
    const input = kind === "InputLayer"; // nothing to open: the picture stands above
    const title = element(input ? "div" : "button", input ? { class: "npi-maps-name" } : { type: "button", class: "npi-maps-name", title: `Open ${name} → all its channels, large`, onclick: open(null) },
      element("strong", { text: name }), element("span", { class: "npi-quiet", text: `${input ? "What the network gets" : kind} · ${sizes(layer.shape)}` }));
    this.body = element("div", { class: "npi-maps-stamps" });
    this.root = element("li", { "data-quiet": String(Boolean(same)) }, title, this.body);
    this.answer = isAnswer ? new AnswerBars({ few: true }) : null;
    /** @type {HTMLCanvasElement[]} */
    this.canvases = [];
    /** @type {HTMLElement[]} */
    this.buttons = [];
    if (same) this.body.append(element("span", { class: "npi-quiet", text: `The same values as ${same}${kind === "Flatten" ? ", in one row" : ""}.` }));
    else if (this.answer) this.body.append(this.answer.root);
    else if (form === "maps") this.stamps(layer, input ? null : open);
    else this.strip(layer, input ? null : open);
  }

  /** @param {LayerMaps} layer @param {((unit: number | null) => () => void) | null} open */
  stamps(layer, open) {
    const [channels, height, width] = layer.maps.shape;
    const count = open || channels !== 3 ? channels : 1; // a colour picture is one
    const wide = Math.min(3, Math.max(1 / 3, width / height)) * TALL;
    for (let i = 0; i < count; i++) {
      const canvas = element("canvas", { "aria-hidden": "true", style: `width:${wide}px;height:${TALL}px` });
      this.canvases.push(canvas);
      this.buttons.push(open ? element("button", { type: "button", class: "npi-maps-stamp", tabindex: i ? -1 : 0, onclick: open(i) }, canvas) : element("span", { class: "npi-maps-stamp", role: "img" }, canvas));
    }
    this.body.append(...this.buttons);
    if (open && count < layer.channels) this.body.append(element("button", { type: "button", class: "npi-button npi-maps-more", text: `${layer.channels - count} more`, title: "Open the layer → all its channels", onclick: open(null) }));
    this.body.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => walk(event, this.buttons));
    this.body.setAttribute("role", "group");
  }

  /** A vector or a sequence in one canvas. @param {LayerMaps} layer @param {((unit: number | null) => () => void) | null} open */
  strip(layer, open) {
    const { width, height } = wholeRaster(layer, { low: 0, high: 1, colours: "grey" });
    const cell = layer.form === "sequence" ? [Math.min(12, 480 / width), Math.min(10, 96 / height)] : [Math.min(24, 768 / width), height > 1 ? 8 : 24];
    const canvas = element("canvas", { "aria-hidden": "true", style: `width:${Math.round(width * cell[0])}px;height:${Math.round(height * cell[1])}px` });
    this.canvases.push(canvas);
    this.buttons.push(open ? element("button", { type: "button", class: "npi-maps-stamp npi-maps-strip", onclick: open(null) }, canvas) : element("span", { class: "npi-maps-stamp npi-maps-strip", role: "img" }, canvas));
    this.body.append(...this.buttons);
  }

  /** @param {LayerMaps} layer @param {import("../answers.d.ts").MapsAnswer} body @param {{scale: import("./tones.js").Scale, classes: string[]}} options */
  draw(layer, body, { scale, classes }) {
    const { network } = body;
    if (this.answer) return this.answer.draw(classes, body.probabilities, layer.maps, body.label);
    if (layer.form !== "maps") {
      for (const canvas of this.canvases) {
        const { broken } = paint(canvas, wholeRaster(layer, tonesOf(layer, { scale, network })));
        if (broken && !total(layer.broken)) canvas.style.backgroundImage = ""; // only the last row was not full
      }
      for (const button of this.buttons) setAttribute(button, "aria-label", `${layer.name}: ${layer.channels} values`);
      return;
    }
    if (this.canvases.length < layer.low.length) return paint(this.canvases[0], colourRaster(layer));
    this.canvases.forEach((canvas, i) => {
      paint(canvas, rasterOf(layer, i, tonesOf(layer, { scale, network, channel: i })));
      const says = `${layer.name}, map ${i}: ${short(layer.low[i])} to ${short(layer.high[i])}${layer.zeros[i] === 1 ? ", zero everywhere" : ""}`;
      setAttribute(this.buttons[i], "title", says);
      setAttribute(this.buttons[i], "aria-label", says);
    });
  }
}

/** @param {ArrayLike<number>} values */
function total(values) {
  return Array.from(values).reduce((a, b) => a + b, 0);
}

/**
 * Arrow keys go from button to button, so that a group is one stop of the Tab key.
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} buttons
 */
export function walk(event, buttons) {
  const at = buttons.indexOf(/** @type {HTMLElement} */ (event.target));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const next = buttons[Math.max(0, Math.min(buttons.length - 1, to))];
  buttons[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
