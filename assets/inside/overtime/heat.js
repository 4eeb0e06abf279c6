// @ts-check
/** Histograms of all epochs side by side: one column an epoch, brighter where more values lie. A click takes that epoch's weights. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { paint, short } from "../../shared/drawing/raster.js";
import { EpochAxis } from "./axis.js";

export class Heat {
  /** @type {import("../answers.d.ts").Histograms} */
  histograms;
  /** @type {number[]} */
  epochs;

  /** @param {{title: string, onpick: (place: number) => void}} options */
  constructor({ title, onpick }) {
    this.title = title;
    this.onpick = onpick;
    this.canvas = element("canvas", {
      role: "img", tabindex: 0, onclick: (event) => onpick(this.place(event)), onkeydown: (event) => this.key(event),
      onpointermove: (event) => this.read(event), onpointerleave: () => setText(this.says, this.note),
    });
    this.mark = element("i", { class: "npi-time-mark", hidden: true });
    this.zero = element("i", { class: "npi-time-zero", hidden: true });
    this.top = element("span");
    this.bottom = element("span");
    this.axis = new EpochAxis();
    this.says = element("output", { class: "npi-quiet" });
    this.note = "";
    this.root = element("figure", { class: "npi-time-figure" }, element("figcaption", {}, element("strong", { text: title })),
      element("div", { class: "npi-time-plot" }, element("div", { class: "npi-time-yaxis" }, this.top, this.bottom), element("div", { class: "npi-time-field" }, this.canvas, this.zero, this.mark)),
      this.axis.root, this.says);
  }

  /** @param {import("../answers.d.ts").Histograms} histograms @param {{epochs: number[], at: number, dark: boolean, what: string}} how at: the place of the chosen epoch, −1 for none */
  draw(histograms, { epochs, at, dark, what }) {
    const { edges, counts, counted, of } = histograms;
    const [columns, bins] = counts.shape;
    this.histograms = histograms;
    this.epochs = epochs;
    const values = new Float32Array(columns * bins);
    for (let column = 0; column < columns; column++) {
      for (let bin = 0; bin < bins; bin++) values[(bins - 1 - bin) * columns + column] = Math.log1p(counts[column * bins + bin]); // or the zeros of ReLU outshine all
    }
    paint(this.canvas, { values, height: bins, width: columns, colours: "sequence", low: 0, high: Math.max(...values) || 1, dark });
    const [low, high] = [edges[0], edges[bins]];
    setText(this.top, short(high));
    setText(this.bottom, short(low));
    this.zero.hidden = !(low < 0 && high > 0);
    this.zero.style.top = `${(100 * high) / (high - low)}%`;
    this.axis.draw(epochs);
    this.mark.hidden = at < 0;
    this.mark.style.left = `${(100 * at) / columns}%`;
    this.mark.style.width = `${100 / columns}%`;
    this.note = counted < of ? `${counted.toLocaleString("en-US")} of ${of.toLocaleString("en-US")} ${what}, always the same ones.` : `All ${of.toLocaleString("en-US")} ${what}.`;
    if (!this.says.textContent?.startsWith("Epoch")) setText(this.says, this.note);
    setAttribute(this.canvas, "aria-label", `${this.title}: histograms of epochs ${epochs[0]} to ${epochs[epochs.length - 1]}, values from ${short(low)} to ${short(high)}. Left and right choose an epoch.`);
  }

  /** @param {MouseEvent} event */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const count = this.epochs?.length ?? 1;
    return Math.max(0, Math.min(count - 1, Math.floor(((event.clientX - box.left) / (box.width || 1)) * count)));
  }

  /** @param {PointerEvent} event */
  read(event) {
    const { histograms, epochs } = this;
    if (!histograms) return;
    const box = this.canvas.getBoundingClientRect();
    const bins = histograms.edges.length - 1;
    const place = this.place(event);
    const bin = Math.max(0, Math.min(bins - 1, bins - 1 - Math.floor(((event.clientY - box.top) / (box.height || 1)) * bins)));
    const count = histograms.counts[place * bins + bin];
    setText(this.says, `Epoch ${epochs[place]}: ${count.toLocaleString("en-US")} between ${short(histograms.edges[bin])} and ${short(histograms.edges[bin + 1])}`);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const count = this.epochs?.length ?? 1;
    const at = this.mark.hidden ? count - 1 : Math.round((parseFloat(this.mark.style.left) / 100) * count);
    this.onpick(Math.max(0, Math.min(count - 1, at + by)));
  }
}
