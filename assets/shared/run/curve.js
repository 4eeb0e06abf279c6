// @ts-check
/** Curves as plain values: columns over a common x, bounded by the same thinning rule as `Curve` in `playground/values/run.py`. */

/** @typedef {{x: Int32Array, values: Record<string, Float32Array>, stride: number}} Curve */

export const MAX_POINTS = 2000;

/** @returns {Curve} */
export function emptyCurve() {
  return { x: new Int32Array(0), values: {}, stride: 1 };
}

/**
 * The curve with points added behind its end. Only x divisible by the stride are kept; the stride doubles when there are too many.
 * @param {Curve} curve
 * @param {ArrayLike<number>} x
 * @param {Record<string, ArrayLike<number>>} values name → as many numbers as x
 * @returns {Curve}
 */
export function extended(curve, x, values) {
  const names = new Set([...Object.keys(curve.values), ...Object.keys(values)]);
  const length = curve.x.length + x.length;
  const xs = new Int32Array(length);
  xs.set(curve.x);
  xs.set(x, curve.x.length);
  /** @type {Record<string, Float32Array>} */
  const columns = {};
  for (const name of names) {
    const column = new Float32Array(length).fill(NaN);
    if (curve.values[name]) column.set(curve.values[name]);
    if (values[name]) column.set(values[name], curve.x.length);
    columns[name] = column;
  }
  let grown = thinned({ x: xs, values: columns, stride: curve.stride }, curve.stride);
  while (grown.x.length > MAX_POINTS) grown = thinned(grown, grown.stride * 2);
  return grown;
}

/**
 * The part of the curve up to x = last; what lies behind it is about to happen again.
 * @param {Curve} curve
 * @param {number} last
 * @returns {Curve}
 */
export function until(curve, last) {
  return kept(curve, (x) => x <= last, curve.stride);
}

/**
 * Exponential moving average, corrected for its start so that it begins at the first value. NaN stays a gap and is not averaged.
 * @param {Float32Array | undefined} values
 * @param {number} weight of the past, 0 (no smoothing) to below 1
 * @returns {Float32Array}
 */
export function smoothed(values, weight) {
  if (!values) return new Float32Array(0);
  const out = new Float32Array(values.length);
  let mean = 0;
  let mass = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) {
      mean = weight * mean + (1 - weight) * values[i];
      mass = weight * mass + (1 - weight);
      out[i] = mean / mass;
    } else {
      out[i] = NaN;
    }
  }
  return out;
}

/**
 * The last number of a column that is one, or undefined.
 * @param {ArrayLike<number> | undefined} column
 */
export function lastOf(column) {
  if (!column) return undefined;
  for (let i = column.length - 1; i >= 0; i--) if (Number.isFinite(column[i])) return column[i];
  return undefined;
}

/**
 * @param {Curve} curve
 * @param {number} stride
 */
function thinned(curve, stride) {
  return stride === 1 ? curve : kept(curve, (x) => x % stride === 0, stride);
}

/**
 * @param {Curve} curve
 * @param {(x: number) => boolean} keep
 * @param {number} stride
 * @returns {Curve}
 */
function kept(curve, keep, stride) {
  const mask = Array.from(curve.x, keep);
  /** @type {(array: any) => any} */
  const pick = (array) => array.filter((/** @type {number} */ _, /** @type {number} */ i) => mask[i]);
  const values = Object.fromEntries(Object.entries(curve.values).map(([name, column]) => [name, pick(column)]));
  return { x: pick(curve.x), values, stride };
}
