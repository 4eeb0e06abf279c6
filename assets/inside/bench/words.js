// @ts-check
/** What the bench says: sizes with their numbers, sums written out, the line of Keras, and what is looked at. Text only. */

import { family, kernelState } from "./state.js";

/** @typedef {import("./math/geometry.js").Walk} Walk */
/** @typedef {import("./math/geometry.js").Padding} Padding */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./model.js").Work} Work */
/** @typedef {import("./model.js").Cell} Cell */

const WRITTEN = 12; // products of a sum that are written out

/** Whole numbers in full, others with as many places as can matter; a minus sign instead of a hyphen. @param {number} value */
export function number(value) {
  const size = Math.abs(value);
  if (Math.abs(value - Math.round(value)) < 5e-6 * Math.max(1, size)) return String(Math.round(value) || 0).replace("-", "−");
  const text = size >= 100 ? value.toFixed(1) : size >= 1 ? value.toFixed(2) : String(Number(value.toPrecision(size < 0.01 ? 2 : 3)));
  return text.replace("-", "−").replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

/** In a sum: a negative number in brackets. @param {number} value */
const bracketed = (value) => (value < 0 ? `(${number(value)})` : number(value));

/**
 * How the output size of one axis comes about.
 * @param {Walk} walk
 * @param {{padding: Padding, kind: import("./state.js").Family}} how
 * @returns {string}
 */
export function sizeSentence(walk, { padding, kind }) {
  const { n, out, extent, stride: s, kernel: k, dilation: d, before, after } = walk;
  const p = padding === "p" ? before : 0;
  if (kind === "transposed") {
    if (padding === "same") return `n · s = ${n} · ${s} = ${out}`;
    if (padding === "valid" && extent < s) return `n · s = ${n} · ${s} = ${out}, for Keras fills up to the stride where the kernel is shorter: the last ${s - extent} stay 0`;
    const reach = d > 1 ? `d(k − 1) + 1 = ${extent}, so (n − 1)s + ${extent} − 2p` : "(n − 1)s + k − 2p";
    return `${reach} = ${n - 1} · ${s} + ${extent} − 2 · ${p} = ${out}`;
  }
  if (padding === "same") return `⌈n/s⌉ = ⌈${n}/${s}⌉ = ${out}`;
  const formula = kind === "pooling" ? "⌊(n + 2p − k)/s⌋ + 1" : "⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1";
  const numbers = kind === "pooling" ? `(${n} + 2 · ${p} − ${k})` : `(${n} + 2 · ${p} − ${d} · ${k - 1} − 1)`;
  return `${formula} = ⌊${numbers}/${s}⌋ + 1 = ⌊${n + before + after - extent}/${s}⌋ + 1 = ${out}`;
}

/**
 * What TensorFlow does with the border on one axis, or which places no window reaches; "" where there is nothing to say.
 * @param {Walk} walk
 * @param {{padding: Padding, kind: import("./state.js").Family, ends: [string, string], noun: string}} how ends: ["top", "bottom"]; noun: "row"
 */
export function borderSentence(walk, { padding, kind, ends, noun }) {
  const { n, out, extent, stride, before, after, unused } = walk;
  const total = before + after;
  const sides = `⌊${total}/2⌋ = ${before} at the ${ends[0]}, ${after} at the ${ends[1]}`;
  const many = (/** @type {number} */ count) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  if (kind === "transposed") return padding === "same" && total ? `The copies cover (${n} − 1) · ${stride} + ${extent} = ${many((n - 1) * stride + extent)}; ${total} too many ${total === 1 ? "is" : "are"} cut off: ${sides}.` : "";
  if (padding === "same") {
    if (!total) return `No zeros are needed${unused ? `; the last ${many(unused)} stay${unused === 1 ? "s" : ""} unread` : ""}.`;
    const odd = before !== after ? " The odd one goes to the end: that is TensorFlow's rounding." : "";
    return `${out} windows reach over (${out} − 1) · ${stride} + ${extent} = ${many((out - 1) * stride + extent)}; there are ${n}, so ${many(total)} ${kind === "pooling" ? "that count for nothing" : "of zeros"} ${total === 1 ? "is" : "are"} added: ${sides}.${odd}`;
  }
  return unused ? `The rounding down leaves ${many(unused)} at the ${ends[1]} unread.` : "";
}

/**
 * The sum written out, zeros of the kernel and of the padding left out; "" where too many are left.
 * @param {Cell} cell
 */
export function sumSentence({ products, value }) {
  const counted = products.filter(({ value: x, weight }) => x !== 0 && weight !== 0);
  const left = products.length - counted.length;
  if (!counted.length) return left === 1 ? "The only product is 0" : `All ${left} products are 0, so is their sum`;
  const rest = left ? `; the other ${left > 1 ? `${left} products are` : "product is"} 0` : "";
  if (counted.length > WRITTEN) {
    const shown = counted.slice(0, WRITTEN - 2).map(({ value: x, weight }) => `${bracketed(x)} · ${bracketed(weight)}`);
    return `${shown.join(" + ")} + … (${counted.length - shown.length} more) = ${number(value)}${rest}`;
  }
  return `${counted.map(({ value: x, weight }) => `${bracketed(x)} · ${bracketed(weight)}`).join(" + ")} = ${number(value)}${rest}`;
}

/**
 * Which places meet in a cell: the formula with its numbers.
 * @param {State} state
 * @param {Work} done
 * @param {Cell} cell
 */
export function placeSentence(state, { rows, columns }, { i, j }) {
  const first = (/** @type {Walk} */ walk, /** @type {number} */ at, /** @type {string} */ k) =>
    `${at} · ${walk.stride} + ${walk.dilation > 1 ? `${walk.dilation} ` : ""}${k}${walk.before ? ` − ${walk.before}` : ""}`;
  const { line } = state;
  if (state.operation === "convolution") {
    const weight = (/** @type {Walk} */ walk, /** @type {string} */ k) => (state.flipped ? `${walk.kernel - 1} − ${k}` : k);
    if (line) return `y(${j}) = Σₘ x(${first(columns, j, "m")}) · w(${weight(columns, "m")})`;
    return `y(${i}, ${j}) = Σₘ Σₙ x(${first(rows, i, "m")}, ${first(columns, j, "n")}) · w(${weight(rows, "m")}, ${weight(columns, "n")})`;
  }
  if (state.operation !== "transposed") return "";
  const meets = (/** @type {Walk} */ walk, /** @type {number} */ at, /** @type {string} */ from, /** @type {string} */ k) => `${from} · ${walk.stride} + ${walk.dilation > 1 ? `${walk.dilation} ` : ""}${k} = ${at + walk.before}`;
  return line ? `y(${j}) = Σ x(i) · w(m) over all i, m with ${meets(columns, j, "i", "m")}` : `y(${i}, ${j}) = Σ x(i, j) · w(m, n) over all ${meets(rows, i, "i", "m")} and ${meets(columns, j, "j", "n")}`;
}

/** The largest or the mean, written out. @param {Cell} cell @param {"max" | "average"} operation */
export function poolSentence({ products, value }, operation) {
  const inside = products.filter((term) => term.inside);
  const all = inside.map((term) => (operation === "average" ? bracketed(term.value) : number(term.value)));
  const shown = all.length > WRITTEN ? [...all.slice(0, WRITTEN - 1), "…"] : all;
  if (!all.length) return "The window lies on padding only: 0";
  return operation === "max" ? `max(${shown.join(", ")}) = ${number(value)}` : `(${shown.join(" + ")}) / ${all.length} = ${number(value)}`;
}

/** The same in Keras, as lines of Python. @param {State} state @param {number} channels */
export function kerasLines(state, channels) {
  const kind = family(state.operation);
  const { stride, padding, p, dilation } = state.steps[kind];
  const { height, width } = kernelState(state);
  const dimensions = state.line ? "1D" : "2D";
  const both = (/** @type {[number, number]} */ [a, b]) => (state.line ? String(b) : `(${a}, ${b})`);
  const word = padding === "p" ? "valid" : padding;
  if (kind === "pooling") {
    const name = state.operation === "max" ? "MaxPooling" : "AveragePooling";
    const keras = `layers.${name}${dimensions}(${both(state.pool)}, strides=${both(stride)}, padding="${word}")`;
    return padding === "p" && p ? [`# Keras pads a pooling only with "same"`, keras] : [keras];
  }
  const each = channels > 1 && kind === "convolution"; // Conv2D would add the channels up
  const alone = channels > 1 && kind === "transposed" ? ["# for each channel by itself; with several, Keras adds them up"] : [];
  const arguments_ = `${each ? "" : "1, "}${both([height, width])}, strides=${both(stride)}, padding="${word}"${dilation > 1 ? `, dilation_rate=${dilation}` : ""}`;
  const keras = `layers.${each ? "Depthwise" : ""}Conv${dimensions}${kind === "transposed" ? "Transpose" : ""}(${arguments_})`;
  const warning = dilation > 1 && Math.max(...(state.line ? [stride[1]] : stride)) > 1 ? ["# Keras refuses stride and dilation together; the arithmetic is the same"] : [];
  if (padding !== "p" || !p) return [...alone, ...warning, keras];
  return kind === "transposed" ? [...alone, ...warning, keras, `layers.Cropping${dimensions}(${p})`] : [...warning, `layers.ZeroPadding${dimensions}(${p})`, keras];
}

/** What is looked at, with its formula. @param {State} state @returns {string[]} paragraphs */
export function reading(state) {
  const line = state.line;
  const x = line ? "x(i s + m d − p)" : "x(i s + m d − p, j s + n d − p)";
  const sums = line ? "Σₘ" : "Σₘ Σₙ";
  const w = line ? "w(m)" : "w(m, n)";
  const y = line ? "y(i)" : "y(i, j)";
  if (state.operation === "convolution") {
    return [
      `Cross-correlation lays the kernel w on the input x, multiplies what lies on each other and adds: ${y} = ${sums} ${x} ${w}. Here s is the stride, d the dilation and p the padding in front; places outside the input count as 0. This is what Keras calls a convolution.`,
      `Convolution as in mathematics turns the kernel by half a turn first: ${line ? "y(i) = Σₘ x(i − m) w(m)" : "y(i, j) = Σₘ Σₙ x(i − m, j − n) w(m, n)"}, counted from the kernel's middle. A network learns its weights, so it would learn the turned kernel and give the same answers. Where the kernel looks the same after half a turn, both are equal.`,
    ];
  }
  if (state.operation === "max") {
    return [
      `Max pooling keeps the largest value of each window and forgets the rest. The switch, marked on the input, remembers where it stood; of equal values the first counts. Padding never wins.`,
      `Unpooling makes an array of the old size: each value goes back to its switch, everything else is 0. What was not the largest is lost.`,
    ];
  }
  if (state.operation === "average") {
    return [
      "Average pooling replaces each window by its mean; places of the padding are not counted.",
      "The way back spreads each mean over its window. The sum over each window is right again, the detail within it is lost. Where windows overlap, the means that meet are averaged.",
    ];
  }
  return [
    `A transposed convolution goes the other way: each input value lays a copy of the kernel, times itself, on the output, s cells further each time, and what meets is added: ${line ? "y(i s + m d − p) += x(i) w(m)" : "y(i s + m d − p, j s + n d − p) += x(i, j) w(m, n)"}.`,
    "Written as a matrix, a convolution is y = C x with the kernel's weights in each row of C. The transposed one is y = Cᵀ x: the shapes are exchanged, the values are not undone. A kernel that is not a multiple of the stride overlaps unevenly: try ones with kernel 3 and stride 2 on an even picture, and see the checkerboard.",
  ];
}
