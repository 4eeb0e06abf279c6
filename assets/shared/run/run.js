// @ts-check
/** What the browser knows of a run: `fold(run, message)` mirrors `playground/values/run.py` and knows nothing of the screen. */

import { emptyCurve, extended, until } from "./curve.js";

/** @typedef {import("./curve.js").Curve} Curve */
/** @typedef {{what: string, expected?: string, got?: string, fix?: string, kind?: string}} Fault */
/** @typedef {{epoch: number, step: number, epochs: number, steps_per_epoch: number, examples: Record<string, number>,
 *   classes: string[], parameters: number, device: string, batch_size: number, learning_rate: number, precision: string, paused?: boolean}} Started */
/** @typedef {{epoch: number, step: number, elapsed: number, eta: number | null, examples_per_second: number,
 *   steps_per_second: number, learning_rate: number}} Progress */
/** @typedef {{view: string, epoch: number, step: number, arrays: Record<string, any>, meta: Record<string, any>}} Picture */
/** @typedef {{id: string, name: string, status: string, position: number, created: number, ended: number | null,
 *   started: Started | null, progress: Progress | null, batches: Curve, epochs: Curve, pictures: Record<string, Picture>,
 *   summary: Record<string, any>, changes: [number, string, any][], error: Fault | null,
 *   checkpoint: [number, number] | null, deleted?: boolean}} Run */

export const ENDED = new Set(["done", "stopped", "failed", "interrupted"]);

/**
 * The run after one more message. Returns null while nothing is known (no Snapshot yet).
 * @param {Run | null} run
 * @param {any} message
 * @returns {Run | null}
 */
export function fold(run, message) {
  if (message.type === "Snapshot") return fromSnapshot(message.run);
  const change = FOLDS[message.type];
  return run && change ? { ...run, ...change(run, message) } : run;
}

/** @param {Run | null} run */
export function isEnded(run) {
  return run !== null && ENDED.has(run.status);
}

/**
 * What is measured beside the loss: of a run that predicts a number its mean absolute error.
 * @param {Run} run
 * @returns {"accuracy" | "mae"}
 */
export function measureOf(run) {
  return run.started && !run.started.classes.length ? "mae" : "accuracy";
}

/**
 * All steps that the run is to take, or 0 while unknown.
 * @param {Run} run
 */
export function totalSteps(run) {
  return run.started ? run.started.epochs * run.started.steps_per_epoch : 0;
}

/**
 * The value a setting has now: the last change, or undefined when it was never changed.
 * @param {Run} run
 * @param {string} name
 */
export function settingInForce(run, name) {
  const change = run.changes.filter(([, changed]) => changed === name).at(-1);
  return change ? change[2] : undefined;
}

/**
 * The learning rate now in force: a change made since the last progress counts more than the progress.
 * @param {Run} run
 */
export function learningRate(run) {
  const change = run.changes.filter(([, name]) => name === "learning_rate" || name === "training").at(-1);
  const known = run.progress?.learning_rate ?? run.started?.learning_rate;
  return change?.[1] === "learning_rate" && change[0] >= (run.progress?.step ?? 0) ? change[2] : known;
}

/**
 * @param {any} run
 * @returns {Run}
 */
function fromSnapshot(run) {
  return {
    ...run,
    batches: curveOf(run.batches),
    epochs: curveOf(run.epochs),
    pictures: run.pictures ?? {},
    summary: run.summary ?? {},
    changes: run.changes ?? [],
  };
}

/**
 * @param {any} curve
 * @returns {Curve}
 */
function curveOf(curve) {
  return curve ? { x: curve.x, values: curve.values ?? {}, stride: curve.stride ?? 1 } : emptyCurve();
}

/** @type {Record<string, (run: Run, message: any) => Partial<Run>>} */
const FOLDS = {
  Started: (run, message) => ({
    status: message.paused ? "paused" : "training",
    started: message,
    progress: standingAt(message, run.progress),
    batches: until(run.batches, message.step),
    ...keptEpochs(until(run.epochs, message.epoch)),
    changes: message.changes ?? run.changes.filter(([step, name]) => step <= message.step && name !== "speed"), // a new session has no speed limit
    error: null,
    ended: null,
    position: 0,
  }),
  BatchPoints: (run, message) => ({ batches: extended(run.batches, message.steps, message.values) }),
  EpochPoint: foldEpoch,
  EpochPoints: foldEpochs,
  Progress: (_, message) => ({ progress: message }),
  Picture: (run, message) => ({ pictures: { ...run.pictures, [message.view]: message } }),
  Paused: () => ({ status: "paused" }),
  Resumed: () => ({ status: "training" }),
  Changed: foldChange,
  Saved: (_, message) => ({ checkpoint: [message.epoch, message.step] }),
  Done: (run, message) => ({ status: message.stopped ? "stopped" : "done", summary: { ...run.summary, ...message.summary } }),
  Failed: (run, message) => ({ status: "failed", error: message.error, summary: { ...run.summary, ...message.summary } }),
  Interrupted: (_, message) => ({ status: "interrupted", error: message.error ?? null }),
  Status: (run, message) => ({
    status: message.status,
    position: message.position ?? 0,
    error: message.error ?? null,
    summary: { ...run.summary, ...message.summary },
  }),
  Deleted: () => ({ deleted: true }),
};

