// @ts-check
/** A window over the page for what is needed now and then; the browser keeps the focus in it and closes it with Escape. */

import { element } from "../shared/dom/element.js";
import { icon } from "../shared/dom/icons.js";

export class Dialog {
  /** @param {string} title @param {...Node} content */
  constructor(title, ...content) {
    const close = element("button", { type: "button", class: "npp-close", "aria-label": "Close", title: "Close (Escape)", onclick: () => this.root.close() }, icon("close"));
    this.body = element("div", { class: "npp-dialog-body" }, ...content);
    this.root = element("dialog", { class: "npp-dialog", "aria-label": title, onclick: (event) => event.target === event.currentTarget && event.currentTarget.close() },
      element("header", { class: "npp-card-head" }, element("h3", { text: title }), element("span", { class: "npp-spring" }), close), this.body);
    this.root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.stopPropagation()); // its keys are not the page's
  }

  open() {
    if (!this.root.open) this.root.showModal();
  }
}
