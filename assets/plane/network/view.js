// @ts-check
/** The network as a drawing that lives: features, layers of neurons as maps of the plane, links between them. */

import { element } from "../../element.js";

export class NetworkView {
  /** @param {any} context what the page hands to its parts */
  constructor(context) {
    this.context = context;
    this.root = element("section", { class: "npp-net", "aria-label": "Network" });
  }

  /** @param {any} state */
  draw(state) {
    this.state = state;
  }
}
