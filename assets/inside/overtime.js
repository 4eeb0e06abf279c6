// @ts-check
/** The tab "Over time": how weights, activations and gradients of each layer changed from epoch to epoch. */

import { classColour } from "../shared/drawing/classes.js";
import { element, setAttribute, setText } from "../shared/dom/element.js";
import { tell } from "../shared/dom/fault.js";
import { Fault, isAbort } from "../shared/server/look.js";
import { short } from "../shared/drawing/raster.js";
import { Heat } from "./overtime/heat.js";
import { Lines } from "./overtime/lines.js";

/** @typedef {import("./context.js").View} View */

const FIRST = 8; // epochs that are worked out before anything is shown
const REST = 4000; // milliseconds between two questions while a run trains: each reads weights and passes examples through the network

/** @typedef {import("./answers.d.ts").LayerHistory} LayerHistory */

export class TimeTab {
  /** @type {string} */
  shape;

  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.asked = "";
    this.answered = 0;
    this.timer = 0;
    this.asking = new AbortController();
    this.layer = "";
    /** @type {import("./answers.d.ts").OverTimeAnswer | null} */
    this.body = null;
    /** @type {View | null} */
    this.view = null;

    const onpick = (/** @type {number} */ place) => this.body && this.context.choose({ weights: this.body.epochs[place] });
    this.says = element("p", { class: "npi-time-says" });
    this.legend = element("div", { class: "npi-time-legend", role: "group", "aria-label": "Layer" });
    this.weights = new Heat({ title: "Weights", onpick });
    this.activations = new Heat({ title: "Activations", onpick });
    this.zeros = new Lines({ title: "Share of outputs that are exactly 0", onpick });
    this.norms = new Lines({ title: "Size of the weights, ‖w‖", onpick });
    this.distances = new Lines({ title: "Distance from the start, ‖w − w₀‖", onpick });
    this.gradients = new Lines({ title: "Size of the gradient, ‖∂L/∂w‖", logarithmic: true, onpick });
    this.none = element("p", { class: "npi-quiet", hidden: true });
    this.state = element("p", { class: "npi-quiet", role: "status" });
    this.fault = element("div", { hidden: true });
    this.words = element("div");
    this.stage = element("div", { class: "npi-time-stage", hidden: true }, this.says, this.legend, this.none,
      element("div", { class: "npi-time-figures" }, this.weights.root, this.activations.root, this.gradients.root, this.norms.root, this.distances.root, this.zeros.root),
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.words));
    this.root = element("section", { class: "npi-time", "aria-label": "Over time" }, this.state, this.fault, this.stage);
  }

  /** @param {View} view */
  show(view) {
    if (this.view?.run !== view.run) {
      this.hide(); // an answer about the run before would come too late
      [this.body, this.asked, this.answered] = [null, "", 0];
    }
    this.view = view;
    const key = JSON.stringify([view.run, view.anatomy.keyframes]);
    if (key !== this.asked && !this.timer) {
      this.asked = key;
      this.timer = window.setTimeout(() => this.ask(), Math.max(0, this.answered + REST - performance.now()));
    }
    if (this.body) this.paint();
    else this.stage.hidden = true;
  }

  hide() {
    clearTimeout(this.timer);
    this.asking.abort();
    this.timer = 0;
    if (!this.body || this.open) this.asked = "";
  }

  async ask() {
    const { view } = this;
    if (!view) return;
    this.asking = new AbortController();
    const { signal } = this.asking;
    this.open = true;
    const count = view.anatomy.keyframes.length;
    let every = this.body ? 1 : 2 ** Math.max(0, Math.ceil(Math.log2(count / FIRST)));
    try {
      for (; every >= 1; every /= 2) {
        setText(this.state, this.body ? (every < 2 && count <= FIRST ? "" : `${this.body.epochs.length} of ${count} kept epochs; working out more …`) : `Passing 64 examples forward and back through the network of ${Math.ceil(count / every)} kept epochs …`);
        const body = await this.context.ask({ view: "over_time", every, weights: "now", picture: null }, { signal });
        this.body = { ...body, layers: body.layers.filter(({ kind }) => kind !== "InputLayer") };
        this.fault.hidden = true;
        this.stage.hidden = false;
        this.paint();
      }
    } catch (error) {
      if (isAbort(error)) return;
      this.fault.hidden = false;
      tell(this.fault, error);
      if (error instanceof Fault && error.status === 503) this.asked = ""; // no engine is free yet: once more in a while
    } finally {
      this.open = false;
      if (!signal.aborted) this.settle();
    }
  }

  /** The question is answered: a newer one may be asked. */
  settle() {
    setText(this.state, "");
    this.timer = 0;
    this.answered = performance.now();
    if (this.view && this.root.isConnected) this.show(this.view);
  }

  paint() {
    const { body, view } = this;
    if (!body || !view) return;
    const { dark } = view.theme;
    const epochs = Array.from(body.epochs);
    const at = typeof view.weights === "number" ? epochs.indexOf(view.weights) : -1;
    const weighted = body.layers.filter(({ weights }) => weights);
    const known = (/** @type {string | null} */ name) => body.layers.some((layer) => layer.name === name);
    this.layer = known(view.layer) ? /** @type {string} */ (view.layer) : known(this.layer) ? this.layer : (weighted[0] ?? body.layers[0]).name;
    const layer = /** @type {LayerHistory} */ (body.layers.find(({ name }) => name === this.layer));
    const how = { epochs: /** @type {number[]} */ (epochs), at, dark, chosen: this.layer };
    const [first, last] = [body.loss[0], body.loss[body.loss.length - 1]];
    const losses = `loss ${short(first)} at epoch ${epochs[0]}`;
    setText(this.says, epochs.length < 2 ? `${body.examples} ${body.part} examples: ${losses}, the only one of which weights are kept.`
      : `${body.examples} ${body.part} examples, the same at every epoch: ${losses}, ${short(last)} at epoch ${epochs[epochs.length - 1]}. Click an epoch → its weights are on show everywhere.`);
    this.chips(body);
    this.none.hidden = Boolean(layer.weights);
    setText(this.none, `${this.layer} has no weights of its own; its activations still change.`);
    this.weights.root.hidden = !layer.weights;
    if (layer.weights) this.weights.draw(layer.weights, { ...how, what: "weights" });
    this.activations.draw(layer.activations, { ...how, what: "outputs" });
    const series = (/** @type {"norm" | "distance" | "gradient" | "zeros"} */ name, /** @type {LayerHistory[]} */ layers) => layers.map((each) => ({ name: each.name, index: body.layers.indexOf(each), values: each[name] ?? [] }));
    this.norms.draw(series("norm", weighted), how);
    this.distances.draw(series("distance", weighted), how);
    this.gradients.draw(series("gradient", weighted), how);
    this.zeros.draw(series("zeros", body.layers.filter(({ zeros, name }) => name === this.layer || Array.from(zeros).some((value) => Number(value) > 0))), how);
    this.explain(body, layer, at < 0 ? epochs.length - 1 : at);
  }

  /** One chip for each layer; it is the lines' legend too. @param {import("./answers.d.ts").OverTimeAnswer} body */
  chips(body) {
    const shape = JSON.stringify(body.layers.map(({ name }) => name));
    if (shape !== this.shape) {
      this.legend.replaceChildren(...body.layers.map(({ name, weights }, i) =>
        element("button", { type: "button", class: "npi-time-chip", title: `${name} → its histograms, and its lines in front`, "data-quiet": String(!weights), onclick: () => ((this.layer = name), this.context.choose({ layer: name, unit: null })) },
          element("i", { style: `background:${classColour(i)}` }), name)));
    }
    this.shape = shape;
    body.layers.forEach(({ name }, i) => setAttribute(this.legend.children[i], "aria-pressed", String(name === this.layer)));
  }

  /** @param {import("./answers.d.ts").OverTimeAnswer} body @param {LayerHistory} layer @param {number} at */
  explain(body, layer, at) {
    const epoch = body.epochs[at];
    const texts = ["Weights and activations: each column is the histogram of one epoch, 40 intervals from the smallest to the largest value of all epochs; lighter means more values, by the logarithm of their number."];
    if (layer.norm && layer.distance && layer.gradient) {
      texts.push(`Size of the weights: ‖w‖ = √Σw², of ${layer.name} at epoch ${epoch}: ${short(layer.norm[at])}. Distance from the start: √Σ(w − w₀)² = ${short(layer.distance[at])}. Size of the gradient: √Σ(∂L/∂w)² = ${short(layer.gradient[at])}, L the mean loss of the ${body.examples} examples (${short(body.loss[at])}), without weight penalties and without dropout.`,
        "Gradients that shrink from the last layer to the first by powers of ten vanish: the first layers hardly learn. Gradients that grow without end explode.");
    }
    texts.push(`Exactly 0: ${short(100 * layer.zeros[at])} % of the outputs of ${layer.name} at epoch ${epoch}. After ReLU it says how sparse the answers are.`);
    if (JSON.stringify(texts) !== this.told) this.words.replaceChildren(...texts.map((text) => element("p", { text })));
    this.told = JSON.stringify(texts);
  }
}
