// @ts-check
/** Files to take away: all predictions as CSV, and the pictures of the gallery on one sheet. */

import { element } from "../../shared/dom/element.js";
import { tell } from "../../shared/dom/fault.js";
import { faultOf } from "../../shared/server/look.js";
import { save } from "../../shared/dom/save.js";

export class Takeaway {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.csv = element("button", { class: "npi-button", type: "button", text: "Predictions as CSV", title: "Saves a table with a line for each example of this part: true class, prediction, confidence, loss, probabilities", onclick: () => this.take(this.csv, () => this.table()) });
    this.png = element("button", { class: "npi-button", type: "button", text: "Picture sheet", title: "Saves the first 200 of these pictures with their captions as one picture", onclick: () => this.take(this.png, () => this.sheet()) });
    this.fault = element("div", {});
    this.root = element("div", { class: "npm-score-takeaway" }, element("span", { class: "npi-buttons" }, this.csv, this.png), this.fault);
  }

  /** @param {import("../context.js").View} view */
  show(view) {
    this.png.hidden = view.anatomy.kind !== "pictures";
  }

  /** @param {HTMLButtonElement} button @param {() => Promise<{blob: Blob, name: string}>} make */
  async take(button, make) {
    const focused = document.activeElement === button;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      const { blob, name } = await make();
      save(name, blob);
      this.fault.replaceChildren();
    } catch (error) {
      tell(this.fault, error);
    }
    button.disabled = false;
    if (focused && document.activeElement === document.body) button.focus(); // which a disabled one loses
    button.removeAttribute("aria-busy");
  }

  async table() {
    const { run, split, asked } = this.context.view;
    const answer = await fetch(`/api/runs/${run}/predictions.csv?split=${split}&weights=${asked}`, { cache: "no-store" });
    if (!answer.ok) throw await faultOf(answer);
    return { blob: await answer.blob(), name: this.name(`${split}-predictions.csv`) };
  }

  async sheet() {
    const { split, filter: { only, true: truth, predicted, sort, order, among } } = this.context.view;
    const filter = { only: only === "both" ? "all" : only, true: truth, predicted, sort, order, ids: among?.ids, positions: among?.positions };
    const { png } = await this.context.ask({ view: "sheet", ...filter });
    return { blob: new Blob([png], { type: "image/png" }), name: this.name(`${split}-${only === "wrong" ? "mistakes" : "pictures"}.png`) };
  }

  /** @param {string} ending */
  name(ending) {
    const { run } = this.context.view;
    const name = this.context.runs.find(({ id }) => id === run)?.name ?? "run";
    return `${name.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").toLowerCase() || "run"}-${ending}`;
  }
}
