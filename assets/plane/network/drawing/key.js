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
    this.dot = drawn("circle", { cx: 4.5, cy: 4.5, r: 3.6 });
    const entry = (/** @type {(Node | string)[]} */ ...content) => element("span", { class: "npp-net-entry" }, ...content);
    this.root = element("p", { class: "npp-net-key" },
      entry("output below 0", this.strip, "above 0"),
      entry(sign(22, 10, this.lines[0]), "weight below 0,", sign(22, 10, this.lines[1]), "above 0; the thicker, the larger"),
      entry(sign(9, 9, this.dot), "bias"));
    this.theme = "";
  }

  /** @param {import("../../../shared/drawing/theme.js").Theme} theme */
  draw(theme) {
    const key = `${theme.dark} ${theme.background}`;
    if (key === this.theme) return;
    this.theme = key;
    const [negative, positive] = signs(theme);
    this.strip.style.background = gradient(diverging(theme.dark));
    this.lines[0].setAttribute("stroke", negative);
    this.lines[1].setAttribute("stroke", positive);
    this.dot.setAttribute("fill", positive);
  }
}

/** @param {number} width */
function line(width) {
  return drawn("path", { d: "M1 8C9 8 13 2 21 2", fill: "none", "stroke-width": width, "stroke-linecap": "round" });
}

/** @param {number} width @param {number} height @param {SVGElement} content */
function sign(width, height, content) {
  return drawn("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, content);
}
