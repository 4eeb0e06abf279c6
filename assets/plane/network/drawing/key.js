// @ts-check
/** How to read the drawing, in one line below it. */

import { element } from "../../../shared/dom/element.js";
import { drawn } from "../../../shared/dom/svg.js";
import { diverging, gradient } from "../../colours.js";
import { signs } from "./tones.js";

export class Key {
  constructor() {
    this.strip = element("span", { class: "npp-net-bar", "aria-hidden": "true" });
    this.lines = [line(1.2), line(4)];
    this.dot = drawn("svg", { width: 9, height: 9, viewBox: "0 0 9 9", "aria-hidden": "true" }, drawn("circle", { cx: 4.5, cy: 4.5, r: 3.6 }));
    const entry = (/** @type {any[]} */ ...content) => element("span", { class: "npp-net-entry" }, ...content);
    this.root = element("p", { class: "npp-net-key" },
      entry("output below 0", this.strip, "above 0"),
      entry(this.lines[0], "weight below 0,", this.lines[1], "above 0; the thicker, the larger"),
      entry(this.dot, "bias"));
    this.theme = "";
  }

  /** @param {import("../../../shared/drawing/theme.js").Theme} theme */
  draw(theme) {
    const key = `${theme.dark} ${theme.background}`;
    if (key === this.theme) return;
    this.theme = key;
    const [negative, positive] = signs(theme);
    this.strip.style.background = gradient(diverging(theme.dark));
    this.lines[0].firstElementChild.setAttribute("stroke", negative);
    this.lines[1].firstElementChild.setAttribute("stroke", positive);
    this.dot.firstElementChild.setAttribute("fill", positive);
  }
}

/** @param {number} width */
function line(width) {
  return drawn("svg", { width: 22, height: 10, viewBox: "0 0 22 10", "aria-hidden": "true" }, drawn("path", { d: "M1 8C9 8 13 2 21 2", fill: "none", "stroke-width": width, "stroke-linecap": "round" }));
}
