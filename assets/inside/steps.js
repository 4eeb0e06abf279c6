// @ts-check
/** The tab "Step by step": a picture goes forward through the network layer by layer, then the gradient comes back. */

import { element, setText } from "../shared/dom/element.js";
import { tell } from "../shared/dom/fault.js";
import { icon, setIcon } from "../shared/dom/icons.js";
import { legend, short } from "../shared/drawing/raster.js";
import { Stage } from "./steps/stage.js";
import { told } from "./steps/words.js";

/** @typedef {import("./context.js").View} View */

const SPEEDS = /** @type {[string, number][]} */ ([["Slow", 1600], ["Normal", 800], ["Fast", 350], ["Very fast", 120]]); // milliseconds a step
const MOST = 10; // classes shown at the end

export class StepsTab {
  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {View | null} */
    this.view = null;
    /** @type {import("./answers.d.ts").StepsAnswer | null} */
    this.body = null;
    /** @type {Stage[]} */
    this.stages = [];
    /** @type {number | null} */
    this.wanted = null; // null: the loss of the true class
    this.at = Infinity; // the step on show: all stages forward, the target, all stages back, and last everything at once
    this.pointed = "";
    this.key = "";
    this.timer = 0;
    this.pace = SPEEDS[1][1];
    this.stop = () => {};

