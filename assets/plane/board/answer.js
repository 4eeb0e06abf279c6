// @ts-check
/** The view "plane_point" as the board reads it. Pure. */

/**
 * chances: of each class, null for numbers. value: the prediction, for numbers. loss: null without a true label.
 * @typedef {{chances: number[] | null, label: number | undefined, value: number | undefined, loss: number | null, layers: any[], body: any}} Answer
 */

/** @param {any} body @returns {Answer} */
export function readAnswer(body) {
  const chances = body.probabilities ? Array.from(body.probabilities, Number) : null;
  const label = chances ? (body.winner ?? chances.indexOf(Math.max(...chances))) : undefined;
  return { chances, label, value: body.value ?? undefined, loss: body.loss ?? null, layers: body.layers ?? [], body };
}
