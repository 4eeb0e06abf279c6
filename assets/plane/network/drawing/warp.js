// @ts-check
/** The plane as a layer bends it: where a lattice and the points come to lie in the space of two of its neurons, or of all of them (PCA). */

import { classColour } from "../../../shared/drawing/classes.js";
import { element, setText } from "../../../shared/dom/element.js";
import { short } from "../../../shared/drawing/raster.js";
import { numberColour } from "../../colours.js";

const SIDE = 300;
const EDGE = 14;

/** @typedef {import("../../game/answers.d.ts").WarpAnswer} WarpAnswer */

export class Warp {
  /** @type {WarpAnswer} */
  drawn;

  /** @param {import("../../game/context.js").Context} context @param {string} layer @param {number} units */
  constructor(context, layer, units) {
    this.context = context;
    this.layer = layer;
    this.stop = () => {};
    /** @type {WarpAnswer | null} */
    this.answer = null;
    this.canvas = element("canvas", { role: "img", style: `width: ${SIDE}px; height: ${SIDE}px; max-width: 100%` });
    this.said = element("p", { class: "npp-net-quiet" });
    this.axes = element("span", { class: "npp-net-quiet" });
    const pick = (/** @type {string} */ label, /** @type {number} */ chosen) => element("select", { "aria-label": label, title: "Which neuron's output this direction shows", onchange: () => this.ask() },
      ...Array.from({ length: units }, (_, i) => element("option", { text: `neuron ${i + 1}`, value: String(i), selected: i === chosen })));
    this.across = pick("Across", 0);
    this.up = pick("Up", 1);
    this.how = element("select", { "aria-label": "Which view of the layer's space", title: "Two neurons: their outputs as they are. All neurons: the two directions in which the points spread most", onchange: () => this.ask() },
      element("option", { text: "two neurons", value: "two", selected: units === 2 }), element("option", { text: "all neurons (PCA)", value: "pca", selected: units !== 2 }));
    this.pair = element("span", { class: "npp-net-pair" }, "across", this.across, "up", this.up);
    const controls = element("p", { class: "npp-net-warp-bar" }, units > 1 && this.how, units > 1 && this.pair);
    this.root = element("details", { class: "npp-net-warp", ontoggle: () => (this.root.open ? this.ask() : this.close()) },
      element("summary", { text: "The plane as this layer bends it" }), controls,
      element("div", { class: "npp-net-close" }, this.canvas, element("div", { class: "npp-net-words" }, this.said, this.axes)));
    this.units = units;
  }

  ask() {
    this.close();
    const isPair = this.units > 1 && this.how.value === "two";
    this.pair.hidden = !isPair;
    const units = isPair ? [Number(this.across.value), Number(this.up.value)] : "pca";
    this.stop = this.context.follow({ view: "plane_warp", layer: this.layer, units }, (body) => (this.answer = body), (error) => setText(this.said, error.what ?? String(error)));
  }

  /** @param {import("./scene.js").Scene} scene */
  draw(scene) {
    if (!this.root.open || !this.answer || this.answer === this.drawn) return;
    this.drawn = this.answer;
    drawWarp(this.canvas, this.answer, scene.state);
    const { axes, explained } = this.answer;
    const title = scene.plan.columns.find((column) => column.name === this.layer)?.title ?? "The layer";
    setText(this.said, "The net is the plane's own grid and the dots are the points, after this layer. The layers behind it only have to part what lies apart here; a layer that works pulls the colours apart.");
    setText(this.axes, axes === "pca" ? `Both directions together hold ${Math.round(100 * ((explained?.[0] ?? 0) + (explained?.[1] ?? 0)))} % of the points' spread among its ${this.units} neurons.` : `Across: neuron ${axes[0] + 1}, up: neuron ${axes[1] + 1}.`);
    this.canvas.setAttribute("aria-label", `${title} bends the plane: a grid of 41 by 41 points, from ${short(this.answer.low[0])} to ${short(this.answer.high[0])} across and ${short(this.answer.low[1])} to ${short(this.answer.high[1])} up.`);
  }

  close() {
    this.stop();
    this.stop = () => {};
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {WarpAnswer} answer
 * @param {import("../../game/store.js").State} state
 */
function drawWarp(canvas, answer, { made, theme }) {
  const density = Math.min(2, window.devicePixelRatio || 1);
  if (canvas.height !== SIDE * density) canvas.width = canvas.height = SIDE * density;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, SIDE, SIDE);
  const lines = Math.round(Math.sqrt(answer.grid.length / 2));
  const at = placing(answer);
  const place = (/** @type {number} */ i) => at(answer.grid[2 * i], answer.grid[2 * i + 1]);
  cells(context, answer, { lines, place, theme });
  context.strokeStyle = theme.text;
  for (let i = 0; i < lines; i += 2) {
    const strong = (i * 6) % (lines - 1) === 0;
    context.globalAlpha = strong ? 0.5 : 0.18;
    context.lineWidth = strong ? 1 : 0.7;
    context.beginPath();
    for (let k = 0; k < lines; k++) context[k ? "lineTo" : "moveTo"](...place(i * lines + k));
    for (let k = 0; k < lines; k++) context[k ? "lineTo" : "moveTo"](...place(k * lines + i));
    context.stroke();
  }
  context.globalAlpha = 1;
  context.strokeStyle = theme.background;
  for (let i = 0; i < answer.points.length / 2; i++) {
    const label = made?.labels?.[i] ?? 0;
    context.fillStyle = answer.winner ? classColour(label) : numberColour(label, theme.dark);
    context.beginPath();
    context.arc(...at(answer.points[2 * i], answer.points[2 * i + 1]), 2.6, 0, 7);
    context.fill();
    context.stroke();
  }
}

/** Values to pixels: both directions have the same scale, so that nothing is bent but by the layer. @param {{low: Float32Array, high: Float32Array}} answer @returns {(a: number, b: number) => [number, number]} */
function placing({ low, high }) {
  const reach = Math.max(high[0] - low[0], high[1] - low[1]) || 1;
  const scale = (SIDE - 2 * EDGE) / reach;
  const [a0, b0] = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  return (a, b) => [SIDE / 2 + (a - a0) * scale, SIDE / 2 - (b - b0) * scale];
}

/** @param {CanvasRenderingContext2D} context @param {WarpAnswer} answer @param {{lines: number, place: (i: number) => [number, number], theme: import("../../../shared/drawing/theme.js").Theme}} how */
function cells(context, answer, { lines, place, theme }) {
  context.globalAlpha = theme.dark ? 0.34 : 0.28;
  for (let row = 0; row < lines - 1; row++) {
    for (let column = 0; column < lines - 1; column++) {
      const i = row * lines + column;
      context.fillStyle = answer.winner ? classColour(answer.winner[i]) : numberColour(answer.value?.[i] ?? NaN, theme.dark);
      context.beginPath();
      context.moveTo(...place(i));
      context.lineTo(...place(i + 1));
      context.lineTo(...place(i + lines + 1));
      context.lineTo(...place(i + lines));
      context.fill();
    }
  }
  context.globalAlpha = 1;
}
