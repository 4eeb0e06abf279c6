// @ts-check
/** Which frame is on show: the live one, that of a kept epoch, or the untrained network's. Also questions about what is on show. */

import { isAbort, isPassing, look } from "../../shared/server/look.js";
import { request } from "./server.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").Wrong} Wrong */
/** @typedef {import("./messages.d.ts").Frame} Frame */
/** @typedef {import("./answers.d.ts").Answers} Answers */
/** @template {keyof Answers} View @typedef {import("./answers.d.ts").Question<View>} Question */

const RETRY = 1500; // milliseconds until an engine that is not there yet is asked again
const KEPT = 120; // frames of epochs that are remembered
const PAUSE = 100; // milliseconds between two answers to a question that is followed

export class Seeing {
  /** @param {Store} store @param {{gone: (epoch: number, error: unknown) => void}} host gone: the epoch that was to be replayed cannot be had */
  constructor(store, host) {
    this.store = store;
    this.host = host;
    /** @type {Frame | null} */
    this.live = null; // the newest frame of the present weights
    /** @type {Map<string, Frame>} */
    this.kept = new Map();
    this.stop = new AbortController();
    this.fetching = false;
    this.timer = 0;
    this.moves = 0; // counts frames, so that a question that is followed knows when to ask again
    /** @type {Set<AbortController>} */
    this.followed = new Set(); // questions that somebody follows
    this.closed = false;
  }

  /** A frame of the present weights came. @param {Answers["plane"]} picture */
  take(picture) {
    this.live = frameOf(picture);
    if (this.store.state.when !== "now") return;
    this.interrupt(); // an answer from before would show an older moment
    this.show(this.live);
  }

  interrupt() {
    clearTimeout(this.timer);
    if (!this.fetching) return;
    this.fetching = false;
    this.stop.abort();
    this.stop = new AbortController();
  }

  /** @param {Frame} frame */
  show(frame) {
    this.moves++;
    this.store.set({ frame, busy: false });
  }

  /** The present moment, or the network at the end of a kept epoch. @param {"now" | number} when */
  turn(when) {
    this.stop.abort();
    this.stop = new AbortController();
    this.store.set({ when });
    if (when !== "now") this.fetch({ weights: when });
    else if (this.live) this.show(this.live);
    else this.refresh();
  }

  /** Another run, or none: nothing that was seen holds any more. @param {boolean} blank whether the frame on show goes at once */
  forget(blank = false) {
    this.stop.abort();
    this.stop = new AbortController();
    clearTimeout(this.timer);
    this.live = null;
    this.kept.clear();
    if (blank) this.store.set({ frame: null });
  }

  /** Asks for the present frame, where none comes by itself. */
  refresh() {
    return this.fetch({});
  }

  /** @param {{weights?: number}} moment */
  async fetch({ weights }) {
    clearTimeout(this.timer);
    const { signal } = this.stop;
    const key = weights === undefined ? "" : `${this.store.state.runId} ${weights}`;
    const known = this.kept.get(key);
    if (known) return this.show(known);
    const { made, runId } = this.store.state;
    if (!runId && made?.problems?.length) return; // no engine takes it, as while the first own points are painted
    this.store.set({ busy: true });
    this.fetching = true;
    try {
      const body = await this.ask({ view: "plane" }, { signal });
      if (signal.aborted) return;
      this.fetching = false;
      const frame = frameOf(body);
      if (weights === undefined) this.live = frame;
      else this.remember(key, frame);
      this.show(frame);
    } catch (error) {
      if (signal.aborted || isAbort(error)) return;
      this.fetching = false;
      if (isPassing(error)) this.timer = window.setTimeout(() => !signal.aborted && this.fetch({ weights }), RETRY); // busy till then: a replay waits
      else if (weights !== undefined) this.host.gone(weights, error);
      else this.store.set({ busy: false, fault: /** @type {Wrong} */ (error) });
    }
  }

  /** @param {string} key @param {Frame} frame */
  remember(key, frame) {
    this.kept.set(key, frame);
    if (this.kept.size > KEPT) this.kept.delete(/** @type {string} */ (this.kept.keys().next().value));
  }

  /**
   * One answer about what is on show: the run at the chosen moment, or the sketch untrained.
   * @template {keyof Answers} View
   * @param {Question<View>} question
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<Answers[View]>} rejects with a Fault
   */
  ask(question, { signal } = {}) {
    const { runId, run, when, made, sketch } = this.store.state;
    if (runId && run?.started) return look(runId, { weights: when, ...question }, { signal });
    return request("/api/plane/look", { body: { ...(made ? { experiment: made.experiment } : { sketch }), question }, signal });
  }

  /**
   * Asks, and again when the frame has moved; never two at once, not in a hidden tab.
   * @template {keyof Answers} View
   * @param {Question<View>} question
   * @param {(body: Answers[View]) => void} draw
   * @param {(error: Wrong) => void} fail
   * @returns {() => void} stops
   */
  follow(question, draw, fail) {
    const stop = new AbortController();
    if (this.closed) return () => {};
    this.followed.add(stop);
    const go = async () => {
      while (!stop.signal.aborted) {
        const at = this.moves;
        let wait = PAUSE;
        try {
          const body = await this.ask(question, { signal: stop.signal });
          if (!stop.signal.aborted) draw(body);
        } catch (error) {
          if (!stop.signal.aborted && !isAbort(error)) fail(/** @type {Wrong} */ (error));
          wait = RETRY;
        }
        do await new Promise((resolve) => setTimeout(resolve, wait));
        while (!stop.signal.aborted && (document.hidden || at === this.moves));
      }
    };
    go();
    return () => {
      stop.abort();
      this.followed.delete(stop);
    };
  }

  close() {
    this.closed = true;
    for (const stop of this.followed) stop.abort();
    this.followed.clear();
    this.forget();
  }
}

/** A frame as the view `plane` and the live view tell it. @param {Answers["plane"]} told @returns {Frame} */
const frameOf = ({ arrays, meta }) => ({ ...arrays, meta });
