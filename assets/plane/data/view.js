// @ts-check
/** The data column. */

import { element } from "../../element.js";

export class DataView {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.root = element("div", { class: "npp-data" });
  }

  /** @param {import("../store.js").State} _ */
  draw(_) {}
}
