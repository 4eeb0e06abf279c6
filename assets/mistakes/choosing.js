// @ts-check
/** What is chosen on the page, as far as it fits the run: pure functions over plain data. */

import { isActive } from "../shared/run/status.js";

/** @typedef {import("../shared/server/anatomy.d.ts").Anatomy} Anatomy */
/** @typedef {import("./context.js").PageView} PageView */
/** @typedef {import("./context.js").Filter} Filter */

export const SPLITS = ["test", "validation", "train"];

/** @type {Filter} */
const FIRST = { only: "wrong", true: null, predicted: null, sort: "confidence", order: "falling", page: 0, among: null };
const OPTIONS = { only: ["wrong", "right", "all", "both"], sort: ["confidence", "loss", "margin", "position"], order: ["falling", "rising"] };

/**
 * The choices kept in an address, where numbers are texts.
 * @param {Record<string, any>} kept
 * @returns {Record<string, any>}
 */
export function choicesOf(kept) {
  const { tab, split, weights, picture, ...rest } = kept;
  const whole = (/** @type {unknown} */ value) => (/^\d{1,7}$/.test(String(value ?? "")) ? Number(value) : null);
  const filter = { ...FIRST, true: whole(rest.true), predicted: whole(rest.predicted), page: whole(rest.page) ?? 0 };
  for (const [name, options] of Object.entries(OPTIONS)) if (options.includes(rest[name])) /** @type {any} */ (filter)[name] = rest[name];
  return { tab, split, weights, picture: picture ?? null, filter };
}

/** The part looked at first: the test part, while a run goes on the validation part. @param {string} status @param {Anatomy | null} anatomy */
export function defaultSplit(status, anatomy) {
  const order = isActive(status) ? ["validation", "test", "train"] : SPLITS;
  return order.find((split) => anatomy === null || anatomy.examples[split] > 0) ?? "train";
}

/**
 * @param {{run: string | null, status: string, anatomy: Anatomy | null, choices: Record<string, any>, theme: PageView["theme"]}} given
 * @returns {PageView} without a table
 */
export function settled({ run, status, anatomy, choices, theme }) {
  const split = choices.split && (anatomy === null || anatomy.examples[choices.split] > 0) ? choices.split : defaultSplit(status, anatomy);
  const frames = anatomy?.keyframes ?? [];
  const wanted = choices.weights ?? "now";
  const weights = typeof wanted === "number" && anatomy && !frames.includes(wanted) ? "now" : wanted;
  const goesOn = isActive(status) && weights === "now" && frames.length > 0;
  const asked = goesOn ? frames[frames.length - 1] : weights;
  const picture = fitting(choices.picture, split, anatomy);
  const classes = anatomy?.classes.length ?? Infinity;
  const filter = { ...FIRST, ...choices.filter };
  for (const name of /** @type {const} */ (["true", "predicted"])) if (filter[name] !== null && filter[name] >= classes) filter[name] = null;
  const moment = isActive(status) ? asked : `${asked} ended`; // the last weights are final only then
  return { run, status, anatomy, split, weights, asked, table: null, stale: true, revision: `${run} ${split} ${moment}`, filter, picture, theme };
}

/** @param {string | null | undefined} picture @param {string} split @param {Anatomy | null} anatomy */
function fitting(picture, split, anatomy) {
  const [part, position] = (picture ?? "").split(":");
  return picture && part === split && (anatomy === null || Number(position) < (anatomy.examples[split] ?? 0)) ? picture : null;
}
