// @ts-check
/** The live view of one run: holds the connection and the folded run, and redraws what a message changed. */

import { Chart } from "./charts.js";
import { connect } from "../shared/server/connection.js";
import { Controls } from "./controls.js";
import { Counters } from "./counters.js";
import { emptyCurve } from "../shared/run/curve.js";
import { element } from "../shared/dom/element.js";
import { frames } from "../shared/drawing/frames.js";
import { Again, Header } from "./header.js";
import { Matrix } from "./matrix.js";
import { FindingBox, NoticeBox, noticeOf, sentenceOf } from "./notice.js";
import { options } from "./options.js";
import { loadPreferences, savePreferences } from "./preferences.js";
import { Results } from "./results.js";
import { fold, isEnded } from "../shared/run/run.js";
import { ClassTable } from "./table.js";
import { readTheme } from "../shared/drawing/theme.js";

/** @typedef {import("../shared/run/run.js").Run} Run */
/** @typedef {import("./notice.js").Notice} Notice */
/** metrics: what an empty panel is for. @typedef {{page: string, pages: import("../shared/dom/pages.js").PageEntry[], run: string | null, metrics: import("../shared/run/run.js").Metric[], compare: {id: string, name: string}[], rate_reason: string}} Data */
/** @typedef {(name: "ended" | "again" | "look", value: string) => void} Trigger */

/** @type {Run} */
const NOTHING = {
  id: "", name: "", status: "", position: 0, created: 0, ended: null, started: null, progress: null, batches: emptyCurve(), epochs: emptyCurve(),
  pictures: {}, metrics: [], summary: {}, changes: [], finding: null, error: null, checkpoint: null,
};
const SETTLING = new Set(["Snapshot", "Status", "Started", "Paused", "Resumed", "Done", "Failed", "Interrupted"]);
const CURVES = new Set(["Snapshot", "Started", "BatchPoints", "EpochPoint", "EpochPoints", "Changed", "Done", "Failed"]);
const NARROW = 900; // pixels; below, the columns of the page stand one below the other
const REFUSAL = 8000; // milliseconds that a refusal stays on the screen

export class Panel {
  /** @type {Trigger} */
  trigger;
  /** @type {import("../shared/drawing/theme.js").Theme} */
  theme;

  /** @param {import("../shared/dom/pages.js").PageEntry[]} pages all there are */
  constructor(pages) {
    this.preferences = loadPreferences();
    /** @type {Data} */
    this.data = { page: "", pages, run: null, metrics: [], compare: [], rate_reason: "" };
    /** @type {Run | null} */
    this.run = null;
    /** @type {import("../shared/server/connection.js").ConnectionState} */
    this.state = "connecting";
    /** @type {{send: (message: object) => boolean, close: () => void} | null} */
    this.connection = null;
    /** @type {Map<string, import("./figure.js").Compared>} */
    this.others = new Map();
    /** @type {Notice | null} */
    this.refusal = null;
    this.stale = { curves: true, classes: true };
    this.frames = frames(() => this.draw());

    const send = (/** @type {object} */ command) => this.command(command);
    const changed = () => this.redraw();
    this.header = new Header(pages, (page) => this.trigger?.("look", page));
    this.notice = new NoticeBox(send);
    this.finding = new FindingBox(send);
    this.controls = new Controls(send, () => this.frames.ask());
    this.again = new Again((seed) => this.trigger("again", seed));
    this.counters = new Counters();
    this.charts = [new Chart(changed), new Chart(changed)];
    this.results = new Results();
    this.matrix = new Matrix(this.preferences.matrix, (mode) => {
      this.preferences.matrix = mode;
      this.redraw();
    });
    this.table = new ClassTable(changed);
    this.root = element("section", { class: "np-live", tabindex: 0, role: "region", "aria-label": "Live view of the training", onkeydown: (event) => this.key(event) },
      this.header.root, this.notice.root, this.finding.root, this.controls.root, this.again.root, this.counters.progress, this.counters.root, options(this.preferences, changed),
      element("div", { class: "np-charts" }, ...this.charts.map((chart) => chart.card)), this.results.root,
      element("div", { class: "np-classwise" }, this.matrix.card, this.table.card));
  }

  /**
   * New data from Python. The same run keeps its socket, curves and zoom.
   * @param {Data} data
   * @param {Trigger} trigger
   */
  update(data, trigger) {
    const other = data.run !== this.data.run || this.connection === null;
    this.data = data;
    this.trigger = trigger;
    this.compare(data.compare);
    if (other) this.open(data.run);
    if (other && data.run !== null && this.theme && innerWidth < NARROW) this.root.scrollIntoView({ block: "start" }); // it stands below the editor there
    this.theme = readTheme(this.root);
    this.root.style.colorScheme = this.theme.dark ? "dark" : "light"; // what the browser draws itself: sliders, menus
    this.redraw();
  }

  /** @param {string | null} id */
  open(id) {
    this.connection?.close();
    this.connection = null;
    this.run = null;
    this.refusal = null;
    this.controls.settle();
    this.again.wait(false);
    if (id === null) return;
    const path = `/live/${encodeURIComponent(id)}`;
    this.connection = connect(path, { onMessage: (message) => this.receive(message), onState: (state) => this.connected(state) });
  }

  /** @param {import("../shared/server/connection.js").ConnectionState} state */
  connected(state) {
    this.state = state;
    if (state === "open") this.connection?.send({ watch: ["confusion"] });
    this.frames.ask();
  }

