// @ts-check
/** Loss and accuracy of what is on show, for training and test points, in numbers that stand still. */

import { element, setAttribute, setText } from "../element.js";
import { loss, percent } from "../live/format.js";

const CALM = 200; // milliseconds between two changes of a number, or nobody could read it

export class Scores {
  constructor() {
    /** @type {Record<string, HTMLElement>} */
    this.cells = {};
    const cell = (/** @type {string} */ name) => (this.cells[name] = element("td", { text: "–" }));
    this.second = element("th", { scope: "row", text: "Accuracy" });
    this.root = element("table", { class: "npp-scores" },
      element("thead", {}, element("tr", {}, element("td"), element("th", { scope: "col", class: "npp-train", text: "Training" }), element("th", { scope: "col", class: "npp-test", text: "Test" }))),
      element("tbody", {},
        element("tr", { title: "How wrong the network is: what training makes smaller" }, element("th", { scope: "row", text: "Loss" }), cell("trainLoss"), cell("testLoss")),
        element("tr", {}, this.second, cell("trainScore"), cell("testScore"))));
    this.drawn = 0;
    this.timer = 0;
  }

  /** @param {import("./store.js").State} state */
  draw(state) {
    const wait = this.drawn + CALM - performance.now();
    clearTimeout(this.timer);
    if (wait > 0) {
      this.timer = window.setTimeout(() => this.draw(state), wait);
      return;
    }
    this.drawn = performance.now();
    const meta = state.frame?.meta;
    const isNumber = state.made?.task === "regressor";
    setText(this.second, isNumber ? "Mean error" : "Accuracy");
    setAttribute(/** @type {Element} */ (this.second.parentElement), "title", isNumber ? "Mean distance between prediction and truth" : "Share of the points that get their own class");
    const score = isNumber ? meta?.mae : meta?.accuracy;
    const show = isNumber ? loss : percent;
    setText(this.cells.trainLoss, loss(meta?.loss?.train));
    setText(this.cells.testLoss, loss(meta?.loss?.test));
    setText(this.cells.trainScore, show(score?.train));
    setText(this.cells.testScore, show(score?.test));
  }
}
