// @ts-check
/** Which weights: the present ones, the best, or those at the end of an epoch, by a slider. */

import { element, setText } from "../element.js";

export class Timeline {
  /** @param {(weights: "now" | "best" | number) => void} onChoose */
  constructor(onChoose) {
    /** @type {number[]} */
    this.epochs = [];
    this.slider = element("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": "Epoch", title: "Left → the weights of an earlier epoch; all the way right → the present ones", oninput: () => onChoose(this.at(Number(this.slider.value))) });
    this.says = element("output", { class: "npi-epoch" });
    this.root = element("div", { class: "npi-timeline" }, element("span", { class: "npi-quiet", text: "Weights" }), this.slider, this.says);
  }

  /** @param {number} place */
  at(place) {
    return place >= this.epochs.length ? "now" : this.epochs[place];
  }

  /** @param {import("./context.js").View} view */
  draw({ anatomy, weights }) {
    this.root.hidden = !anatomy;
    this.epochs = anatomy?.keyframes ?? [];
    this.slider.max = this.epochs.length;
    const place = typeof weights === "number" ? this.epochs.indexOf(weights) : this.epochs.length;
    this.slider.value = place;
    setText(this.says, typeof weights === "number" ? (weights ? `epoch ${weights}` : "before training") : weights);
  }

  hide() {}
}
