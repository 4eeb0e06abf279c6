// @ts-check
/** The axis of epochs below a picture whose columns are epochs: its first and last number stand below the middle of their columns. */

import { element, setText } from "../../shared/dom/element.js";

export class EpochAxis {
  constructor() {
    this.first = element("span", { class: "npi-time-end" });
    this.name = element("span", { text: "epoch" });
    this.last = element("span", { class: "npi-time-end" });
    this.root = element("div", { class: "npi-time-xaxis" }, this.first, this.name, this.last);
  }

  /** @param {number[]} epochs ascending */
  draw(epochs) {
    const alone = epochs.length < 2;
    const [first, last] = [String(epochs[0]), String(epochs[epochs.length - 1])];
    this.first.hidden = this.last.hidden = alone;
    setText(this.name, alone ? `epoch ${first}` : "epoch");
    setText(this.first, first);
    setText(this.last, last);
    const beside = (/** @type {string} */ text) => `max(0px, calc(${50 / epochs.length}% - ${text.length / 2}ch))`;
    this.first.style.left = beside(first);
    this.last.style.right = beside(last);
  }
}
