// @ts-check
/** What the methods are called, what each one asks, and its formula with the numbers of the picture on show. */

import { percent, whole } from "../../shared/drawing/format.js";
import { short } from "../../shared/drawing/raster.js";

/** @typedef {"gradcam" | "saliency" | "smoothgrad" | "integrated" | "occlusion"} Method */

/** @type {Record<Method, {title: string, asks: string, quick: boolean}>} */
export const METHODS = {
  gradcam: { title: "Grad-CAM", quick: true, asks: "Where do the maps of a convolution lie that push this class up?" },
  saliency: { title: "Saliency", quick: true, asks: "Which pixels would change the score most if they changed a little?" },
  smoothgrad: { title: "SmoothGrad", quick: false, asks: "The same, averaged over 32 noisy copies of the picture: less speckled." },
  integrated: { title: "Integrated gradients", quick: false, asks: "How much did each pixel contribute to the score, counted from a picture that says nothing?" },
  occlusion: { title: "Occlusion", quick: false, asks: "How much does the probability fall when a square is painted over?" },
};

const signed = (/** @type {number} */ value) => (value > 0 ? "+" : "") + short(value);

/**
 * The numbers behind the picture, sentence by sentence.
 * @param {import("../answers.d.ts").WhyAnswer} body an answer of the view why
 * @returns {string[]}
 */
export function explained(body) {
  const name = body.classes[body.class];
  const told = TOLD[/** @type {Method} */ (body.method)](body.numbers, name, body);
  const empty = body.is_empty ? ["Nothing speaks for or against this class here: every value is 0."] : [];
  const clipped = body.most > body.high ? [`Colours are full from ${short(body.high)} on, which one pixel in a hundred exceeds; the largest value is ${short(body.most)}.`] : [];
  return [...empty, `${body.formula}.`, ...told, ...clipped];
}

/** @type {Record<Method, (n: any, name: string, body: any) => string[]>} */
const TOLD = {
  gradcam: (n, name, body) => {
    const [rows, columns] = body.raw.shape;
    const terms = [...n.channels].slice(0, 4).map((channel, i) => `channel ${channel}: α = ${signed(n.weights[i])}, mean of its map ${short(n.means[i])}`);
    return [
      `Layer ${body.layer} has ${whole(n.all_channels)} maps of ${rows} × ${columns} cells. The score of ${name} is ${short(n.score)} (${body.score_is}).`,
      `The largest weights: ${terms.join("; ")}.`,
      n.peak > 0 ? `The warmest cell reaches ${short(n.peak)}; the colours are divided by it.` : "The weighted sum is nowhere positive, so ReLU leaves nothing: these maps speak against the class only.",
    ];
  },
  saliency: (n, name, body) => [
    `The score of ${name} is ${short(n.score)} (${body.score_is}).`,
    ...(n.peak === undefined ? [] : [`The most sensitive pixel has |∂score/∂x| = ${short(n.peak)}: changing it by 0.1 changes the score by about ${short(0.1 * n.peak)}.`]),
    "A gradient tells what a small change would do, not what the picture owes its score to: a bright stroke may be pale here.",
  ],
  smoothgrad: (n) => [`${n.samples} copies, noise with σ = ${short(n.sigma)}; the largest mean gradient is ${short(n.peak)}.`],
  integrated: (n, name, body) => [
    `Score of ${name}: ${short(n.score)} for the picture, ${short(n.baseline_score)} for the ${n.baseline === "mean" ? "average row" : `${n.baseline} baseline`}; difference ${signed(n.difference)} (${body.score_is}).`,
    `All contributions add up to ${signed(n.sum)}: ${percent(n.gap)} off, with ${whole(n.steps)} points on the line. Completeness asks for 0; the rest is rounding of the path.`,
    ...(n.gap > 0.05 ? ["That is far: along this line the score jumps, or the two scores are nearly equal. Another baseline or class may fit better."] : []),
  ],
  occlusion: (n, name) => [
    `p(${name}) = ${percent(n.probability)} for the whole ${n.patches ? "picture" : "row"}.`,
    ...(n.patches ? [`${whole(n.patches)} squares of ${n.patch} × ${n.patch} pixels, ${n.stride} apart. The worst one, at row ${n.at[0]} and column ${n.at[1]}, costs ${percent(n.peak)}.`] : [`The most needed column costs ${percent(n.peak)}.`]),
    "Blue means: without this part the network is more sure.",
  ],
};
