// @ts-check
/** The network's answer as bars of which one is chosen: the class that is to be explained. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { percent } from "../../shared/drawing/format.js";

const SHOWN = 10; // bars at most; the rest of many classes is in a list

export class ClassBars {
  /** @param {(label: number) => void} onpick */
  constructor(onpick) {
    this.onpick = onpick;
    this.list = element("div", { class: "npi-why-bars", role: "radiogroup", "aria-label": "Class to explain" });
    this.more = element("select", { hidden: true, "aria-label": "Another class", title: "Choose any other class → its evidence is drawn instead", onchange: () => this.more.value && onpick(Number(this.more.value)) });
    this.root = element("div", { class: "npi-why-classes" }, element("h4", { text: "For which class?" }), this.list, this.more);
    this.key = "";
    /** @type {Map<number, {row: HTMLElement, share: HTMLElement, fill: HTMLElement}>} */
    this.rows = new Map();
    this.list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.walk(event));
  }

  /** @param {{classes: string[], probabilities: Float32Array, class: number, label: number | null}} body */
  draw({ classes, probabilities, class: chosen, label }) {
    const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
    const shown = classes.length <= SHOWN ? [...classes.keys()] : [...new Set([...order.slice(0, SHOWN - 2), label ?? order[0], chosen])];
    const key = `${classes.join("\n")} ${shown} ${label}`;
    if (key !== this.key) this.build(key, classes, shown, label);
    for (const [place, { row, share, fill }] of this.rows) {
      setText(share, percent(probabilities[place]));
      fill.style.transform = `scaleX(${probabilities[place] || 0})`;
      setAttribute(row, "aria-checked", String(place === chosen));
      setAttribute(row, "tabindex", place === chosen ? "0" : "-1");
      row.classList.toggle("npi-why-predicted", place === order[0]);
    }
  }

  /** @param {string} key @param {string[]} classes @param {number[]} shown @param {number | null} label */
  build(key, classes, shown, label) {
    this.key = key;
    this.rows.clear();
    this.list.replaceChildren(...shown.map((place) => {
      const [share, fill] = [element("span", { class: "npi-why-share" }), element("span", { class: "npi-why-fill" })];
      const name = element("span", { class: "npi-why-class", text: classes[place] }, place === label && element("small", { text: "true" }));
      const row = element("button", { type: "button", role: "radio", class: "npi-why-row", title: `Explain ${classes[place]} → what in the picture speaks for it`, onclick: () => this.onpick(place) }, fill, name, share);
      this.rows.set(place, { row, share, fill });
      return row;
    }));
    this.more.hidden = classes.length === shown.length;
    this.more.replaceChildren(element("option", { value: "", text: "Another class …" }), ...classes.map((name, place) => element("option", { value: place, text: name })));
  }

  /** @param {KeyboardEvent} event */
  walk(event) {
    const by = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 })[event.key];
    if (!by) return;
    event.preventDefault();
    const places = [...this.rows.keys()];
    const now = places.findIndex((place) => this.rows.get(place)?.row.getAttribute("aria-checked") === "true");
    const next = places[(now + by + places.length) % places.length];
    this.rows.get(next)?.row.focus();
    this.onpick(next);
  }
}
