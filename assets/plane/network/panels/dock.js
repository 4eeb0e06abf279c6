// @ts-check
/** What stands below the drawing: the neuron, weight, bias or point that was chosen, until it is closed. */

import { element, setText } from "../../../shared/dom/element.js";
import { icon } from "../../../shared/dom/icons.js";
import { PointPanel } from "./pointpanel.js";
import { targetOf } from "../drawing/scene.js";
import { UnitPanel } from "./unitpanel.js";
import { WeightPanel } from "./weightpanel.js";

export class Dock {
  /** @param {import("../../game/context.js").Context} context @param {{pass: (values: import("./pass.js").Pass | null) => void, send: (back: boolean) => void}} host pass: values to write on the neurons; send: a pulse through the network */
  constructor(context, host) {
    this.context = context;
    this.host = host;
    this.title = element("h4", { class: "npp-net-dock-title", tabindex: "-1" });
    this.body = element("div", {});
    const shut = element("button", { type: "button", class: "npp-net-shut", "aria-label": "Close", title: "Closes this and unpins what was chosen (Esc)", onclick: () => this.shut() }, icon("close"));
    this.root = element("section", { class: "npp-net-dock", hidden: true, "aria-label": "What was chosen" },
      element("div", { class: "npp-net-dock-head" }, this.title, shut), this.body);
    this.key = "";
    /** @type {UnitPanel | PointPanel | WeightPanel | null} */
    this.panel = null;
  }

  shut() {
    const { selection } = this.context.state;
    this.context.set({ selection: null });
    const at = selection && selection.kind !== "point" && selection.kind !== "link" ? this.neuron : null;
    at?.focus?.({ preventScroll: true });
  }

  /** @param {import("../drawing/scene.js").Scene} scene @param {HTMLElement | null} neuron what has the focus again when this closes */
  draw(scene, neuron) {
    this.neuron = neuron;
    const { selection } = scene.state;
    const target = targetOf(scene, selection);
    const kind = selection?.kind === "point" ? "point" : target?.kind ?? "";
    const key = kind === "point" ? "point" : JSON.stringify([kind, target && selection, kind && scene.plan.key]);
    if (key !== this.key) {
      this.key = key;
      this.panel?.close();
      this.panel = target?.kind === "unit" ? new UnitPanel(this.context, scene, target) : kind === "point" ? new PointPanel(this.context, this.host) : kind && target ? new WeightPanel(this.context, scene, target) : null;
      this.body.replaceChildren(...(this.panel ? [this.panel.root] : []));
      this.root.hidden = !this.panel;
    }
    if (!this.panel) return;
    this.panel.draw(scene);
    setText(this.title, this.panel.title);
  }
}
