// @ts-check
/** The switches under the board: what of it is shown. They are this browser's, no part of the experiment. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { whole } from "../../shared/drawing/format.js";
import { isNumbers } from "./scene.js";

const KEPT = "npp-board";
/** What the board shows. @typedef {{look: import("./ground.js").Look, lines: boolean, [switched: string]: unknown}} Options */
/** @type {Options} */
const FIRST = { training: true, test: true, crosses: true, wrong: false, look: "shades", lines: true, grid: false, arrows: false, regions: false };

/** id of a class view, name of the value, label, what it does. @type {[string, string, string, string][]} */
const TOGGLES = [
  ["board_views", "training", "Training", "Off → the points that are learnt from are hidden"],
  ["board_views", "test", "Test", "Off → the points held out for testing are hidden"],
  ["board_views", "wrong", "Wrong only", "On → only points that the network answers wrongly stay"],
  ["board_views", "crosses", "Crosses", "Off → wrong points are no longer marked by a cross"],
  ["board_views", "lines", "Borders", "On → a line where the answer changes; for numbers, lines of equal prediction"],
  ["board_views", "grid", "Grid", "On → a grid with the coordinates"],
  ["board_views", "arrows", "Arrows", "On → arrows along the gradient: where the network's answer rises fastest, and how steeply"],
  ["board_views", "regions", "Linear regions", "On → the pieces on which a network of ReLUs is one linear function, and how many there are"],
];
/** @type {[import("./ground.js").Look, string, string][]} */
const LOOKS = [
  ["shades", "Shades", "The surer the network, the stronger the colour"],
  ["hard", "Hard", "One colour for each answer, however sure the network is"],
  ["unsure", "Unsure", "Shows only where the network is unsure"],
];

export class Switches {
  /** @param {import("../game/context.js").Context} context @param {() => void} onChange */
  constructor(context, onChange) {
    this.context = context;
    this.onChange = onChange;
    this.values = { ...FIRST, ...kept() };
    this.buttons = TOGGLES.map(([id, name, label, help]) => ({ id, name, node: element("button", { type: "button", class: "npp-board-switch", "data-name": name, text: label, title: help, onclick: () => this.set({ [name]: !this.values[name] }) }) }));
    this.looks = LOOKS.map(([value, label, help]) => ({ value, node: element("button", { type: "button", class: "npp-board-look", text: label, title: help, onclick: () => this.set({ look: value }) }) }));
    this.look = element("span", { class: "npp-board-looks", role: "group", "aria-label": "Colours of the map" }, ...this.looks.map(({ node }) => node));
    this.root = element("div", { class: "npp-board-switches", role: "group", "aria-label": "What the board shows" }, this.look, ...this.buttons.map(({ node }) => node));
  }

  /** @param {Partial<Options>} patch */
  set(patch) {
    this.values = { ...this.values, ...patch };
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.values));
    } catch {
      // a browser that keeps nothing still switches
    }
    this.onChange();
  }

  /** @param {import("../game/store.js").State} state @param {Uint8Array | null | undefined} wrong */
  draw(state, wrong) {
    for (const { id, name, node } of this.buttons) {
      node.hidden = !this.context.shown(id);
      setAttribute(node, "aria-pressed", String(Boolean(this.values[name])));
      if (name === "wrong") setText(node, wrong ? `Wrong only (${whole(wrong.reduce((a, b) => a + b, 0))})` : "Wrong only");
    }
    for (const { value, node } of this.looks) {
      setAttribute(node, "aria-pressed", String(value === this.values.look));
      node.hidden = value === "unsure" && isNumbers(state) && !state.frame?.meta?.layers?.some((layer) => layer.dropout > 0);
    }
    this.look.hidden = !this.context.shown("board_views");
  }
}

/** What this browser kept, as far as it can be used. */
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return Object.fromEntries(Object.entries(found).filter(([name, value]) => typeof value === typeof FIRST[name] && (name !== "look" || LOOKS.some(([look]) => look === value))));
  } catch {
    return {};
  }
}
