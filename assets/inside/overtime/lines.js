// @ts-check
/** One line for each layer over the epochs, as SVG; the chosen layer's is thick. A click takes that epoch's weights. */

import { classColour } from "../../shared/drawing/classes.js";
import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { short } from "../../shared/drawing/raster.js";
import { drawn } from "../../shared/dom/svg.js";
import { EpochAxis } from "./axis.js";

/** @typedef {{name: string, index: number, values: ArrayLike<number>}} Series */

const [WIDE, TALL] = [400, 150];
const FLOOR = 1e-12; // of a logarithmic axis

export class Lines {
  /** @type {Series[]} */
  series;
  /** @type {number[]} */
  epochs;
  /** @type {string} */
  chosen;
  /** @type {number} */
  at;

  /** @param {{title: string, logarithmic?: boolean, onpick: (place: number) => void}} options */
  constructor({ title, logarithmic = false, onpick }) {
    this.title = title;
    this.logarithmic = logarithmic;
    this.onpick = onpick;
    this.svg = drawn("svg", { class: "npi-time-lines", viewBox: `0 0 ${WIDE} ${TALL}`, preserveAspectRatio: "none", role: "img" });
    this.svg.addEventListener("click", (/** @type {MouseEvent} */ event) => onpick(this.place(event)));
    this.svg.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.read(this.place(event)));
    this.svg.addEventListener("pointerleave", () => this.read(null));
    /** @type {SVGPathElement[]} */
    this.paths = [];
    this.mark = drawn("path", { class: "npi-time-markline" });
    this.svg.append(this.mark);
    this.top = element("span");
    this.bottom = element("span");
    this.axis = new EpochAxis();
    this.says = element("output", { class: "npi-quiet" });
    this.root = element("figure", { class: "npi-time-figure" }, element("figcaption", {}, element("strong", { text: title }), logarithmic && element("span", { class: "npi-quiet", text: " logarithmic" })),
      element("div", { class: "npi-time-plot" }, element("div", { class: "npi-time-yaxis" }, this.top, this.bottom), element("div", { class: "npi-time-field" }, this.svg)),
      this.axis.root, this.says);
  }

  /** @param {Series[]} series @param {{epochs: number[], at: number, chosen: string}} how */
  draw(series, { epochs, at, chosen }) {
    this.series = series;
    this.epochs = epochs;
    this.chosen = chosen;
    const scaled = (/** @type {number} */ value) => (this.logarithmic ? Math.log10(Math.max(value, FLOOR)) : value);
    const all = series.flatMap(({ values }) => Array.from(values, scaled)).filter((value) => Number.isFinite(value));
    let [low, high] = [Math.min(...all), Math.max(...all)];
    if (!all.length) [low, high] = [0, 1];
    if (!this.logarithmic) low = Math.min(0, low);
    if (high - low < 1e-12) high = low + 1;
    const x = (/** @type {number} */ i) => ((i + 0.5) / epochs.length) * WIDE;
    const y = (/** @type {number} */ value) => TALL - 4 - ((scaled(value) - low) / (high - low)) * (TALL - 8);
    while (this.paths.length < series.length) this.paths.push(this.svg.appendChild(drawn("path", { class: "npi-time-line" })));
    while (this.paths.length > series.length) this.paths.pop()?.remove();
    series.forEach(({ name, index, values }, i) => {
      const points = Array.from(values, (value, place) => (Number.isFinite(scaled(value)) ? `${x(place).toFixed(1)} ${y(value).toFixed(1)}` : "")).filter(Boolean);
      setAttribute(this.paths[i], "d", points.length === 1 ? `M${points[0]}h0.1` : points.length ? `M${points.join("L")}` : "");
      setAttribute(this.paths[i], "stroke", classColour(index));
      setAttribute(this.paths[i], "data-chosen", String(name === chosen));
    });
    const own = series.findIndex(({ name }) => name === chosen);
    if (own >= 0 && this.svg.lastChild !== this.paths[own]) this.svg.append(this.paths[own]);
    setAttribute(this.mark, "d", at < 0 ? null : `M${x(at)} 0V${TALL}`);
    const end = (/** @type {number} */ value) => short(this.logarithmic ? 10 ** value : value);
    setText(this.top, end(high));
    setText(this.bottom, end(low));
    this.axis.draw(epochs);
    this.at = at;
    this.read(null);
    const line = series[own];
    setAttribute(this.svg, "aria-label", `${this.title} of ${series.length} layers from epoch ${epochs[0]} to ${epochs[epochs.length - 1]}${line ? `; ${chosen}: ${short(line.values[0])} to ${short(line.values[line.values.length - 1])}` : ""}.`);
  }

  /** @param {MouseEvent} event */
  place(event) {
    const box = this.svg.getBoundingClientRect();
    const count = this.epochs?.length ?? 1;
    return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / (box.width || 1)) * count)));
  }

  /** @param {number | null} place */
  read(place) {
    const { series, epochs, chosen } = this;
    const line = series?.find(({ name }) => name === chosen) ?? series?.[0];
    if (!line) return setText(this.says, "");
    const at = place ?? (this.at >= 0 ? this.at : epochs.length - 1);
    setText(this.says, `Epoch ${epochs[at]}, ${line.name}: ${short(line.values[at])}`);
  }
}
