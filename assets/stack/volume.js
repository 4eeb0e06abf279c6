// @ts-check
/** A small drawing of a layer's output, to the scale of the whole network: a box for maps, a bar for values. */

const WIDTH = 58;
const HEIGHT = 44;

/** @typedef {{side: number, depth: number, length: number}} Scale */

/** The largest of everything drawn, so that all drawings share one scale. @param {(number[] | null)[]} shapes @returns {Scale} */
export function scaleOf(shapes) {
  const known = /** @type {number[][]} */ (shapes.filter(Boolean));
  const maps = known.filter((shape) => shape.length > 1);
  return {
    side: Math.max(1, ...maps.flatMap((shape) => shape.slice(0, -1))),
    depth: Math.max(1, ...maps.map((shape) => shape[shape.length - 1])),
    length: Math.max(1, ...known.filter((shape) => shape.length === 1).map((shape) => shape[0])),
  };
}

/** SVG text in the current colour. Height and width of the box grow with the square root of the map's sides, its depth with the logarithm of the channels;
 * a bar's length with the logarithm of the number of values.
 * @param {number[] | null} shape @param {Scale} scale */
export function volume(shape, scale) {
  if (!shape) return frame(`<text x="${WIDTH / 2}" y="${HEIGHT / 2 + 4}" text-anchor="middle" class="nps-unknown">?</text>`);
  return frame(shape.length === 1 ? bar(shape[0], scale) : box(shape, scale));
}

/** @param {string} content */
const frame = (content) => `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true">${content}</svg>`;

/** @param {number} length @param {Scale} scale */
function bar(length, scale) {
  const width = Math.max(3, (WIDTH - 6) * share(Math.log2(length + 1), Math.log2(scale.length + 1)));
  const x = (WIDTH - width) / 2;
  const cells = Math.min(length, Math.floor(width / 4));
  const lines = Array.from({ length: Math.max(0, cells - 1) }, (_, i) => {
    const at = (x + (width * (i + 1)) / cells).toFixed(1);
    return `M${at} ${HEIGHT / 2 - 5}v10`;
  }).join("");
  return `<rect x="${x.toFixed(1)}" y="${HEIGHT / 2 - 5}" width="${width.toFixed(1)}" height="10" rx="1.5" fill="currentColor" fill-opacity=".32" stroke="currentColor"/>
    <path d="${lines}" stroke="currentColor" stroke-opacity=".55" stroke-width=".8"/>`;
}

/** @param {number[]} shape @param {Scale} scale */
function box(shape, scale) {
  const channels = shape[shape.length - 1];
  const [high, wide] = shape.length === 2 ? [shape[0], 1] : [shape[shape.length - 3], shape[shape.length - 2]];
  const front = 27;
  const h = Math.max(4, front * Math.sqrt(share(high, scale.side)));
  const w = Math.max(4, front * Math.sqrt(share(wide, scale.side)));
  const d = 2 + 26 * share(Math.log2(channels + 1), Math.max(5, Math.log2(scale.depth + 1)));
  const [dx, dy] = [d * 0.86, d * 0.5];
  const x = (WIDTH - w - dx) / 2;
  const y = (HEIGHT - h + dy) / 2;
  const n = (/** @type {number} */ value) => value.toFixed(1);
  return `<g stroke="currentColor" stroke-linejoin="round" fill="currentColor">
    <path d="M${n(x)} ${n(y)}l${n(dx)} ${n(-dy)}h${n(w)}l${n(-dx)} ${n(dy)}z" fill-opacity=".16"/>
    <path d="M${n(x + w)} ${n(y)}l${n(dx)} ${n(-dy)}v${n(h)}l${n(-dx)} ${n(dy)}z" fill-opacity=".52"/>
    <path d="M${n(x)} ${n(y)}h${n(w)}v${n(h)}h${n(-w)}z" fill-opacity=".32"/></g>`;
}

/** @param {number} part @param {number} whole */
const share = (part, whole) => Math.min(1, part / Math.max(whole, 1e-9));
