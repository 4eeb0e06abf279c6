// @ts-check
/** Which picture: the one that is chosen, what the network makes of it, and the ways to another. */

import { element, setText } from "../element.js";
import { faultBox } from "../fault.js";
import { percent } from "../live/format.js";
import { paint } from "../raster.js";

export class PictureChooser {
  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.stop = () => {};
    this.asked = "";
    this.original = element("canvas", { class: "npi-picture-large", role: "img" });
    this.says = element("p", { class: "npi-picture-says" });
    this.top = element("ol", { class: "npi-top" });
    const step = (/** @type {number} */ by) => () => this.step(by);
    this.root = element("div", { class: "npi-picture" }, this.original,
      element("div", { class: "npi-picture-words" }, this.says, this.top,
        element("div", { class: "npi-buttons" },
          element("button", { type: "button", class: "npi-button", text: "Previous", onclick: step(-1) }),
          element("button", { type: "button", class: "npi-button", text: "Next", onclick: step(1) }))));
  }

  /** @param {import("./context.js").View} view */
  show(view) {
    this.view = view;
    this.root.hidden = !view.anatomy;
    if (!view.anatomy || !view.picture.source) return this.hide();
    const key = JSON.stringify([view.run, view.picture.source, view.picture.prepare, view.weights, view.live]);
    if (key === this.asked) return;
    this.hide();
    this.asked = key;
    this.stop = this.context.follow({ view: "picture" }, (body) => this.draw(body), (error) => this.says.replaceChildren(faultBox(error)));
  }

  hide() {
    this.stop();
    this.asked = "";
  }

  /** @param {number} by */
  step(by) {
    const [split, position] = this.view?.picture.source.split(":") ?? [];
    const total = this.view?.anatomy.examples[split] ?? 0;
    if (total) this.context.choose({ picture: `${split}:${(Number(position) + by + total) % total}` });
  }

  /** @param {any} body */
  draw(body) {
    const { classes } = this.view?.anatomy ?? { classes: [] };
    const [height, width, channels = 1] = body.original.shape ?? [];
    if (height) paint(this.original, { values: body.original, height, width, channels });
    this.original.setAttribute("aria-label", body.title);
    setText(this.says, body.title);
    const order = [...body.probabilities.keys()].sort((a, b) => body.probabilities[b] - body.probabilities[a]).slice(0, 3);
    this.top.replaceChildren(...order.map((i) => element("li", { text: `${classes[i]} ${percent(body.probabilities[i])}` })));
  }
}
