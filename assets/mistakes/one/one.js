// @ts-check
/** One example in a drawer: what the network says to it and why, what is like it, how that came about, and what to do with it. */

import { remember } from "../../shared/run/choices.js";
import { isReady } from "../../page/runpage.js";
import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { tell } from "../../shared/dom/fault.js";
import { percent, whole } from "../../shared/drawing/format.js";
import { Chances } from "./chances.js";
import { Evidence } from "./evidence.js";
import { History } from "./history.js";
import { Latest } from "../latest.js";
import { Mark } from "./mark.js";
import { Nearest } from "./nearest.js";
import { NextRun } from "./nextrun.js";
import { verdict } from "../tile.js";

/** @typedef {import("../context.js").View} View */

const REST = 150; // milliseconds that a picture stays before the slow questions about it are asked

export class One {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {ArrayLike<number>} */
    this.among = [];
    this.stop = new AbortController();
    this.timer = 0;
    this.asked = "";
    this.slow = { history: new Latest(), one: new Latest() }; // who leafs through quickly does not fill the engine's line
    this.seen = -1; // position of the example on show
    /** @type {Element | null} */
    this.from = null; // what had the focus before

    const button = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ act) => element("button", { type: "button", class: "npi-button", text, title, onclick: act });
    this.title = element("h3", { id: "npm-one-title" });
    this.where = element("span", { class: "npi-quiet" });
    this.before = button("← Previous", "The example before (left arrow key)", () => this.step(-1));
    this.after = button("Next →", "The next example (right arrow key)", () => this.step(1));
    this.shut = button("Close", "Back to the gallery (Escape)", () => this.leave());
    this.verdict = element("p", { class: "npm-one-verdict" });
    this.numbers = element("p", { class: "npi-quiet" });
    this.fault = element("div");
    this.evidence = new Evidence(this.context);
    this.chances = new Chances();
    this.history = new History();
    this.nearest = new Nearest(this.context);
    this.mark = new Mark();
    this.next = new NextRun(this.context);
    const looks = this.context.pages("run").map(({ key, title }) => button(title, `Opens the page ${title} with this run and this picture`, () => this.look(key)));
    this.body = element("div", { class: "npm-one-body" },
      element("div", { class: "npm-one-left" }, this.evidence.root, this.nearest.root),
      element("div", { class: "npm-one-right" }, this.verdict, this.numbers, this.chances.root, this.history.root, this.nearest.doubt, element("div", { class: "npi-buttons" }, ...looks), this.next.root, this.mark.root));
    const head = element("header", { class: "npm-one-head" }, element("div", {}, this.title, this.where), element("div", { class: "npi-buttons" }, this.before, this.after, this.shut));
    this.root = element("dialog", { class: "npm-one", tabindex: -1, autofocus: true, "aria-labelledby": "npm-one-title", onkeydown: (event) => this.key(event), oncancel: (event) => this.cancel(event), onclick: (event) => event.target === this.root && this.leave() }, head, this.fault, this.body);
  }

  /** @param {import("../context.js").PageView} view */
  show(view) {
    const { picture } = view;
    if (!picture || !isReady(view)) return this.hide();
    this.place(picture);
    this.seen = Number(picture.split(":")[1]);
    if (!this.root.open && this.root.isConnected) {
      this.from = document.activeElement;
      this.root.showModal();
    }
    const now = `${view.revision} ${picture}`;
    if (now === this.asked) return;
    const another = !this.asked.endsWith(` ${picture}`);
    this.asked = now;
    this.ask(view, picture, another);
  }

  /** Which one of how many. @param {string} picture */
  place(picture) {
    const at = this.at(picture);
    setText(this.where, at < 0 ? "" : `${whole(at + 1)} of ${whole(this.among.length)}`);
    this.before.disabled = at <= 0;
    this.after.disabled = at < 0 || at >= this.among.length - 1;
    const focused = document.activeElement;
    if (this.root.open && (focused === document.body || (focused instanceof HTMLButtonElement && focused.disabled))) this.root.focus(); // or no key would be heard
  }

  /** @param {string} picture */
  at(picture) {
    return Array.prototype.indexOf.call(this.among, Number(picture.split(":")[1]));
  }

  /** The quick answers at once, the slow ones when one stays. @param {View} view @param {string} picture @param {boolean} another */
  ask(view, picture, another) {
    this.stop.abort();
    this.stop = new AbortController();
    clearTimeout(this.timer);
    const { signal } = this.stop;
    const { context } = this;
    this.fault.replaceChildren();
    if (another && this.body.contains(document.activeElement)) this.root.focus(); // what is cleared hears no keys
    if (another) for (const part of [this.evidence, this.history, this.nearest, this.mark, this.next]) part.clear();
    /** @type {<View extends "picture" | "why">(question: import("../answers.d.ts").Question<View>, draw: (body: import("../answers.d.ts").Answers[View]) => void, fail: (error: unknown) => void) => Promise<void>} */
    const get = async (question, draw, fail) => {
      try {
        const body = await context.ask({ picture, ...question }, { signal });
        if (!signal.aborted) draw(body);
      } catch (error) {
        if (!signal.aborted) fail(error);
      }
    };
    get({ view: "picture" }, (body) => this.draw(body, view), (error) => tell(this.fault, error));
    this.timer = window.setTimeout(() => {
      this.evidence.follow((question, draw, fail) => get({ view: "why", ...question }, draw, fail));
      /** @type {<View extends "history" | "one">(name: View, part: {draw: (body: import("../answers.d.ts").Answers[View], view: import("../context.js").View) => void, fail: (error: unknown) => void}) => void} */
      const later = (name, part) =>
        this.slow[name].ask((dropped) => context.ask({ view: name, picture }, { signal: dropped }), (body) => signal.aborted || part.draw(body, view), (error) => signal.aborted || part.fail(error));
      later("history", this.history);
      later("one", this.nearest);
    }, REST);
  }

  /** @param {import("../answers.d.ts").Stored} body @param {View} view */
  draw(body, view) {
    const { classes } = view.anatomy;
    const order = [...body.probabilities.keys()].sort((a, b) => body.probabilities[b] - body.probabilities[a]);
    const [first, second] = order;
    const p = body.probabilities[body.label];
    setText(this.title, body.title);
    setAttribute(this.title, "title", `Stored as ${body.example}`);
    this.verdict.replaceChildren(verdict(body.label, first, classes));
    const margin = second === undefined ? "" : `, ${(100 * (body.probabilities[first] - body.probabilities[second])).toFixed(1)} points ahead of ${classes[second]}`;
    setText(this.numbers, `${percent(body.probabilities[first])} sure${margin}. Loss −ln ${Math.max(p, 1e-7).toPrecision(3)} = ${(-Math.log(Math.max(p, 1e-7))).toFixed(2)}.`);
    this.chances.draw(body.probabilities, classes, body.label);
    this.evidence.picture(body, view.anatomy, first);
    this.history.about(body.label, first);
    this.next.show(body, view);
    this.mark.show(view.anatomy.data, body.example);
  }

  /** @param {number} step */
  step(step) {
    const picture = this.context.view.picture;
    const next = picture ? this.among[this.at(picture) + step] : undefined;
    if (next !== undefined && this.at(picture ?? "") >= 0) this.context.choose({ picture: `${this.context.view.split}:${next}` });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const typing = /** @type {Element} */ (event.target).closest("input, textarea, select, fieldset");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    this.step(event.key === "ArrowLeft" ? -1 : 1);
  }

  /** @param {Event} event */
  cancel(event) {
    event.preventDefault();
    this.leave();
  }

  leave() {
    this.context.choose({ picture: null });
  }

  /** Opens another page about this run with this picture. @param {string} page its key */
  look(page) {
    const { run, picture, weights } = this.context.view;
    remember(page, run, { picture, weights }, { away: true });
    this.root.close();
    this.context.act({ do: page, id: run });
  }

  /** What Python says of the next run. @param {import("./nextrun.js").Edits | null} edits */
  heed(edits) {
    this.next.heed(edits);
  }

  hide() {
    this.stop.abort();
    clearTimeout(this.timer);
    for (const each of Object.values(this.slow)) each.drop();
    this.asked = "";
    if (!this.root.open) return;
    this.mark.save();
    this.root.close();
    const back = this.shown() ?? this.from;
    if (back instanceof HTMLElement && back.isConnected) back.focus();
  }

  /** The tile of the example that was seen last, where the page has it. @returns {HTMLElement | null} */
  shown() {
    return this.from?.closest(".npm-grid")?.querySelector(`[data-position="${this.seen}"]`) ?? null;
  }

  close() {
    this.hide();
  }
}
