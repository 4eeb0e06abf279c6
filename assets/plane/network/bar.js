// @ts-check
/** The line above the drawing: how many layers, how many weights, and what stands in the way of a change. */

import { element, setText } from "../../shared/dom/element.js";
import { whole } from "../../shared/drawing/format.js";
import { inserted, removed } from "./edits.js";
import { MOST_BLOCKS } from "./drawing/plan.js";

export class Bar {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    const blocks = () => context.state.sketch.blocks;
    this.context = context;
    this.less = element("button", { type: "button", class: "npp-net-round", text: "−", "aria-label": "Remove the last hidden layer", onclick: () => context.change({ blocks: removed(blocks(), blocks().length - 1) }) });
    this.more = element("button", { type: "button", class: "npp-net-round", text: "+", "aria-label": "Add a hidden layer", onclick: () => context.change({ blocks: inserted(blocks(), blocks().length) }) });
    this.count = element("span", { class: "npp-net-layers", role: "status" });
    this.steps = element("span", { class: "npp-net-steps" }, this.less, this.count, this.more);
    this.weights = element("span", { class: "npp-net-quiet" });
    this.note = element("span", { class: "npp-net-note" });
    this.root = element("div", { class: "npp-net-bar-row" }, this.steps, this.weights, this.note);
  }

  /** @param {import("./drawing/scene.js").Scene} scene */
  draw({ state, locked, plan }) {
    const hidden = plan.columns.filter((column) => column.kind === "hidden").length;
    const canEdit = this.context.shown("layers");
    this.less.hidden = this.more.hidden = !canEdit;
    this.less.disabled = Boolean(locked) || hidden === 0;
    this.more.disabled = Boolean(locked) || hidden >= MOST_BLOCKS;
    this.less.title = locked || "One layer less: the network can bend the plane once less";
    this.more.title = locked || (hidden >= MOST_BLOCKS ? `${MOST_BLOCKS} hidden layers are the most` : "One layer more, in front of the output: shapes of shapes become possible");
    setText(this.count, hidden === 1 ? "1 hidden layer" : `${hidden || "no"} hidden layers`);
    const weights = state.when === "now" ? state.made?.weights : state.frame?.meta?.parameters ?? state.made?.weights;
    setText(this.weights, weights === undefined ? "" : `${whole(weights)} weights and biases`);
    const finite = state.frame?.meta?.finite !== false;
    setText(this.note, !finite ? "Weights are no longer numbers: what is hatched cannot be drawn." : locked || state.frame?.meta?.left_out || "");
    this.note.dataset.kind = finite ? "" : "bad";
  }
}
