// @ts-check
/** Questions of which only the newest counts: one is open at a time, those overtaken meanwhile are never asked. */

import { isAbort } from "../look.js";

export class Latest {
  constructor() {
    this.stop = new AbortController();
    this.busy = false;
    /** @type {(() => Promise<void>) | null} */
    this.next = null;
  }

  /**
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} ask
   * @param {(answer: T) => void} draw
   * @param {(error: any) => void} fail
   */
  ask(ask, draw, fail) {
    this.next = async () => {
      const { signal } = this.stop;
      try {
        const answer = await ask(signal);
        if (!signal.aborted && !this.next) draw(answer);
      } catch (error) {
        if (!signal.aborted && !isAbort(error) && !this.next) fail(error);
      }
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
    this.stop.abort();
    this.stop = new AbortController();
    this.next = null;
  }
}
