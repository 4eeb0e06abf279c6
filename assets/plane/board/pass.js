// @ts-check
/** The whole forward pass of one point, as tables: every sum and every output with its numbers, and what the loss makes of the answer. */

import { element } from "../../shared/dom/element.js";
import { short } from "../../shared/drawing/raster.js";
import { inputNames, lossFormula } from "./answer.js";
import { percent, placed } from "./words.js";

/** names: of the classes. titles: of the inputs. truth: the true label, null for a place. @typedef {{names: string[], titles: string[], numbers: boolean, truth: number | null, place: {x: number, y: number}}} About */
/** @typedef {import("./answer.js").Answer} Answer */

/** @typedef {import("../game/answers.d.ts").PointLayer} PointLayer */

export class PassDialog {
  /** @type {Answer} */
  drawn;

  constructor() {
    this.body = element("div", { class: "npp-pass-body", tabindex: "0" });
    const close = element("button", { type: "button", class: "npp-board-close", "aria-label": "Close", title: "Close (Escape)", text: "×", onclick: () => this.close() });
    this.root = element("dialog", { class: "npp-pass", "aria-labelledby": "npp-pass-title" }, element("div", { class: "npp-pass-head" }, element("h3", { text: "Whole forward pass", id: "npp-pass-title" }), close), this.body);
    this.root.addEventListener("click", (/** @type {Event} */ event) => event.target === this.root && this.close()); // beside it
    this.root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.stopPropagation()); // its keys are no shortcuts of the page
  }

  get isOpen() {
    return this.root.open;
  }

  open() {
    if (!this.root.open) this.root.showModal();
  }

  close() {
    if (this.root.open) this.root.close();
  }

  /** @param {Answer} answer @param {About} about */
  draw(answer, about) {
    if (answer === this.drawn) return;
    this.drawn = answer;
    const across = [...this.body.querySelectorAll(".npp-pass-scroll")].map((node) => node.scrollLeft);
    const down = this.body.scrollTop;
    const features = { ...answer.features, titles: about.titles };
    const given = Array.from(answer.features.values, (value, i) => `${features.titles[i] ?? features.ids[i]} = ${short(value)}`).join(", ");
    this.body.replaceChildren(
      element("p", { class: "npp-pass-quiet", text: `For ${placed(about.place.x, about.place.y)}. Each unit multiplies its inputs by its weights, adds them up with its bias (that is z), and its activation makes its output of z.` }),
      element("p", { class: "npp-pass-given" }, element("strong", { text: "Inputs " }), given),
      ...answer.layers.map((layer, i) => layerTable(layer, i, { features, layers: answer.layers, about })),
      verdict(answer, about),
    );
    this.body.scrollTop = down;
    this.body.querySelectorAll(".npp-pass-scroll").forEach((node, i) => (node.scrollLeft = across[i] ?? 0));
  }
}

/** @param {PointLayer} layer @param {number} place @param {{features: {ids: string[], titles: string[]}, layers: PointLayer[], about: About}} all */
function layerTable(layer, place, { features, layers, about }) {
  const units = layer.sums.length;
  const isLast = place === layers.length - 1;
  const titles = layers.map((_, i) => (i === layers.length - 1 ? "Output" : `Layer ${i + 1}`));
  const from = inputNames(layer, { ...features, layers: Object.fromEntries(layers.map(({ name }, i) => [name, titles[i]])) });
  const isMore = Array.from(layer.output).some((value, i) => value !== layer.activated[i]);
  const heads = ["unit", "inputs × weights + bias", "z", layer.activation === "linear" ? "output" : `${layer.activation}(z)`, ...(isMore ? [layer.norm ? "normalised" : "passed on"] : []), ...(layer.slopes ? ["∂loss/∂z"] : [])];
  const rows = Array.from({ length: units }, (_, unit) => element("tr", {},
    element("th", { scope: "row", text: unitName(unit, units, isLast, about) }),
    element("td", { class: "npp-pass-sum" }, ...terms(layer, unit, units, from)),
    number(layer.sums[unit]), number(layer.activated[unit], !isMore), isMore && number(layer.output[unit], true), layer.slopes && number(layer.slopes[unit])));
  return element("div", { class: "npp-pass-scroll", role: "region", tabindex: "0", "aria-label": `Sums of ${titles[place]}` }, element("table", { class: "npp-pass-table" },
    element("caption", {}, `${titles[place]} `, element("span", { text: `${units} ${units === 1 ? "unit" : "units"}, ${layer.activation}` })),
    element("thead", {}, element("tr", {}, ...heads.map((text, i) => element("th", { scope: "col", class: i > 1 ? "npp-pass-number" : null, text })))),
    element("tbody", {}, ...rows)));
}

/** @param {number} unit @param {number} units @param {boolean} isLast @param {About} about */
function unitName(unit, units, isLast, about) {
  return isLast && !about.numbers && units === about.names.length ? about.names[unit] : String(unit + 1);
}

/** "0.52 × −1.2 + … + 0.05", each product in one piece. @param {PointLayer} layer @param {number} unit @param {number} units @param {string[]} from */
function terms(layer, unit, units, from) {
  const products = Array.from(layer.inputs, (value, row) => element("span", { class: "npp-pass-term", title: `${from[row]} × its weight`, text: `${row ? `+ ${bracketed(value)}` : short(value)} × ${bracketed(layer.kernel[row * units + unit])}` }));
  if (layer.bias) products.push(element("span", { class: "npp-pass-term", title: "bias", text: `${products.length ? "+ " : ""}${bracketed(layer.bias[unit])}` }));
  return products.flatMap((node, i) => (i ? [" ", node] : [node]));
}

/** Negative numbers stand in brackets behind a sign. @param {number} value */
const bracketed = (value) => (value < 0 ? `(${short(value)})` : short(value));

/** @param {number} value @param {boolean} [isStrong] */
function number(value, isStrong = false) {
  return element("td", { class: `npp-pass-number${isStrong ? " npp-pass-strong" : ""}`, text: short(value) });
}

/** @param {Answer} answer @param {About} about */
function verdict(answer, { names, truth }) {
  const said = [];
  if (answer.chances && answer.label !== undefined) said.push(`The answer is ${names[answer.label]}, with a chance of ${percent(answer.chances[answer.label])}.`);
  else if (answer.value !== undefined) said.push(`The prediction is ${short(answer.value)}.`);
  if (truth !== null) {
    said.push(answer.chances ? `The true class is ${names[truth]}.` : `The true number is ${short(truth)}.`);
    const formula = lossFormula(answer, truth);
    const numbers = formula.startsWith("−ln") ? ` = −ln(${short(answer.chances?.[truth] ?? NaN)})` : "";
    if (answer.loss !== null) said.push(`The loss of this point is ${formula ? `${formula}${numbers} = ` : ""}${short(answer.loss)}.`);
  }
  return element("p", { class: "npp-pass-verdict", text: said.join(" ") });
}
