// @ts-check
/** The calm box above the charts: what happened, what to do about it, and the buttons that do it. */

import { element, setText } from "../shared/dom/element.js";
import { setting } from "../shared/drawing/format.js";
import { learningRate } from "../shared/run/run.js";

/** @typedef {import("../shared/run/run.js").Run} Run */
/** @typedef {import("../shared/run/run.js").Fault} Fault */
/** @typedef {import("../shared/run/run.js").Finding} Finding */
/** @typedef {{kind: "error" | "warning" | "quiet", title: string, text: string, actions: {label: string, command: object}[]}} Notice */

/**
 * What there is to say about a run, or null.
 * @param {Run} run
 * @param {string} fixedRate why the learning rate cannot be set, or ""
 * @returns {Notice | null}
 */
export function noticeOf(run, fixedRate) {
  if (run.status === "failed") return failure(run, fixedRate);
  if (run.status === "interrupted") {
    const text = run.error ? sentenceOf(run.error) : "The server or the engine went away while this run was training.";
    return { kind: "warning", title: "Interrupted", text, actions: run.checkpoint ? resume(run) : [{ label: "Start it again", command: { do: "resume" } }] };
  }
  if (run.status === "stopped" && run.checkpoint) {
    return { kind: "quiet", title: "Stopped", text: "The weights up to here are kept. The run can go on from there.", actions: resume(run) };
  }
  return null;
}

/**
 * After a NaN a smaller learning rate is offered, unless a schedule decides it.
 * @param {Run} run
 * @param {string} fixedRate
 * @returns {Notice}
 */
function failure(run, fixedRate) {
  const text = run.error ? sentenceOf(run.error) : "The training ended with an error.";
  const good = run.summary.last_good_epoch;
  const rate = learningRate(run);
  const title = run.error?.what ?? "Failed";
  if (good === undefined || good === null) return { kind: "error", title, text, actions: resume(run) };
  if (!run.checkpoint || !rate) return { kind: "error", title, text, actions: [] };
  const from = run.checkpoint[0] ? `Resume from epoch ${run.checkpoint[0]}` : "Resume from the last checkpoint";
  if (fixedRate) return { kind: "error", title, text, actions: [{ label: from, command: { do: "resume" } }] };
  const smaller = Number((rate / 10).toPrecision(4));
  return { kind: "error", title, text, actions: [{ label: `${from} with learning rate ÷ 10 (${setting(smaller)})`, command: { do: "resume", learning_rate: smaller } }] };
}

/** @param {Run} run */
function resume(run) {
  if (!run.checkpoint) return [];
  const [epoch, step] = run.checkpoint;
  return [{ label: `Resume from epoch ${epoch}, step ${step.toLocaleString("en-US")}`, command: { do: "resume" } }];
}

/**
 * The rest of an error, behind its "what", as sentences.
 * @param {Fault} fault
 */
export function sentenceOf({ expected, got, fix }) {
  return [expected && `Expected ${expected}.`, got && `Got ${got}.`, fix].filter(Boolean).join(" ");
}

/** A box that is built anew only when what it says changes, so that a button keeps its focus. */
export class NoticeBox {
  /** @param {(command: object) => void} send */
  constructor(send) {
    this.send = send;
    this.root = element("div", { class: "np-notice-place", "aria-live": "polite" });
    this.shown = "";
  }

  /** @param {Notice | null} notice */
  draw(notice) {
    const now = JSON.stringify(notice);
    if (now === this.shown) return;
    this.shown = now;
    this.root.replaceChildren();
    if (!notice) return;
    const buttons = notice.actions.map(({ label, command }) =>
      element("button", { type: "button", class: "np-button", text: label, onclick: () => this.send(command) }),
    );
    const words = notice.text ? element("p", { text: notice.text }) : null;
    const box = element("div", { class: `np-notice np-notice-${notice.kind}` }, element("strong", { text: notice.title }), words);
    if (buttons.length) box.append(element("div", { class: "np-buttons" }, ...buttons));
    this.root.append(box);
  }
}

/** What may be wrong with the training. Its numbers move while it trains, so its words are changed in place, and nobody is interrupted by them. */
export class FindingBox {
  /** @param {(command: object) => void} send */
  constructor(send) {
    this.title = element("strong");
    this.text = element("p");
    this.label = element("button", { type: "button", class: "np-button", onclick: () => this.finding?.fix && send(this.finding.fix.command) });
    this.buttons = element("div", { class: "np-buttons" }, this.label);
    this.root = element("div", { class: "np-finding", role: "note", "aria-label": "What may be wrong", hidden: true }, this.title, this.text, this.buttons);
    /** @type {Finding | null} */
    this.finding = null;
  }

  /** @param {Finding | null} finding @param {boolean} takes whether the run takes commands */
  draw(finding, takes) {
    this.finding = finding;
    this.root.hidden = !finding;
    if (!finding) return;
    setText(this.title, finding.title);
    setText(this.text, finding.text);
    this.buttons.hidden = !takes || !finding.fix;
    if (finding.fix) setText(this.label, finding.fix.label);
  }
}
