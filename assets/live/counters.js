// @ts-check
/** Where the run stands, in numbers that do not jump: progress bar and counters. */

import { element, setAttribute, setText } from "../shared/dom/element.js";
import { duration, rate, setting, whole } from "../shared/drawing/format.js";
import { isEnded, learningRate, totalSteps } from "../shared/run/run.js";

/** @typedef {import("../shared/run/run.js").Run} Run */

/** name → [label, help, value]. @type {[string, string, (run: Run) => string][]} */
const CELLS = [
  ["Epoch", "Finished passes over the training part.", (run) => `${whole(run.progress?.epoch ?? 0)} / ${whole(run.started?.epochs)}`],
  ["Step", "Finished steps; each learns from one batch.", (run) => `${whole(run.progress?.step ?? 0)} / ${whole(totalSteps(run) || null)}`],
  ["Examples / s", "Training examples a second, over the last second.", (run) => whole(run.progress?.examples_per_second)],
  ["ms / step", "Milliseconds for one step.", (run) => rate(run.progress?.steps_per_second ? 1000 / run.progress.steps_per_second : null)],
  ["Epochs / s", "Steps a second divided by the steps of an epoch.", (run) =>
    rate(run.progress && run.started ? run.progress.steps_per_second / run.started.steps_per_epoch : null)],
  ["Elapsed", "Time spent training, pauses left out.", (run) => duration(run.progress?.elapsed)],
  ["Time left", "At the pace of the last ten seconds, scoring included.", (run) => (isEnded(run) ? "–" : duration(run.progress?.eta))],
  ["Learning rate", "In force now.", (run) => setting(learningRate(run))],
];

export class Counters {
  constructor() {
    this.fill = element("span", { class: "np-fill" });
    this.bar = element("div", { class: "np-bar", role: "progressbar", "aria-label": "Progress of the run", "aria-valuemin": 0, "aria-valuemax": 100 }, this.fill);
    this.says = element("span", { class: "np-progress-text" });
    this.progress = element("div", { class: "np-progress" }, this.bar, this.says);
    /** @type {[Element, (run: Run) => string][]} */
    this.cells = [];
    this.root = element("dl", { class: "np-counters" });
    for (const [label, help, value] of CELLS) {
      const cell = element("dd");
      this.root.append(element("div", { title: help }, element("dt", { text: label }), cell));
      this.cells.push([cell, value]);
    }
  }

  /** @param {Run} run */
  draw(run) {
    for (const [cell, value] of this.cells) setText(cell, value(run));
    const total = totalSteps(run);
    const share = run.status === "done" ? 1 : total ? Math.min(1, (run.progress?.step ?? 0) / total) : 0;
    const percent = Math.floor(share * 100);
    this.fill.style.transform = `scaleX(${share})`;
    setAttribute(this.bar, "aria-valuenow", String(percent));
    setText(this.says, sentence(run, percent));
    setAttribute(this.bar, "aria-valuetext", this.says.textContent);
    setAttribute(this.progress, "data-status", run.status);
  }
}

/**
 * @param {Run} run
 * @param {number} percent
 */
function sentence(run, percent) {
  if (run.status === "queued") return run.position ? `waiting in line, place ${run.position}` : "waiting in line";
  if (run.status === "starting") return "building the model";
  if (run.status === "done") return `finished in ${duration(run.summary.seconds ?? run.progress?.elapsed)}`;
  if (isEnded(run)) return `ended at ${percent} %`;
  if (run.status === "paused") return `${percent} %, paused`;
  const eta = run.progress?.eta;
  return eta === null || eta === undefined ? `${percent} %` : `${percent} %, ${duration(eta)} left`;
}
