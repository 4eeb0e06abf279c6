// @ts-check
/** The training examples that are most like one to the network, and the hint that its label may be wrong. */

import { classColour } from "../../shared/drawing/classes.js";
import { oneLine } from "../../shared/dom/fault.js";
import { element, setText } from "../../shared/dom/element.js";
import { percent, whole } from "../../shared/drawing/format.js";
import { short } from "../../shared/drawing/raster.js";
import { stamp } from "../tile.js";

const SHOWN = 4; // values of a row
const TOLD = 30; // of them with names when one points at it

export class Nearest {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.grid = element("div", { class: "npm-near", role: "list" });
    this.says = element("p", { class: "npi-quiet" });
    this.reading = element("p");
    this.details = element("details", {}, element("summary", { text: "What does near mean?" }), this.reading);
    this.root = element("section", { class: "npm-nearest", "aria-label": "Nearest training examples" }, element("h4", { text: "Nearest training examples" }), this.grid, this.says, this.details);
    this.doubt = element("section", { class: "npm-doubt", hidden: true, "aria-label": "Is the label right?" });
    this.clear();
  }

  clear() {
    this.grid.replaceChildren(...Array.from({ length: 8 }, () => element("span", { class: "npm-near-wait", "aria-hidden": "true" })));
    setText(this.says, "Comparing with the training examples …");
    this.details.hidden = this.doubt.hidden = true;
  }

  /** @param {unknown} error */
  fail(error) {
    this.grid.replaceChildren();
    setText(this.says, oneLine(error));
  }

  /** @param {import("../answers.d.ts").OneAnswer} body @param {import("../context.js").View} view */
  draw({ nearest, doubt, label, predicted }, { anatomy }) {
    const { classes, columns } = anatomy;
    const [k, ...shape] = nearest.pictures.shape ?? [nearest.labels.length, 0];
    const each = k ? nearest.pictures.length / k : 0;
    const items = [...nearest.labels].map((own, i) => {
      const values = nearest.pictures.subarray(i * each, (i + 1) * each);
      const row = shape.length === 3 ? "" : `; ${[...values].slice(0, TOLD).map((value, column) => `${columns[column] ?? `column ${column + 1}`} ${short(value)}`).join(", ")}`;
      const says = `${classes[own]}, training example ${nearest.positions[i]} (${nearest.examples[i]}), distance ${nearest.distances[i].toFixed(2)}${row}`;
      const picture = shape.length === 3 ? stamp(values, [1, ...shape], says) : element("span", { class: "npm-near-row", text: [...values.subarray(0, SHOWN)].map(short).join(" · ") });
      return element("figure", { role: "listitem", title: says, class: own === label ? "npm-near-same" : "" }, picture,
        element("figcaption", {}, element("i", { class: "npm-swatch", style: `background:${classColour(own)}` }), element("span", { text: classes[own] }), element("small", { text: nearest.distances[i].toFixed(1) })));
    });
    this.grid.replaceChildren(...items);
    const count = (/** @type {number} */ own) => [...nearest.labels].filter((other) => other === own).length;
    setText(this.says, `${count(predicted)} of ${items.length} are “${classes[predicted]}”${label === predicted || label === null ? "" : `, ${count(label)} “${classes[label]}”`}.`);
    this.details.hidden = false;
    setText(this.reading, `What layer ${nearest.layer} decides from: ${whole(nearest.features)} features. Each is divided by its standard deviation over the training part, then d = √Σ(aᵢ − bᵢ)². ${whole(nearest.compared)} training examples were compared; the number is d. Near means alike to this network, not to the eye.`);
    this.hint(doubt, classes, label);
  }

  /** @param {import("../answers.d.ts").Doubt | null} doubt @param {string[]} classes @param {number} label */
  hint(doubt, classes, label) {
    this.doubt.hidden = !doubt?.is_doubted;
    if (!doubt?.is_doubted) return;
    const [own, other] = [classes[label], classes[doubt.other]];
    const learnt = doubt.split === "train" ? " The network has learnt this label, so it is all the more remarkable that it disagrees." : "";
    const rule = `Rule (confident learning; Northcutt, Jiang and Chuang 2021): p(${own}) = ${percent(doubt.label_probability)} is below ${percent(doubt.label_threshold)}, the mean over all examples labelled ${own}; p(${other}) = ${percent(doubt.other_probability)} reaches ${percent(doubt.other_threshold)}, the mean of ${other}; and more than half of the nearest training examples, ${doubt.agreeing} of ${doubt.neighbours}, are ${other}.${learnt} It is a hint: look for yourself.`;
    this.doubt.replaceChildren(element("strong", { text: `Possibly a wrong label: ${other} rather than ${own}?` }), element("details", {}, element("summary", { text: "Why it is doubted" }), element("p", { text: rule })));
  }
}
