// @ts-check
/**
 * Arrays as pictures: one canvas pixel a value, made large by CSS. Palettes are computed here, in OKLab (Björn Ottosson, 2020), so that
 * equal steps look equal and lightness alone tells values apart: they can be read with any colour vision.
 */

import { element } from "../dom/element.js";

/** @typedef {"grey" | "sequence" | "diverging"} Colours */
/**
 * values: row by row, channels last. low, high: the values at the palette's ends, otherwise the smallest and largest (for uint8 0 and 255);
 * diverging is symmetric about 0. dark: for a dark page; otherwise as the nearest `data-dark` above the canvas says.
 * @typedef {{values: Float32Array | Uint8Array, height: number, width: number, channels?: number, low?: number, high?: number, colours?: Colours, dark?: boolean}} Raster
 */
/** What was painted: the values at the palette's ends, whether all values are one, how many are NaN or infinite. @typedef {{low: number, high: number, constant: boolean, broken: number}} Painted */

const STEPS = 256;
const HATCH = {
  broken: "repeating-linear-gradient(45deg, #cc79a7 0 3px, #3b1f30 3px 6px)",
  constant: "repeating-linear-gradient(45deg, #8a8f98 0 1px, transparent 1px 5px)",
};

/**
 * Palettes as functions from 0 … 1 to red, green and blue, 0 to 255. Grey is the picture's own: value for value.
 * @type {Record<Colours, (t: number, dark: boolean) => [number, number, number]>}
 */
export const COLOURS = {
  grey: (t) => [255 * t, 255 * t, 255 * t],
  sequence: (t) => rgb(0.16 + 0.79 * t, 0.13 * Math.sin(Math.PI * (0.18 + 0.72 * t)), 285 - 185 * t),
  diverging: (t, dark) => {
    const far = Math.abs(2 * t - 1);
    const lightness = dark ? 0.22 + 0.58 * far : 0.97 - 0.5 * far;
    return rgb(lightness, 0.155 * far ** 0.8, t < 0.5 ? 248 : 55);
  },
};

/** @type {Map<string, Uint32Array>} */
const tables = new Map();

/**
 * The palette as STEPS pixels (RGBA in memory order).
 * @param {Colours} colours
 * @param {boolean} dark
 */
export function palette(colours, dark) {
  const key = `${colours} ${dark}`;
  let table = tables.get(key);
  if (!table) {
    const bytes = new Uint8ClampedArray(4 * STEPS);
    for (let i = 0; i < STEPS; i++) bytes.set([...COLOURS[colours](i / (STEPS - 1), dark), 255], 4 * i);
    table = new Uint32Array(bytes.buffer);
    tables.set(key, table);
  }
  return table;
}

/**
 * Draws the raster into the canvas and gives it one pixel a value. NaN and infinities are left open, so that a hatching behind shows;
 * a raster without any contrast of its own is hatched too, unless the ends of the palette were given.
 * @param {HTMLCanvasElement} canvas
 * @param {Raster} raster
 * @returns {Painted}
 */
export function paint(canvas, raster) {
  const { values, height, width, channels = 1, colours = "grey" } = raster;
  const { low, high, broken } = range(raster);
  const constant = broken < values.length && !(high > low);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (context && height * width > 0) {
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    if (channels === 1) single(pixels, values, low, high, palette(colours, raster.dark ?? isDark(canvas)), constant);
    else coloured(image.data, values, channels, low, high, constant);
    context.putImageData(image, 0, 0);
  }
  canvas.style.imageRendering = "pixelated";
  canvas.style.backgroundImage = broken ? HATCH.broken : constant ? HATCH.constant : "";
  return { low, high, constant, broken };
}

/**
 * The values at the palette's ends and how many values are not finite. Equal ends mean: no contrast.
 * @param {Raster} raster
 */
export function range({ values, low, high, colours }) {
  let [least, most, broken] = [Infinity, -Infinity, 0];
  if (values instanceof Uint8Array && low === undefined && high === undefined) return { low: 0, high: 255, broken };
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value - value !== 0) broken++; // NaN or infinite
    else {
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  if (least > most) [least, most] = [0, 0];
  [least, most] = [low ?? least, high ?? most];
  if (colours !== "diverging") return { low: least, high: most, broken };
  const reach = Math.max(Math.abs(least), Math.abs(most));
  const flat = low === undefined && high === undefined && least === most;
  return flat ? { low: least, high: most, broken } : { low: -reach, high: reach, broken };
}

