// @ts-check
/** The short explanation beside the curves: follows what was touched last, with formulas and the actual numbers. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { Calm } from "../../shared/drawing/calm.js";
import { lossLesson, mapLesson, networkLesson, updateLesson } from "./lessons.js";
import { formula } from "./symbols.js";

/** @typedef {import("../game/store.js").State} State */

const EVERY = 400; // milliseconds between two texts: numbers are to be read
const TOPICS = /** @type {[string, string, (state: State) => import("./lessons.js").Line[]][]} */ ([
  ["map", "Map", mapLesson], ["network", "Network", networkLesson], ["loss", "Loss", lossLesson], ["update", "Step", updateLesson],
]);

export class Explain {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.topic = "map";
    /** @type {import("../game/messages.d.ts").Sketch | null} */
    this.before = null;
    this.shown = "";
    this.calm = new Calm(EVERY, () => context.state.sketch && this.put(context.state));
    this.findingTitle = element("strong");
    this.findingText = element("p");
    this.finding = element("div", { class: "npp-finding", hidden: true }, this.findingTitle, this.findingText);
    this.body = element("div", { class: "npp-lesson", role: "tabpanel", id: "npp-lesson", tabindex: "0" });
    this.tabs = TOPICS.map(([id, title]) => element("button", { type: "button", role: "tab", class: "npp-chip", id: `npp-tab-${id}`, "aria-controls": "npp-lesson", text: title, onclick: () => this.turn(id) }));
    this.root = element("section", { class: "npp-card npp-explain", "aria-label": "Explanation" },
      element("header", { class: "npp-card-head" }, element("h3", { text: "What happens here" }), element("span", { class: "npp-spring" }), element("div", { role: "tablist", class: "npp-tabs", onkeydown: (event) => this.arrow(event) }, ...this.tabs)),
      this.finding, this.body);
  }

  /** @param {string} topic */
  turn(topic) {
    this.topic = topic;
    this.calm.now();
  }

  /** @param {KeyboardEvent} event */
  arrow(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = (TOPICS.findIndex(([id]) => id === this.topic) + by + TOPICS.length) % TOPICS.length;
    this.turn(TOPICS[next][0]);
    this.tabs[next].focus();
    event.preventDefault();
  }

  /** What was touched last is what is spoken about. @param {import("../game/messages.d.ts").Sketch} sketch */
  follow(sketch) {
    const { before } = this;
    this.before = sketch;
    if (!before || before === sketch) return;
    const differs = (/** @type {unknown} */ a, /** @type {unknown} */ b) => JSON.stringify(a) !== JSON.stringify(b);
    if (differs(before.training.loss, sketch.training.loss) || differs(before.output, sketch.output)) this.topic = "loss";
    else if (differs(before.training, sketch.training)) this.topic = "update";
    else if (differs(before.blocks, sketch.blocks) || differs(before.inputs, sketch.inputs)) this.topic = "network";
    else if (differs(before.data, sketch.data)) this.topic = "map";
  }

  /** @param {State} state */
  draw(state) {
    this.root.hidden = !this.context.shown("explain") || !state.sketch;
    if (!state.sketch) return;
    this.follow(state.sketch);
    this.calm.ask();
  }

  close() {
    this.calm.close();
  }

  /** @param {State} state */
  put(state) {
    const found = state.run?.finding;
    this.finding.hidden = !found;
    if (found) {
      setText(this.findingTitle, found.title);
      setText(this.findingText, found.text);
    }
    TOPICS.forEach(([id], i) => {
      setAttribute(this.tabs[i], "aria-selected", String(id === this.topic));
      setAttribute(this.tabs[i], "tabindex", id === this.topic ? "0" : "-1");
    });
    setAttribute(this.body, "aria-labelledby", `npp-tab-${this.topic}`);
    const lines = (TOPICS.find(([id]) => id === this.topic) ?? TOPICS[0])[2](state);
    const now = JSON.stringify(lines);
    if (now === this.shown) return;
    this.shown = now;
    this.body.replaceChildren(...lines.map((line) => (line.formula ? element("p", { class: "npp-math" }, formula(line.formula)) : element("p", { text: line.text ?? "" }))));
  }
}
