// @ts-check
/** One point's way through the network, from the answer of the view `plane_point`: what each neuron says, and which links matter most. */

import { brief } from "./formula.js";

/** @typedef {import("../drawing/plan.js").Plan} Plan */
/** @typedef {import("../../game/answers.d.ts").PointAnswer} PointAnswer */
/** pills: text by "column unit". lit: the strongest links. @typedef {{pills: Map<string, string>, lit: Set<number>}} Pass */

const SHARE = 0.35; // of the strongest link into the same layer
const MOST = 10; // links into a layer that stand out

/**
 * @param {PointAnswer | null} answer
 * @param {Plan} plan
 * @param {boolean} back the loss's slopes on the way back, instead of the values on the way there
 * @returns {Pass | null} null where the answer is about another network
 */
export function passOf(answer, plan, back) {
  if (!answer || (back && !answer.layers.every((layer) => layer.slopes))) return null;
  /** @type {Map<string, string>} */
  const pills = new Map();
  const layers = plan.columns.map((column) => answer.layers.find((layer) => layer.name === column.name));
  plan.columns.forEach((column, at) => {
    const values = at === 0 ? (back ? null : answer.features.values) : layers[at]?.[back ? "slopes" : "output"];
    for (let unit = 0; values && unit < Math.min(column.units, values.length); unit++) pills.set(`${at} ${unit}`, brief(values[unit]));
  });
  return { pills, lit: strongest(plan, layers, back) };
}

/** Links by what passes along them: input · weight there, slope · weight on the way back. @param {Plan} plan @param {(import("../../game/answers.d.ts").PointLayer | undefined)[]} layers @param {boolean} back */
function strongest(plan, layers, back) {
  /** @type {{link: number, size: number}[][]} */
  const into = plan.columns.map(() => []);
  plan.links.forEach(({ to, row, target }, link) => {
    const layer = layers[to];
    if (!layer || row >= layer.inputs.length || target >= layer.sums.length) return;
    const weight = layer.kernel[row * layer.sums.length + target];
    into[to].push({ link, size: Math.abs(weight * (back ? (layer.slopes?.[target] ?? NaN) : layer.inputs[row])) });
  });
  /** @type {Set<number>} */
  const lit = new Set();
  for (const links of into) {
    links.sort((a, b) => b.size - a.size);
    for (const { link, size } of links.slice(0, MOST)) if (size > 0 && size >= SHARE * links[0].size) lit.add(link);
  }
  return lit;
}
