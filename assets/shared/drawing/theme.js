// @ts-check
/** Colours of the live view, read from Streamlit's CSS variables. Series colours are Okabe and Ito's, told apart by colour-blind eyes. */

/** @typedef {{dark: boolean, text: string, muted: string, background: string, grid: string, border: string, font: string,
 *   training: string, epoch: string, validation: string, penalty: string, best: string, compared: string[]}} Theme */

const LIGHT = { training: "#0072B2", epoch: "#004C77", validation: "#C44E00", penalty: "#9A4C7E", best: "#00785A" };
const DARK = { training: "#56B4E9", epoch: "#A6D8F5", validation: "#E69F00", penalty: "#D98BB8", best: "#2BC79A" };
const COMPARED_LIGHT = ["#00785A", "#9A4C7E", "#7A6A00", "#555555"];
const COMPARED_DARK = ["#2BC79A", "#D98BB8", "#F0E442", "#B8B8B8"];

/**
 * @param {Element} element within the themed part of the page
 * @returns {Theme}
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const get = (/** @type {string} */ name, /** @type {string} */ otherwise) => {
    const value = style.getPropertyValue(name).trim();
    return value && value !== "unset" ? value : otherwise;
  };
  const background = rgb(get("--st-background-color", "#ffffff"));
  const text = rgb(get("--st-text-color", "#262730"));
  const dark = luminance(background) < 0.4;
  return {
    dark,
    text: css(text),
    muted: css(mix(text, background, 0.72)),
    background: css(background),
    grid: css(mix(text, background, dark ? 0.16 : 0.11)),
    border: css(mix(text, background, 0.35)),
    font: get("--st-font", "sans-serif"),
    ...(dark ? DARK : LIGHT),
    compared: dark ? COMPARED_DARK : COMPARED_LIGHT,
  };
}

/**
 * A colour over the background, never so strong that the theme's own text colour could not be read on it.
 * @param {string} colour
 * @param {Theme} theme
 * @param {number} share 0 (the background) to 1
 */
export function tint(colour, theme, share) {
  return css(mix(rgb(colour), rgb(theme.background), share * (theme.dark ? 0.55 : 0.62)));
}

/** @type {Map<string, number[]>} */
const parsed = new Map();

/**
 * Any CSS colour as [red, green, blue], 0 to 255.
 * @param {string} colour
 */
function rgb(colour) {
  let found = parsed.get(colour);
  if (!found) {
    const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (!context) return [128, 128, 128];
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    found = [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    parsed.set(colour, found);
  }
  return found;
}

/** @param {number[]} a @param {number[]} b @param {number} share of a */
const mix = (a, b, share) => a.map((value, i) => Math.round(value * share + b[i] * (1 - share)));

/** @param {number[]} colour */
const css = (colour) => `rgb(${colour.join(", ")})`;

/** Relative luminance after WCAG 2. @param {number[]} colour */
function luminance(colour) {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
