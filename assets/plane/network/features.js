// @ts-check
/** All inputs that the network can be given, as pictures to switch on and off. */

import { element } from "../../shared/dom/element.js";
import { paintMap } from "./drawing/maps.js";
import { inputPicture } from "./drawing/scene.js";
import { toneOf } from "./drawing/tones.js";

/** @param {import("../game/store.js").State} state @returns {{id: string, title: string, formula: string}[]} */
function featuresOf(state) {
  const { ids = [], titles = [], formulas = [] } = state.made?.inputs ?? {};
  return ids.map((id, i) => ({ id, title: titles[i] ?? id, formula: formulas[i] ?? "" }));
}

export class Features {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.list = element("div", { class: "npp-net-features" });
    this.said = element("p", { class: "npp-net-quiet", text: "What the network is told about each point. With the right inputs a small network is enough; with x and y alone it has to find them itself." });
    this.root = element("div", { class: "npp-net-popover", popover: "auto", role: "dialog", "aria-label": "Inputs of the network" }, element("p", { class: "npp-net-popover-title", text: "Inputs" }), this.said, this.list);
    this.key = "";
  }

  /** @param {import("../game/store.js").State} state */
  draw(state) {
    if (!this.root.matches(":popover-open")) return;
    const features = featuresOf(state);
    const chosen = state.sketch.inputs;
    const key = JSON.stringify([features, chosen, state.theme.dark, state.made?.inputs?.ids]);
    if (key === this.key) return;
    this.key = key;
    const held = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.feature;
    this.list.replaceChildren(...features.map((feature) => this.tile(feature, state, chosen)));
    if (held) /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-feature="${CSS.escape(held)}"]`))?.focus();
  }

  /** @param {{id: string, title: string, formula: string}} feature @param {import("../game/store.js").State} state @param {string[]} chosen */
  tile({ id, title, formula }, state, chosen) {
    const on = chosen.includes(id);
    const last = on && chosen.length === 1;
    const canvas = element("canvas", { "aria-hidden": "true" });
    const picture = inputPicture(state.made?.inputs, id);
    if (picture) paintMap(canvas, picture, toneOf({ kind: "input", activation: "linear", units: 1 }, 0, { ...picture, task: "", theme: state.theme }));
    const order = state.made?.inputs.ids ?? [];
    return element("button", {
      type: "button", class: "npp-net-feature", "aria-pressed": String(on), "data-feature": id, disabled: last,
      title: last ? "The network needs at least one input" : `${formula || title}: ${on ? "takes it away from the network" : "gives it to the network"}`,
      onclick: () => this.context.change({ inputs: on ? chosen.filter((one) => one !== id) : [...chosen, id].sort((a, b) => order.indexOf(a) - order.indexOf(b)) }),
    }, canvas, element("span", { text: title }));
  }
}
