// @ts-check
/** What stands above and below the neurons: names of layers, their activations, and the buttons that add and remove. */

import { element } from "../../../shared/dom/element.js";
import { curve } from "./curves.js";
import { changed, inserted } from "../edits.js";
import { MOST_BLOCKS, MOST_UNITS } from "./plan.js";

/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./plan.js").Column} Column */
/** @typedef {import("./layout.js").Layout} Layout */
/**
 * blocks: those of the moment in which somebody clicks. locked: why nothing can be changed now, "" if it can. activations, outputs: what can be chosen.
 * @typedef {{blocks: () => import("../edits.js").Block[], locked: string, shown: (id: string) => boolean, activations: import("../offers.js").Offer[], outputs: import("../offers.js").Offer[],
 *   change: (patch: import("../../game/messages.d.ts").Patch) => void, output: (name: string) => void, settings: (block: number, button: HTMLElement) => void, features: (button: HTMLElement) => void}} Desk
 */

/**
 * Everything above the neurons.
 * @param {Plan} plan @param {Layout} layout @param {Desk} desk
 * @returns {HTMLElement[]}
 */
export function heads(plan, layout, desk) {
  const nodes = plan.columns.map((column, i) => at(layout.x[i], "npp-net-head", { "data-kind": column.kind }, title(column, layout, desk), chooser(column, layout, desk)));
  if (!desk.shown("layers") || plan.columns.some((column) => column.kind === "hidden" && column.block >= desk.blocks().length)) return nodes;
  for (let i = 0; i < plan.columns.length - 1; i++) {
    const where = i === 0 ? "behind the inputs" : `behind layer ${i}`;
    const full = desk.blocks().length >= MOST_BLOCKS;
    nodes.push(at((layout.x[i] + layout.x[i + 1]) / 2, "npp-net-insert", {}, button("+", {
      key: `insert ${i}`, label: `Add a layer ${where}`, title: desk.locked || (full ? `${MOST_BLOCKS} hidden layers are the most` : `Adds a hidden layer ${where}: the network can bend the plane once more`),
      disabled: Boolean(desk.locked) || full, onclick: () => desk.change({ blocks: inserted(desk.blocks(), i) }),
    })));
  }
  return nodes;
}

/**
 * Everything below the neurons.
 * @param {Plan} plan @param {Layout} layout @param {Desk} desk
 * @returns {HTMLElement[]}
 */
export function feet(plan, layout, desk) {
  return plan.columns.map((column, i) => at(layout.x[i], "npp-net-foot", {}, foot(column, desk)));
}

/** @param {Column} column @param {Desk} desk */
function foot(column, desk) {
  if (column.kind === "input") {
    return desk.shown("inputs") && button("Inputs…", {
      key: "inputs", label: "Choose the inputs", title: desk.locked || "Opens all inputs: what the network is told about a point", wide: true, disabled: Boolean(desk.locked),
      onclick: (event) => desk.features(event.currentTarget),
    });
  }
  if (column.kind === "output" || !desk.shown("layers")) return element("span", { class: "npp-net-count", text: `${column.units}`, title: `${column.units} ${column.units === 1 ? "neuron" : "neurons"}` });
  const step = (/** @type {number} */ by) => ({
    key: `${column.name} ${by}`, label: by > 0 ? `Add a neuron to ${column.title.toLowerCase()}` : `Remove a neuron from ${column.title.toLowerCase()}`,
    title: desk.locked || (by > 0 ? (column.units >= MOST_UNITS ? `${MOST_UNITS} neurons are the most` : "One neuron more: one more line the layer can draw") : column.units <= 1 ? "A layer has at least one neuron" : "One neuron less: fewer weights, simpler borders"),
    disabled: Boolean(desk.locked) || column.units + by < 1 || column.units + by > MOST_UNITS,
    onclick: () => change(column, desk, (block) => ({ units: block.units + by })),
  });
  return element("span", { class: "npp-net-steps" }, button("−", step(-1)), element("span", { class: "npp-net-count", text: String(column.units), "aria-label": `${column.units} neurons` }), button("+", step(1)));
}

