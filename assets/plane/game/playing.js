// @ts-check
/** The run behind the Playground: begins it when somebody first plays, listens to it, sends it commands. */

import { connect } from "../../shared/server/connection.js";
import { fold, isEnded, settingInForce } from "../../shared/run/run.js";
import { canonical, request } from "./server.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("../../shared/run/run.js").Run} Run */

const PATIENCE = 15000; // milliseconds that a command waits for a run that begins
const ROOM = 3500; // characters of a command that the live connection takes
const WATCHED = ["plane"];
const TURNS = new Set(["Started", "Paused", "Resumed", "Done", "Failed", "Interrupted"]);

export class Playing {
  /**
   * @param {Store} store
   * @param {{ready: () => Promise<void>, seen: (picture: import("./answers.d.ts").Answers["plane"]) => void, moved: (name: string, says: string) => void, refused: (error: import("./store.js").Wrong) => void, opened: (before: Run | null) => void,
   *   turned: () => void, unknown: () => void}} host ready: resolves when the server knows the newest sketch; seen: a frame came; moved: somebody
   *   changed a setting of the run by hand; opened: a snapshot came, and what was known before; turned: it began, paused, went on or ended; unknown: there is no such run
   */
  constructor(store, host) {
    this.store = store;
    this.host = host;
    /** @type {{send: (message: object) => boolean, close: () => void} | null} */
    this.connection = null;
    /** @type {Promise<void> | null} */
    this.beginning = null;
    /** @type {import("./messages.d.ts").Experiment | null} */
    this.inForce = null; // the experiment that the run trains now, as the server last gave it
    /** @type {Set<() => void>} */
    this.waiting = new Set();
    this.wake = () => this.watch();
    this.closed = false;
    document.addEventListener("visibilitychange", this.wake);
  }

  /** Pauses what this person trains elsewhere, so that the run on show gets the engine. */
  async makeWay() {
    const { runs } = await request("/api/runs");
    const others = runs.filter((/** @type {import("../../shared/server/runlist.js").RunRow} */ run) => run.status === "training" && run.id !== this.store.state.runId);
    for (const { id } of others) await request(`/api/runs/${encodeURIComponent(id)}/commands`, { body: { do: "pause" } });
    if (!others.length) this.host.refused({ what: "What trains now is not yours.", fix: "This one begins as soon as it ends or pauses." });
  }

  /** Whether there is a run that still takes commands. */
  get goesOn() {
    const { runId, run, link } = this.store.state;
    return runId !== null && link !== "unknown" && !isEnded(run) && !run?.deleted;
  }

  /** Play or pause. */
  async toggle() {
    const { status } = this.store.state;
    if (!this.goesOn) return this.begin(false);
    if (status === "paused") await this.command({ do: "resume" });
    else if (status === "training") await this.command({ do: "pause" });
  }

  /** A new run of what is on show. @param {boolean} paused @returns {Promise<void>} */
  begin(paused) {
    this.beginning ??= this.submit(paused).finally(() => (this.beginning = null));
    return this.beginning;
  }

  /** @param {boolean} paused */
  async submit(paused) {
    const { status } = this.store.state;
    this.store.set({ status: "beginning", fault: null });
    try {
      await this.host.ready();
      const made = /** @type {import("./messages.d.ts").Made} */ (this.store.state.made);
      const { speed } = this.store.state;
      const waits = paused || speed !== null; // or it would have learned much before it hears how slow it is to be
      const { id } = await request("/api/runs", { body: { ...made.experiment, ...(waits ? { paused: true } : {}) } });
      this.inForce = made.experiment;
      this.open(id);
      if (!waits) return;
      await this.until(() => this.store.state.status === "paused");
      this.slow();
      if (!paused) this.send({ do: "resume" });
    } catch (error) {
      this.store.set({ status: status === "beginning" ? "new" : status });
      this.host.refused(/** @type {import("./store.js").Wrong} */ (error));
    }
  }

