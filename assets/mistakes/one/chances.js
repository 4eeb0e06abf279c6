// @ts-check
/** All probabilities of one example, the largest first; of many classes the first ones and the true one, the rest on demand. */

import { element } from "../../shared/dom/element.js";
import { bar } from "../tile.js";

const SHOWN = 10;
const LISTED = 200; // of many classes, more than anybody reads

export class Chances {
  constructor() {
    this.list = element("div", { class: "npm-chances", role: "list" });
    this.rest = element("div", { class: "npm-chances", role: "list" });
    this.words = element("summary");
    this.more = element("details", {}, this.words, this.rest);
    this.root = element("section", { "aria-label": "Probabilities" }, element("h4", { text: "Probabilities" }), this.list, this.more);
  }

  /** @param {Float32Array} probabilities @param {string[]} classes @param {number | null} label */
  draw(probabilities, classes, label) {
    const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
    const first = order.length <= SHOWN + 2 ? order : order.slice(0, SHOWN);
    if (label !== null && !first.includes(label)) first.push(label);
    const row = (/** @type {number} */ k) => {
      const node = bar(classes[k], probabilities[k], k);
      node.setAttribute("role", "listitem");
      if (k === label) node.firstElementChild?.append(element("small", { text: "true" }));
      return node;
    };
    this.list.replaceChildren(...first.map(row));
    const others = order.filter((k) => !first.includes(k)).slice(0, LISTED);
    this.more.hidden = others.length === 0;
    this.words.textContent = `${others.length} more`;
    this.rest.replaceChildren(...others.map(row));
  }
}
