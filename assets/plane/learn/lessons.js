// @ts-check
/** The texts beside the Playground, made from what is on screen: formulas with the actual numbers. Pure; formulas as in `symbols.js`. */

import { scoreOf } from "../game/score.js";
import { nameOf } from "../network/drawing/plan.js";
import { loss as inLoss, percent, setting, whole } from "../../shared/drawing/format.js";

/** @typedef {import("../game/store.js").State} State */
/** A paragraph or a formula. @typedef {{text?: string, formula?: string}} Line */

const ACTIVATIONS = /** @type {Record<string, string>} */ ({
  tanh: "(e^z − e^{−z}) / (e^z + e^{−z})", relu: "max(0, z)", sigmoid: "1 / (1 + e^{−z})", linear: "z", leaky_relu: "max(0.2·z, z)", elu: "z for z > 0, else e^z − 1", softplus: "ln(1 + e^z)",
  softsign: "z / (1 + |z|)", gelu: "z·Φ(z)", silu: "z / (1 + e^{−z})", swish: "z / (1 + e^{−z})", exponential: "e^z", relu6: "min(6, max(0, z))", selu: "1.05·z for z > 0, else 1.76·(e^z − 1)",
  mish: "z·tanh(ln(1 + e^z))", hard_sigmoid: "z/6 + 1/2, cut at 0 and 1", hard_tanh: "z, cut at −1 and 1",
});

/** Loss formulas: y the truth, p a probability, ŷ a prediction, n the points of a batch. After the lecture notes (Cross Entropy) and Keras's documentation. */
const LOSSES = /** @type {Record<string, {formula: string, text: string}>} */ ({
  SparseCategoricalCrossentropy: { formula: "L = −(1/n) Σ ln p_y", text: "The probability that the network gives to the right class: 1 costs nothing, near 0 costs much. Low probability, high loss." },
  CategoricalCrossentropy: { formula: "L = −(1/n) Σ ln p_y", text: "The probability that the network gives to the right class: 1 costs nothing, near 0 costs much." },
  BinaryCrossentropy: { formula: "L = −(1/n) Σ [y·ln p + (1 − y)·ln(1 − p)]", text: "p is the probability of the second class. A sure answer that is wrong costs most." },
  BinaryFocalCrossentropy: { formula: "L = −(1/n) Σ (1 − p_y)^γ·ln p_y", text: "Cross entropy that cares less for points that are right already." },
  MeanSquaredError: { formula: "L = (1/n) Σ (y − ŷ)^2", text: "The squared distance between prediction and truth: one large error costs more than many small ones." },
  MeanAbsoluteError: { formula: "L = (1/n) Σ |y − ŷ|", text: "The distance between prediction and truth: outliers count no more than others." },
  Huber: { formula: "L = (1/n) Σ ½·d^2 for |d| ≤ δ, else δ·(|d| − ½·δ), d = y − ŷ", text: "Squared for small errors, straight for large ones: outliers pull less." },
  LogCosh: { formula: "L = (1/n) Σ ln cosh(ŷ − y)", text: "Nearly squared for small errors, nearly straight for large ones." },
  Hinge: { formula: "L = (1/n) Σ max(0, 1 − y·ŷ), y = ±1", text: "Costs nothing once a point is on the right side with a margin of 1." },
  SquaredHinge: { formula: "L = (1/n) Σ max(0, 1 − y·ŷ)^2, y = ±1", text: "Hinge, with large violations counted more." },
  CategoricalHinge: { formula: "L = (1/n) Σ max(0, 1 + max_{j≠y} p_j − p_y)", text: "The right class is to lead by a margin." },
});

/** Update rules: g the gradient ∂L/∂w. */
const UPDATES = /** @type {Record<string, (args: import("../game/messages.d.ts").Args) => Line[]>} */ ({
  SGD: ({ momentum = 0, nesterov = false }) => momentum ? [{ formula: `v ← ${setting(momentum)}·v − α·g` }, { formula: nesterov ? `w ← w + ${setting(momentum)}·v − α·g` : "w ← w + v" }, { text: "Momentum averages the gradients: steps grow while the direction stays." }] : [{ formula: "w ← w − α·g" }, { text: "Plain gradient descent: straight down the slope of the batch." }],
  Adam: ({ beta_1: a = 0.9, beta_2: b = 0.999 }) => [{ formula: `m ← ${a}·m + ${setting(1 - a)}·g,   v ← ${b}·v + ${setting(1 - b)}·g^2` }, { formula: "w ← w − α·m̂ / (√v̂ + ε)" }, { text: "Every weight gets its own step: long where gradients are small and steady." }],
  RMSprop: ({ rho = 0.9 }) => [{ formula: `v ← ${rho}·v + ${setting(1 - rho)}·g^2` }, { formula: "w ← w − α·g / √(v + ε)" }, { text: "Gradients are divided by their usual size." }],
  Adagrad: () => [{ formula: "v ← v + g^2" }, { formula: "w ← w − α·g / √(v + ε)" }, { text: "Steps become shorter with all that was learned." }],
  Lion: () => [{ formula: "w ← w − α·sign(0.9·m + 0.1·g)" }, { text: "Only the sign counts: every weight moves by the same step." }],
  AdamW: ({ weight_decay: d = 0.004 }) => [{ formula: `w ← w − α·m̂ / (√v̂ + ε) − α·${d}·w` }, { text: "Adam whose weights also shrink a little at each step." }],
});

