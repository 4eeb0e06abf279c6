// @ts-check
/** Loss and score of what is on show, for training and test points, in numbers that stand still. */

import { scoreOf } from "../game/score.js";
import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { formatOf, loss } from "../../shared/drawing/format.js";
import { Calm } from "../../shared/drawing/calm.js";

const EVERY = 200; // milliseconds between two changes of a number, or nobody could read it

export class Scores {
  constructor() {
    /** @type {Record<string, HTMLElement>} */
    this.cells = {};
    const cell = (/** @type {string} */ name) => (this.cells[name] = element("td", { text: "–" }));
    this.second = element("th", { scope: "row", text: "Score" });
    this.root = element("table", { class: "npp-scores" },
      element("thead", {}, element("tr", {}, element("td"), element("th", { scope: "col", class: "npp-train", text: "Training" }), element("th", { scope: "col", class: "npp-test", text: "Test" }))),
      element("tbody", {},
        element("tr", { title: "How wrong the network is: what training makes smaller" }, element("th", { scope: "row", text: "Loss" }), cell("trainLoss"), cell("testLoss")),
        element("tr", {}, this.second, cell("trainScore"), cell("testScore"))));
    /** @type {import("../game/store.js").State | null} */
    this.state = null;
    this.calm = new Calm(EVERY, () => this.state && this.put(this.state));
  }

  /** @param {import("../game/store.js").State} state */
  draw(state) {
    this.state = state;
    this.calm.ask();
  }

  /** @param {import("../game/store.js").State} state */
  put(state) {
    const meta = state.frame?.meta;
    const metric = state.made?.metrics[0];
    if (!metric) return;
    setText(this.second, metric.title);
    setAttribute(/** @type {Element} */ (this.second.parentElement), "title", metric.help);
    const score = scoreOf(meta, state.made);
    const show = formatOf(metric);
    setText(this.cells.trainLoss, loss(meta?.loss?.train));
    setText(this.cells.testLoss, loss(meta?.loss?.test));
    setText(this.cells.trainScore, show(score?.train));
    setText(this.cells.testScore, show(score?.test));
  }
}
