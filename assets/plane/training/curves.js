// @ts-check
/** Loss and score over the epochs: training and test, with what was changed by hand and the epoch on show. A click replays. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { smoothed } from "../../shared/run/curve.js";
import { formatOf, whole } from "../../shared/drawing/format.js";
import { Calm } from "../../shared/drawing/calm.js";
import { drawChart, epochAt } from "./chart.js";

/** @typedef {import("../game/store.js").State} State */
/** @typedef {import("../../shared/run/run.js").Metric} Metric */

const EVERY = 200; // milliseconds between two drawings
const FEW = 40; // epochs up to which single batches are drawn too
const SMOOTHING = 0.9;

export class Curves {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.log = false;
    this.smooth = false;
    this.charts = [new Plot(this, "loss"), new Plot(this, "score")];
    const option = (/** @type {string} */ text, /** @type {string} */ title, /** @type {"log" | "smooth"} */ name) =>
      element("button", { type: "button", class: "npp-chip", "aria-pressed": "false", title, text, onclick: (event) => {
        this[name] = !this[name];
        setAttribute(/** @type {Element} */ (event.currentTarget), "aria-pressed", String(this[name]));
        this.redraw();
      } });
    const key = (/** @type {string} */ kind, /** @type {string} */ text) => element("span", { class: `npp-key npp-key-${kind}`, text });
    this.root = element("section", { class: "npp-card npp-curves", "aria-label": "Curves" },
      element("header", { class: "npp-card-head" }, element("h3", { text: "Curves" }), key("train", "Training"), key("test", "Test"), element("span", { class: "npp-spring" }),
        option("Log", "Loss on a logarithmic scale → small losses can be told apart", "log"), option("Smooth", "A moving average over the epochs → the trend through the noise", "smooth")),
      element("div", { class: "npp-charts" }, ...this.charts.map((chart) => chart.root)));
    this.calm = new Calm(EVERY, () => this.charts.forEach((chart) => chart.draw(context.state)));
  }

  redraw() {
    this.calm.now();
  }

  close() {
    this.calm.close();
  }

  draw() {
    this.root.hidden = !this.context.shown("curves");
    this.calm.ask();
  }
}

/** One chart on its canvas. */
class Plot {
  /** @param {Curves} owner @param {"loss" | "score"} kind */
  constructor(owner, kind) {
    this.owner = owner;
    this.kind = kind;
    /** @type {number | null} */
    this.hover = null;
    this.shown = "";
    this.end = 1;
    this.width = 0;
    this.height = 0;
    this.canvas = element("canvas", { role: "img", class: "npp-plot" });
    this.title = element("h4");
    this.says = element("output", { class: "npp-quiet npp-plot-says" });
    this.root = element("figure", { class: "npp-chart" }, element("figcaption", {}, this.title, this.says), this.canvas);
    this.canvas.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.move(event.offsetX));
    this.canvas.addEventListener("pointerleave", () => this.move(null));
    this.canvas.addEventListener("click", (/** @type {MouseEvent} */ event) => this.replay(event.offsetX));
    new ResizeObserver(([entry]) => {
      this.width = Math.floor(entry.contentRect.width);
      this.height = Math.floor(entry.contentRect.height);
      this.shown = "";
      owner.redraw();
    }).observe(this.canvas);
  }

  /** @param {number | null} left */
  move(left) {
    this.hover = left === null ? null : epochAt(left, this.width, this.end);
    this.owner.redraw();
  }

  /** The kept epoch nearest to the click. @param {number} left */
  replay(left) {
    const { keyframes } = this.owner.context.state;
    const at = epochAt(left, this.width, this.end);
    if (keyframes.length && this.owner.context.shown("replay")) this.owner.context.set({ when: keyframes.reduce((best, epoch) => (Math.abs(epoch - at) < Math.abs(best - at) ? epoch : best)) });
  }

  /** @param {State} state */
  draw(state) {
    if (this.width < 60 || !state.theme || !state.made) return;
    const { run, when, theme, made } = state;
    const metric = /** @type {Metric} */ (this.kind === "loss" ? made.metrics.find((/** @type {Metric} */ { name }) => name === "loss") : made.metrics[0]);
    setText(this.title, metric.title);
    const epochs = run?.epochs;
    const count = epochs?.x.length ?? 0;
    this.end = Math.max(1, epochs?.x[count - 1] ?? 0, run?.progress?.epoch ?? 0);
    const now = [run?.id, count, run?.batches.x.length, this.end, when, this.hover, this.owner.log, this.owner.smooth, theme.text, run?.changes.length, metric.name, this.end <= FEW && run?.progress?.step].join(" ");
    if (now === this.shown) return;
    this.shown = now;
    const lines = run ? this.lines(run, metric.name, theme) : [];
    const marks = (run?.started ? run.changes.filter(([, name]) => name !== "speed") : []).slice(-40).map(([step, name]) => ({ x: step / /** @type {any} */ (run).started.steps_per_epoch, text: name }));
    this.paint({ lines, marks, cursor: typeof when === "number" ? when : null, hover: this.hover, log: this.owner.log && this.kind === "loss", percent: metric.format === "percent", end: this.end }, theme);
    this.say(run, metric);
  }

  /** @param {import("../../shared/run/run.js").Run} run @param {string} metric @param {import("../../shared/drawing/theme.js").Theme} theme */
  lines({ epochs, batches, started }, metric, theme) {
    const eased = (/** @type {Float32Array | undefined} */ column) => (this.owner.smooth ? smoothed(column, SMOOTHING) : column ?? []);
    const lines = [];
    if (metric === "loss" && this.end <= FEW && started && batches.values.loss) {
      lines.push({ x: Float64Array.from(batches.x, (step) => step / started.steps_per_epoch), y: batches.values.loss, colour: theme.training, width: 1, opacity: 0.22 });
    }
    lines.push({ x: epochs.x, y: eased(epochs.values[metric]), colour: theme.training, width: 2 });
    lines.push({ x: epochs.x, y: eased(epochs.values[`val_${metric}`]), colour: theme.validation, width: 2, dash: [6, 3] });
    return lines;
  }

  /** @param {import("./chart.js").Picture} picture @param {import("../../shared/drawing/theme.js").Theme} theme */
  paint(picture, theme) {
    const sharp = Math.min(2, devicePixelRatio || 1);
    const [width, height] = [Math.round(this.width * sharp), Math.round(this.height * sharp)];
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    drawChart(pen, this.width, this.height, picture, theme);
  }

  /** The numbers under the pointer, or in words for those who do not see the lines. @param {import("../../shared/run/run.js").Run | null} run @param {Metric} metric */
  say(run, metric) {
    const show = formatOf(metric);
    const { name } = metric;
    const { x = /** @type {any} */ ([]), values = {} } = run?.epochs ?? {};
    const at = this.hover === null ? x.length - 1 : nearest(x, this.hover);
    const text = at < 0 ? "" : `epoch ${whole(x[at])}: training ${show(values[name]?.[at])}, test ${show(values[`val_${name}`]?.[at])}`;
    setText(this.says, this.hover === null ? "" : text);
    setAttribute(this.canvas, "aria-label", at < 0 ? `${this.title.textContent}: nothing yet. Press Play.` : `${this.title.textContent} over the epochs. At ${text}`);
  }
}

/** @param {ArrayLike<number>} sorted @param {number} value */
function nearest(sorted, value) {
  let best = -1;
  for (let i = 0; i < sorted.length; i++) if (best < 0 || Math.abs(sorted[i] - value) <= Math.abs(sorted[best] - value)) best = i;
  return best;
}
