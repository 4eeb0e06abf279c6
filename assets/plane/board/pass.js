// @ts-check
/** The whole forward pass of one point, as tables: every sum and every output with its numbers, and what the loss makes of the answer. */

import { element } from "../../element.js";
import { short } from "../../raster.js";
import { placed } from "./words.js";

export class PassDialog {
  constructor() {
    this.body = element("div", { class: "npp-pass-body" });
    const close = element("button", { type: "button", class: "npp-board-close", "aria-label": "Close", text: "×", onclick: () => this.close() });
    this.title = element("h3", { text: "Whole forward pass", id: "npp-pass-title" });
    this.root = element("dialog", { class: "npp-pass", "aria-labelledby": "npp-pass-title" }, element("div", { class: "npp-pass-head" }, this.title, close), this.body);
    this.root.addEventListener("click", (/** @type {Event} */ event) => event.target === this.root && this.close()); // beside it
    this.root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.stopPropagation()); // its keys are no shortcuts of the page
  }

  get isOpen() {
    return this.root.open;
  }

  open() {
    if (!this.root.open) this.root.showModal();
  }

  close() {
    if (this.root.open) this.root.close();
  }

  /**
   * @param {import("./answer.js").Answer} answer
   * @param {{names: string[], numbers: boolean, truth: number | null, place: {x: number, y: number}}} about
   */
  draw(answer, about) {
    const scroll = this.body.scrollTop;
    const { place } = about;
    this.body.replaceChildren(element("p", { class: "npp-pass-quiet", text: `For ${placed(place.x, place.y)}. Each unit adds its inputs, times its weights, and its bias: that is z. Its activation makes a of it.` }), ...answer.layers.map((layer) => layerTable(layer)));
    this.body.scrollTop = scroll;
  }
}

/** @param {any} layer */
function layerTable(layer) {
  return element("table", { class: "npp-pass-table" }, element("caption", { text: layer.name }));
}
