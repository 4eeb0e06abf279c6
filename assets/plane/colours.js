// @ts-check
/** The colours of numbers on the plane, the same on the board, its points and in the network: blue below 0, orange above, the page's ground between. */

/** Values from −1 to 1 as blue, ground, orange. `playground/engine/plane/snapshot.py` has the light ones too. */
const LIGHT = ["#0c6db3", "#f7f6f3", "#e57f0f"];
const DARK = ["#429fe4", "#171b24", "#ef9932"];

/** @type {Map<string, Uint32Array>} */
const tables = new Map();

/** @param {string} colour "#rrggbb" or "rgb(r, g, b)" @returns {number[]} red, green, blue */
export function channels(colour) {
  if (colour.startsWith("#")) return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return (colour.match(/[\d.]+/g) ?? ["128", "128", "128"]).slice(0, 3).map(Number);
}

/**
 * A table of 256 pixels from one colour by way of another to a third.
 * @param {string} low @param {string} middle @param {string} high
 */
export function ramp(low, middle, high) {
  const key = `${low} ${middle} ${high}`;
  let table = tables.get(key);
  if (!table) {
    const bytes = new Uint8ClampedArray(4 * 256);
    const [a, b, c] = [channels(low), channels(middle), channels(high)];
    for (let i = 0; i < 256; i++) {
      const t = i / 127.5 - 1;
      const [end, share] = t < 0 ? [a, -t] : [c, t];
      bytes.set([...b.map((value, k) => value + (end[k] - value) * share), 255], 4 * i);
    }
    table = new Uint32Array(bytes.buffer);
    tables.set(key, table);
  }
  return table;
}

/** The colours of below 0, 0 and above 0. @param {boolean} dark */
export function ends(dark) {
  return dark ? DARK : LIGHT;
}

/** Values from below 0 (blue) to above 0 (orange). @param {boolean} dark */
export function diverging(dark) {
  const [low, middle, high] = ends(dark);
  return ramp(low, middle, high);
}

/** The colour of one value. @param {number} value −1 to 1, beyond as at the end, NaN as 0 @param {boolean} dark */
export function numberColour(value, dark) {
  return css(diverging(dark)[Math.round(127.5 * (Math.max(-1, Math.min(1, value || 0)) + 1))]);
}

/** A table of colours as a gradient of CSS, for colour bars. @param {Uint32Array} table */
export function gradient(table) {
  return `linear-gradient(to right, ${[0, 32, 64, 96, 128, 160, 192, 224, 255].map((i) => css(table[i])).join(", ")})`;
}

/** @param {number} pixel in memory order */
function css(pixel) {
  return `rgb(${pixel & 255}, ${(pixel >> 8) & 255}, ${(pixel >> 16) & 255})`;
}
