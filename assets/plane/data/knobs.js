// @ts-check
/** Sliders of a data set: how many points, how many classes, how noisy, and how many are held out to test with. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { dataSet, knobValue } from "./choices.js";

const CALM = 60; // milliseconds between two changes that a moving slider sends
const HELD = { low: 0.1, high: 0.9 }; // of the points, for testing
const SIZES = [20, 50, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000];

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)} %`;

/** name, label, step, how a value is said, what it does. @type {[string, string, number, (value: number) => string, string][]} */
const KNOBS = [
  ["classes", "Classes", 1, String, "More classes → more colours to tell apart, and as many outputs of the network"],
  ["size", "Points", 1, (value) => value.toLocaleString("en-US"), "More points → a clearer picture of what is to be learnt, and longer epochs"],
  ["noise", "Noise", 0.01, (value) => value.toFixed(2), "More noise → points stray from their shape, and classes overlap"],
  ["label_noise", "Wrong labels", 0.01, percent, "More → a larger share of points says a wrong class or value, so that learning by heart does harm"],
  ["test", "Held out for testing", 0.05, percent, "More → test results are steadier, but fewer points are left to learn from"],
];

export class Knobs {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.timer = 0;
    /** @type {Record<string, number>} */
    this.waiting = {}; // what the sliders say and the sketch does not yet
    this.rows = KNOBS.map((knob) => this.row(knob));
    this.fresh = element("button", { type: "button", class: "npp-data-button", text: "New points", title: "Draws other points of the same kind: another seed of the data", onclick: () => this.redraw() });
    this.root = element("div", { class: "npp-data-knobs" }, ...this.rows.map(({ node }) => node), this.fresh);
  }

  /** @param {[string, string, number, (value: number) => string, string]} knob */
  row([name, label, step, say, help]) {
    const output = element("span", { class: "npp-data-value", "aria-hidden": "true" });
    const input = element("input", { type: "range", step: name === "size" ? 1 : step, "aria-label": label, oninput: () => this.slide(name, this.read(name, Number(input.value))), onchange: () => this.flush() });
    return { name, say, input, output, node: element("label", { class: "npp-data-knob", title: help }, element("span", { text: label }), output, input) };
  }

  /** Sizes are chosen on a scale that grows: what matters is how many times more. @param {string} name @param {number} value */
  read(name, value) {
    return name === "size" ? SIZES[value] : value;
  }

  /** @param {string} name @param {number} value */
  slide(name, value) {
    this.waiting[name] = value;
    const row = this.rows.find((other) => other.name === name);
    if (!row) return;
    setText(row.output, row.say(value));
    fill(row.input);
    if (!this.timer) this.timer = window.setTimeout(() => this.flush(), CALM);
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    const { test, ...args } = this.waiting;
    if (!Object.keys(this.waiting).length) return;
    this.waiting = {};
    const { data } = this.context.state.sketch;
    this.context.change({ data: { ...(Object.keys(args).length ? { args: { ...data.args, ...args } } : {}), ...(test === undefined ? {} : { test }) } });
  }

  redraw() {
    const { data } = this.context.state.sketch;
    this.context.change({ data: { seed: (data.seed ?? 0) + 1 } });
  }

  /** @param {import("../game/store.js").State} state @param {boolean} isElsewhere whether the column shows other data than those that are chosen */
  draw(state, isElsewhere) {
    this.root.hidden = !this.context.shown("knobs") || isElsewhere;
    const { data } = state.sketch;
    const set = dataSet(state.choices, data.name);
    const isOwn = data.name === "points";
    setText(this.fresh, isOwn ? "Hold out others" : "New points");
    setAttribute(this.fresh, "title", isOwn ? "Draws again which points are held out: another seed of the data" : "Draws other points of the same kind: another seed of the data");
    for (const { name, say, input, output, node } of this.rows) {
      const range = name === "test" ? (set?.knobs.test ?? HELD) : set?.knobs[name];
      node.hidden = !range || range.low === range.high || (isOwn && name !== "test");
      if (!set || !range || name in this.waiting) continue;
      const value = name === "test" ? data.test : knobValue(state.sketch, set, name);
      const ends = name === "size" ? [0, SIZES.length - 1] : [range.low, range.high];
      setAttribute(input, "min", String(ends[0]));
      setAttribute(input, "max", String(ends[1]));
      const at = String(name === "size" ? nearestSize(value) : value);
      if (input.value !== at && document.activeElement !== input) input.value = at;
      fill(input);
      setAttribute(input, "aria-valuetext", say(value));
      setText(output, say(value));
    }
  }
}

/** @param {number} value */
function nearestSize(value) {
  return SIZES.reduce((best, size, i) => (Math.abs(size - value) < Math.abs(SIZES[best] - value) ? i : best), 0);
}

/** How much of the track is coloured. @param {HTMLInputElement} input */
function fill(input) {
  const [low, high] = [Number(input.min), Number(input.max)];
  input.style.setProperty("--npp-share", `${(100 * (Number(input.value) - low)) / (high - low || 1)}%`);
}
