// @ts-check
/** The Playground without its screen: a sketch that is edited, a run that trains it, frames that show it, and what each means for the others. */

import { isAbort } from "../../shared/server/look.js";
import { canonical, request } from "./server.js";
import { Editing } from "./editing.js";
import { Playing } from "./playing.js";
import { Seeing } from "./seeing.js";
import { Store } from "./store.js";

/** @typedef {import("./messages.d.ts").Experiment} Experiment */
/** @typedef {import("./messages.d.ts").Made} Made */
/** @typedef {import("./store.js").State} State */
/** @typedef {import("./store.js").Wrong} Wrong */

const AGAIN = 250; // milliseconds without a change until a training that started over goes on
const LIST = 1000; // milliseconds between two looks at which epochs are kept
const SAID = 8000; // milliseconds that a sentence about a change stands

export class Game {
  /** @param {(patch: Partial<State>) => void} onChange told of every change of the state */
  constructor(onChange) {
    this.store = new Store(onChange);
    /** @type {Editing} */
    this.editing = new Editing(this.store, {
      since: () => (this.playing.goesOn ? this.playing.inForce : null),
      settle: (made) => this.settle(made),
      refuse: (error) => this.refuse(error),
    });
    /** @type {Playing} */
    this.playing = new Playing(this.store, {
      ready: () => this.editing.asking ?? Promise.resolve(), // asked anew, the experiment of a link would lose its changes
      seen: (picture) => this.seeing.take(picture),
      moved: (name, says) => this.moved(name, says),
      refused: (error) => this.refused(error),
      opened: (before) => this.opened(before),
      turned: () => this.list(),
      unknown: () => this.seeing.refresh(),
    });
    this.seeing = new Seeing(this.store, { gone: (epoch, error) => this.gone(epoch, error) });
    this.timer = 0;
    this.listing = 0;
    this.resyncs = 0;
    this.closed = false;
    this.saying = 0;
    /** @type {{id: string | null, experiment: Experiment | null}} */
    this.begun = { id: null, experiment: null }; // what the run on show was begun with
    /** @type {string[]} */
    this.coming = []; // what the run becomes, step by step, by changes that it was sent and has not confirmed
    /** @type {{experiment: Experiment, run: string | null} | null} */
    this.given = null; // what was to be loaded last
  }

  /** @param {{experiment: Experiment, run: string | null}} given from the address or Python; without a run the sketch untrained */
  async load({ experiment, run }) {
    this.given = { experiment, run };
    this.seeing.forget(true);
    this.playing.inForce = null;
    this.playing.open(null);
    this.store.set({ fault: null, selection: null });
    if (!this.store.state.choices) request("/api/plane/choices").then((choices) => this.store.set({ choices }), (error) => this.store.set({ fault: error }));
    try {
      await this.editing.load(experiment);
    } catch (error) {
      if (!isAbort(error)) this.store.set({ fault: /** @type {Wrong} */ (error) }); // else something newer is being loaded
      return;
    }
    if (run) this.playing.open(run);
    else this.seeing.refresh();
  }

  /** What the last change did, for as long as it takes to read it. @param {string} kind @param {string} text */
  say(kind, text) {
    clearTimeout(this.saying);
    this.store.set({ said: { kind, text } });
    this.saying = window.setTimeout(() => this.store.set({ said: null }), SAID);
  }

  /** Play or pause, the present network. */
  toggle() {
    const { when, status, run } = this.store.state;
    if (when !== "now") this.seeing.turn("now");
    if (status === "interrupted" && run?.checkpoint) this.revive(null); // what was learnt is still there
    else this.playing.toggle();
  }

  /** Once more what was to be loaded. */
  reload() {
    if (this.given) this.load(this.given);
  }

  /** An ended run goes on from its last good state. @param {number | null} rate another learning rate */
  revive(rate) {
    const { runId } = this.store.state;
    if (!runId) return;
    this.store.set({ fault: null });
    this.playing.send({ do: "resume", ...(rate === null ? {} : { learning_rate: rate }) });
    this.list();
  }

