// @ts-check
/** What came of a run that has ended: tiles with the test's and the best epoch's numbers. */

import { element, setText } from "../shared/dom/element.js";
import { loss, percent, whole } from "../shared/drawing/format.js";
import { isEnded, measureOf } from "../shared/run/run.js";

/** @typedef {import("../shared/run/run.js").Run} Run */

export class Results {
  constructor() {
    this.root = element("div", { class: "np-tiles" });
    this.tiles = Array.from({ length: 4 }, () => {
      const title = element("span");
      const value = element("strong");
      const note = element("small");
      this.root.append(element("div", { class: "np-tile" }, title, value, note));
      return { title, value, note };
    });
  }

  /** @param {Run} run */
  draw(run) {
    const { summary } = run;
    const inNumbers = measureOf(run) === "mae";
    this.root.hidden = !isEnded(run) || summary.test_loss === undefined;
    if (this.root.hidden) return;
    const all = `on all ${whole(summary.test_examples ?? run.started?.examples.test)} test examples`;
    const texts = [
      inNumbers ? ["Test mean absolute error", loss(summary.test_mae), all] : ["Test accuracy", percent(summary.test_accuracy), all],
      ["Test loss", loss(summary.test_loss), all],
      inNumbers ? ["Validation mean absolute error", loss(summary.val_mae), "of the last epoch"]
        : ["Best validation accuracy", percent(summary.best_val_accuracy), "of any epoch"],
      ["Lowest validation loss", loss(summary.best_val_loss), summary.best_epoch ? `in epoch ${summary.best_epoch}, the best` : ""],
    ];
    texts.forEach(([title, value, note], i) => {
      setText(this.tiles[i].title, title);
      setText(this.tiles[i].value, value);
      setText(this.tiles[i].note, note);
    });
  }
}
