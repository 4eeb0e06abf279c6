// @ts-check
/** What a tab may ask for and change: the server's answers about what is chosen, and the choices that all tabs share. */

import { faultBox } from "../shared/dom/fault.js";
import { isAbort, isPassing, look } from "../shared/server/look.js";

/**
 * run: its id. status: see status.js. live: it trains now and its present weights are looked at. anatomy: the answer of that view, see
 * playground/engine/views/inside/anatomy.py. picture: source "test:12" or "upload:…", title for people. weights: "now", "best" or an epoch.
 * layer, unit: what a person chose last, null at first; layer is one that the network has.
 * @typedef {{run: string | null, status: string, live: boolean, anatomy: import("../shared/server/anatomy.d.ts").Anatomy | null, picture: {source: string, title: string, prepare: Record<string, any>},
 *   weights: "now" | "best" | number, layer: string | null, unit: number | null, theme: import("../shared/drawing/theme.js").Theme}} PageView
 */
/** What a tab is shown: the network is known. @typedef {PageView & {anatomy: import("../shared/server/anatomy.d.ts").Anatomy}} View */
/** @typedef {{picture?: string | {source: string, title?: string, prepare?: Record<string, any>}, weights?: "now" | "best" | number, layer?: string | null, unit?: number | null, tab?: string}} Changes */

const PAUSE = 100; // milliseconds between two answers at least
const RETRY = 1500; // milliseconds after a fault, more after each further one
const TRIES = 5; // of a slow question, for it may be what the engine perishes of

/** @typedef {import("./answers.d.ts").Answers} Answers */
/** @typedef {import("./answers.d.ts").Looked} Looked */
/** @template {keyof Answers} View @typedef {import("./answers.d.ts").Question<View>} Question */

export class Context {
  /** @param {{view: PageView, choose: (changes: Changes) => void}} host */
  constructor(host) {
    this.host = host;
    this.waiting = 0; // answers that are awaited
  }

  /** What is chosen, as the open tab is shown it. @returns {View} */
  get view() {
    return /** @type {View} */ (this.host.view);
  }

  /** Whether answers are still awaited. */
  get isBusy() {
    return this.waiting > 0;
  }

  /**
   * One answer about the run, the weights and the picture that are chosen, unless the question names others.
   * @template {keyof Answers} View
   * @param {Question<View>} question `{view: "maps", layer: "conv2d"}`
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<Answers[View] & Looked>} rejects with a Fault
   */
  ask(question, options) {
    const { run, weights, picture } = this.host.view;
    if (run === null) return Promise.reject(new Error("No run is chosen."));
    /** @type {Record<string, unknown>} */
    const whole = { weights, picture: picture.source, ...question };
    if (String(whole.picture).startsWith("upload:")) whole.prepare ??= picture.prepare;
    this.waiting++;
    const given = Object.entries(whole).filter(([, value]) => value !== null && value !== undefined);
    return look(run, Object.fromEntries(given), options).finally(() => this.waiting--);
  }

  /**
   * Asks once and, while the run trains and its present weights are looked at, again after each answer. An engine that is not ready is asked again.
   * @template {keyof Answers} View
   * @param {Question<View>} question
   * @param {(body: Answers[View] & Looked) => void} draw
   * @param {(error: unknown) => void} fail gets a Fault
   * @param {{live?: boolean}} [options] live: false for what is too slow to be asked again and again while the run trains
   * @returns {() => void} stops; neither draw nor fail is called after that
   */
  follow(question, draw, fail, { live = true } = {}) {
    const stop = new AbortController();
    const go = async () => {
      let tries = 0; // that failed, one after the other
      while (!stop.signal.aborted) {
        const asked = performance.now();
        const fault = await this.once(question, stop.signal, draw, fail);
        tries = fault ? tries + 1 : 0;
        const again = live ? this.host.view.live || isPassing(fault) : isPassing(fault) && tries < TRIES;
        if (stop.signal.aborted || !again) return;
        await rest(!fault ? Math.max(PAUSE - (performance.now() - asked), 0) : RETRY * Math.min(tries, TRIES), stop.signal);
        await seen(stop.signal);
      }
    };
    go();
    return () => stop.abort();
  }

  /** The fault, null where all went well. @template {keyof Answers} View @param {Question<View>} question @param {AbortSignal} signal @param {(body: Answers[View] & Looked) => void} draw @param {(error: unknown) => void} fail */
  async once(question, signal, draw, fail) {
    try {
      const body = await this.ask(question, { signal });
      if (!signal.aborted) draw(body);
      return null;
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) fail(error);
      return error;
    }
  }

  /** Changes what all tabs share; the open tab is shown again. @param {Changes} changes */
  choose(changes) {
    this.host.choose(changes);
  }

  /** @param {unknown} error @returns {HTMLElement} */
  fault(error) {
    return faultBox(error);
  }
}

/** @param {number} milliseconds @param {AbortSignal} signal */
function rest(milliseconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done); // or they would pile up on one that follows a training for hours
      resolve(undefined);
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}

/** Until the page can be seen. @param {AbortSignal} signal */
function seen(signal) {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener("visibilitychange", wake);
      signal.removeEventListener("abort", wake);
      resolve(undefined);
    };
    document.addEventListener("visibilitychange", wake);
    signal.addEventListener("abort", wake);
  });
}
