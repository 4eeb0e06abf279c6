// @ts-check
/** Changes of the sketch: on the screen at once, then checked by the server, which says what they mean for a run that goes on. */

import { isPassing } from "../../shared/server/look.js";
import { canonical, request } from "./server.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./messages.d.ts").Experiment} Experiment */
/** @typedef {import("./messages.d.ts").Made} Made */
/** @typedef {import("./store.js").Wrong} Wrong */

const RETRY = 1500; // milliseconds until a server that did not answer is asked again

export class Editing {
  /**
   * @param {Store} store
   * @param {{since: () => Experiment | null, settle: (made: Made) => void, refuse: (error: Wrong) => void}} host since: the experiment in force of a run that goes on,
   *   or null; settle: the server's answer to the newest sketch
   */
  constructor(store, host) {
    this.store = store;
    this.host = host;
    this.version = 0;
    /** @type {Promise<void> | null} */
    this.asking = null;
    this.stop = new AbortController();
    this.known = -1; // the version that `made` is about: what came with it, such as changes planned by a link, stays for as long as nothing is edited
  }

  /** @param {import("./messages.d.ts").Patch} patch */
  change(patch) {
    const { sketch } = this.store.state;
    if (!sketch) return;
    this.put({ ...sketch, ...patch, data: { ...sketch.data, ...patch.data }, training: { ...sketch.training, ...patch.training } });
  }

  /** @param {import("./messages.d.ts").Sketch} sketch the whole of it */
  put(sketch) {
    if (canonical(sketch) === canonical(this.store.state.sketch)) return;
    this.version++;
    this.store.set({ sketch });
    this.ask();
  }

  /** Asks until the answer is about the newest sketch. @returns {Promise<void>} when nothing is open any more */
  ask() {
    this.asking ??= this.go().finally(() => (this.asking = null));
    return this.asking;
  }

  async go() {
    for (let answered = this.known; answered !== this.version; ) {
      answered = this.version;
      const { signal } = this.stop;
      const since = this.host.since();
      try {
        const made = await request("/api/plane", { body: { sketch: this.store.state.sketch, ...(since ? { since } : {}) }, signal });
        const newest = answered === this.version;
        this.known = answered;
        this.store.set({ made, fault: null, ...(newest ? { sketch: made.sketch } : {}) });
        if (newest) this.host.settle(made);
      } catch (error) {
        if (signal.aborted) return;
        if (answered !== this.version) continue;
        this.host.refuse(/** @type {Wrong} */ (error));
        if (!isPassing(error)) continue;
        await passed(RETRY, signal);
        if (signal.aborted) return;
        answered = -1; // what was edited meanwhile counts as soon as the server is back
      }
    }
  }

  /** Another experiment altogether, from a link, a run or Python. @param {Experiment} experiment @returns {Promise<Made>} */
  async load(experiment) {
    this.stop.abort();
    this.stop = new AbortController();
    const { signal } = this.stop;
    const version = ++this.version;
    const made = await request("/api/plane", { body: { experiment }, signal });
    if (version === this.version) {
      this.known = version;
      this.store.set({ made, sketch: made.sketch, fault: null });
    }
    return made;
  }

  close() {
    this.stop.abort();
  }
}

/** Resolves after so many milliseconds, or as soon as nobody waits any more. @param {number} time @param {AbortSignal} signal */
function passed(time, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, time);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve(undefined)), { once: true });
  });
}
