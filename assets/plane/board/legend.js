// @ts-check
/** What the colours and signs on the board mean. */

import { classColour } from "../../shared/drawing/classes.js";
import { element, setText } from "../../shared/dom/element.js";
import { diverging, gradient } from "../colours.js";
import { classNames, isNumbers } from "./scene.js";

export class Legend {
  constructor() {
    this.root = element("div", { class: "npp-board-legend" });
    this.key = "";
  }

  /** @param {import("../game/store.js").State} state @param {{look: string}} options */
  draw(state, { look }) {
    const numbers = isNumbers(state);
    const names = numbers ? [] : classNames(state);
    const key = JSON.stringify([numbers, names, look, state.theme.dark]);
    if (key === this.key) return;
    this.key = key;
    const colours = numbers ? [bar(state.theme.dark)] : names.map((name, i) => sign("dot", name, classColour(i)));
    this.root.replaceChildren(
      element("span", { class: "npp-board-legend-group" }, ...colours),
      element("span", { class: "npp-board-legend-group" }, sign("filled", "training"), sign("ring", "test"), sign("cross", numbers ? "off by > 0.25" : "wrong")),
      element("span", { class: "npp-board-legend-words", text: WORDS[numbers ? `${look} number` : look] }),
    );
  }
}

/** @type {Record<string, string>} */
const WORDS = {
  shades: "Stronger colour: surer. Line: where the answer changes.",
  hard: "One colour for each answer, however sure.",
  unsure: "Pink: the network is unsure. Clear: it is sure.",
  "shades number": "Colour: the prediction. Strong line: 0.",
  "hard number": "Below 0 and above 0.",
  "unsure number": "Colour: the prediction. Strong line: 0.",
};

/** @param {string} kind @param {string} text @param {string} [colour] */
function sign(kind, text, colour) {
  return element("span", { class: "npp-board-sign" }, element("i", { class: `npp-board-sign-${kind}`, style: colour ? `--npp-class:${colour}` : null, "aria-hidden": "true" }), text);
}

/** @param {boolean} dark */
function bar(dark) {
  const strip = element("span", { class: "npp-board-bar", role: "img", "aria-label": "Colours from −1 to 1", style: `background: ${gradient(diverging(dark))}` });
  const low = element("span");
  const high = element("span");
  setText(low, "−1");
  setText(high, "1");
  return element("span", { class: "npp-board-sign" }, low, strip, high);
}
