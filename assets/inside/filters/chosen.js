// @ts-check
/** One filter, large: its numbers where they fit into cells, else a picture to point at; now and before. */

import { element, setText } from "../../shared/dom/element.js";
import { short } from "../../shared/drawing/raster.js";
import { Grid } from "../cell/grid.js";
import { largest } from "./cards.js";

const PLANES = 16; // shown at most

export class ChosenFilter {
  /** @param {{onturn: (by: number) => void, onmap: () => void, onclose: () => void}} on */
  constructor({ onturn, onmap, onclose }) {
    this.title = element("h4");
    this.among = element("span", { class: "npi-quiet" });
    const button = (/** @type {string} */ text, /** @type {string} */ label, /** @type {() => void} */ onclick) => element("button", { type: "button", class: "npi-button", text, "aria-label": label, title: label, onclick });
    this.facts = element("p", { class: "npi-quiet" });
    this.now = element("div", { class: "npi-filters-planes" });
    this.before = element("div", { class: "npi-filters-planes" });
    this.beforeHead = element("p", { class: "npi-filters-when" });
    this.nowHead = element("p", { class: "npi-filters-when" });
    this.map = element("button", { type: "button", class: "npi-button", text: "See its feature map", title: "Opens the tab Feature maps at this filter's map", onclick: onmap });
    /** @type {Map<HTMLElement, {figure: HTMLElement, caption: HTMLElement, grid: Grid}[]>} */
    this.grids = new Map([[this.now, []], [this.before, []]]);
    this.root = element("aside", { class: "npi-filters-chosen", "aria-label": "One filter, large" },
      element("div", { class: "npi-maps-sidehead" }, element("div", { class: "npi-maps-sidetitle" }, this.title, this.among), element("span", { class: "npi-buttons" }, button("‹", "Previous filter", () => onturn(-1)), button("›", "Next filter", () => onturn(1)), button("×", "Close", onclose))),
      this.facts, this.nowHead, this.now, this.beforeHead, this.before, element("div", { class: "npi-buttons" }, this.map));
  }

  /** @param {import("../answers.d.ts").FiltersAnswer} body of the view "filters" @param {number} at the filter's place on the page @param {{dark: boolean, now: string, against: string, names: string[]}} how names: of the inputs, where they have some */
  draw(body, at, { dark, now: present, against, names }) {
    const [, inputs, depth, height, width] = body.values.shape;
    const size = inputs * depth * height * width;
    const part = (/** @type {Float32Array} */ values) => values.subarray(at * size, (at + 1) * size);
    const now = part(body.values);
    const before = body.before ? part(body.before) : null;
    const reach = Math.max(largest(now), before ? largest(before) : 0);
    const number = body.numbers[at];
    setText(this.title, `Filter ${number}`);
    setText(this.among, body.total > 1 ? `of 0 to ${body.total - 1}` : "");
    const facts = [`norm ${short(body.norms[at])}`, body.bias && `bias ${short(body.bias[at])}`, body.changes && `changed by ${short(body.changes[at])}`];
    const left = body.inputs * depth - Math.min(inputs * depth, PLANES);
    setText(this.facts, facts.filter(Boolean).join(", ") + (left > 0 ? `. ${left} of its ${body.inputs * depth} planes are not on this page.` : "."));
    const shape = { inputs, depth, height, width, first: body.inputs_first, reach, dark, names };
    this.planes(this.now, now, shape);
    const has = before !== null;
    this.nowHead.hidden = !has;
    this.beforeHead.hidden = this.before.hidden = !has;
    const heading = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);
    setText(this.nowHead, heading(present));
    setText(this.beforeHead, heading(against));
    if (before) this.planes(this.before, before, shape);
  }

  /** @param {HTMLElement} place @param {Float32Array} values @param {{inputs: number, depth: number, height: number, width: number, first: number, reach: number, dark: boolean, names: string[]}} shape */
  planes(place, values, { inputs, depth, height, width, first, reach, dark, names }) {
    const count = Math.min(inputs * depth, PLANES);
    const grids = this.grids.get(place) ?? [];
    while (grids.length < count) {
      const [caption, grid] = [element("figcaption", { class: "npi-quiet" }), new Grid("Weights")];
      const figure = element("figure", { class: "npi-filters-plane" }, caption, grid.root);
      grids.push({ figure, caption, grid });
      place.append(figure);
    }
    while (grids.length > count) grids.pop()?.figure.remove();
    grids.forEach(({ caption, grid }, plane) => {
      const input = first + Math.floor(plane / depth);
      setText(caption, inputs * depth === 1 && first === 0 ? "" : `${names[input] ?? `Input ${input}`}${depth > 1 ? `, depth ${plane % depth}` : ""}`);
      grid.draw({ values: values.subarray(plane * height * width, (plane + 1) * height * width), rows: height, columns: width, reach, dark });
    });
  }
}
