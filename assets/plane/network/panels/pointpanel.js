// @ts-check
/** A point on its way through the network, in words; the numbers stand on the neurons, and a pulse shows the way there and back. */

import { element, setText } from "../../../shared/dom/element.js";
import { loss } from "../../../shared/drawing/format.js";
import { brief } from "./formula.js";
import { passOf } from "./pass.js";

/** @typedef {import("../../game/answers.d.ts").PointAnswer} PointAnswer */

export class PointPanel {
  /** @param {import("../../game/context.js").Context} context @param {{pass: (pass: import("./pass.js").Pass | null) => void, send: (back: boolean) => void}} host */
  constructor(context, host) {
    this.context = context;
    this.host = host;
    this.title = "A point on its way through the network";
    this.back = false;
    this.stop = () => {};
    /** @type {PointAnswer | null} */
    this.answer = null;
    this.key = "";
    this.words = element("p", {});
    const play = (/** @type {boolean} */ back, /** @type {string} */ text, /** @type {string} */ title) => element("button", { type: "button", class: "npp-net-plain", text, title, "aria-pressed": String(!back), onclick: () => this.turn(back) });
    this.there = play(false, "Show the way there", "The numbers that flow from the inputs to the output; the strongest links stand out");
    this.home = play(true, "Show the way back", "How the loss would change with each neuron's sum: these numbers flow back and say how every weight has to change");
    this.note = element("p", { class: "npp-net-quiet" });
    this.root = element("div", { class: "npp-net-words" }, this.words, element("p", { class: "npp-net-one" }, this.there, this.home), this.note);
  }

  /** @param {boolean} back */
  turn(back) {
    this.back = back;
    this.host.send(back);
  }

  /** @param {import("../drawing/scene.js").Scene} scene */
  draw(scene) {
    const { selection, made } = scene.state;
    if (selection?.kind !== "point") return;
    const label = selection.index === null ? undefined : made?.labels[selection.index];
    const question = { view: /** @type {const} */ ("plane_point"), x: selection.x, y: selection.y, ...(label === undefined ? {} : { label }) };
    const key = JSON.stringify(question);
    if (key !== this.key) {
      this.key = key;
      this.stop();
      this.answer = null;
      let isFirst = true;
      this.stop = this.context.follow(question, (body) => {
        this.answer = body;
        if (isFirst) this.arrived(body);
        isFirst = false;
      }, (error) => setText(this.words, error.what ?? String(error)));
    }
    const { answer } = this;
    if (!answer) return;
    const canGoBack = answer.loss !== undefined;
    if (!canGoBack) this.back = false;
    this.home.disabled = !canGoBack;
    this.home.title = canGoBack ? "How the loss would change with each neuron's sum: these numbers flow back and say how every weight has to change" : "Only a point of the data has a true answer, and so a loss";
    this.there.setAttribute("aria-pressed", String(!this.back));
    this.home.setAttribute("aria-pressed", String(this.back));
    this.host.pass(passOf(answer, scene.plan, this.back));
    this.say(scene, answer, label);
  }

  /** The first answer about a point: a pulse says where to look. @param {PointAnswer} body */
  arrived(body) {
    if (body) requestAnimationFrame(() => requestAnimationFrame(() => this.host.send(this.back)));
  }

  /** @param {import("../drawing/scene.js").Scene} scene @param {PointAnswer} answer @param {number | undefined} label */
  say({ classes }, answer, label) {
    const name = (/** @type {number} */ k) => classes[k] ?? `class ${k + 1}`;
    const said = answer.predicted === undefined ? brief(answer.value ?? NaN) : name(answer.predicted);
    const right = answer.probabilities && answer.predicted === label;
    const truth = label === undefined ? "." : right ? ", and that is right." : `, but it is ${answer.probabilities ? name(label) : brief(label)}.`;
    setText(this.words, `Point (${brief(answer.x)}, ${brief(answer.y)}). The network says ${said}${truth}${answer.loss === undefined ? "" : ` Its loss is ${loss(answer.loss)}.`}`);
    setText(this.note, this.back
      ? "The numbers on the neurons say how the loss changes as their sums grow. A weight's gradient is the number of its neuron times what came in along the link; training goes against it."
      : "The numbers on the neurons are what each gives out for this point; the links that carry most stand out.");
  }

  close() {
    this.stop();
    this.host.pass(null);
  }
}
