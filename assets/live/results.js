// @ts-check
/** What came of a run that has ended: tiles with the test's and the best epoch's numbers. */

import { element, setText } from "../shared/dom/element.js";
import { formatOf, loss, whole } from "../shared/drawing/format.js";
import { isEnded } from "../shared/run/run.js";

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
    const { summary, metrics } = run;
    this.root.hidden = !isEnded(run) || summary.test_loss === undefined;
    if (this.root.hidden) return;
    const all = `on all ${whole(summary.test_examples ?? run.started?.examples.test)} test examples`;
    const [{ name, title, format }] = metrics;
    const show = formatOf({ format });
    const texts = [
      [`Test ${title.toLowerCase()}`, show(summary[`test_${name}`]), all],
      ["Test loss", loss(summary.test_loss), all],
      [`Best validation ${title.toLowerCase()}`, show(summary[`best_val_${name}`]), "of any epoch"],
      ["Lowest validation loss", loss(summary.best_val_loss), summary.best_epoch ? `in epoch ${summary.best_epoch}, the best` : ""],
    ];
    texts.forEach(([title, value, note], i) => {
      setText(this.tiles[i].title, title);
      setText(this.tiles[i].value, value);
      setText(this.tiles[i].note, note);
    });
  }
}
