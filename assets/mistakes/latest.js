// @ts-check
/** Questions of which only the newest counts: one is open at a time, those overtaken meanwhile are never asked, and it is asked again where an engine was not ready. */

import { isAbort, isPassing } from "../shared/server/look.js";

const AGAIN = 2000; // milliseconds

export class Latest {
  constructor() {
    this.stop = new AbortController();
    this.busy = false;
    this.timer = 0;
    /** @type {(() => Promise<void>) | null} */
    this.next = null;
  }

  /**
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} ask
   * @param {(answer: T) => void} draw
   * @param {(error: unknown) => void} fail
   */
  ask(ask, draw, fail) {
    clearTimeout(this.timer);
    this.next = async () => {
      const { signal } = this.stop;
      try {
        const answer = await ask(signal);
        if (!signal.aborted && !this.next) draw(answer);
      } catch (error) {
        if (signal.aborted || isAbort(error) || this.next) return;
        if (isPassing(error)) this.timer = window.setTimeout(again, AGAIN);
        fail(error);
      }
    };
    const again = () => {
      if (document.hidden) this.timer = window.setTimeout(again, AGAIN);
      else this.ask(ask, draw, fail);
    };
    if (!this.busy) this.work();
  }

  async work() {
    this.busy = true;
    while (this.next) {
      const now = this.next;
      this.next = null;
      await now();
    }
    this.busy = false;
  }

  /** Nothing asked so far is drawn any more. */
  drop() {
    clearTimeout(this.timer);
    this.stop.abort();
    this.stop = new AbortController();
    this.next = null;
  }
}
