// @ts-check
/** The network's answer as bars, one for each class: in full, or the few largest. */

import { classColour } from "../../shared/drawing/classes.js";
import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { percent } from "../../shared/drawing/format.js";
import { short } from "../../shared/drawing/raster.js";

const FEW = 5;
const MANY = 60; // bars at most; with more classes the largest are shown

export class AnswerBars {
  /** @param {{few?: boolean}} [options] few: only the largest, without scores */
  constructor({ few = false } = {}) {
    this.few = few;
    this.root = element("ol", { class: "npi-maps-answer", "data-few": String(few) });
    /** @type {any[]} */
    this.rows = [];
  }

  /** @param {string[]} classes @param {ArrayLike<number>} probabilities @param {ArrayLike<number> | null} scores the layer's own values @param {number | null} label */
  draw(classes, probabilities, scores, label) {
    const order = [...classes.keys()];
    const most = this.few ? FEW : MANY;
    if (classes.length > most) order.sort((a, b) => probabilities[b] - probabilities[a]).splice(most);
    while (this.rows.length < order.length) this.add();
    while (this.rows.length > order.length) this.rows.pop().root.remove();
    order.forEach((index, i) => this.fill(this.rows[i], { name: classes[index], share: probabilities[index], score: scores?.[index], isTrue: index === label, colour: classColour(index) }));
  }

  add() {
    const [name, bar, says, score] = [element("span", { class: "npi-maps-class" }), element("b"), element("span", { class: "npi-maps-share" }), element("span", { class: "npi-quiet npi-maps-score" })];
    const root = element("li", {}, name, element("i", { "aria-hidden": "true" }, bar), says, this.few ? null : score);
    this.rows.push({ root, name, bar, says, score });
    this.root.append(root);
  }

  /** @param {any} row @param {{name: string, share: number, score: number | undefined, isTrue: boolean, colour: string}} answer */
  fill(row, { name, share, score, isTrue, colour }) {
    setText(row.name, name + (isTrue ? " (true)" : ""));
    setText(row.says, percent(share));
    setText(row.score, score === undefined ? "" : short(score));
    setAttribute(row.root, "data-true", isTrue ? "true" : null);
    row.bar.style.background = colour;
    row.bar.style.width = `${100 * (Number.isFinite(share) ? share : 0)}%`;
  }
}
