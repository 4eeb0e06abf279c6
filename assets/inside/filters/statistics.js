// @ts-check
/** The layer's weight tensors as a table of numbers. */

import { element, setText } from "../../shared/dom/element.js";
import { percent } from "../../shared/drawing/format.js";
import { short } from "../../shared/drawing/raster.js";

const COLUMNS = ["Weight", "Shape", "Count", "Smallest", "Largest", "Mean", "Std. dev.", "Norm", "Near zero", "Change"];

export class Statistics {
  constructor() {
    this.body = element("tbody");
    this.root = element("div", { class: "npi-filters-tablebox", tabindex: 0, role: "region", "aria-label": "Statistics of the weights" },
      element("table", { class: "npi-filters-table" }, element("thead", {}, element("tr", {}, ...COLUMNS.map((text) => element("th", { scope: "col", text })))), this.body));
  }

  /** @param {import("../answers.d.ts").TensorFacts[]} weights */
  draw(weights) {
    while (this.body.children.length > weights.length) this.body.lastChild?.remove();
    weights.forEach((weight, i) => {
      if (!this.body.children[i]) this.body.append(element("tr", {}, element("th", { scope: "row" }), ...COLUMNS.slice(1).map(() => element("td"))));
      const number = (/** @type {number | null} */ value) => (value === null ? "–" : short(value));
      const cells = [weight.name + (weight.trainable ? "" : " (not trained)"), weight.shape.join(" × ") || "one", weight.count.toLocaleString("en-US"), number(weight.low), number(weight.high),
        number(weight.mean), number(weight.deviation), number(weight.norm), weight.near === null ? "–" : percent(weight.near), weight.broken ? `${weight.broken.toLocaleString("en-US")} NaN` : number(weight.change)];
      cells.forEach((text, column) => setText(this.body.children[i].children[column], text));
    });
  }
}
