// @ts-check
/** One question of a section, asked again when the predictions or the question changed; what was there stays, paler, until the answer comes. */

import { element } from "../../shared/dom/element.js";
import { tell } from "../../shared/dom/fault.js";
import { isPassing } from "../../shared/server/look.js";
import { Latest } from "../latest.js";

/** @typedef {import("../answers.d.ts").Answers} Answers */

/**
 * @template {keyof Answers} View of the question
 * @template [Answer=Answers[View]]
 */
export class Answering {
  /**
   * @param {import("../context.js").Context} context
   * @param {(answer: Answer) => void} draw fills `content`
   */
  constructor(context, draw) {
    this.context = context;
    this.draw = draw;
    this.latest = new Latest();
    this.key = "";
    this.content = element("div", { class: "npm-score-answer", hidden: true });
    this.fault = element("div", {});
    this.wait = element("p", { class: "npi-quiet", text: "Asking the network …" });
    this.root = element("div", { class: "npm-score-answering" }, this.fault, this.wait, this.content);
  }

  /**
   * Asks unless the answer is on show or on its way.
   * @param {import("../context.js").View} view
   * @param {import("../answers.d.ts").Question<View>} question
   * @param {(signal: AbortSignal) => Promise<Answer>} [ask] in place of asking the chosen run
   */
  want(view, question, ask = (signal) => /** @type {Promise<any>} */ (this.context.ask(question, { signal }))) {
    const key = `${view.revision} ${JSON.stringify(question)}`;
    if (key === this.key) return;
    this.key = key;
    this.root.dataset.stale = "true";
    this.root.setAttribute("aria-busy", "true");
    this.latest.ask(ask, (answer) => this.end(null, answer), (error) => this.end(error));
  }

  /** @param {unknown} error @param {Answer} [answer] */
  end(error, answer) {
    this.root.dataset.stale = "false";
    this.root.removeAttribute("aria-busy");
    this.wait.hidden = true;
    this.content.hidden = Boolean(error);
    tell(this.fault, error);
    if (error) this.key = isPassing(error) ? "" : this.key; // may be well again: ask when shown next
    else this.draw(/** @type {Answer} */ (answer));
  }

  /** Nothing that is on its way is drawn any more. */
  drop() {
    this.latest.drop();
    if (this.root.dataset.stale === "true") this.key = "";
  }
}
