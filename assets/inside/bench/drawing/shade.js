// @ts-check
/** The colour of one value, as `raster.js` paints it, and an ink that can be read on it. */

import { palette } from "../../../shared/drawing/raster.js";

/**
 * @param {number} value
 * @param {{low: number, high: number, colours: "grey" | "diverging" | "sequence"}} tones
 * @param {boolean} dark
 * @returns {{paper: string, ink: string}}
 */
export function shade(value, { low, high, colours }, dark) {
  const table = palette(colours, dark);
  const last = table.length - 1;
  const at = Math.min(last, Math.max(0, Math.round(((value - low) / (high - low || 1)) * last)));
  const [r, g, b] = [table[at] & 255, (table[at] >> 8) & 255, (table[at] >> 16) & 255];
  return { paper: `rgb(${r}, ${g}, ${b})`, ink: 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#111" : "#fff" };
}

/** The largest absolute value as the ends of a diverging palette. @param {number[]} values */
export function symmetric(values) {
  const reach = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return { low: -reach, high: reach, colours: /** @type {"diverging"} */ ("diverging") };
}