/**
 * Where a resumed run stands until its first Progress; null for a new one.
 * @param {Started} started
 * @param {Progress | null} progress
 * @returns {Progress | null}
 */
function standingAt({ epoch, step, learning_rate }, progress) {
  return progress && { ...progress, epoch, step, learning_rate, eta: null, examples_per_second: 0, steps_per_second: 0 };
}

/**
 * The epochs that a resumed run keeps, with what they say: the last one's numbers and the best of each kind.
 * @param {Curve} epochs
 * @returns {Partial<Run>}
 */
function keptEpochs(epochs) {
  /** @type {Record<string, any>} */
  const summary = {};
  if (!epochs.x.length) return { epochs, summary };
  for (const [name, column] of Object.entries(epochs.values)) if (name !== "step") summary[name] = column.at(-1);
  const { val_loss: losses = new Float32Array(0), val_accuracy: accuracies = new Float32Array(0) } = epochs.values;
  const best = Math.min(...losses.filter(Number.isFinite));
  if (Number.isFinite(best)) Object.assign(summary, { best_epoch: epochs.x[losses.indexOf(best)], best_val_loss: best });
  const highest = Math.max(...accuracies.filter(Number.isFinite));
  if (Number.isFinite(highest)) summary.best_val_accuracy = highest;
  return { epochs, summary };
}

/**
 * Of the speed only the last change counts; of other things the last at one step, if network and training stayed meanwhile.
 * @param {Run} run
 * @param {any} message
 * @returns {Partial<Run>}
 */
function foldChange(run, { name, value, step, started }) {
  const at = step ?? run.progress?.step ?? 0;
  const kept = run.changes.filter(([, changed]) => name !== "speed" || changed !== "speed");
  const target = targetOf([at, name, value]);
  for (let i = kept.length - 1; i >= 0; i--) {
    const [before, changed] = kept[i];
    if (changed !== "speed" && (before !== at || changed === "network" || changed === "training")) break;
    if (targetOf(kept[i]) === target) kept.splice(i, 1);
  }
  return { changes: [...kept, [at, name, value]], started: run.started && { ...run.started, ...started } };
}

/** @param {[number, string, any]} change */
function targetOf([step, name, value]) {
  return JSON.stringify([step, name, name === "weight" ? [...value].slice(0, 3) : null]);
}

/**
 * @param {Run} run
 * @param {any} message
 */
function foldEpoch(run, { epoch, step, values }) {
  const columns = Object.fromEntries(Object.entries({ step, ...values }).map(([name, value]) => [name, [value ?? NaN]]));
  const summary = { ...run.summary, ...values };
  const lowest = summary.best_val_loss ?? Infinity;
  if (Number.isFinite(values.val_loss) && values.val_loss < lowest) Object.assign(summary, { best_epoch: epoch, best_val_loss: values.val_loss });
  if (Number.isFinite(values.val_accuracy)) summary.best_val_accuracy = Math.max(values.val_accuracy, summary.best_val_accuracy ?? 0);
  return { epochs: extended(run.epochs, [epoch], columns), summary };
}

/**
 * Many epochs at once, of which the message holds those that the curve keeps.
 * @param {Run} run
 * @param {any} message
 * @returns {Partial<Run>}
 */
function foldEpochs(run, { epochs, steps, values, last, best }) {
  const { epoch: _epoch, step: _step, ...latest } = last;
  const summary = { ...run.summary, ...latest };
  if (Number.isFinite(best.best_val_loss) && best.best_val_loss < (summary.best_val_loss ?? Infinity)) {
    Object.assign(summary, { best_epoch: best.best_epoch, best_val_loss: best.best_val_loss });
  }
  if (Number.isFinite(best.best_val_accuracy)) summary.best_val_accuracy = Math.max(best.best_val_accuracy, summary.best_val_accuracy ?? 0);
  return { epochs: extended(run.epochs, epochs, { step: steps, ...values }), summary };
}