/** What the network computes, with its actual sizes. @param {State} state @returns {Line[]} */
export function networkLesson({ sketch, made }) {
  const { blocks, inputs, output } = sketch;
  const outputs = output === "softmax" ? made?.classes?.length ?? 2 : 1;
  const sizes = [inputs.length, ...blocks.map((block) => block.units), outputs];
  const last = blocks.at(-1);
  const kinds = [...new Set(blocks.map((block) => nameOf(block.activation)))];
  /** @type {Line[]} */
  const lines = [{ text: `${sizes.join(" → ")}: ${whole(made?.weights)} numbers are learned, weights and biases together.` }];
  if (blocks.length) {
    lines.push({ text: "Each neuron adds up its inputs, each times a weight, and bends the sum:" }, { formula: "a = f(w_1·x_1 + w_2·x_2 + … + b)" });
    for (const kind of kinds.slice(0, 2)) if (ACTIVATIONS[kind]) lines.push({ formula: `${kind}(z) = ${ACTIVATIONS[kind]}` });
    if (kinds.every((kind) => kind === "linear")) lines.push({ text: "All layers are linear: together they are no more than one, so every border is a straight line." });
  } else lines.push({ text: "Without a hidden layer the border between two classes is a straight line in the inputs:" }, { formula: "z = w_1·x_1 + w_2·x_2 + … + b" });
  if (output === "softmax") lines.push({ text: "Softmax makes probabilities of the last sums:" }, { formula: "p_j = e^{z_j} / Σ_k e^{z_k}" });
  else if (output === "sigmoid") lines.push({ text: "One output, the probability of the second class:" }, { formula: "p = 1 / (1 + e^{−z})" });
  else if (output === "tanh") lines.push({ text: "One output between −1 and 1; its sign decides." }, { formula: "ŷ = tanh(z)" });
  else lines.push({ text: `One output, the number itself${last ? `, from ${last.units} neurons` : ""}.` });
  return lines;
}

/** @param {State} state @returns {Line[]} */
export function lossLesson({ sketch, frame, choices }) {
  const kind = nameOf(sketch.training.loss);
  const known = LOSSES[kind];
  const meta = frame?.meta;
  /** @type {Line[]} */
  const lines = known ? [{ formula: known.formula }, { text: known.text }] : [{ text: summaryOf(choices, sketch.training.loss.kind) }];
  if (meta?.loss) lines.push({ text: `Now: L = ${inLoss(meta.loss.train)} on the training points, ${inLoss(meta.loss.test)} on the test points.` });
  const isPlain = /^(Sparse|)CategoricalCrossentropy$|^BinaryCrossentropy$/.test(kind) && !sketch.training.loss.args?.label_smoothing; // a focal or smoothed loss is no mean of −ln p
  if (isPlain && meta?.loss && Number.isFinite(meta.loss.test)) lines.push({ text: `That is as if every test point got its right class with a probability of ${percent(Math.exp((meta.penalty ?? 0) - meta.loss.test))}.` });
  const l2 = Math.max(0, ...sketch.blocks.map((block) => block.l2 ?? 0));
  const l1 = Math.max(0, ...sketch.blocks.map((block) => block.l1 ?? 0));
  if (l1 || l2) lines.push({ formula: `L + ${[l1 && `${setting(l1)}·Σ|w|`, l2 && `${setting(l2)}·Σ w^2`].filter(Boolean).join(" + ")}` }, { text: `The penalty keeps weights small${meta?.penalty ? `; it is ${inLoss(meta.penalty)} now` : ""}.` });
  return lines;
}

/** @param {State} state @returns {Line[]} */
export function updateLesson({ sketch, run, choices }) {
  const { optimizer, batch_size: size } = sketch.training;
  const kind = nameOf(optimizer);
  const args = Object.fromEntries(Object.entries(optimizer.args ?? {}).filter(([, value]) => value !== null));
  const rate = run?.progress?.learning_rate ?? args.learning_rate;
  const steps = run?.started?.steps_per_epoch;
  return [
    { text: `After each batch of ${whole(size)} points every weight takes a step against its gradient g = ∂L/∂w.` },
    ...(UPDATES[kind]?.(args) ?? [{ text: summaryOf(choices, optimizer.kind) }]),
    { text: `α is the learning rate${typeof rate === "number" ? `, ${setting(rate)} now` : ", set by a schedule"}${steps ? `; an epoch has ${whole(steps)} steps` : ""}.` },
  ];
}

/** @param {State} state @returns {Line[]} */
export function mapLesson({ made, frame, sketch }) {
  const isOfNumbers = made?.task === "regressor";
  const score = scoreOf(frame?.meta, made);
  /** @type {Line[]} */
  const lines = isOfNumbers
    ? [{ text: "Every place of the plane has the colour of the number that the network predicts there; the points have the colour of theirs." }]
    : [{ text: "Every place of the plane has the colour of the class that the network would choose there; the paler, the less sure. Borders run where two classes are equally probable." }];
  if (score && !isOfNumbers) lines.push({ text: `${percent(score.train)} of the training points and ${percent(score.test)} of the test points lie on their own colour.` });
  if (score && isOfNumbers) lines.push({ text: `Predictions are off by ${inLoss(score.train)} on average for training points, ${inLoss(score.test)} for test points.` });
  if (sketch.blocks.length) lines.push({ text: "Each small map in the network shows one neuron the same way: its output over the plane. Later neurons are mixtures of earlier ones." });
  lines.push({ text: "Test points are never trained on: only they tell whether the network has understood the pattern." });
  return lines;
}

/** @param {import("../game/messages.d.ts").Choices | null} choices @param {string} kind */
function summaryOf(choices, kind) {
  const losses = Object.values(choices?.losses ?? {}).flatMap((outputs) => Object.values(outputs).flat());
  const found = [...(choices?.optimizers ?? []), ...losses].find((one) => one.kind === kind);
  return (found && ("summary" in found ? found.summary : found.reason)) || `${found?.title ?? kind.split(".").at(-1)}.`;
}
