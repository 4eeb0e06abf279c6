// @ts-check
/** Challenges: tasks with a goal that the server checks. One that is taken stands above the network with live ticks. */

import { element, setText } from "../../shared/dom/element.js";
import { faultBox } from "../../shared/dom/fault.js";
import { whole } from "../../shared/drawing/format.js";
import { Dialog } from "../dialog.js";
import { request } from "../game/server.js";

/** @typedef {import("../game/store.js").State} State */
/** A person's best result, and the run that it is of. @typedef {{value: number, run: string}} Best */
/** rank: what results are compared by. Both as `playground/web/api/challenges.py` says them. @typedef {{id: string, title: string, text: string, sketch: import("../game/messages.d.ts").Sketch, limits: string[], goal: string, rank: string, best: Best | null}} Challenge */
/** @typedef {{met: boolean, checks: {text: string, ok: boolean}[], rank: string, result: number, best: Best | null}} Verdict */

const EVERY = 1000; // milliseconds between two questions whether it is met

export class Challenges {
  /** @param {import("../game/context.js").Context} context @param {import("../game/game.js").Game} game @param {() => void} onTaken one was taken: the next thing is to play */
  constructor(context, game, onTaken) {
    this.context = context;
    this.onTaken = onTaken;
    this.game = game;
    /** @type {Challenge | null} */
    this.taken = null;
    /** @type {Verdict | null} */
    this.verdict = null;
    this.asked = "";
    this.timer = 0;
    this.list = element("div", { class: "npp-challenges" });
    this.dialog = new Dialog("Challenges", this.list);
    this.title = element("strong");
    this.text = element("p");
    this.checks = element("ul", { class: "npp-checks", "aria-live": "polite" });
    this.best = element("span", { class: "npp-quiet" });
    this.root = element("section", { class: "npp-challenge", "aria-label": "Challenge", hidden: true }, element("div", {}, this.title, this.text), this.checks, this.best,
      element("span", { class: "npp-buttons" }, element("button", { type: "button", class: "npp-chip", text: "Begin again", title: "The network that the challenge starts from", onclick: () => this.taken && this.take(this.taken) }),
        element("button", { type: "button", class: "npp-chip", text: "Leave", title: "The network stays as it is", onclick: () => this.leave() })));
  }

  async open() {
    this.list.replaceChildren(element("p", { class: "npp-quiet", text: "One moment …" }));
    this.dialog.open();
    try {
      const { challenges } = await request("/api/plane/challenges");
      this.list.replaceChildren(...challenges.map((/** @type {Challenge} */ challenge) => this.card(challenge)));
    } catch (error) {
      this.list.replaceChildren(faultBox(error));
    }
  }

  /** @param {Challenge} challenge */
  card(challenge) {
    const { title, text, goal, limits, best, rank } = challenge;
    return element("article", { class: "npp-card", "data-met": best ? "true" : null }, element("h4", { text: title }), element("p", { text }),
      element("p", { class: "npp-quiet", text: [goal, ...limits].join(" · ") }),
      element("div", { class: "npp-buttons" }, element("button", { type: "button", class: "npp-button", text: "Take it", "aria-label": `Take the challenge ${title}`, onclick: () => this.take(challenge) }), best && element("span", { class: "npp-met", text: `✓ ${bestText(best, rank)}` })));
  }

  /** @param {Challenge} challenge */
  take(challenge) {
    this.dialog.root.close();
    this.taken = challenge;
    this.verdict = null;
    this.asked = "";
    this.game.reset();
    this.game.editing.put(challenge.sketch);
    this.context.set({ challenge });
    this.onTaken();
  }

  leave() {
    clearTimeout(this.timer);
    this.taken = null;
    this.context.set({ challenge: null });
  }

  close() {
    clearTimeout(this.timer);
  }

  /** @param {State} state */
  draw(state) {
    this.root.hidden = !this.taken;
    if (!this.taken) return;
    setText(this.title, this.taken.title);
    setText(this.text, this.taken.text);
    const checks = this.verdict?.checks ?? [this.taken.goal, ...this.taken.limits].map((text) => ({ text, ok: false }));
    const now = JSON.stringify(checks);
    if (this.checks.dataset.now !== now) {
      this.checks.dataset.now = now;
      this.checks.replaceChildren(...checks.map(({ text, ok }) => element("li", { "data-ok": String(ok) }, element("span", { class: "npp-tick", "aria-hidden": "true", text: ok ? "✓" : "○" }), element("span", { class: "npp-unseen", text: ok ? "Met: " : "Not yet: " }), element("span", { text }))));
    }
    const { rank } = this.taken;
    const best = this.verdict?.best ?? this.taken.best;
    setText(this.best, this.verdict?.met ? `Met. ${best ? bestText(best, rank) : ""}` : best ? bestText(best, rank) : "");
    this.root.dataset.met = String(this.verdict?.met ?? false);
    this.ask(state);
  }

  /** Whether it is met, as the run stands now; at most once a second, and only when it has moved. @param {State} state */
  ask({ runId, run }) {
    const at = `${runId} ${run?.status} ${run?.progress?.step} ${run?.epochs.x.length} ${run?.changes.length}`;
    if (this.timer || !runId || !run?.started || at === this.asked) return;
    this.timer = window.setTimeout(() => (this.timer = 0), EVERY);
    this.asked = at;
    const { taken } = this;
    request(`/api/plane/challenges/${encodeURIComponent(/** @type {Challenge} */ (taken).id)}`, { body: { run: runId } }).then(
      (verdict) => {
        if (taken !== this.taken) return;
        this.verdict = verdict;
        this.context.set({});
      },
      () => (this.asked = ""));
  }
}

/** @param {Best} best @param {string} rank */
function bestText(best, rank) {
  return `Your best: ${whole(best.value)} ${best.value === 1 ? rank.slice(0, -1) : rank}`;
}
