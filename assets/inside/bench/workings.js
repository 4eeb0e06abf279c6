// @ts-check
/** How the output's size comes about, what happens at the border, the line of Keras, and what is looked at. */

import { element } from "../../shared/dom/element.js";
import { family } from "./state.js";
import { borderSentence, kerasLines, reading, sizeSentence } from "./words.js";

export class Workings {
  constructor() {
    this.sizes = element("dl", { class: "npi-bench-sizes" });
    this.code = element("pre", { class: "npi-bench-code", "aria-label": "The same in Keras" });
    this.reading = element("div", {});
    this.heading = element("h4", { text: "Output size" });
    this.root = element("div", { class: "npi-bench-workings" }, this.heading, this.sizes, element("h4", { text: "The same in Keras" }), this.code,
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.reading));
    this.key = "";
  }

  /** @param {import("./state.js").State} state @param {import("./model.js").Work | null | undefined} done */
  draw(state, done) {
    const facts = this.facts(state, done);
    const key = JSON.stringify(facts);
    if (key === this.key) return;
    this.key = key;
    this.heading.hidden = this.sizes.hidden = facts.sizes.length === 0;
    this.sizes.replaceChildren(...facts.sizes.flatMap(([name, formula, border]) => [element("dt", { text: name }), element("dd", {}, element("code", { text: formula }), border && element("p", { class: "npi-quiet", text: border }))]));
    this.code.textContent = facts.code.join("\n");
    this.reading.replaceChildren(...facts.reading.map((text) => element("p", { text })));
  }

  /** @param {import("./state.js").State} state @param {import("./model.js").Work | null | undefined} done */
  facts(state, done) {
    const kind = family(state.operation);
    const { padding } = state.steps[kind];
    const axes = /** @type {[string, import("./math/geometry.js").Walk, [string, string]][]} */ (!done ? [] : state.line
      ? [["Places", done.columns, ["left", "right"]]]
      : [["Rows", done.rows, ["top", "bottom"]], ["Columns", done.columns, ["left", "right"]]]);
    const sizes = axes.map(([name, walk, ends]) => [name, sizeSentence(walk, { padding, kind }), borderSentence(walk, { padding, kind, ends, noun: name.slice(0, -1).toLowerCase() })]);
    return { sizes, code: kerasLines(state, done?.x.channels ?? 1), reading: reading(state) };
  }
}
