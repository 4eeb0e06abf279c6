// @ts-check
/** The column of data: which points there are, how many and how noisy, and a person's own. */

import { element } from "../../element.js";
import { Gallery } from "./gallery.js";
import { Knobs } from "./knobs.js";
import { OwnPoints } from "./own.js";

export class DataView {
  /** @param {any} context what the page hands to its parts */
  constructor(context) {
    this.gallery = new Gallery(context);
    this.knobs = new Knobs(context);
    this.own = new OwnPoints(context);
    this.root = element("section", { class: "npp-data", "aria-label": "Data" }, element("h3", { class: "npp-data-title", text: "Data" }), this.gallery.root, this.own.root, this.knobs.root);
  }

  /** @param {any} state */
  draw(state) {
    if (!state.sketch || !state.choices || !state.theme) return;
    this.gallery.draw(state);
    this.knobs.draw(state);
    this.own.draw(state);
  }
}
