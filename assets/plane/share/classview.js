// @ts-check
/** Which controls a class is to see: what is not ticked is hidden for everybody who opens the link. */

import { element } from "../../shared/dom/element.js";
import { CONTROLS } from "./controls.js";

export class ClassView {
  /** @param {() => void} onchange */
  constructor(onchange) {
    /** @type {Set<string>} */
    this.hidden = new Set();
    this.onchange = onchange;
    this.list = element("div", { class: "npp-classview" });
    const all = (/** @type {string} */ text, /** @type {boolean} */ shown) => element("button", { type: "button", class: "npp-chip", text, onclick: () => this.all(shown) });
    this.root = element("div", {}, element("p", { class: "npp-quiet", text: "Whoever opens the link sees only what is ticked." }), element("div", { class: "npp-buttons" }, all("Show everything", true), all("Hide everything", false)), this.list);
  }

  /** @param {Set<string>} hidden */
  start(hidden) {
    this.hidden = new Set(hidden);
    this.draw();
  }

  /** @param {boolean} shown */
  all(shown) {
    this.hidden = new Set(shown ? [] : CONTROLS.map(({ id }) => id));
    this.draw();
    this.onchange();
  }

  draw() {
    const groups = [...new Set(CONTROLS.map(({ group }) => group))];
    this.list.replaceChildren(...groups.map((group) =>
      element("fieldset", {}, element("legend", { text: group }), ...CONTROLS.filter((control) => control.group === group).map(({ id, title }) => this.row(id, title)))));
  }

  /** @param {string} id @param {string} title */
  row(id, title) {
    const box = element("input", { type: "checkbox", checked: !this.hidden.has(id), onchange: () => {
      if (box.checked) this.hidden.delete(id);
      else this.hidden.add(id);
      this.onchange();
    } });
    return element("label", {}, box, element("span", { text: title }));
  }
}