  /** @param {number | null} speed epochs a second, null for as fast as it can */
  setSpeed(speed) {
    this.store.set({ speed });
    this.playing.slow();
  }

  /** What is looked at changed: `when` fetches its frame, everything else is kept as it comes. @param {Partial<State>} patch */
  look({ when, ...rest }) {
    if (Object.keys(rest).length) this.store.set(rest);
    if (when !== undefined && when !== this.store.state.when) this.seeing.turn(when);
  }

  /** The server knows what the newest sketch means. @param {Made} made */
  settle(made) {
    const { way } = made;
    if (made.said?.length) this.say("warm", made.said.join(" "));
    if (!this.playing.goesOn) {
      this.playing.inForce = null;
      if (this.store.state.run && !made.said?.length) this.say("restart", "The training before had ended: this network begins anew.");
      if (this.store.state.runId) this.playing.open(null);
      this.seeing.forget(this.isStuck); // a map of other points would be a lie
      this.seeing.refresh();
      return;
    }
    if (!way || way.kind === "same") return;
    const rebuilds = way.commands.some(({ name }) => name === "network");
    if (way.kind === "warm" && (this.store.state.keep || !rebuilds)) return this.goOn(made, way);
    this.startOver(way.kind === "warm" ? "What was learned was let go, as you chose." : way.why);
  }

  /** @param {Made} made @param {import("./messages.d.ts").Way} way */
  goOn(made, { commands, why }) {
    let next = /** @type {Experiment} */ (this.playing.inForce);
    for (const { name, value } of commands) {
      next = inForce(next, [[0, name, value]]);
      this.coming.push(canonical(next));
    }
    this.playing.inForce = made.experiment;
    this.say("warm", why || "Training goes on with what was learned.");
    if (this.store.state.when !== "now") this.seeing.turn("now");
    for (const command of commands) this.playing.command(command);
  }

  /** The same sketch from the beginning; a training that was going on goes on. @param {string} why */
  startOver(why) {
    this.coming = [];
    const isPlaying = this.store.state.status === "training" || this.store.state.status === "beginning" || this.timer !== 0;
    this.playing.leave();
    this.seeing.forget(this.isStuck);
    this.store.set({ fault: null });
    this.say("restart", why);
    this.seeing.refresh();
    clearTimeout(this.timer);
    this.timer = 0;
    if (isPlaying) this.timer = window.setTimeout(() => this.goAgain(), AGAIN);
  }

  goAgain() {
    this.timer = 0;
    if (!this.store.state.runId && !this.isStuck) this.playing.begin(false);
  }

  /** Whether the sketch cannot be trained as it is, for want of points. */
  get isStuck() {
    return (this.store.state.made?.problems?.length ?? 0) > 0;
  }

