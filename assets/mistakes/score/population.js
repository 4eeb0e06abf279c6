// @ts-check
/** What a threshold's error rates mean for many people: whole numbers and a picture of a hundred dots. Pure functions. */

import { whole } from "../../shared/drawing/format.js";
import { drawn } from "../../shared/dom/svg.js";

/** tp: flagged rightly, fp: flagged wrongly, fn: missed, tn: left alone rightly. @typedef {{tp: number, fp: number, fn: number, tn: number}} Four */

const DOTS = 100;
/** @type {(keyof Four)[]} */
export const ORDER = ["tp", "fn", "fp", "tn"];
export const WORDS = { tp: "flagged rightly", fn: "missed", fp: "flagged wrongly", tn: "left alone rightly" };

/**
 * How many to expect among n, in whole numbers that sum to n.
 * @param {{n: number, prevalence: number, sensitivity: number, specificity: number}} facts shares from 0 to 1
 * @returns {Four}
 */
export function expected({ n, prevalence, sensitivity, specificity }) {
  const positives = Math.round(n * prevalence);
  const tp = Math.round(positives * sensitivity);
  const tn = Math.round((n - positives) * specificity);
  return { tp, fn: positives - tp, fp: n - positives - tn, tn };
}

/**
 * A hundred dots shared out by largest remainder, so that they sum to a hundred.
 * @param {Four} four
 * @returns {Four}
 */
export function dots(four) {
  const n = ORDER.reduce((sum, name) => sum + four[name], 0) || 1;
  const exact = ORDER.map((name) => ({ name, share: (four[name] / n) * DOTS }));
  const given = /** @type {Four} */ (Object.fromEntries(exact.map(({ name, share }) => [name, Math.floor(share)])));
  let left = DOTS - ORDER.reduce((sum, name) => sum + given[name], 0);
  for (const { name } of exact.sort((a, b) => (b.share % 1) - (a.share % 1))) if (left-- > 0) given[name]++;
  return given;
}

/**
 * The dots, ten by ten: who has it is drawn as a disc or a ring, who has it not as a square or a speck; flagged ones are filled.
 * @param {Four} four
 * @param {string} label
 */
export function people(four, label) {
  const given = dots(four);
  const svg = drawn("svg", { class: "npm-score-people", viewBox: "0 0 200 200", role: "img", "aria-label": label });
  ORDER.flatMap((name) => Array(given[name]).fill(name)).forEach((name, i) => svg.append(dot(name, (i % 10) * 20 + 10, Math.floor(i / 10) * 20 + 10)));
  return svg;
}

/** The sign of one kind. @param {keyof Four} name @param {number} x @param {number} y */
export function dot(name, x, y) {
  const kind = `npm-score-dot npm-score-dot-${name}`;
  if (name === "fp") return drawn("rect", { class: kind, x: x - 6, y: y - 6, width: 12, height: 12 });
  return drawn("circle", { class: kind, cx: x, cy: y, r: name === "tn" ? 3 : 6 });
}

/**
 * The consequence in words.
 * @param {Four} four
 * @param {string} name of the class
 */
export function consequence({ tp, fp, fn, tn }, name) {
  const flagged = tp + fp;
  const right = flagged ? `Whoever is flagged is “${name}” in ${(100 * tp / flagged).toFixed(tp / flagged < 0.1 ? 1 : 0)} of 100 cases.` : "";
  const missed = fn ? `${whole(fn)} of the ${whole(tp + fn)} are missed.` : tp ? "None is missed." : "";
  return `Among ${whole(tp + fp + fn + tn)} people ${whole(tp + fn)} are “${name}”. The network flags ${whole(flagged)}: ${whole(tp)} rightly, ${whole(fp)} wrongly. ${right} ${missed}`.trim();
}
