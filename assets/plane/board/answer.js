// @ts-check
/** The view "plane_point" as the board reads it. Pure. */

/**
 * chances: of each class, null for numbers. value: the prediction, for numbers. loss: null without a true label.
 * features: what the network is told of the place.
 * @typedef {{chances: number[] | null, label: number | undefined, value: number | undefined, loss: number | null, features: {ids: string[], values: ArrayLike<number>}, layers: import("../game/answers.d.ts").PointLayer[]}} Answer
 */

/** @param {import("../game/answers.d.ts").PointAnswer} body @returns {Answer} */
export function readAnswer(body) {
  return {
    chances: body.probabilities ? Array.from(body.probabilities, Number) : null,
    label: body.predicted ?? undefined,
    value: body.value ?? undefined,
    loss: body.loss ?? null,
    features: body.features ?? { ids: [], values: [] },
    layers: body.layers ?? [],
  };
}

/**
 * The names of what comes into a layer, one for each row of its kernel.
 * @param {{sources: import("../game/messages.d.ts").Source[]}} layer @param {{ids: string[], titles: string[], layers: Record<string, string>}} known the inputs, and the titles of layers by their names
 * @returns {string[]}
 */
export function inputNames(layer, { ids, titles, layers }) {
  return layer.sources.flatMap((source) => Array.from({ length: source.to - source.from }, (_, i) => (source.name === "input" ? (titles[i] ?? ids[i]) : `${layers[source.name] ?? source.name}, unit ${i + 1}`)));
}

/**
 * How the loss of this answer comes about, where it is one of the usual ones: told by its number, so that the words are never wrong.
 * @param {Answer} answer @param {number} truth
 * @returns {string} "" where it is none of them
 */
export function lossFormula(answer, truth) {
  const { loss, chances, value, layers } = answer;
  if (loss === null) return "";
  const is = (/** @type {number} */ found) => Math.abs(found - loss) <= 1e-3 * Math.max(1e-3, Math.abs(loss));
  const right = chances?.[truth];
  if (right !== undefined && is(-Math.log(right))) return "−ln(chance of the true class)";
  const target = chances ? 2 * truth - 1 : truth;
  const output = chances ? layers.at(-1)?.output?.[0] : value;
  if (output === undefined) return "";
  if (is((output - target) ** 2)) return "(output − target)²";
  return is(Math.abs(output - target)) ? "|output − target|" : "";
}
