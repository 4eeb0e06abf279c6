// @ts-check
/** Which colours a feature map gets: between which values, and whether they run about zero. Knows nothing of the page. */

/** @typedef {"map" | "layer" | "network"} Scale */
/** @typedef {import("../../shared/drawing/raster.js").Colours} Colours */
/** @typedef {{low: number, high: number, colours: Colours}} Tones */
/** @typedef {import("../answers.d.ts").LayerMaps} LayerMaps */

/**
 * Colours of one channel, or of all channels of the layer where none is given. Layers with negative values run about zero, so that
 * a sign shows; the others from their smallest value, or from 0 where maps are compared.
 * @param {LayerMaps} layer
 * @param {{scale: Scale, network: number[], channel?: number}} options channel: its place among those of the answer
 * @returns {Tones}
 */
export function tonesOf(layer, { scale, network, channel }) {
  const low = least(layer.low);
  const high = most(layer.high);
  if (layer.kind === "InputLayer" && layer.form === "maps") return { low: Math.min(0, low), high: Math.max(1, high), colours: "grey" };
  const colours = low < 0 ? "diverging" : "sequence";
  if (scale === "map" && channel !== undefined) return { low: layer.low[channel], high: layer.high[channel], colours };
  if (scale === "network") return { low: colours === "diverging" ? network[0] : 0, high: network[1], colours };
  return { low: colours === "diverging" ? low : 0, high, colours };
}

/**
 * Whether a map of the layer has one value everywhere, which is painted as a hatching: only where maps do not share their colours with others.
 * @param {LayerMaps} layer
 * @param {{scale: Scale, network: number[], single: boolean}} options single: every channel is a picture, not all together one
 */
export function isHatched(layer, { scale, network, single }) {
  const places = single ? Array.from(layer.low, (_, place) => place) : [undefined];
  return places.some((channel) => {
    const { low, high } = tonesOf(layer, { scale, network, channel });
    return Number.isFinite(low) && low >= high;
  });
}

/**
 * One channel as a raster; NaN pads a vector that does not fill its last row.
 * @param {LayerMaps} layer
 * @param {number} channel its place among those of the answer
 * @param {Tones} tones
 * @returns {import("../../shared/drawing/raster.js").Raster}
 */
export function rasterOf(layer, channel, tones) {
  const [, rows = 1, columns = layer.maps.shape?.[1] ?? 1] = layer.form === "maps" ? layer.maps.shape : [0, 1, layer.maps.shape?.[1]];
  const size = rows * columns;
  return { values: layer.maps.subarray(channel * size, (channel + 1) * size), height: rows, width: columns, ...tones };
}

/**
 * All values of a vector as rows of at most `width`, or all channels of a sequence one below the other.
 * @param {LayerMaps} layer
 * @param {Tones} tones
 * @param {number} [width]
 * @returns {import("../../shared/drawing/raster.js").Raster}
 */
export function wholeRaster(layer, tones, width = 128) {
  if (layer.form === "sequence") {
    const [height, steps] = layer.maps.shape;
    return { values: layer.maps, height, width: steps, ...tones };
  }
  const columns = Math.min(width, layer.maps.length);
  const rows = Math.ceil(layer.maps.length / columns);
  if (rows * columns === layer.maps.length) return { values: layer.maps, height: rows, width: columns, ...tones };
  const values = new Float32Array(rows * columns).fill(NaN);
  values.set(layer.maps);
  return { values, height: rows, width: columns, ...tones };
}

/** A colour picture, the network's input, as it looks. @param {LayerMaps} layer @returns {import("../../shared/drawing/raster.js").Raster} */
export function colourRaster(layer) {
  const [channels, height, width] = layer.maps.shape;
  const size = height * width;
  const values = new Float32Array(channels * size);
  for (let i = 0; i < size; i++) for (let channel = 0; channel < channels; channel++) values[channels * i + channel] = layer.maps[channel * size + i];
  return { values, height, width, channels, low: 0, high: 1 };
}

/** @param {ArrayLike<number>} values */
export function least(values) {
  return Array.from(values).reduce((a, b) => Math.min(a, b), Infinity);
}

/** @param {ArrayLike<number>} values */
export function most(values) {
  return Array.from(values).reduce((a, b) => Math.max(a, b), -Infinity);
}

/** 26 × 26 × 8 @param {number[]} shape */
export function sizes(shape) {
  return shape.length ? shape.join(" × ") : "one value";
}
