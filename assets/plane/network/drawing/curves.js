// @ts-check
/** Small graphs of activations, from −3 to 3, for the eye: formulas as in Keras's documentation. */

import { drawn } from "../../../shared/dom/svg.js";

const sigmoid = (/** @type {number} */ x) => 1 / (1 + Math.exp(-x));
const clip = (/** @type {number} */ x, low = 0, high = 1) => Math.min(high, Math.max(low, x));
const gelu = (/** @type {number} */ x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const shrunk = (/** @type {number} */ x, by = 0.5) => (Math.abs(x) > by ? x : 0);

/** @type {Record<string, (x: number) => number>} */
const FUNCTIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  relu6: (x) => clip(x, 0, 6),
  leaky_relu: (x) => (x < 0 ? 0.2 * x : x),
  prelu: (x) => (x < 0 ? 0.25 * x : x),
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
  selu: (x) => 1.0507 * (x < 0 ? 1.6733 * Math.expm1(x) : x),
  celu: (x) => (x < 0 ? Math.expm1(x) : x),
  gelu,
  silu: (x) => x * sigmoid(x),
  swish: (x) => x * sigmoid(x),
  mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  softplus: (x) => Math.log1p(Math.exp(x)),
  softsign: (x) => x / (1 + Math.abs(x)),
  sigmoid,
  softmax: sigmoid,
  tanh: Math.tanh,
  hard_sigmoid: (x) => clip(x / 6 + 0.5),
  hard_silu: (x) => x * clip(x / 6 + 0.5),
  hard_swish: (x) => x * clip(x / 6 + 0.5),
  hard_tanh: (x) => clip(x, -1, 1),
  exponential: (x) => Math.exp(x),
  log_sigmoid: (x) => -Math.log1p(Math.exp(-x)),
  tanh_shrink: (x) => x - Math.tanh(x),
  hard_shrink: (x) => shrunk(x),
  soft_shrink: (x) => Math.sign(x) * Math.max(0, Math.abs(x) - 0.5),
  threshold: (x) => Math.max(0, x),
  squareplus: (x) => (x + Math.sqrt(x * x + 4)) / 2,
  sparse_plus: (x) => (x <= -1 ? 0 : x >= 1 ? x : ((x + 1) ** 2) / 4),
  sparse_sigmoid: (x) => clip((x + 1) / 2),
  absolute: Math.abs,
  step: (x) => (x > 0 ? 1 : 0),
};

/** Keras writes LeakyReLU and leaky_relu for one function. @param {string} name */
function functionOf(name) {
  const snake = name.replace(/ReLU/g, "Relu").replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
  return FUNCTIONS[name] ?? FUNCTIONS[snake] ?? null;
}

/**
 * The graph as a picture of its own; null for a function that has none here.
 * @param {string} name of the activation
 * @param {number} width
 * @param {number} height
 */
export function curve(name, width, height) {
  const f = functionOf(name);
  if (!f) return null;
  const values = Array.from({ length: 49 }, (_, i) => f(-3 + i / 8));
  const reach = Math.max(1, ...values.map((value) => Math.min(3, Math.abs(value))));
  const x = (/** @type {number} */ i) => 1 + (i / 48) * (width - 2);
  const y = (/** @type {number} */ value) => height / 2 - (clip(value, -3, 3) / reach) * (height / 2 - 1.5);
  const path = values.map((value, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const axes = drawn("path", { d: `M0 ${height / 2}H${width}M${width / 2} 0V${height}`, stroke: "currentColor", "stroke-opacity": 0.28, "stroke-width": 1, fill: "none" });
  const line = drawn("path", { d: path, stroke: "currentColor", "stroke-width": 1.6, "stroke-linejoin": "round", "stroke-linecap": "round", fill: "none" });
  return drawn("svg", { class: "npp-net-curve", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, axes, line);
}
