// @ts-check
/**
 * What the browser knows of a run, message by message. Curves are put together here as `playground/values/run.py` does; what a run comes to
 * (summary, changes, finding) is folded there and taken as it is sent. Knows nothing of the screen.
 */

import { emptyCurve, extended, until } from "./curve.js";

/** @typedef {import("./curve.js").Curve} Curve */
/** @typedef {{what: string, expected?: string, got?: string, fix?: string, kind?: string}} Fault */
/** @typedef {{epoch: number, step: number, epochs: number, steps_per_epoch: number, examples: Record<string, number>,
 *   classes: string[], parameters: number, device: string, batch_size: number, learning_rate: number, precision: string, paused?: boolean}} Started */
/** @typedef {{epoch: number, step: number, elapsed: number, eta: number | null, examples_per_second: number,
 *   steps_per_second: number, learning_rate: number}} Progress */
/** @typedef {{view: string, epoch: number, step: number, arrays: Record<string, any>, meta: Record<string, any>}} Picture */
/** As `playground/values/metric.py` has it. @typedef {{name: string, title: string, short: string, better: "higher" | "lower", format: "percent" | "number", help: string}} Metric */
/** @typedef {{title: string, text: string, fix: {label: string, command: object} | null}} Finding */
/** metrics: the main one first. @typedef {{id: string, name: string, status: string, position: number, created: number, ended: number | null,
 *   started: Started | null, progress: Progress | null, batches: Curve, epochs: Curve, pictures: Record<string, Picture>,
 *   metrics: Metric[], summary: Record<string, any>, changes: [number, string, any][], finding: Finding | null, error: Fault | null,
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
    metrics: run.metrics ?? [],
    changes: run.changes ?? [],
    finding: run.finding ?? null,
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
    epochs: until(run.epochs, message.epoch),
    error: null,
    ended: null,
    position: 0,
  }),
  BatchPoints: (run, message) => ({ batches: extended(run.batches, message.steps, message.values) }),
  EpochPoint: (run, { epoch, step, values }) => {
    const columns = Object.fromEntries(Object.entries({ step, ...values }).map(([name, value]) => [name, [value ?? NaN]]));
    return { epochs: extended(run.epochs, [epoch], columns) };
  },
  EpochPoints: (run, { epochs, steps, values }) => ({ epochs: extended(run.epochs, epochs, { step: steps, ...values }) }), // those that the curve keeps
  Progress: (_, message) => ({ progress: message }),
  Picture: (run, message) => ({ pictures: { ...run.pictures, [message.view]: message } }),
  Paused: () => ({ status: "paused" }),
  Resumed: () => ({ status: "training" }),
  Changed: (run, message) => ({ started: run.started && { ...run.started, ...message.started } }),
  Saved: (_, message) => ({ checkpoint: [message.epoch, message.step] }),
  Done: (_, message) => ({ status: message.stopped ? "stopped" : "done" }),
  Failed: (_, message) => ({ status: "failed", error: message.error }),
  Interrupted: (_, message) => ({ status: "interrupted", error: message.error ?? null }),
  Status: (_, { status, position, error, summary }) => ({ status, position: position ?? 0, error: error ?? null, summary }),
  Summary: (_, { summary }) => ({ summary }),
  Changes: (_, { changes }) => ({ changes }),
  Finding: (_, { finding }) => ({ finding }),
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
