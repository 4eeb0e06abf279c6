// @ts-check
/** Name, state and circumstances of the run; at its end the offer to run it again. */

import { setStatus, statusChip } from "../shared/run/status.js";
import { element, setText } from "../shared/dom/element.js";
import { whole } from "../shared/drawing/format.js";
import { icon } from "../shared/dom/icons.js";
import { pagesAbout, symbol } from "../shared/dom/pages.js";
import { isEnded } from "../shared/run/run.js";

/** @typedef {import("../shared/run/run.js").Run} Run */
/** @typedef {import("../shared/server/connection.js").ConnectionState} ConnectionState */

export class Header {
  /**
   * @param {import("../shared/dom/pages.js").PageEntry[]} pages all there are
   * @param {(page: string) => void} onLook the key of a page about this run
   */
  constructor(pages, onLook) {
    this.name = element("h3");
    this.chip = statusChip();
    this.chip.setAttribute("role", "status");
    this.link = element("span", { class: "np-lost", role: "status" });
    this.facts = element("p", { class: "np-facts" });
    const looks = pagesAbout(pages, "run").map((page) =>
      element("button", { type: "button", class: "np-button", title: page.help, onclick: () => onLook(page.key) }, symbol(page.icon), element("span", { text: page.title })));
    this.looks = element("div", { class: "np-buttons np-looks" }, ...looks);
    this.root = element("header", { class: "np-head" }, element("div", { class: "np-title" }, this.name, this.chip, this.link, this.looks), this.facts);
  }

  /**
   * @param {Run} run
   * @param {ConnectionState} state
   * @param {string} pending what a click is waiting for, or ""
   */
  draw(run, state, pending) {
    setText(this.name, run.name || "Unnamed run");
    setStatus(this.chip, run.status, run.position);
    if (pending) setText(/** @type {Element} */ (this.chip.lastElementChild), pending);
    this.chip.hidden = false;
    this.looks.hidden = !run.started;
    setText(this.link, state === "lost" ? "connection lost, trying again" : "");
    this.link.hidden = state !== "lost";
    setText(this.facts, run.started ? factsOf(run.started) : " ");
  }

  /** Nothing to show yet, and why. @param {string} title @param {string} text */
  drawEmpty(title, text) {
    setText(this.name, title);
    this.chip.hidden = true;
    this.looks.hidden = true;
    this.link.hidden = true;
    setText(this.facts, text);
  }
}

/** @param {import("../shared/run/run.js").Started} started */
function factsOf(started) {
  const { examples, parameters, device, precision, batch_size: size } = started;
  const precise = precision === "float32" ? "" : `, ${precision.replace("_", " ")}`;
  const parts = "validation" in examples ? `${whole(examples.train)} training, ${whole(examples.validation)} validation and ${whole(examples.test)} test examples` : `${whole(examples.train)} training and ${whole(examples.test)} test examples`;
  return `${parts} · batches of ${whole(size)} · ${whole(parameters)} weights · ${device}${precise}`;
}

export class Again {
  /** @param {(seed: "same" | "new") => void} onAgain */
  constructor(onAgain) {
    this.timer = 0;
    const press = (/** @type {"same" | "new"} */ seed) => {
      this.wait(true);
      onAgain(seed);
    };
    this.same = element("button", { type: "button", class: "np-button", title: "The same seed gives the same curve, number for number.", onclick: () => press("same") }, icon("same"), element("span", { text: "Same seed" }));
    this.fresh = element("button", { type: "button", class: "np-button", title: "Another seed gives other first weights and another order: see how much is luck.", onclick: () => press("new") }, icon("new"), element("span", { text: "New seed" }));
    this.root = element("div", { class: "np-controls np-again" }, element("span", { class: "np-again-label", text: "Run again:" }), element("div", { class: "np-buttons" }, this.same, this.fresh));
  }

  /** Both buttons rest until the new run is there, at most five seconds. @param {boolean} waiting */
  wait(waiting) {
    clearTimeout(this.timer);
    for (const button of [this.same, this.fresh]) button.disabled = waiting;
    if (waiting) this.timer = window.setTimeout(() => this.wait(false), 5000);
  }

  /** @param {Run | null} run */
  draw(run) {
    this.root.hidden = !isEnded(run);
  }
}
