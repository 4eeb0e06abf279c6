// @ts-check
/** The settings of one hidden layer, in a panel that opens from its name. */

import { element, setText } from "../../../shared/dom/element.js";
import { curve } from "../drawing/curves.js";
import { addable, changed, joinable, removed } from "../edits.js";
import { activationsOf, initializersOf } from "../offers.js";
import { nameOf } from "../drawing/plan.js";

const PENALTIES = [0, 0.00001, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];

/** @typedef {import("../../game/messages.d.ts").Block} Block */

export class Settings {
  /** @param {import("../../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.root = element("div", { class: "npp-net-popover", popover: "auto", role: "dialog" });
    this.name = "";
    this.key = "";
  }

  /** @param {number} at the block */
  open(at) {
    this.name = this.context.state.sketch.blocks[at].name;
    this.key = "";
  }

  /** @param {import("../../game/store.js").State} state */
  draw(state) {
    if (!this.root.matches(":popover-open")) return;
    const at = state.sketch.blocks.findIndex((block) => block.name === this.name);
    if (at < 0) return this.root.hidePopover();
    const key = JSON.stringify([state.sketch.blocks, at, Boolean(state.choices)]);
    if (key === this.key) return;
    this.key = key;
    const held = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.field;
    this.root.setAttribute("aria-label", `Settings of layer ${at + 1}`);
    this.root.replaceChildren(...this.fields(state, at));
    if (held && held !== document.activeElement?.getAttribute("data-field")) /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-field="${held}"]`))?.focus();
  }

  /** @param {import("../../game/store.js").State} state @param {number} at @returns {HTMLElement[]} */
  fields(state, at) {
    const { blocks } = state.sketch;
    const block = blocks[at];
    const put = (/** @type {Partial<Block>} */ patch) => {
      const now = this.context.state.sketch.blocks;
      const place = now.findIndex((one) => one.name === block.name);
      if (place >= 0) this.context.change({ blocks: changed(now, place, patch) });
    };
    return [
      element("p", { class: "npp-net-popover-title", text: `Layer ${at + 1}: ${block.units} ${block.units === 1 ? "neuron" : "neurons"}` }),
      this.activations(state, block, put),
      this.initial(state, block, put),
      penalty("L1", block.l1, "Pulls every weight towards 0 by the same amount: many become 0 and their links vanish", (l1) => put({ l1 })),
      penalty("L2", block.l2, "Pulls large weights towards 0: borders become smoother", (l2) => put({ l2 })),
      dropout(block.dropout, (value) => put({ dropout: value })),
      element("label", { class: "npp-net-tickbox", title: "Brings each neuron's outputs to mean 0 and spread 1 over the batch: deep networks often learn faster" },
        element("input", { type: "checkbox", "data-field": "norm", checked: Boolean(block.norm), onchange: (event) => put({ norm: event.currentTarget.checked }) }), "Batch normalisation"),
      skips(state.sketch, at, put),
      this.context.shown("layers") && element("button", { type: "button", class: "npp-net-plain", text: "Remove this layer", title: "Takes the layer away; the others keep what they learnt where they can", onclick: () => { this.root.hidePopover(); this.context.change({ blocks: removed(this.context.state.sketch.blocks, at) }); } }),
    ].filter((node) => node instanceof HTMLElement);
  }

  /** All activations as tiles with their graphs. @param {import("../../game/store.js").State} state @param {Block} block @param {(patch: Partial<Block>) => void} put */
  activations(state, block, put) {
    const name = nameOf(block.activation);
    const offers = activationsOf(state.choices);
    const tiles = (offers.length ? offers : [{ name, value: block.activation, help: "" }]).map((offer) => element("button", {
      type: "button", class: "npp-net-option", role: "radio", "aria-checked": String(offer.name === name), "data-field": `activation ${offer.name}`, title: offer.help || offer.name,
      disabled: !this.context.shown("activation"), onclick: () => put({ activation: offer.value }),
    }, curve(offer.name, 44, 26), element("span", { text: offer.name })));
    return element("div", { class: "npp-net-options", role: "radiogroup", "aria-label": "Activation" }, ...tiles);
  }

  /** @param {import("../../game/store.js").State} state @param {Block} block @param {(patch: Partial<Block>) => void} put */
  initial(state, block, put) {
    const offers = initializersOf(state.choices);
    const kind = block.initializer ? nameOf(block.initializer) : "";
    const select = element("select", { "data-field": "initializer", title: "How large the weights are before training: too small and signals fade, too large and neurons saturate", onchange: (event) => put({ initializer: event.currentTarget.selectedIndex ? offers[event.currentTarget.selectedIndex - 1].value : null }) },
      element("option", { text: "As Keras does (Glorot uniform)", selected: !kind }), ...offers.map((offer) => element("option", { text: offer.name, selected: Boolean(kind) && nameOf(offer.value) === kind })));
    return row("Initial weights", select);
  }
}

/** @param {string} label @param {...(Node | string)} fields */
function row(label, ...fields) {
  return element("label", { class: "npp-net-row" }, element("span", { text: label }), ...fields);
}

/** @param {string} name @param {number} value @param {string} title @param {(value: number) => void} put */
function penalty(name, value, title, put) {
  const steps = PENALTIES.includes(value) ? PENALTIES : [...PENALTIES, value].sort((a, b) => a - b);
  return row(name, element("select", { "data-field": name, title, onchange: (event) => put(steps[event.currentTarget.selectedIndex]) }, ...steps.map((step) => element("option", { text: step ? String(step) : "none", selected: step === value }))));
}

/** @param {number} value @param {(value: number) => void} put */
function dropout(value, put) {
  const says = (/** @type {number} */ share) => (share ? `${Math.round(share * 100)} % of the neurons` : "none");
  const output = element("output", { class: "npp-net-quiet", text: says(value) });
  return row("Dropout", element("input", {
    type: "range", min: "0", max: "0.8", step: "0.05", value: String(value), "data-field": "dropout", title: "Switches off this share of the neurons at random in every step: none can rely on a single other one",
    oninput: (event) => setText(output, says(event.currentTarget.valueAsNumber)), onchange: (event) => put(event.currentTarget.valueAsNumber),
  }), output);
}

/** @param {import("../../game/messages.d.ts").Sketch} sketch @param {number} at @param {(patch: Partial<Block>) => void} put */
function skips({ blocks, inputs }, at, put) {
  const offers = [
    ...joinable(blocks, at).map(({ name, title }) => ({ skip: { from: name, join: "concatenate" }, text: `${title}, side by side` })),
    ...addable(blocks, at, inputs.length).map(({ name, title }) => ({ skip: { from: name, join: "add" }, text: `${title}, added` })),
  ];
  if (!offers.length) return null;
  const same = (/** @type {import("../../game/messages.d.ts").Skip} */ skip) => JSON.stringify(blocks[at].skip && [blocks[at].skip.from, blocks[at].skip.join]) === JSON.stringify([skip.from, skip.join]);
  return row("Skip link from", element("select", { "data-field": "skip", title: "Also gives this layer what an earlier one said: side by side with the layer before, or added to its own outputs", onchange: (event) => put({ skip: event.currentTarget.selectedIndex ? offers[event.currentTarget.selectedIndex - 1].skip : null }) },
    element("option", { text: "none", selected: !blocks[at].skip }), ...offers.map((offer) => element("option", { text: offer.text, selected: same(offer.skip) }))));
}
