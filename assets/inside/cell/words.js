// @ts-check
/** "What am I looking at" for one cell, with its numbers. */

import { short } from "../../shared/drawing/raster.js";

/** @type {Record<string, string>} */
const FAMILIES = {
  pooling: "Pooling keeps one number of each window: the largest, or the mean. It has no weights; it makes the map smaller and lets details move a little without changing the answer.",
  normalisation: "Normalising brings numbers of any size to about mean 0 and spread 1, then lets the network choose mean and spread anew where it has γ and β.",
  pointwise: "An activation bends each number by itself. Without one in between, two layers of weighted sums would be no more than one.",
  vector: "A softmax turns all units' numbers into shares that sum to 1: only differences between them count.",
  merge: "Two or more paths meet here, cell by cell at the same place.",
  carried: "This layer computes nothing: it moves numbers to another place or repeats them.",
  dropout: "Dropout acts in training only. What stays is divided by 1 − p, so that the next layer gets on average what it gets in prediction, where nothing is dropped.",
  input: "This is where the picture enters. Its values are divided by 255, nothing else.",
  other: "A layer with a state of its own.",
};

/**
 * @param {import("../answers.d.ts").CellAnswer} body the answer of the view `cell`
 * @returns {string[]} paragraphs
 */
export function explained(body) {
  const lines = [];
  if (body.family === "weighted") {
    lines.push(weighted(/** @type {import("../answers.d.ts").Weighted} */ (body)));
    if (!/Dense|Transpose/.test(body.kind)) {
      lines.push(`Strictly this is a cross-correlation, S(i, j) = Σₘ Σₙ x(i + m, j + n) · w(m, n): the kernel lies on the patch as it is. The convolution of mathematics flips the kernel first, Σₘ Σₙ x(i − m, j − n) · w(m, n). As the kernel is learned, it would simply be learned flipped, so networks leave that out and keep the name.`);
    }
  } else lines.push(FAMILIES[body.family] ?? "");
  if (body.sizes.length) lines.push(`Size of the output: ${body.sizes.map((text, i) => `${axis(body.sizes.length, i)} ${text}`).join("; ")}. TensorFlow rounds up with “same” padding and puts an odd zero at the end; with “valid” it rounds down and leaves out what the last window cannot fill.`);
  if (body.field_size.length) lines.push(field(body));
  lines.push(check(body));
  return lines.filter(Boolean);
}

/** @param {import("../answers.d.ts").Weighted} body */
function weighted(body) {
  const [rows, columns] = body.patch.shape;
  const channels = body.sums.length;
  const products = (rows * columns * channels).toLocaleString("en-US");
  const how = /Transpose/.test(body.kind)
    ? "A transposed convolution spreads each input number over the output with the kernel as its weights. Seen from one output cell: these inputs reach it, each by another number of the kernel; · marks the gaps that the stride has made."
    : /Separable/.test(body.kind)
      ? "A separable convolution first weighs each channel with its own kernel, then adds up the channels' sums with one weight p for each."
      : /Depthwise/.test(body.kind)
        ? "A depthwise convolution weighs one input channel with its own kernel; channels are not mixed."
        : /Dense/.test(body.kind)
          ? "A Dense unit weighs every number of its input. Where that was flattened from maps, it is laid out as those maps again."
          : "The kernel lies on the patch of the input under it: number times number, all added up over all channels, plus the bias. The same kernel serves at every place.";
  return `${how} Here: ${products} products.`;
}

/** @param {import("../answers.d.ts").CellAnswer} body */
function field(body) {
  const size = body.field_size.map((n) => n.toLocaleString("en-US")).join(" × ");
  const inside = body.field ? body.field.map(([a, b]) => b - a).join(" × ") : "";
  const cut = inside && inside !== size ? `, of which ${inside} lie within the picture` : "";
  return `Receptive field: this cell depends on ${size} cells of the network's input${cut}. It is found by following the windows back layer by layer: with each layer it grows by (kernel − 1) · dilation times all strides before it.`;
}

/** @param {import("../answers.d.ts").CellAnswer} body */
function check(body) {
  if (body.recomputed === null) return "";
  const low = body.precision && body.precision !== "float32" ? ` (the network computes in ${body.precision}, so the last digits differ)` : "";
  return `The network's own number here is ${short(body.value ?? NaN)}; worked out again it is ${short(body.recomputed ?? NaN)}${low}.`;
}

/** @param {number} count @param {number} i */
function axis(count, i) {
  return (count === 1 ? [""] : count === 2 ? ["rows", "columns"] : ["depth", "rows", "columns"])[i];
}

/** "Row 3, column 5" @param {number[]} at */
export function placeName(at) {
  const names = [[], ["place"], ["row", "column"], ["depth", "row", "column"]][at.length];
  const text = at.map((n, i) => `${names[i]} ${n}`).join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
