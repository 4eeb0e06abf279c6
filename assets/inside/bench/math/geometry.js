// @ts-check
/** Where a window stands on one axis: padding, output size and what is left over. Knows no values. */

/** @typedef {"valid" | "same" | "p"} Padding p: the same number of zeros at both ends, as in PyTorch */
/** @typedef {{kernel: number, stride: number, dilation?: number, padding: Padding, p?: number}} Steps */
/**
 * @typedef {{n: number, out: number, before: number, after: number, extent: number, kernel: number, stride: number, dilation: number, unused: number}} Walk
 * out: output size, 0 where the window does not fit. before, after: zeros put in front of and behind the n values. extent: how many places the window
 * reaches over, d(k - 1) + 1. unused: places at the end that no window reaches.
 */

/**
 * The walk of a window over n values. Output size after the notes: floor((n + 2p - d(k - 1) - 1) / s) + 1; for "same" as in TensorFlow: ceil(n / s),
 * as many zeros as that needs, half of them in front, an odd one behind.
 * @param {number} n at least 1
 * @param {Steps} steps
 * @returns {Walk}
 */
export function walk(n, { kernel, stride, dilation = 1, padding, p = 0 }) {
  const extent = dilation * (kernel - 1) + 1;
  const ceiling = Math.ceil(n / stride);
  const total = padding === "same" ? Math.max((ceiling - 1) * stride + extent - n, 0) : padding === "p" ? 2 * p : 0;
  const before = Math.floor(total / 2);
  const out = padding === "same" ? ceiling : Math.max(0, Math.floor((n + total - extent) / stride) + 1);
  const used = out ? (out - 1) * stride + extent : 0;
  return { n, out, before, after: total - before, extent, kernel, stride, dilation, unused: Math.max(0, n + total - used) };
}

/**
 * The same for a transposed convolution: n values become `out`; `before` and `after` are the places cut off the ends of what the copies cover.
 * "p": (n - 1)s + k - 2p; "same": n s; "valid" as in Keras: (n - 1)s + k, or n s where the kernel is shorter than the stride (the rest stays 0).
 * @param {number} n at least 1
 * @param {Steps} steps
 * @returns {Walk}
 */
export function stretch(n, { kernel, stride, dilation = 1, padding, p = 0 }) {
  const extent = dilation * (kernel - 1) + 1;
  const covered = (n - 1) * stride + extent;
  const total = padding === "same" ? Math.max(extent - stride, 0) : padding === "p" ? 2 * p : 0;
  const before = Math.floor(total / 2);
  const out = padding === "same" ? n * stride : padding === "p" ? Math.max(0, covered - total) : n * stride + Math.max(extent - stride, 0);
  return { n, out, before, after: total - before, extent, kernel, stride, dilation, unused: Math.max(0, out - (covered - before)) };
}

/**
 * The place that the window's element `k` lies on when it makes output `i`: i s + k d - before; outside 0 … n - 1 is padding.
 * @param {Walk} walk
 * @param {number} i
 * @param {number} k
 */
export const place = (walk, i, k) => i * walk.stride + k * walk.dilation - walk.before;