/** @param {Uint32Array} pixels @param {Float32Array | Uint8Array} values @param {number} low @param {number} high @param {Uint32Array} table @param {boolean} constant */
function single(pixels, values, low, high, table, constant) {
  const middle = table[STEPS / 2] & 0x80ffffff; // half open: the hatching shows through
  const scale = (STEPS - 1) / (high - low);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value - value !== 0) continue;
    pixels[i] = constant ? middle : table[Math.min(STEPS - 1, Math.max(0, Math.round((value - low) * scale)))];
  }
}

/** @param {Uint8ClampedArray} bytes @param {Float32Array | Uint8Array} values @param {number} channels @param {number} low @param {number} high @param {boolean} constant */
function coloured(bytes, values, channels, low, high, constant) {
  const scale = constant ? 0 : 255 / (high - low);
  const offset = constant ? 128 : 0;
  for (let pixel = 0; pixel * channels < values.length; pixel++) {
    const from = pixel * channels;
    const to = pixel * 4;
    const [r, g, b] = [values[from], values[from + 1], values[from + 2]];
    if (r + g + b - (r + g + b) !== 0) continue;
    bytes[to] = offset + (r - low) * scale;
    bytes[to + 1] = offset + (g - low) * scale;
    bytes[to + 2] = offset + (b - low) * scale;
    bytes[to + 3] = constant ? 128 : 255;
  }
}

/**
 * A picture as an element of its own.
 * @param {Raster} raster
 * @param {string} label what it shows, for those who do not see it
 * @returns {HTMLCanvasElement}
 */
export function picture(raster, label) {
  const canvas = element("canvas", { role: "img", "aria-label": label });
  paint(canvas, raster);
  return canvas;
}

/**
 * The palette as a strip with the numbers at its ends, and 0 in the middle of a diverging one.
 * @param {Colours} colours
 * @param {number} low
 * @param {number} high
 * @param {{dark?: boolean, broken?: boolean, constant?: boolean}} [options] broken: say what hatching means
 * @returns {HTMLElement}
 */
export function legend(colours, low, high, { dark = false, broken = false, constant = false } = {}) {
  const box = "display:inline-flex;align-items:center;gap:0.45em;font-size:0.8125rem;font-variant-numeric:tabular-nums;white-space:nowrap;";
  if (constant) return element("span", { style: box, class: "np-legend-scale" }, swatch(HATCH.constant), `${short(low)} everywhere`);
  const reach = Math.max(Math.abs(low), Math.abs(high));
  const [left, right] = colours === "diverging" ? [-reach, reach] : [low, high];
  const strip = element("canvas", { "aria-hidden": "true", style: "width:7rem;height:0.7rem;border-radius:2px;outline:1px solid color-mix(in srgb, currentColor 25%, transparent);" });
  const ramp = Float32Array.from({ length: STEPS }, (_, i) => i - (STEPS - 1) / 2);
  paint(strip, { values: ramp, height: 1, width: STEPS, colours, dark });
  const label = `colours from ${short(left)} to ${short(right)}`;
  return element("span", { style: box, class: "np-legend-scale", role: "img", "aria-label": label }, short(left), strip, short(right),
    broken && element("span", { style: box }, swatch(HATCH.broken), "NaN or infinite"));
}

/** @param {string} hatching */
function swatch(hatching) {
  return element("span", { "aria-hidden": "true", style: `width:1.6em;height:0.8em;border-radius:2px;background:${hatching};outline:1px solid color-mix(in srgb, currentColor 25%, transparent);` });
}

/** Three significant digits: 0.0123, −1.5, 12,300, 2.1e-7. @param {number} value */
export function short(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 0.0005 || size >= 1e6) ? value.toExponential(1) : Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 6 });
  return text.replace(/^-/, "−");
}

/** @param {Element} node */
function isDark(node) {
  return /** @type {HTMLElement | null} */ (node.closest("[data-dark]"))?.dataset.dark === "true";
}

/**
 * OKLCH as sRGB bytes; a colour that screens cannot show loses chroma until they can.
 * @param {number} lightness
 * @param {number} chroma
 * @param {number} hue degrees
 * @returns {[number, number, number]}
 */
function rgb(lightness, chroma, hue) {
  const angle = (hue * Math.PI) / 180;
  for (let c = chroma; ; c = Math.max(0, c - 0.004)) {
    const linear = linearOf(lightness, c * Math.cos(angle), c * Math.sin(angle));
    if (c === 0 || linear.every((value) => value >= -0.0005 && value <= 1.0005)) {
      return /** @type {[number, number, number]} */ (linear.map((value) => 255 * gamma(Math.min(1, Math.max(0, value)))));
    }
  }
}

/** OKLab to linear sRGB. @param {number} lightness @param {number} a @param {number} b */
function linearOf(lightness, a, b) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** @param {number} value linear, 0 to 1 */
const gamma = (value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
