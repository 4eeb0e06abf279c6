// @ts-check
/** Numbers as coloured cells: the palettes of raster.js as CSS colours, with a text colour that can be read on each. */

import { palette, short } from "../../shared/drawing/raster.js";

const STEPS = 256;

/**
 * @param {number} value
 * @param {number} reach the size at which the colour is strongest
 * @param {boolean} dark
 * @returns {{background: string, color: string}} of the diverging palette; nothing for NaN
 */
export function ink(value, reach, dark) {
  if (!Number.isFinite(value)) return { background: "transparent", color: "inherit" };
  const t = reach > 0 ? Math.max(0, Math.min(1, 0.5 + value / (2 * reach))) : 0.5;
  const pixel = palette("diverging", dark)[Math.round(t * (STEPS - 1))];
  const [r, g, b] = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const bright = 0.2126 * (r / 255) ** 2.2 + 0.7152 * (g / 255) ** 2.2 + 0.0722 * (b / 255) ** 2.2;
  return { background: `rgb(${r} ${g} ${b})`, color: bright > 0.3 ? "#111" : "#fff" };
}

/** The largest finite size. @param {ArrayLike<number>} values */
export function reachOf(values) {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]) > most && Number.isFinite(values[i])) most = Math.abs(values[i]);
  return most;
}

/** As the summand after others: "+ 0.5" or "− 0.5". @param {number} value */
export function plus(value) {
  return value < 0 ? `− ${short(-value)}` : `+ ${short(value)}`;
}
