// @ts-check
/** What came of a run that has ended: tiles with the test's and the best epoch's numbers. */

import { element, setText } from "../element.js";
import { loss, percent, whole } from "./format.js";
import { isEnded } from "./run.js";

/** @typedef {import("./run.js").Run} Run */

export class Results {
  constructor() {
    this.root = element("div", { class: "np-tiles" });
    this.tiles = ["Test accuracy", "Test loss", "Best validation accuracy", "Lowest validation loss"].map((title) => {
      const value = element("strong");
      const note = element("small");
      this.root.append(element("div", { class: "np-tile" }, element("span", { text: title }), value, note));
      return { value, note };
    });
  }

  /** @param {Run} run */
  draw(run) {
    const { summary } = run;
    this.root.hidden = !isEnded(run) || summary.test_accuracy === undefined;
    if (this.root.hidden) return;
    const all = `on all ${whole(summary.test_examples ?? run.started?.examples.test)} test examples`;
    const texts = [
      [percent(summary.test_accuracy), all],
      [loss(summary.test_loss), all],
      [percent(summary.best_val_accuracy), "of any epoch"],
      [loss(summary.best_val_loss), summary.best_epoch ? `in epoch ${summary.best_epoch}, the best` : ""],
    ];
    texts.forEach(([value, note], i) => {
      setText(this.tiles[i].value, value);
      setText(this.tiles[i].note, note);
    });
  }
}
