// @ts-check
/** Why there is nothing to look into, and what to do about it. */

import { element } from "../element.js";
import { faultBox } from "../fault.js";

export class Absence {
  /** @param {(act: string) => void} onAct */
  constructor(onAct) {
    this.onAct = onAct;
    this.root = element("div", { class: "npi-absence", hidden: true });
  }

  /**
   * @param {any} error why the network of the run on show cannot be read, or null
   * @param {import("../runlist.js").RunRow | null} [row] the run on show
   * @param {boolean} [none] there are no runs
   */
  draw(error, row = null, none = false) {
    this.root.hidden = !error && !none;
    if (none) {
      this.root.replaceChildren(element("strong", { text: "No runs yet" }), element("p", { text: "Train a network, and look at what its layers see." }),
        element("button", { type: "button", class: "npi-button", text: "Build a network", onclick: () => this.onAct("build") }));
    } else if (error) this.root.replaceChildren(faultBox(error));
  }
}
