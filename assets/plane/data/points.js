// @ts-check
/** A person's own points as text and back, and what a brush does to them. Pure. The text is that of `playground/data/plane/own_points.py`. */

const REACH = 3; // the plane is x, y ∈ [−3, 3]
export const LIMIT = 5000;
export const MOST_CLASSES = 6;
const STEPS = 4095; // of a coordinate
const VALUES = 254; // of a value between −1 and 1

/** xy: x0, y0, x1, y1, …; labels: a class each, or a value from −1 to 1. @typedef {{xy: number[], labels: number[]}} Own */

/** @param {string} text @param {boolean} numbers whether the labels are values @returns {Own} */
export function decode(text, numbers) {
  /** @type {Own} */
  const own = { xy: [], labels: [] };
  const bytes = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  for (let i = 0; i + 3 < bytes.length; i += 4) {
    const [a, b, c, label] = [0, 1, 2, 3].map((k) => bytes.charCodeAt(i + k));
    own.xy.push(coordinate((a << 4) | (b >> 4)), coordinate(((b & 15) << 8) | c));
    own.labels.push(numbers ? Math.min(1, (2 * label) / VALUES - 1) : label);
  }
  return own;
}

/** @param {Own} own @param {boolean} numbers */
export function encode({ xy, labels }, numbers) {
  let bytes = "";
  for (let i = 0; i < labels.length; i++) {
    const [x, y] = [steps(xy[2 * i]), steps(xy[2 * i + 1])];
    const label = numbers ? Math.round(((Math.max(-1, Math.min(1, labels[i])) + 1) / 2) * VALUES) : labels[i];
    bytes += String.fromCharCode(x >> 4, ((x & 15) << 4) | (y >> 8), y & 255, label);
  }
  return btoa(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {number} step */
const coordinate = (step) => (2 * REACH * step) / STEPS - REACH;

/** @param {number} value */
const steps = (value) => Math.round(((Math.max(-REACH, Math.min(REACH, value)) + REACH) / (2 * REACH)) * STEPS);

/**
 * The points without those within a distance of a place.
 * @param {Own} own @param {number} x @param {number} y @param {number} radius
 * @returns {Own}
 */
export function erased(own, x, y, radius) {
  /** @type {Own} */
  const rest = { xy: [], labels: [] };
  own.labels.forEach((label, i) => {
    if (Math.hypot(own.xy[2 * i] - x, own.xy[2 * i + 1] - y) <= radius) return;
    rest.xy.push(own.xy[2 * i], own.xy[2 * i + 1]);
    rest.labels.push(label);
  });
  return rest.labels.length === own.labels.length ? own : rest;
}

/**
 * The points and more of them, as many as still fit.
 * @param {Own} own @param {number[]} xy @param {number} label
 * @returns {Own}
 */
export function added(own, xy, label) {
  const room = Math.max(0, LIMIT - own.labels.length);
  const more = xy.slice(0, 2 * room);
  if (!more.length) return own;
  return { xy: [...own.xy, ...more], labels: [...own.labels, ...Array.from({ length: more.length / 2 }, () => label)] };
}

/**
 * Places that a brush leaves on its way: one where it is small, else some in its disc.
 * @param {number} x @param {number} y
 * @param {number} radius
 * @returns {number[]}
 */
export function sprayed(x, y, radius) {
  if (radius <= 0.06) return inside(x, y) ? [x, y] : [];
  const count = Math.max(2, Math.round(radius * 8));
  /** @type {number[]} */
  const xy = [];
  for (let i = 0; i < count; i++) {
    const [far, angle] = [radius * Math.sqrt(Math.random()), 2 * Math.PI * Math.random()]; // evenly over the disc
    const place = [x + far * Math.cos(angle), y + far * Math.sin(angle)];
    if (inside(place[0], place[1])) xy.push(...place);
  }
  return xy;
}

/** @param {number} x @param {number} y */
export function inside(x, y) {
  return Math.abs(x) <= REACH && Math.abs(y) <= REACH;
}

/** Which labels there are, and how many of each class. @param {Own} own */
export function counts(own) {
  const found = Array.from({ length: MOST_CLASSES }, () => 0);
  for (const label of own.labels) found[label] = (found[label] ?? 0) + 1;
  return found;
}
