// @ts-check
/** Small charts as SVG: axes with numbers, and marks placed by value. Colours come from classes of the style sheet. */

import { drawn } from "../../shared/dom/svg.js";

const EDGE = { left: 60, right: 18, top: 10, bottom: 40 };

/** low, high: the values at the ends. ticks: where numbers stand. says: a number as text. @typedef {{label: string, low: number, high: number, ticks: number[], says: (value: number) => string}} Axis */
/** x, y: a value's place in the drawing; mark: where marks go. @typedef {{svg: SVGElement, marks: SVGElement, x: (value: number) => number, y: (value: number) => number}} Plot */

/**
 * An empty chart.
 * @param {{width: number, height: number, x: Axis, y: Axis, label: string}} frame label: what it shows, for those who do not see it
 * @returns {Plot}
 */
export function plot({ width, height, x: across, y: up, label }) {
  const [left, right, top, bottom] = [EDGE.left, width - EDGE.right, EDGE.top, height - EDGE.bottom];
  const x = (/** @type {number} */ value) => left + ((value - across.low) / (across.high - across.low)) * (right - left);
  const y = (/** @type {number} */ value) => bottom - ((value - up.low) / (up.high - up.low)) * (bottom - top);
  const axes = drawn("g", { class: "npm-score-axes" });
  for (const tick of across.ticks) {
    axes.append(drawn("line", { x1: x(tick), x2: x(tick), y1: top, y2: bottom }));
    axes.append(drawn("text", { x: x(tick), y: bottom + 16, "text-anchor": "middle", text: across.says(tick) }));
  }
  for (const tick of up.ticks) {
    axes.append(drawn("line", { x1: left, x2: right, y1: y(tick), y2: y(tick) }));
    axes.append(drawn("text", { x: left - 7, y: y(tick) + 4, "text-anchor": "end", text: up.says(tick) }));
  }
  axes.append(drawn("text", { class: "npm-score-axis", x: (left + right) / 2, y: height - 5, "text-anchor": "middle", text: across.label }));
  axes.append(drawn("text", { class: "npm-score-axis", x: 0, y: 0, "text-anchor": "middle", transform: `translate(11 ${(top + bottom) / 2}) rotate(-90)`, text: up.label }));
  const marks = drawn("g");
  const svg = drawn("svg", { class: "npm-score-plot", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, axes, marks);
  return { svg, marks, x, y };
}

/** Shares from 0 to 1 as an axis. @param {string} label @param {number} [low] @returns {Axis} */
export function shares(label, low = 0) {
  const step = low >= 0.9 ? 0.02 : low >= 0.7 ? 0.05 : low >= 0.5 ? 0.1 : 0.2;
  const ticks = [];
  for (let tick = 1; tick >= low - 1e-9; tick -= step) ticks.push(Math.round(tick * 100) / 100);
  return { label, low, high: 1, ticks, says: (value) => `${Math.round(value * 100)} %` };
}

/**
 * A line through points, as the `d` of a path.
 * @param {Plot} plot
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys NaN breaks the line
 */
export function path({ x, y }, xs, ys) {
  let text = "";
  let pen = "M";
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(ys[i])) pen = "M";
    else {
      text += `${pen}${x(xs[i]).toFixed(1)} ${y(ys[i]).toFixed(1)}`;
      pen = "L";
    }
  }
  return text;
}

/**
 * Round numbers from 0 to at least `most`, about four steps, as an axis.
 * @param {string} label
 * @param {number} most
 * @returns {Axis}
 */
export function counts(label, most) {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? power);
  const ticks = [];
  for (let tick = 0; tick < Math.max(most, 1) + step; tick += step) ticks.push(tick);
  return { label, low: 0, high: ticks[ticks.length - 1], ticks, says: (value) => value.toLocaleString("en-US") };
}
