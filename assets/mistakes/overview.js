// @ts-check
/** The section "Overview": the confusion matrix, and beside it the pictures behind it. */

import { element } from "../shared/dom/element.js";
import { Gallery } from "./gallery.js";
import { Matrix } from "./matrix.js";

export class Overview {
  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.matrix = new Matrix(context);
    this.gallery = new Gallery(context);
    this.root = element("div", { class: "npm-overview" }, this.matrix.root, this.gallery.root);
  }

  /** @param {import("./context.js").View} view */
  show(view) {
    this.matrix.show(view);
    this.gallery.show(view);
  }

  hide() {
    this.gallery.hide();
  }
}