/** Of the layer as it is now: clicks may follow each other faster than drawings. @param {Column} column @param {Desk} desk @param {(block: import("../edits.js").Block) => object} patch */
function change(column, desk, patch) {
  const blocks = desk.blocks();
  const at = blocks.findIndex((block) => block.name === column.name);
  if (at >= 0) desk.change({ blocks: changed(blocks, at, patch(blocks[at])) });
}

/** @param {Column} column @param {Layout} layout @param {Desk} desk */
function title(column, { pitch }, desk) {
  const text = column.title;
  if (column.kind !== "hidden" || !desk.shown("layer_settings")) return element("span", { class: "npp-net-name", text });
  const extras = [column.norm && "batch normalisation", column.dropout > 0 && `dropout ${column.dropout}`].filter(Boolean).join(", ");
  return element("button", {
    type: "button", class: "npp-net-name", "data-focus": `name ${column.name}`, "aria-haspopup": "dialog", "aria-label": `Settings of ${text.toLowerCase()}${extras ? `: ${extras}` : ""}`,
    title: desk.locked || `Opens the settings of this layer${extras ? ` (${extras})` : ""}: activation, initial weights, penalties, dropout, batch normalisation, skip link`, disabled: Boolean(desk.locked),
    onclick: (event) => desk.settings(column.block, event.currentTarget),
  }, pitch < 72 ? text.replace("Layer ", "L") : text, pitch > 100 && element("span", { class: "npp-net-more", "aria-hidden": "true", text: "⋯" }), extras && element("span", { class: "npp-net-badge", "aria-hidden": "true" }));
}

/** The activation, as a choice with its graph. @param {Column} column @param {Layout} layout @param {Desk} desk */
function chooser(column, layout, desk) {
  if (column.kind === "input") return null;
  const output = column.kind === "output";
  const graph = curve(column.activation, 20, 15);
  const offers = output ? desk.outputs : desk.activations;
  const chosen = offers.find((offer) => offer.name === column.activation);
  const fixed = !desk.shown(output ? "output" : "activation") || offers.length < 2;
  const label = output ? "Activation of the output" : `Activation of ${column.title.toLowerCase()}`;
  const width = `max-width: ${Math.floor(layout.pitch - 6)}px`;
  if (fixed) return element("span", { class: "npp-net-activation", style: width, title: label }, graph, element("span", { text: column.activation }));
  const select = element("select", {
    "aria-label": label, "data-focus": `activation ${column.name}`, disabled: Boolean(desk.locked),
    title: desk.locked || chosen?.help || (output ? "What the output says: probabilities of classes, or a number" : "How each neuron bends its sum: the shape of the borders follows it"),
    onchange: (event) => {
      const offer = offers[event.currentTarget.selectedIndex];
      if (output) desk.output(offer.name);
      else change(column, desk, () => ({ activation: offer.value }));
    },
  }, ...(chosen ? [] : [element("option", { text: column.activation, selected: true })]), ...offers.map((offer) => element("option", { text: offer.name, selected: offer === chosen })));
  if (!chosen) select.addEventListener("focus", () => select.options[0].disabled = true, { once: true });
  return element("label", { class: "npp-net-activation", style: width }, graph, select);
}

/** @param {string} text @param {{key: string, label: string, title: string, disabled: boolean, wide?: boolean, onclick: (event: MouseEvent & {currentTarget: HTMLButtonElement}) => void}} options */
function button(text, { key, label, title, disabled, wide, onclick }) {
  return element("button", { type: "button", class: wide ? "npp-net-wide" : "npp-net-round", "data-focus": key, "aria-label": label, title, disabled, onclick, text });
}

/** @param {number} x @param {string} name @param {Record<string, unknown>} attributes @param {...(Node | string | null | undefined | false)} children */
function at(x, name, attributes, ...children) {
  return element("div", { class: name, style: `left: ${x.toFixed(1)}px`, ...attributes }, ...children);
}