  /** From the beginning, with the same seed or another. @param {number | null} seed null: the same */
  reset(seed = null) {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.store.state.runId) {
      this.playing.leave();
      this.seeing.forget();
    }
    this.store.set({ said: null, fault: null });
    if (seed === null) this.seeing.refresh();
    else this.editing.change({ training: { seed } });
  }

  /** The server would not have the sketch: the last one that it took stands again. @param {Wrong} error */
  refuse(error) {
    const { made } = this.store.state;
    this.store.set({ fault: error, ...(made && error.status !== 0 && error.status !== 503 ? { sketch: made.sketch } : {}) });
  }

  /** The run would not do something: the page shows what the run really trains. @param {Wrong} error */
  refused(error) {
    this.coming = [];
    this.store.set({ fault: error });
    if (this.playing.goesOn && this.store.state.run) this.resync();
  }

  /** A snapshot came. @param {import("../../shared/run/run.js").Run | null} before the run as it was before, where the connection was lost meanwhile */
  opened(before) {
    const { run } = this.store.state;
    if (!run) return;
    if (this.playing.inForce === null || (before && before.changes.length !== run.changes.length)) this.resync();
    if (!run.pictures.plane && run.status !== "training") this.seeing.refresh();
    this.list();
  }

  /** Somebody, here or in another tab, changed the run by hand. @param {string} name @param {string} says what became of what was learnt */
  moved(name, says) {
    if (says) this.say("warm", says);
    if (name === "weight") return;
    this.resync();
  }

  /** Finds out what the run trains now, and shows that. */
  async resync() {
    const { runId } = this.store.state;
    const turn = ++this.resyncs;
    try {
      if (this.begun.id !== runId) this.begun = { id: runId, experiment: (await request(`/api/runs/${encodeURIComponent(/** @type {string} */ (runId))}`)).experiment };
      const { run } = this.store.state;
      if (turn !== this.resyncs || runId !== this.store.state.runId || !run || this.editing.asking) return;
      const experiment = inForce(/** @type {Experiment} */ (this.begun.experiment), run.changes);
      const place = this.coming.indexOf(canonical(experiment));
      this.coming = this.playing.trains(experiment) ? [] : this.coming.slice(place + 1);
      if (place >= 0 || this.playing.trains(experiment)) return; // a run that lags behind this page does not take its newer changes back
      await this.editing.load(experiment);
      this.playing.inForce = /** @type {Made} */ (this.store.state.made).experiment;
    } catch (error) {
      if (turn === this.resyncs && !isAbort(error)) this.store.set({ fault: /** @type {Wrong} */ (error) });
    }
  }

  /** Keeps the list of epochs that can be replayed, while the page is seen. */
  async list() {
    clearTimeout(this.listing);
    const { runId, run } = this.store.state;
    if (!runId || this.closed) return;
    if (!document.hidden && run?.started) await this.lookUp().catch(() => {}); // asked again in a moment
    const grows = ["starting", "training"].includes(this.store.state.status); // who rests keeps no more, and is left to rest
    if (runId === this.store.state.runId && grows && !this.closed) this.listing = window.setTimeout(() => this.list(), LIST);
  }

  /** Which epochs are kept now: when they would be too many, every other one goes, so their number alone tells little. */
  async lookUp() {
    const { runId } = this.store.state;
    const { keyframes } = await this.seeing.ask({ view: "anatomy", weights: "now" });
    if (runId === this.store.state.runId && String(keyframes) !== String(this.store.state.keyframes)) this.store.set({ keyframes });
  }

  /** An epoch went before it could be shown: the nearest that is kept is shown instead. @param {number} epoch @param {unknown} error */
  async gone(epoch, error) {
    await this.lookUp().catch(() => {});
    const { when, keyframes } = this.store.state;
    if (when !== epoch || this.closed) return;
    const near = keyframes.reduce((best, other) => (Math.abs(other - epoch) < Math.abs(best - epoch) ? other : best), Infinity);
    if (near !== epoch && near !== Infinity) this.seeing.turn(near);
    else this.store.set({ busy: false, fault: /** @type {Wrong} */ (error) });
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.listing);
    clearTimeout(this.saying);
    this.editing.close();
    this.playing.close();
    this.seeing.close();
  }
}

/**
 * The experiment as it stands after what was changed by hand.
 * @param {Experiment} experiment
 * @param {import("../../shared/run/run.js").Run["changes"]} changes
 */
export function inForce(experiment, changes) {
  let { changes: _, ...now } = experiment;
  for (const [, name, value] of changes) {
    if (name === "network") now = { ...now, networks: [value] };
    else if (name === "training") now = { ...now, training: value };
    else if (name === "learning_rate") {
      const { optimizer } = now.training;
      now = { ...now, training: { ...now.training, optimizer: { ...optimizer, args: { ...optimizer.args, learning_rate: value } } } };
    }
  }
  return now;
}
