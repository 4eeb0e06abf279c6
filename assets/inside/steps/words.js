// @ts-check
/** What a layer does on the way forward and what the chain rule makes of it on the way back. */

import { short } from "../../shared/drawing/raster.js";

const POOL = ["Max pooling hands on the largest number of each window", "The gradient goes to the winner of each window alone; all others get 0"];
const MEAN = ["Average pooling hands on the mean of each window", "Each number of a window gets the same share, the gradient divided by their count"];
const BEND = ["a = f(x), each number by itself", "∂L/∂x = ∂L/∂a · f′(x): where the graph is flat, nothing comes back"];
const MOVE = ["Numbers are moved, not changed", "The gradient goes the same way back, place by place"];
const CONV = ["z = Σ x·w + b over the window and all channels, then the activation", "∂L/∂x: the gradient is spread back with the same kernel (a transposed convolution); ∂L/∂w: the gradient correlated with the input"];

/** Kind of layer → forward, backward. The first that the kind's name contains counts. @type {[string, string[]][]} */
const RULES = [
  ["InputLayer", ["The picture enters, its values divided by 255", "How the target would change with each pixel: the saliency of the picture, with signs"]],
  ["MaxPooling", POOL],
  ["AveragePooling", MEAN],
  ["Conv", CONV],
  ["Dense", ["z = W x + b, then the activation", "∂L/∂x = Wᵀ · ∂L/∂z and ∂L/∂W = ∂L/∂z · xᵀ"]],
  ["BatchNormalization", ["y = γ(x − μ)/√(σ² + ε) + β with the running mean and variance", "∂L/∂x = ∂L/∂y · γ/√(σ² + ε)"]],
  ["Normalization", ["Mean and spread are set anew, from this example's own numbers", "The gradient is scaled, and its part along mean and spread is taken off"]],
  ["Dropout", ["In prediction nothing is dropped", "The gradient passes unchanged"]],
  ["Noise", ["In prediction no noise is added", "The gradient passes unchanged"]],
  ["Add", ["The paths are added", "Each path gets the whole gradient: that is why skip connections let it through"]],
  ["Multiply", ["The paths are multiplied", "Each path gets the gradient times the other path's numbers"]],
  ["Concatenate", ["The paths stand side by side", "Each path gets its own part of the gradient back"]],
  ["Softmax", ["p = exp(z) / Σ exp(z)", "∂L/∂z: with cross-entropy p − y, prediction minus truth"]],
  ["ReLU", BEND], ["ELU", BEND], ["Activation", BEND],
  ["Flatten", MOVE], ["Reshape", MOVE], ["Permute", MOVE], ["Padding", MOVE], ["Cropping", MOVE], ["UpSampling", MOVE], ["RepeatVector", MOVE],
  ["RNN", ["The sequence is read step by step; a state is carried along", "The gradient goes back through all steps in time"]],
  ["LSTM", ["The sequence is read step by step; gates decide what the state keeps", "The gradient goes back through all steps in time, by way of the state"]],
  ["GRU", ["The sequence is read step by step; gates decide what the state keeps", "The gradient goes back through all steps in time, by way of the state"]],
];

/**
 * @param {import("../answers.d.ts").Stage} stage
 * @returns {{forth: string, back: string, numbers: [string, string][]}}
 */
export function told(stage) {
  const [forth, back] = RULES.find(([part]) => stage.kind.includes(part))?.[1] ?? ["", ""];
  const activation = stage.activation && stage.activation !== "linear" ? ` (${stage.activation})` : "";
  const number = (/** @type {number | null | undefined} */ value) => short(value ?? NaN);
  /** @type {[string, string][]} */
  const numbers = [
    ["Output", stage.shape.join(" × ")],
    ["Range", `${number(stage.low)} to ${number(stage.high)}`],
    ["Mean", number(stage.mean)],
    ["Exactly 0", `${(100 * stage.zeros).toFixed(stage.zeros > 0 && stage.zeros < 0.1 ? 1 : 0)} %`],
    ["Gradient by output, norm", stage.gradient ? number(stage.gradient.norm) : "nothing comes back"],
  ];
  if (stage.parameters) numbers.push(["Parameters", stage.parameters.toLocaleString("en-US")], ["Gradient by weights, norm", stage.weights === null ? "none" : number(stage.weights)]);
  return { forth: `${forth.replace("the activation", `the activation${activation}`)}.`, back: `${back}.`, numbers };
}
