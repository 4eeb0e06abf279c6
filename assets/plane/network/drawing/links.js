// @ts-check
/** The links on a canvas: width and strength of colour are |weight|, the hue is its sign. A few strokes for all of them, so that two thousand cost little. */

import { arch } from "./layout.js";
import { signs, widthOf } from "./tones.js";

/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("../../../shared/drawing/theme.js").Theme} Theme */
/** lit: links that stand out, the others fade; null: none does. chosen: the link that is looked at, or -1. @typedef {{lit: Set<number> | null, chosen: number}} Emphasis */

const BINS = 9;

/** Links of wide layers are thinner, so that the drawing does not clot. @param {Plan} plan */
export function scaleOf(plan) {
  const most = Math.max(1, ...plan.columns.map((one, i) => (i ? one.units * plan.columns[i - 1].units : 1)));
  return most <= 24 ? 1 : most <= 64 ? 0.8 : most <= 128 ? 0.6 : 0.45;
}

/**
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {{plan: Plan, layout: Layout, weights: Float32Array, theme: Theme, emphasis: Emphasis}} scene weights: by link, NaN where unknown
 */
export function drawLinks(context, { plan, layout, weights, theme, emphasis }) {
  const scale = scaleOf(plan);
  const colours = signs(theme);
  context.clearRect(0, 0, layout.width, layout.height);
  context.lineCap = "round";
  context.lineJoin = "round";
  drawSums(context, plan, layout, theme);
  const groups = grouped(weights, emphasis.lit);
  for (const [slot, members] of groups.entries()) {
    if (!members?.length) continue;
    const bin = Math.floor(slot / 6);
    const faded = slot % 6 < 3;
    const sign = slot % 3;
    const size = (bin + 0.5) / BINS;
    context.strokeStyle = colours[sign];
    context.globalAlpha = sign === 2 ? 0.5 : (0.28 + 0.68 * size) * (emphasis.lit && faded ? 0.22 : 1);
    context.lineWidth = sign === 2 ? 0.8 : (0.6 + 7 * size) * scale;
    context.setLineDash(sign === 2 ? [3, 4] : []);
    context.beginPath();
    for (const i of members) trace(context, layout.shapes, i);
    context.stroke();
  }
  context.setLineDash([]);
  if (emphasis.chosen >= 0 && emphasis.chosen < weights.length) drawChosen(context, layout, weights[emphasis.chosen], { i: emphasis.chosen, theme, scale });
  context.globalAlpha = 1;
}

/** Links by thickness, emphasis and sign, thin and faded first. @param {Float32Array} weights @param {Set<number> | null} lit @returns {number[][]} */
function grouped(weights, lit) {
  /** @type {number[][]} */
  const groups = new Array(BINS * 6);
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i];
    const bin = Number.isNaN(weight) ? 0 : Math.min(BINS - 1, Math.floor(BINS * Math.tanh(Math.abs(weight) / 3)));
    const slot = bin * 6 + (lit?.has(i) ? 3 : 0) + (Number.isNaN(weight) ? 2 : weight < 0 ? 0 : 1);
    (groups[slot] ??= []).push(i);
  }
  return groups;
}

/** @param {CanvasRenderingContext2D} context @param {Float32Array} shapes @param {number} i */
function trace(context, shapes, i) {
  const at = i * 5;
  const [x0, y0, x1, y1, high] = [shapes[at], shapes[at + 1], shapes[at + 2], shapes[at + 3], shapes[at + 4]];
  context.moveTo(x0, y0);
  if (!Number.isNaN(high)) {
    const reach = (x1 - x0) * 0.25;
    context.bezierCurveTo(x0 + reach, high, x1 - reach, high, x1, y1);
  } else {
    const middle = (x0 + x1) / 2;
    context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Layout} layout @param {number} weight @param {{i: number, theme: Theme, scale: number}} how */
function drawChosen(context, layout, weight, { i, theme, scale }) {
  const width = widthOf(weight, scale);
  for (const [colour, extra] of /** @type {[string, number][]} */ ([[theme.text, 3.5], [theme.background, 1.6], [signs(theme)[weight < 0 ? 0 : weight >= 0 ? 1 : 2], 0]])) {
    context.globalAlpha = 1;
    context.strokeStyle = colour;
    context.lineWidth = width + extra;
    context.beginPath();
    trace(context, layout.shapes, i);
    context.stroke();
  }
}

/** Sums have no weights: thin dotted arcs. @param {CanvasRenderingContext2D} context @param {Plan} plan @param {Layout} layout @param {Theme} theme */
function drawSums(context, plan, layout, theme) {
  context.strokeStyle = theme.muted;
  context.lineWidth = 1.2;
  context.globalAlpha = 0.65;
  context.setLineDash([1, 4]);
  context.beginPath();
  for (const { from, to, units } of plan.sums) {
    const [x0, x1] = [layout.x[from] + layout.tile / 2, layout.x[to] - layout.tile / 2];
    for (let unit = 0; unit < units; unit++) {
      const [y0, y1] = [layout.y[from][unit], layout.y[to][unit]];
      const high = arch(y0, y1, layout.lane * 0.5);
      context.moveTo(x0, y0);
      context.bezierCurveTo(x0 + (x1 - x0) * 0.25, high, x1 - (x1 - x0) * 0.25, high, x1, y1);
    }
  }
  context.stroke();
  context.setLineDash([]);
}