  /** @param {string | null} id */
  open(id) {
    this.connection?.close();
    this.connection = null;
    this.store.set({ runId: id, run: null, status: id ? "beginning" : "new", when: "now", keyframes: [], link: id ? "connecting" : "open" });
    if (id === null || this.closed) return;
    const mine = connect(`/live/${encodeURIComponent(id)}`, {
      onMessage: (message) => this.store.state.runId === id && this.receive(message),
      onState: (link) => {
        if (this.store.state.runId !== id) return;
        this.store.set({ link, ...(link === "unknown" ? { status: "new" } : {}) });
        if (link === "unknown") this.host.unknown();
        queueMicrotask(() => link === "open" && this.watch());
      },
    });
    this.connection = mine;
    this.watch();
  }

  /** Lets the run go: it ends where it stands, and the page shows the sketch untrained. */
  leave() {
    if (this.goesOn) this.connection?.send({ do: "stop" });
    this.inForce = null;
    this.open(null);
  }

  /** Frames are sent only to a page that can be seen. */
  watch() {
    this.connection?.send({ watch: document.hidden ? [] : WATCHED });
  }

  /** @param {import("../../shared/run/events.d.ts").Message} message */
  receive(message) {
    const before = this.store.state.run;
    const run = fold(before, message);
    if (message.type === "Deleted") return this.gone();
    if (run) this.store.set({ run, status: run.status });
    if (message.type === "Refused") this.host.refused(message.error);
    else if (message.type === "Changed" && message.name !== "speed") this.host.moved(message.name, message.says ?? "");
    else if (message.type === "Snapshot") this.host.opened(before);
    else if (TURNS.has(message.type)) this.host.turned();
    const picture = message.type === "Picture" ? message : message.type === "Snapshot" ? run?.pictures.plane : null;
    if (picture?.view === "plane") this.host.seen(/** @type {any} */ (picture)); // its view says what its arrays are
    for (const wake of [...this.waiting]) wake();
  }

  gone() {
    this.inForce = null;
    this.open(null);
  }

  /**
   * A command to the run; without one a run begins, paused, and gets it then.
   * @param {object} command
   * @returns {Promise<boolean>} whether it went out
   */
  async command(command) {
    if (!this.goesOn) await this.begin(true);
    const sent = await this.until(() => this.takes && this.send(command));
    if (!sent) this.host.refused({ what: "The run does not answer.", fix: "Reload the page; the run goes on." });
    return sent;
  }

  /** Tells the run how fast it may be. */
  slow() {
    const { speed, run, status } = this.store.state;
    const wanted = speed === null || !run?.started ? null : Math.min(1e6, speed * run.started.steps_per_epoch);
    if (run && (settingInForce(run, "speed") ?? null) !== wanted && ["starting", "training", "paused"].includes(status)) this.send({ do: "set", name: "speed", value: wanted });
  }

  /** Long commands (a whole network) go where there is room for them. @param {object} command @returns {boolean} whether it went out */
  send(command) {
    const { runId } = this.store.state;
    if (JSON.stringify(command).length < ROOM) return this.connection?.send(command) ?? false;
    request(`/api/runs/${encodeURIComponent(/** @type {string} */ (runId))}/commands`, { body: command }).catch((error) => this.host.refused(error));
    return true;
  }

  get takes() {
    return ["training", "paused"].includes(this.store.state.status);
  }

  /** Whether `isSo` became true before patience ended. @param {() => boolean} isSo @returns {Promise<boolean>} */
  until(isSo) {
    if (isSo()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (/** @type {boolean} */ value) => {
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(value);
      };
      const look = () => isSo() && end(true);
      const timer = setTimeout(() => end(false), PATIENCE);
      this.waiting.add(look);
    });
  }

  /** Whether this is the experiment that the run trains. @param {import("./messages.d.ts").Experiment} experiment */
  trains(experiment) {
    return this.inForce !== null && canonical(this.inForce) === canonical(experiment);
  }

  close() {
    this.closed = true;
    document.removeEventListener("visibilitychange", this.wake);
    this.connection?.close();
    this.connection = null;
  }
}
