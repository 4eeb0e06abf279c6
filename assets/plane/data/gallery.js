// @ts-check
/** Data sets as small pictures of their points, to choose one from. */

import { element, setAttribute } from "../../shared/dom/element.js";
import { labelColour } from "../board/dots.js";
import { dataSets } from "./choices.js";

const SIDE = 58; // CSS pixels of a picture
const MOST = 160; // points in it
const GROUPS = /** @type {[string, string][]} */ ([["classifier", "Points of classes"], ["regressor", "Points with numbers"]]);
const KEPT = new Set(["size", "noise", "label_noise", "classes"]); // what goes on to the next set, where that has it

/** @typedef {import("./choices.js").DataSet} DataSet */

export class Gallery {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.root = element("div", { class: "npp-data-gallery" });
    /** @type {{name: string, node: HTMLButtonElement, canvas: HTMLCanvasElement, set: DataSet}[]} */
    this.tiles = [];
    this.key = "";
  }

  /** @param {import("../game/store.js").State} state @param {string} kind of which the sets are shown: a task, or neither */
  draw(state, kind) {
    this.root.hidden = !this.context.shown("data") || kind === "own";
    if (this.choices !== state.choices) this.build(state.choices);
    for (const { task, node } of this.groups ?? []) node.hidden = task !== kind;
    const key = `${state.sketch.data.name} ${state.theme.dark} ${state.theme.background}`;
    if (key === this.key) return;
    this.key = key;
    for (const { name, node, canvas, set } of this.tiles) {
      const isOn = name === state.sketch.data.name;
      setAttribute(node, "aria-checked", String(isOn));
      node.tabIndex = isOn ? 0 : -1;
      paintThumb(canvas, set, state.theme);
    }
    for (const { node } of this.groups ?? []) {
      const buttons = /** @type {HTMLElement[]} */ ([...node.children]);
      if (buttons[0] && !buttons.some((button) => button.tabIndex === 0)) buttons[0].tabIndex = 0;
    }
  }

  /** @param {import("../game/messages.d.ts").Choices | null} choices */
  build(choices) {
    this.choices = choices;
    this.key = "";
    const sets = dataSets(choices).filter(({ name }) => name !== "points");
    this.tiles = sets.map((set) => this.tile(set));
    this.groups = GROUPS.map(([task, label]) => ({ task, node: element("div", { class: "npp-data-tiles", role: "radiogroup", "aria-label": label, onkeydown: (event) => this.step(event) }, ...this.tiles.filter(({ set }) => set.task === task).map(({ node }) => node)) }));
    this.root.replaceChildren(...this.groups.map(({ node }) => node));
  }

  /** @param {DataSet} set */
  tile(set) {
    const canvas = element("canvas", { width: 2 * SIDE, height: 2 * SIDE, "aria-hidden": "true" });
    const node = element("button", { type: "button", class: "npp-data-tile", role: "radio", title: `${set.title}: ${set.help}`, onclick: () => this.choose(set) }, canvas, element("span", { text: set.title }));
    return { name: set.name, set, node, canvas };
  }

  /** @param {DataSet} set */
  choose(set) {
    const { data } = this.context.state.sketch;
    if (data.name === set.name) return;
    const kept = Object.entries(data.args ?? {}).filter(([name, value]) => KEPT.has(name) && set.knobs[name] && Number(value) >= set.knobs[name].low && Number(value) <= set.knobs[name].high);
    this.context.set({ painting: null, selection: null });
    this.context.change({ data: { name: set.name, args: Object.fromEntries(kept) } });
  }

  /** Arrow keys go from picture to picture, as in any group of which one is chosen. @param {KeyboardEvent} event */
  step(event) {
    const turn = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!turn) return;
    event.preventDefault();
    event.stopPropagation();
    const nodes = /** @type {HTMLButtonElement[]} */ ([.../** @type {HTMLElement} */ (event.currentTarget).children]);
    const next = nodes[(nodes.indexOf(/** @type {HTMLButtonElement} */ (event.target)) + turn + nodes.length) % nodes.length];
    next.focus();
    next.click();
  }
}

/** @param {HTMLCanvasElement} canvas @param {DataSet} set @param {import("../../shared/drawing/theme.js").Theme} theme */
function paintThumb(canvas, set, theme) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const size = canvas.width;
  pen.clearRect(0, 0, size, size);
  if (!set.thumb) return;
  const { xy, labels } = set.thumb;
  const numbers = set.task === "regressor";
  const count = Math.min(MOST, labels.length);
  for (let i = 0; i < count; i++) {
    pen.fillStyle = labelColour(labels[i], numbers, theme.dark);
    pen.beginPath();
    pen.arc(((xy[2 * i] + 3) / 6) * size, ((3 - xy[2 * i + 1]) / 6) * size, numbers ? 4.5 : 3.2, 0, 2 * Math.PI);
    pen.fill();
  }
}
