// @ts-check
/** The runs as plain data: merged with what the server says now, searched, sorted, put into words. Knows nothing of the page. */

/** @typedef {import("../shared/run/run.js").Metric} Metric */
/** best, last, test, curve: of the metric. @typedef {{id: string, name: string, settings: string, network: string, parameters: number | null, status: string, position: number,
 *   epoch: number, epochs: number, seconds: number, created: number, metric: Metric, best: number | null, last: number | null, test: number | null,
 *   error: string, curve: number[]}} Row */
/** @typedef {{column: string, descending: boolean}} Order */

/** Alive first, bad ends last. */
const STATUS_ORDER = ["training", "starting", "paused", "queued", "done", "stopped", "interrupted", "failed"];

/**
 * Which order a first click on a column gives, and by what it sorts.
 * A score is told by its metric: "descending" has the best first, whichever way its numbers run.
 * @type {Record<string, {label: string, descending: boolean, isScore?: boolean, value: (row: Row) => number | string | null}>}
 */
export const COLUMNS = {
  name: { label: "Name", descending: false, value: (row) => row.name.toLowerCase() },
  status: { label: "Status", descending: false, value: (row) => STATUS_ORDER.indexOf(row.status) },
  best: { label: "Best validation", descending: true, isScore: true, value: (row) => row.best },
  last: { label: "Last validation", descending: true, isScore: true, value: (row) => row.last },
  test: { label: "Test", descending: true, isScore: true, value: (row) => row.test },
  epochs: { label: "Epochs", descending: true, value: (row) => row.epoch },
  duration: { label: "Duration", descending: true, value: (row) => row.seconds },
  created: { label: "Started", descending: true, value: (row) => row.created },
};

/** @type {Order} */
export const NEWEST = { column: "created", descending: true };

/**
 * The row with what the server says of its run now.
 * @param {Row} row
 * @param {any} run an item of `GET /api/runs`
 * @returns {Row}
 */
export function merged(row, run) {
  const summary = run.summary ?? {};
  const metric = run.metrics?.[0] ?? row.metric;
  const best = number(summary[`best_val_${metric.name}`]);
  const last = number(summary[`val_${metric.name}`]);
  const epoch = number(run.epoch) ?? row.epoch;
  const grown = row.curve.length > 0 || row.epoch === 0; // a curve that was not loaded must not begin in the middle
  return {
    ...row,
    name: run.name || row.name,
    status: run.status ?? row.status,
    position: run.position ?? 0,
    epoch,
    seconds: number(run.seconds) ?? row.seconds,
    parameters: number(run.parameters) ?? row.parameters,
    metric,
    best: best ?? row.best,
    last: last ?? row.last,
    test: number(summary[`test_${metric.name}`]) ?? row.test,
    error: run.error?.what ?? "",
    curve: grown && epoch > row.epoch && last !== null ? [...row.curve, last].slice(-200) : row.curve,
  };
}

/**
 * Every word of the search must occur somewhere in what the row says.
 * @param {Row[]} rows
 * @param {string} search
 */
export function found(rows, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (/** @type {Row} */ row) => `${row.name} ${row.settings} ${row.network} ${row.status}`.toLowerCase();
  return words.length ? rows.filter((row) => words.every((word) => text(row).includes(word))) : rows;
}

/**
 * Unknown values come last in either direction; equal ones newest first. Scores of different metrics are not compared: each metric's runs stand together.
 * @param {Row[]} rows
 * @param {Order} order
 */
export function sorted(rows, { column, descending }) {
  const { value, isScore } = COLUMNS[column];
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === right) return b.created - a.created;
    if (left === null) return 1;
    if (right === null) return -1;
    if (isScore && a.metric.name !== b.metric.name) return a.metric.name < b.metric.name ? -1 : 1;
    const turned = isScore && a.metric.better === "lower" ? -1 : 1;
    return left < right ? -sign * turned : sign * turned;
  });
}

/**
 * The order after a click on a column: its own first, then the other way round.
 * @param {Order} order
 * @param {string} column
 * @returns {Order}
 */
export function clicked(order, column) {
  return { column, descending: order.column === column ? !order.descending : COLUMNS[column].descending };
}

/**
 * How long ago, in words; after a week the date.
 * @param {number} created Unix seconds
 * @param {number} now Unix seconds
 */
export function ago(created, now) {
  const seconds = Math.max(0, now - created);
  const steps = /** @type {[number, string][]} */ ([[86400, "day"], [3600, "hour"], [60, "minute"]]);
  if (seconds < 60) return "just now";
  if (seconds >= 7 * 86400) return new Date(created * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
  const [size, word] = steps.find(([size]) => seconds >= size) ?? steps[2];
  const count = Math.floor(seconds / size);
  return `${count} ${word}${count === 1 ? "" : "s"} ago`;
}

/** @param {number} created Unix seconds */
export function exactly(created) {
  return new Date(created * 1000).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "medium" });
}

/**
 * The points of a line in a box, or "" for fewer than two values. The scale is the values' own: the shape is meant, not the height.
 * @param {number[]} values
 * @param {number} width
 * @param {number} height
 */
export function polyline(values, width, height) {
  if (values.length < 2) return "";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const y = (/** @type {number} */ value) => (high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  return values.map((value, i) => `${((i / (values.length - 1)) * width).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
}

/** @param {any} value */
const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);
