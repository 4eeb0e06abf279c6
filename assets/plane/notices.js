// @ts-check
/** What stands in the way, and what to do about it: a loss that is no number, a place in line, a server or an engine that is gone, a refusal. */

import { element } from "../shared/dom/element.js";
import { setting, whole } from "../shared/drawing/format.js";
import { sentenceOf } from "../live/notice.js";
import { learningRate } from "../shared/run/run.js";

/** @typedef {import("./game/store.js").State} State */
/** What can be done about it. @typedef {{resume: (rate: number | null) => void, again: () => void, makeWay: () => void, dismiss: () => void, reload: () => void}} Ways */
/** @typedef {{kind: "error" | "warning" | "quiet", title: string, text: string, actions: {label: string, act: () => void}[]}} Notice */

/**
 * What there is to say, the most urgent first, or null.
 * @param {State} state
 * @param {Ways} ways
 * @returns {Notice | null}
 */
export function noticeOf(state, ways) {
  const { run, status, link, fault, made } = state;
  if (link === "unknown") return { kind: "warning", title: "This run is no longer there", text: "It was deleted, or belongs to another browser. The network is shown untrained.", actions: [{ label: "Start fresh", act: ways.again }] };
  if (status === "failed" && run) return failure(run, ways);
  if (status === "interrupted" && run) {
    return { kind: "warning", title: "Interrupted", text: run.error ? `${run.error.what} ${sentenceOf(run.error)}` : "The server or the engine went away while this network was training.", actions: [{ label: run.checkpoint ? `Go on from epoch ${whole(run.checkpoint[0])}` : "Train again", act: () => ways.resume(null) }] };
  }
  if (fault) {
    const waits = fault.status === 503;
    return { kind: waits ? "quiet" : "warning", title: fault.what ?? String(fault.message ?? fault), text: waits ? "The engine warms up. Maps appear by themselves as soon as it is ready." : sentenceOf(fault), actions: made ? [{ label: "Close", act: ways.dismiss }] : [{ label: "Try again", act: ways.reload }] };
  }
  if (status === "queued" && run) return { kind: "quiet", title: run.position > 1 ? `Number ${run.position} in line` : "Next in line", text: "The engine trains something else, or is still starting. This training begins by itself as soon as it is free.", actions: [{ label: "Pause what trains now", act: ways.makeWay }] };
  const planned = status === "new" ? (made?.experiment.changes ?? []) : [];
  if (planned.length) return { kind: "quiet", title: planned.length === 1 ? "This link holds a change that was made while it trained" : `This link holds ${whole(planned.length)} changes that were made while it trained`, text: `Press Play: ${planned.length === 1 ? "it comes" : "they come"} by ${planned.length === 1 ? "itself" : "themselves"}, ${planned[0].step ? `the first after step ${whole(planned[0].step)}` : "the first before the first step"}.`, actions: [] };
  const problem = made?.sketch.data.name === "points" ? null : made?.problems?.[0]; // of own points the board says it, where they are painted
  return problem ? { kind: "warning", title: problem.what, text: sentenceOf(problem), actions: [] } : null;
}

/** @param {import("../shared/run/run.js").Run} run @param {Ways} ways @returns {Notice} */
function failure(run, ways) {
  const good = run.checkpoint?.[0] ?? run.summary.last_good_epoch;
  const rate = learningRate(run);
  const title = run.error?.what ?? "The training failed";
  const text = run.error ? sentenceOf(run.error) : "";
  if (good === undefined || good === null || !run.checkpoint) return { kind: "error", title, text, actions: [{ label: "Start over", act: ways.again }] };
  const from = good === 0 ? "Go back to the start" : `Go back to epoch ${whole(good)}`;
  const smaller = rate ? Number((rate / 10).toPrecision(3)) : null;
  return {
    kind: "error", title, text: `${text} Steps were so large that the weights grew without end.`.trim(),
    actions: [{ label: smaller ? `${from}, with a learning rate of ${setting(smaller)}` : from, act: () => ways.resume(smaller) }, { label: "Start over", act: ways.again }],
  };
}

const PATIENCE = 1500; // milliseconds in line before it is said: as an edit starts over, the run before leaves in less

export class Notices {
  /** @param {import("./game/context.js").Context} context @param {import("./game/game.js").Game} game */
  constructor(context, game) {
    this.ways = {
      resume: (/** @type {number | null} */ rate) => game.revive(rate),
      again: () => game.reset(),
      makeWay: () => game.playing.makeWay().catch((/** @type {import("./game/store.js").Wrong} */ error) => context.set({ fault: error })),
      dismiss: () => context.set({ fault: null }),
      reload: () => game.reload(),
    };
    this.root = element("div", { class: "npp-notices", "aria-live": "polite" });
    this.shown = "";
    this.since = 0; // when it came into line
    this.timer = 0;
  }

  /** Whether it has waited in line for long enough to say so; if not yet, it is looked at again. @param {State} state */
  waits({ status }) {
    if (status !== "queued") this.since = 0;
    else this.since ||= performance.now();
    clearTimeout(this.timer);
    const left = this.since ? PATIENCE - (performance.now() - this.since) : 0;
    if (left > 0) this.timer = window.setTimeout(() => this.state && this.draw(this.state), left);
    return left <= 0;
  }

  /** @param {State} state */
  draw(state) {
    this.state = state;
    const notice = noticeOf(this.waits(state) ? state : { ...state, status: "beginning" }, this.ways);
    const now = JSON.stringify(notice);
    if (now === this.shown) return; // built anew only when it says something else, so that a button keeps its focus
    this.shown = now;
    this.root.replaceChildren();
    if (!notice) return;
    const buttons = notice.actions.map(({ label, act }) => element("button", { type: "button", class: "npp-button", text: label, onclick: act }));
    this.root.append(element("div", { class: `npp-notice npp-notice-${notice.kind}` }, element("div", {}, element("strong", { text: notice.title }), notice.text && element("p", { text: notice.text })), element("div", { class: "npp-buttons" }, ...buttons)));
  }
}
