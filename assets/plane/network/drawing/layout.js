// @ts-check
/** Where everything stands: pure geometry over a plan, in CSS pixels. */

/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {{width: number, height: number, tile: number, gap: number, pitch: number, left: number, x: number[], y: number[][], lane: number, shapes: Float32Array}} Layout */

const RIGHT = 66; // room for the names of the outputs
const SKIPS = 34; // room above the neurons for the arcs of skip links
const PAD = 8;
const LEAVING = 0.22; // shares of a neuron's height over which its links are spread
const ARRIVING = 0.55;

/**
 * x, y: centres of the columns and of their neurons. shapes: for each link the start x0, y0, the end x1, y1, and the height of the control
 * points, NaN for links between neighbours.
 * @param {Plan} plan
 * @param {number} width of the room, 0 when it is not known yet
 * @returns {Layout}
 */
export function layoutOf(plan, width) {
  const most = Math.max(4, ...plan.columns.map((one) => one.units));
  const narrow = width < 520;
  const room = plan.columns.length > 8 ? 34 : narrow ? 38 : 48;
  const tile = Math.min(room, most <= 4 ? 48 : most <= 6 ? 44 : most <= 8 ? 40 : most <= 12 ? 32 : 27);
  const gap = most <= 6 ? 12 : most <= 8 ? 9 : most <= 12 ? 7 : 5;
  const spaces = plan.columns.length - 1;
  const longest = Math.max(0, ...plan.columns[0].ids.map((id) => id.length));
  const left = longest > 3 ? 50 : 34;
  const right = narrow ? 58 : RIGHT;
  const pitch = Math.min(200, Math.max(tile + (narrow ? 27 : 36), plan.columns.length > 7 || narrow ? 65 : 74, (width - left - right - tile) / spaces));
  const lane = plan.links.some((link) => link.skip) || plan.sums.length ? SKIPS : 0;
  const tall = most * (tile + gap) - gap;
  const x = plan.columns.map((_, i) => left + tile / 2 + i * pitch);
  const y = plan.columns.map((one) => {
    const top = PAD + lane + (tall - (one.units * (tile + gap) - gap)) / 2;
    return Array.from({ length: one.units }, (_, i) => top + tile / 2 + i * (tile + gap));
  });
  const shapes = new Float32Array(plan.links.length * 5);
  plan.links.forEach((link, i) => {
    const [before, behind] = [plan.columns[link.from].units, plan.columns[link.to].units];
    const y0 = y[link.from][link.unit] + fanned(link.target, behind) * tile * LEAVING;
    const y1 = y[link.to][link.target] + fanned(link.unit, before) * tile * ARRIVING;
    const high = link.skip ? arch(y0, y1, PAD + lane * 0.3) : NaN;
    shapes.set([x[link.from] + tile / 2, y0, x[link.to] - tile / 2, y1, high], i * 5);
  });
  return { width: Math.ceil(left + tile + spaces * pitch + right), height: Math.ceil(tall + lane + 2 * PAD), tile, gap, pitch, left, x, y, lane, shapes };
}

/** A place among so many, from −0.5 to 0.5: links do not all meet in one point. @param {number} at @param {number} count */
function fanned(at, count) {
  return count > 1 ? at / (count - 1) - 0.5 : 0;
}

/** The height of both control points that brings a cubic's middle to `peak`. @param {number} y0 @param {number} y1 @param {number} peak */
export function arch(y0, y1, peak) {
  return (peak - (y0 + y1) / 8) / 0.75;
}

/**
 * A point of a link; t from 0 to 1.
 * @param {Float32Array} shapes @param {number} i the link @param {number} t
 * @returns {[number, number]}
 */
export function along(shapes, i, t) {
  const [x0, y0, x1, y1, high] = shapes.subarray(i * 5, i * 5 + 5);
  const s = 1 - t;
  if (!Number.isNaN(high)) {
    const reach = (x1 - x0) * 0.25;
    return [cubic(x0, x0 + reach, x1 - reach, x1, t), s * s * s * y0 + 3 * s * t * high + t * t * t * y1];
  }
  const middle = (x0 + x1) / 2;
  return [cubic(x0, middle, middle, x1, t), y0 + (y1 - y0) * t * t * (3 - 2 * t)];
}

/** @param {number} a @param {number} b @param {number} c @param {number} d @param {number} t */
function cubic(a, b, c, d, t) {
  const s = 1 - t;
  return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
}

/**
 * The link nearest to a point, at most `reach` pixels away; -1 without one. Thicker links are easier to hit.
 * @param {Layout} layout
 * @param {number} x
 * @param {number} y
 * @param {{reach?: number, widths?: Float32Array | null}} [options]
 */
export function nearest({ shapes }, x, y, { reach = 7, widths = null } = {}) {
  let [best, least] = [-1, reach];
  for (let i = 0; i < shapes.length / 5; i++) {
    if (x < shapes[i * 5] || x > shapes[i * 5 + 2]) continue;
    const t = timeOf(shapes, i, x);
    const [, at] = along(shapes, i, t);
    const away = Math.abs(at - y) - (widths ? widths[i] / 2 : 0);
    if (away < least) [best, least] = [i, away];
  }
  return best;
}

/** When a link passes x; its x grows with t. @param {Float32Array} shapes @param {number} i @param {number} x */
function timeOf(shapes, i, x) {
  let [low, high] = [0, 1];
  for (let step = 0; step < 14; step++) {
    const t = (low + high) / 2;
    if (along(shapes, i, t)[0] < x) low = t;
    else high = t;
  }
  return (low + high) / 2;
}