    const button = (/** @type {string} */ text, /** @type {string} */ title, /** @type {string} */ sign, /** @type {() => void} */ act) => element("button", { type: "button", class: "npi-button", title, "aria-label": text, onclick: act }, icon(sign));
    this.playWord = element("span", { text: "Play" });
    this.play = element("button", { type: "button", class: "npi-button", title: "Let the picture go through the network, then the gradient back", onclick: () => this.toggle() }, icon("resume"), this.playWord);
    const back = element("button", { type: "button", class: "npi-button", "aria-label": "One step back", title: "One step back", text: "‹", onclick: () => this.go(this.at - 1) });
    const on = element("button", { type: "button", class: "npi-button", "aria-label": "One step on", title: "One step on", text: "›", onclick: () => this.go(this.at + 1) });
    const whole = button("Show all", "Show all steps at once", "epoch", () => this.go(Infinity));
    this.scrub = element("input", { type: "range", min: 0, step: 1, class: "npi-flow-scrub", "aria-label": "Step", title: "Further right → later on the way: first forward, then back", oninput: () => this.go(this.scrub.valueAsNumber) });
    const speed = element("select", { "aria-label": "Speed", title: "Faster → shorter rest on each layer", onchange: () => (this.pace = Number(speed.value)) }, ...SPEEDS.map(([text, value]) => element("option", { value, text, selected: value === this.pace })));
    this.targets = element("select", { title: "What flows back: how the loss, or a class's score, changes with each number", onchange: () => this.retarget() });
    this.bar = element("div", { class: "npi-flow-controls" }, this.play, back, on, whole, this.scrub, speed, element("label", { class: "npi-flow-target" }, "Flows back", this.targets));
    this.says = element("p", { class: "npi-flow-says", "aria-live": "polite" });
    this.keyOf = element("p", { class: "npi-flow-legend npi-quiet" });
    this.list = element("ol", { class: "npi-flow-list", "aria-label": "The layers in order" });
    this.endTitle = element("strong", { text: "End" });
    this.endBars = element("div", { class: "npi-flow-bars" });
    this.endSays = element("small", { class: "npi-quiet" });
    this.end = element("li", { class: "npi-flow-stage npi-flow-end" }, element("div", { class: "npi-flow-head" }, this.endTitle), this.endBars, this.endSays);
    this.name = element("h4");
    this.forth = element("p");
    this.back = element("p");
    this.numbers = element("dl", { class: "npi-cell-numbers" });
    this.detail = element("div", { class: "npi-flow-detail" }, this.name, this.forth, this.back, this.numbers);
    this.words = element("p");
    this.fault = element("div", { hidden: true });
    this.root = element("section", { class: "npi-flow", "aria-label": "Step by step" }, this.bar, this.fault, this.says, this.keyOf, this.list, this.detail,
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.words));
  }

  /** @param {View} view */
  show(view) {
    if (this.view?.run !== view.run) [this.body, this.wanted, this.key, this.pointed] = [null, null, "", ""];
    this.view = view;
    this.follow();
  }

  hide() {
    this.stop();
    this.pause();
    this.key = "";
  }

  /** Another target. */
  retarget() {
    this.wanted = this.targets.value === "" ? null : Number(this.targets.value);
    this.follow();
  }

  follow() {
    if (!this.view) return;
    const { run, picture, weights, live, theme, anatomy } = this.view;
    const key = JSON.stringify([run, picture.source, picture.prepare, weights, live, theme.dark, this.wanted, anatomy.epoch]);
    if (key === this.key) return;
    this.key = key;
    this.stop();
    this.stop = this.context.follow({ view: "steps", class: this.wanted }, (body) => {
      this.problem(null);
      this.draw(body);
    }, (error) => this.problem(error));
  }

  /** @param {import("./answers.d.ts").StepsAnswer} body */
  draw(body) {
    this.body = body;
    const { theme, anatomy } = /** @type {View} */ (this.view);
    this.choices(body, anatomy.classes);
    const logs = body.stages.map(({ gradient }) => gradient?.norm ?? 0).filter((norm) => norm > 0).map(Math.log10);
    const norms = { low: Math.min(...logs), high: Math.max(...logs) };
    if (this.stages.length !== body.stages.length) {
      this.stages = body.stages.map(() => new Stage((name) => this.point(name)));
      this.list.replaceChildren(...this.stages.map((stage) => stage.root), this.end);
    }
    this.stages.forEach((stage, i) => stage.draw(body.stages[i], norms, theme.dark));
    this.drawEnd(body, anatomy.classes);
    this.scrub.max = String(2 * body.stages.length + 1);
    this.keyOf.replaceChildren("Activations: dark is low, bright is high, each layer on its own scale. Gradients:", legend("diverging", -1, 1, { dark: theme.dark }), "times each layer's largest; blue: more here lowers the target, orange: raises it.");
    setText(this.words, `Forward, each layer turns the numbers before it into its own; shown are at most 16 maps of a layer, those with the largest mean size${body.stages.some(({ block }) => block > 1) ? ", large ones reduced to means over blocks" : ""}. Then the chain rule goes the same way back: it multiplies the gradient by each layer's slopes, from the last to the first. Every number of a gradient says how much ${body.target} (here ${short(body.value ?? NaN)}) would change if that activation grew by 1, all before it unchanged. The bar below a gradient is its size on a logarithmic scale: if it shrinks from layer to layer, early layers learn slowly (vanishing gradient). Weight penalties and dropout are left out.`);
    this.go(this.at, false);
  }

  /** What may flow back. @param {import("./answers.d.ts").StepsAnswer} body @param {string[]} classes */
  choices(body, classes) {
    const key = JSON.stringify([classes, body.label]);
    if (this.targets.dataset.key !== key) {
      this.targets.dataset.key = key;
      const loss = body.label === null ? [] : [element("option", { value: "", text: `Loss (true class: ${classes[body.label]})` })];
      this.targets.replaceChildren(...loss, ...classes.map((name, i) => element("option", { value: i, text: `Score of ${name}` })));
    }
    this.targets.value = body.class === null ? "" : String(body.class);
  }

  /** @param {import("./answers.d.ts").StepsAnswer} body @param {string[]} classes */
  drawEnd(body, classes) {
    const { probabilities, label } = body;
    const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]).slice(0, MOST);
    if (label !== null && !order.includes(label)) order[order.length - 1] = label;
    if (classes.length <= MOST) order.sort((a, b) => a - b);
    this.endBars.replaceChildren(...order.map((i) => element("div", { class: i === (body.class ?? label) ? "npi-flow-meant" : "" },
      element("span", { text: classes[i], title: classes[i] }), element("i", {}, element("b", { style: `width:${100 * probabilities[i]}%` })), element("small", { text: `${(100 * probabilities[i]).toFixed(1)} %` }))));
    setText(this.endTitle, body.scores_are === "probabilities" ? "Prediction" : "Prediction (softmax of the outputs)");
    setText(this.endSays, `${body.class === null ? "Loss" : "Score"} ${short(body.value ?? NaN)}`);
    this.end.title = `Followed back: ${body.target}`;
  }

  /** @param {number} step @param {boolean} [byHand] */
  go(step, byHand = true) {
    const { body } = this;
    const count = this.stages.length;
    if (!count || !body) return;
    if (byHand && this.timer && step !== this.at + 1) this.pause();
    const all = 2 * count + 1;
    this.at = Math.max(0, Math.min(all, step));
    const state = (/** @type {number} */ when) => (this.at > when ? "done" : this.at === when ? "now" : "waiting");
    this.stages.forEach((stage, i) => stage.state(state(i), state(2 * count - i)));
    this.end.dataset.forth = state(count);
    this.scrub.value = String(this.at);
    const forward = this.at < count;
    const stage = body.stages[forward ? this.at : Math.max(0, 2 * count - this.at)];
    const text = this.at === all ? "All steps. Play shows them one after the other; point at a layer to read about it."
      : this.at === count ? `The end: the target is ${body.target}, ${short(body.value ?? NaN)}.`
      : forward ? `Forward, step ${this.at + 1} of ${count}: ${stage.name} makes ${stage.shape.join(" × ")} numbers.` : `Back, step ${this.at - count} of ${count}: how the target changes with the output of ${stage.name}.`;
    setText(this.says, text);
    this.scrub.setAttribute("aria-valuetext", text);
    this.tell(this.pointed || (this.at === count || this.at === all ? body.stages[count - 1].name : stage.name));
    if (this.timer && this.at < all) (this.at === count ? this.end : this.stages[forward ? this.at : 2 * count - this.at].root).scrollIntoView({ block: "nearest" });
  }

  /** @param {string} name */
  point(name) {
    if (this.timer) return; // while it plays, the words are those of the step
    this.pointed = name;
    this.tell(name);
  }

  /** The words and numbers of a stage. @param {string} name */
  tell(name) {
    const stage = this.body?.stages.find((one) => one.name === name);
    if (!stage) return;
    const { forth, back, numbers } = told(stage);
    setText(this.name, `${stage.name} (${stage.kind})`);
    setText(this.forth, `Forward: ${forth}`);
    setText(this.back, `Back: ${back}`);
    this.numbers.replaceChildren(...numbers.map(([term, text]) => element("div", {}, element("dt", { text: term }), element("dd", { text }))));
  }

  toggle() {
    if (this.timer) return this.pause();
    this.pointed = "";
    setIcon(this.play, "pause");
    setText(this.playWord, "Pause");
    if (this.at > 2 * this.stages.length) this.go(0);
    this.timer = window.setTimeout(() => this.tick(), this.pace);
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = 0;
    setIcon(this.play, "resume");
    setText(this.playWord, "Play");
  }

  tick() {
    if (!this.timer) return;
    this.timer = window.setTimeout(() => this.tick(), this.pace);
    if (document.hidden) return;
    if (this.at > 2 * this.stages.length) return this.pause();
    this.go(this.at + 1);
  }

  /** @param {unknown} error null: none */
  problem(error) {
    this.fault.hidden = !error;
    if (error) tell(this.fault, error);
  }
}
