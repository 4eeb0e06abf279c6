// @ts-check
/** How the probabilities of one example changed over the epochs: thin lines, the true and the predicted class thick. */

import { classColour } from "../../shared/drawing/classes.js";
import { oneLine } from "../../shared/dom/fault.js";
import { element, setText } from "../../shared/dom/element.js";
import { percent } from "../../shared/drawing/format.js";
import { drawn } from "../../shared/dom/svg.js";

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [340, 128, 34, 18, 6, 8];
const DRAWN = 12; // lines at most, those with the highest peak

export class History {
  constructor() {
    this.host = element("div", { class: "npm-history-place" });
    this.says = element("p", { class: "npi-quiet" });
    this.root = element("section", { class: "npm-history", "aria-label": "Over the epochs" }, element("h4", { text: "Over the epochs" }), this.host, this.says);
    /** @type {[number, number]} */
    this.classes = [0, 0];
    this.clear();
  }

  clear() {
    this.host.replaceChildren(element("div", { class: "npm-history-wait", "aria-hidden": "true" }));
    setText(this.says, "Asking the weights of every kept epoch …");
  }

  /** @param {number} label @param {number} predicted */
  about(label, predicted) {
    this.classes = [label, predicted];
  }

  /** @param {unknown} error */
  fail(error) {
    this.host.replaceChildren();
    setText(this.says, oneLine(error));
  }

  /** @param {{epochs: Int32Array, probabilities: Float32Array}} body @param {import("../context.js").View} view */
  draw({ epochs, probabilities }, { anatomy }) {
    const n = anatomy.classes.length;
    if (epochs.length < 2) {
      this.host.replaceChildren();
      return setText(this.says, "The weights of at least two epochs are needed, and this run has not kept them.");
    }
    const [label, predicted] = this.classes;
    const chart = lines(epochs, probabilities, n, new Set([label, predicted]));
    chart.setAttribute("role", "img");
    const story = tale(epochs, probabilities, n, label, anatomy.classes);
    chart.setAttribute("aria-label", `Probabilities over ${epochs.length} epochs. ${story}`);
    const key = (/** @type {number} */ k, /** @type {string} */ role) => element("span", { class: "npm-name" }, element("i", { class: "npm-swatch", style: `background:${classColour(k)}` }), element("span", { text: `${anatomy.classes[k]}${role}` }));
    const legend = label === predicted ? [key(label, "")] : [key(label, " (true)"), key(predicted, " (predicted)")];
    this.host.replaceChildren(chart, element("div", { class: "npm-history-key" }, ...legend));
    setText(this.says, story);
  }
}

/**
 * @param {Int32Array} epochs
 * @param {Float32Array} probabilities (epochs, n)
 * @param {number} n
 * @param {Set<number>} thick
 */
function lines(epochs, probabilities, n, thick) {
  const x = (/** @type {number} */ epoch) => LEFT + ((epoch - epochs[0]) / (epochs[epochs.length - 1] - epochs[0])) * (WIDTH - LEFT - RIGHT);
  const y = (/** @type {number} */ p) => TOP + (1 - p) * (HEIGHT - TOP - BOTTOM);
  const peak = (/** @type {number} */ k) => Math.max(...[...epochs.keys()].map((e) => probabilities[e * n + k]));
  const thin = [...Array(n).keys()].sort((a, b) => peak(b) - peak(a)).slice(0, DRAWN).filter((k) => !thick.has(k));
  const svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "npm-history-chart" });
  for (const p of [0, 0.5, 1]) {
    svg.append(drawn("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(p), y2: y(p), class: "npm-grid-line" }), drawn("text", { x: LEFT - 5, y: y(p) + 4, "text-anchor": "end", text: 100 * p }));
  }
  for (const epoch of new Set([epochs[0], epochs[epochs.length - 1]])) svg.append(drawn("text", { x: x(epoch), y: HEIGHT - 4, "text-anchor": epoch === epochs[0] ? "start" : "end", text: epoch === 0 ? "before" : `epoch ${epoch}` }));
  for (const k of [...thin, ...thick]) {
    const points = [...epochs.keys()].filter((e) => Number.isFinite(probabilities[e * n + k])).map((e) => `${x(epochs[e]).toFixed(1)},${y(probabilities[e * n + k]).toFixed(1)}`);
    svg.append(drawn("polyline", { points: points.join(" "), fill: "none", stroke: classColour(k), "stroke-width": thick.has(k) ? 2.5 : 1, opacity: thick.has(k) ? 1 : 0.5, "stroke-linejoin": "round" }));
  }
  return svg;
}

/** In words: when it was right. @param {Int32Array} epochs @param {Float32Array} probabilities @param {number} n @param {number} label @param {string[]} classes */
export function tale(epochs, probabilities, n, label, classes) {
  const right = [...epochs.keys()].map((e) => {
    const row = probabilities.subarray(e * n, (e + 1) * n);
    return row.indexOf(Math.max(...row)) === label;
  });
  const count = right.filter(Boolean).length;
  const best = [...epochs.keys()].reduce((a, b) => (probabilities[b * n + label] > probabilities[a * n + label] ? b : a));
  const when = (/** @type {number} */ e) => (epochs[e] === 0 ? "before training" : `after epoch ${epochs[e]}`);
  const peak = `It was surest of ${classes[label]} ${when(best)}: ${percent(probabilities[best * n + label])}.`;
  if (count === epochs.length) return `Right at all ${count} kept epochs. ${peak}`;
  if (!count) return `Wrong at all ${epochs.length} kept epochs. ${peak}`;
  const changes = right.filter((is, e) => e && is !== right[e - 1]).length;
  const firstRight = right.indexOf(true);
  if (right[right.length - 1] && changes === 1) return `Right from the weights ${when(firstRight)} on. ${peak}`;
  return `Right at ${count} of ${epochs.length} kept epochs, changed ${changes === 1 ? "once" : changes === 2 ? "twice" : `${changes} times`}${right[right.length - 1] ? "" : `, last right ${when(right.lastIndexOf(true))}`}. ${peak}`;
}