  /** @param {import("../shared/run/events.d.ts").Message} message */
  receive(message) {
    const before = this.run;
    this.run = fold(before, message);
    if (message.type === "Refused") this.refuse(message.error);
    else if (message.type === "Changed") this.controls.changed(message.name);
    else if (SETTLING.has(message.type)) this.controls.settle();
    if (CURVES.has(message.type)) this.stale.curves = true;
    if (message.type === "Picture" || message.type === "Snapshot") this.stale.classes = true;
    if (message.type === "Deleted") this.connection?.close();
    if (before && this.run && before.id === this.run.id && !isEnded(before) && isEnded(this.run)) this.trigger?.("ended", this.run.status);
    this.frames.ask();
  }

  /** @param {object} command */
  command(command) {
    this.refusal = null;
    return this.connection?.send(command) ?? false;
  }

  /** @param {import("../shared/run/run.js").Fault} error */
  refuse(error) {
    const notice = /** @type {Notice} */ ({ kind: "warning", title: error.what, text: sentenceOf(error), actions: [] });
    this.refusal = notice;
    this.controls.refuse();
    setTimeout(() => {
      if (this.refusal === notice) this.refusal = null;
      this.frames.ask();
    }, REFUSAL);
  }

  /** @param {{id: string, name: string}[]} runs */
  compare(runs) {
    const wanted = new Set(runs.map((run) => run.id));
    for (const id of this.others.keys()) if (!wanted.has(id)) this.others.delete(id);
    for (const { id, name } of runs) {
      if (this.others.has(id)) continue;
      this.others.set(id, { id, name, steps_per_epoch: 1, epochs: emptyCurve() });
      fetch(`/api/runs/${encodeURIComponent(id)}`)
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`HTTP ${answer.status}`))))
        .then((found) => {
          if (!this.others.has(id)) return;
          this.others.set(id, { id, name, steps_per_epoch: 1, epochs: found.curves?.epochs ?? found.epochs ?? emptyCurve() });
          this.redraw();
        })
        .catch((error) => {
          this.others.delete(id);
          console.warn(`The curves of run ${id} could not be read: ${error.message}`);
        });
    }
  }

  redraw() {
    savePreferences(this.preferences);
    this.stale = { curves: true, classes: true };
    this.frames.ask();
  }

  draw() {
    if (!this.root.isConnected || !this.theme) return;
    const shown = this.run?.deleted ? null : this.run;
    const run = shown ?? { ...NOTHING, metrics: this.data.metrics ?? [] };
    this.root.dataset.state = shown ? run.status : "empty";
    if (shown) this.header.draw(run, this.state, this.controls.pending?.says ?? "");
    else this.header.drawEmpty(...this.absence());
    this.notice.draw(this.refusal ?? (shown ? noticeOf(run, this.data.rate_reason) : null));
    this.finding.draw(run.finding, shown !== null && !isEnded(shown));
    this.controls.root.hidden = isEnded(shown);
    this.controls.draw(run, shown !== null && this.state === "open", this.data.rate_reason);
    this.again.draw(shown);
    this.counters.draw(run);
    this.results.draw(run);
    if (this.stale.curves) this.drawCurves(run);
    for (const chart of this.charts) chart.describe(run); // its step moves with Progress, which changes no line
    if (this.stale.classes) this.drawClasses(run);
    this.stale = { curves: false, classes: false };
  }

  /** @param {Run} run */
  drawCurves(run) {
    const { unit, log, smoothing } = this.preferences;
    const view = { unit, log, smoothing, coarse: matchMedia("(pointer: coarse)").matches };
    const [main] = run.metrics;
    this.charts[0].measure(run.metrics.find(({ name }) => name === "loss"));
    this.charts[1].measure(main);
    for (const chart of this.charts) chart.draw(run, view, this.theme, [...this.others.values()]);
  }

  /** @param {Run} run */
  drawClasses(run) {
    const picture = run.pictures.confusion;
    const classes = run.started?.classes ?? [];
    this.matrix.card.hidden = this.table.card.hidden = run.started !== null && !classes.length; // numbers are not taken for one another
    this.matrix.draw(picture, classes, this.theme);
    this.table.draw(picture, classes);
  }

  /** Why there is no run to see: [title, text]. @returns {[string, string]} */
  absence() {
    if (this.run?.deleted) return ["This run was deleted", "Its curves and weights are gone. Press Train for a new one."];
    if (this.data.run === null) return ["Nothing is training yet", "Press Train: the curves start to move here within a second, and you can pause, step and change the learning rate."];
    if (this.state === "unknown") return ["There is no such run", "It may have been deleted, or it belongs to somebody else. Press Train for a new one."];
    if (this.state === "refused") return ["This run cannot be shown here", "The server refused the connection. Reload the page; if that does not help, open the app at its own address."];
    return this.state === "lost" ? ["Connection lost", "The server does not answer. Trying again by itself."] : ["Connecting …", "The run appears in a moment."];
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input:not([type=range]), textarea, select")) return;
    const name = /** @type {const} */ ({ " ": "pause", s: "batch", e: "epoch" })[event.key.toLowerCase()];
    if (!name || (name === "pause" && target.closest("button, input, summary"))) return;
    event.preventDefault(); // space would scroll the page
    event.stopPropagation();
    this.controls.use(name);
  }

  close() {
    this.connection?.close();
    this.connection = null;
    this.frames.stop();
    for (const chart of this.charts) chart.close();
  }
}
