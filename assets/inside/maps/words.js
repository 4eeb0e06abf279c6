// @ts-check
/** What a feature map is, with the numbers of the layer on show. */

import { sizes } from "./tones.js";

const FORMULAS = {
  Conv2D: "z[r, c, k] = b[k] + Σ x[r·s + i, c·s + j, m] · w[i, j, m, k]",
  Conv1D: "z[t, k] = b[k] + Σ x[t·s + i, m] · w[i, m, k]",
  Conv3D: "z[d, r, c, k] = b[k] + Σ x[d·s + h, r·s + i, c·s + j, m] · w[h, i, j, m, k]",
  DepthwiseConv2D: "z[r, c, m] = b[m] + Σ x[r·s + i, c·s + j, m] · w[i, j, m]",
  Dense: "z[k] = b[k] + Σ x[m] · w[m, k]",
  BatchNormalization: "y = γ · (x − μ) / √(σ² + ε) + β, for each channel with the running μ and σ²",
};

/**
 * Paragraphs for "What am I looking at?".
 * @param {import("../answers.d.ts").LayerMaps | null} layer null for the whole network
 * @param {import("../../shared/server/anatomy.d.ts").AnatomyLayer[]} anatomy the network's layers
 * @param {string | null} name
 * @returns {string[]}
 */
export function explained(layer, anatomy, name) {
  const colours = "Layers whose values are never negative run from dark (small) to light (large); layers with both signs show negative values blue, positive ones orange and zero in the page's own colour. A hatched map has one value everywhere.";
  if (!layer) {
    return ["Each layer turns the tensor above it into another one. A feature map is one channel of such a tensor: the answer of one filter at every place of the picture. Towards the output maps get smaller and mean more.",
      "Large maps are shown here as means over blocks of cells; open a layer to see every value.", colours];
  }
  const entry = anatomy.find((each) => each.name === name);
  const count = layer.channels.toLocaleString("en-US");
  const texts = [`${layer.tensor} ${layer.form === "vector" ? `It has ${count} units.` : `Its shape is ${sizes(layer.shape)}: ${count} channels of ${layer.cells.toLocaleString("en-US")} values each.`}`];
  const formula = /** @type {Record<string, string>} */ (FORMULAS)[layer.kind];
  if (formula) texts.push(`${formula}${summands(entry)}${entry?.activation && entry.activation !== "linear" ? ` What is shown is ${entry.activation}(z).` : ""}`);
  if (layer.form !== "vector") texts.push("“Exactly zero” is the share of a map's values that are 0. After ReLU this is where the filter found nothing. A map that is zero everywhere is silent for this picture; if it is silent for every picture, its filter is dead.");
  return layer.form === "vector" ? texts : [...texts, colours];
}

/** How many products one value sums up. @param {import("../../shared/server/anatomy.d.ts").AnatomyLayer | undefined} entry */
function summands(entry) {
  const kernel = entry?.kernel;
  if (!kernel) return ".";
  const parts = kernel.slice(0, -1);
  const count = parts.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
  return `: one value is a sum of ${parts.length > 1 ? `${parts.join(" · ")} = ` : ""}${count.toLocaleString("en-US")} products and a bias.`;
}
