// @ts-check
/** The column of data: which points there are, how many and how noisy, and a person's own. */

import { element, setAttribute } from "../../shared/dom/element.js";
import { dataSet } from "./choices.js";
import { Gallery } from "./gallery.js";
import { Knobs } from "./knobs.js";
import { OwnPoints } from "./own.js";

const KINDS = /** @type {[string, string, string][]} */ ([
  ["classifier", "Classes", "Points of two classes or more, to be told apart"],
  ["regressor", "Numbers", "Points that each stand for a number, to be predicted"],
  ["own", "Your own", "Points that you paint or bring along in a file"],
]);

export class DataView {
  /** @param {import("../game/context.js").Context} context what the page hands to its parts */
  constructor(context) {
    this.context = context;
    this.gallery = new Gallery(context);
    this.knobs = new Knobs(context);
    this.own = new OwnPoints(context);
    this.kind = "";
    this.name = "";
    this.kinds = KINDS.map(([kind, label, help]) => ({ kind, node: element("button", { type: "button", class: "npp-data-kind", text: label, title: help, onclick: () => this.open(kind) }) }));
    this.row = element("div", { class: "npp-data-kinds", role: "group", "aria-label": "Kind of data" }, ...this.kinds.map(({ node }) => node));
    this.root = element("section", { class: "npp-data", tabindex: "-1", "aria-label": "Data" }, element("h3", { text: "Data" }), this.row, this.gallery.root, this.own.root, this.knobs.root);
    this.own.accept(this.root, () => this.open("own"));
  }

  /** Shows what there is of a kind; nothing is chosen by that. @param {string} kind */
  open(kind) {
    this.kind = kind;
    if (this.context.state.painting && kind !== "own") this.context.set({ painting: null });
    this.draw(this.context.state);
  }

  /** @param {import("../game/store.js").State} state */
  draw(state) {
    if (!state.sketch || !state.choices || !state.theme) return;
    const { name } = state.sketch.data;
    const chosen = name === "points" ? "own" : (dataSet(state.choices, name)?.task ?? "classifier");
    if (name !== this.name) [this.kind, this.name] = [chosen, name];
    const { shown } = this.context;
    this.row.hidden = !shown("data");
    for (const { kind, node } of this.kinds) {
      setAttribute(node, "aria-pressed", String(kind === this.kind));
      node.hidden = kind === "own" && !shown("paint");
    }
    this.gallery.draw(state, this.kind);
    this.own.draw(state, this.kind === "own");
    this.knobs.draw(state, this.kind !== chosen);
  }
}
