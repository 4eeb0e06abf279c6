// @ts-check
/** Numbers, sizes and shapes as people read them. */

const GROUPED = new Intl.NumberFormat("en");

/** @param {number} n */
export const whole = (n) => GROUPED.format(n);

/** `1234567` → `1.23 M`; below ten thousand in full. @param {number} n */
export function short(n) {
  if (n < 1e4) return whole(n);
  const [unit, sign] = n < 1e6 ? [1e3, "k"] : n < 1e9 ? [1e6, "M"] : [1e9, "G"];
  return `${(n / unit).toPrecision(3)} ${sign}`;
}

/** @param {number} n bytes */
export function bytes(n) {
  if (n < 1000) return `${n} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(units.length, Math.floor(Math.log10(n) / 3));
  const value = n / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`;
}

/** `[28, 28, 16]` → `28 × 28 × 16`. @param {number[]} shape */
export const times = (shape) => shape.map(whole).join(" × ");

/** What a shape is called. @param {number[]} shape */
export const noun = (shape) => (shape.length === 1 ? (shape[0] === 1 ? "1 value" : `${whole(shape[0])} values`) : times(shape));

/** @param {number} n @param {string} one @param {string} many */
export const count = (n, one, many = `${one}s`) => `${whole(n)} ${n === 1 ? one : many}`;
