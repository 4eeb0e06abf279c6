// @ts-check
/** The kernels to choose from, as they are laid on the picture in cross-correlation. Those of the edges and the shift are the notes' own. */

/** @typedef {import("./arithmetic.js").Kernel} Kernel */
/** @typedef {{height: number, width: number, sigma: number}} Size sigma in cells, for the Gaussian */
/**
 * does: what it does to a picture in cross-correlation. signed: its results have both signs. sized: it can be made in any size.
 * @typedef {{title: string, does: string, signed?: boolean, sized?: boolean, make: (size: Size) => number[], size?: [number, number]}} Preset
 */

const fixed = (/** @type {number[][]} */ rows) => ({ make: () => rows.flat(), size: /** @type {[number, number]} */ ([rows.length, rows[0].length]) });

/** @type {Record<string, Preset>} */
export const PLANE_KERNELS = {
  identity: { title: "Identity", does: "leaves every value as it is", sized: true, make: (size) => single(size, 0, 0) },
  right: { title: "Shift right", does: "moves the picture one cell to the right: each cell takes its left neighbour", sized: true, make: (size) => single(size, 0, -1) },
  left: { title: "Shift left", does: "moves the picture one cell to the left: each cell takes its right neighbour", sized: true, make: (size) => single(size, 0, 1) },
  down: { title: "Shift down", does: "moves the picture one cell down: each cell takes the one above", sized: true, make: (size) => single(size, -1, 0) },
  up: { title: "Shift up", does: "moves the picture one cell up: each cell takes the one below", sized: true, make: (size) => single(size, 1, 0) },
  box: { title: "Box blur", does: "takes the mean of the window: noise and fine detail go", sized: true, make: box },
  gaussian: { title: "Gaussian blur", does: "takes a mean in which near cells count more; a larger σ blurs further", sized: true, make: gaussian },
  sharpen: { title: "Sharpen", does: "doubles the picture and takes the blurred one away: edges stand out", sized: true, make: (size) => combine(single(size, 0, 0), box(size)) },
  crisp: { title: "Sharpen, strong", does: "adds the difference to the four neighbours", ...fixed([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]) },
  emboss: { title: "Emboss", does: "lights the picture from one corner, as if it were raised", ...fixed([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]) },
  prewittX: { title: "Prewitt, vertical", does: "finds vertical edges: left neighbours minus right ones, not 0 where brightness changes from left to right", signed: true, ...fixed([[1, 0, -1], [1, 0, -1], [1, 0, -1]]) },
  prewittY: { title: "Prewitt, horizontal", does: "finds horizontal edges: upper neighbours minus lower ones, not 0 where brightness changes from top to bottom", signed: true, ...fixed([[1, 1, 1], [0, 0, 0], [-1, -1, -1]]) },
  sobelX: { title: "Sobel, vertical", does: "like Prewitt's, the middle row counts twice", signed: true, ...fixed([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) },
  sobelY: { title: "Sobel, horizontal", does: "like Prewitt's, the middle column counts twice", signed: true, ...fixed([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]) },
  laplacian: { title: "Laplacian", does: "finds edges in all directions: the four neighbours minus four times the middle, 0 on even areas and slopes", signed: true, ...fixed([[0, 1, 0], [1, -4, 1], [0, 1, 0]]) },
};

/** @type {Record<string, Preset>} for signals */
export const LINE_KERNELS = {
  identity: PLANE_KERNELS.identity,
  right: { ...PLANE_KERNELS.right, does: "moves the signal one place to the right" },
  left: { ...PLANE_KERNELS.left, does: "moves the signal one place to the left" },
  box: { title: "Moving average", does: "takes the mean of the window: the signal becomes smoother", sized: true, make: box },
  gaussian: { ...PLANE_KERNELS.gaussian, title: "Gaussian" },
  step: { title: "Difference", does: "each value minus the one before: where the signal rises the result is positive", signed: true, ...fixed([[-1, 1]]) },
  central: { title: "Central difference", does: "half of what the signal gains over two places: its slope", signed: true, ...fixed([[-0.5, 0, 0.5]]) },
  second: { title: "Second difference", does: "the neighbours minus twice the value: 0 on straight lines", signed: true, ...fixed([[1, -2, 1]]) },
};

/**
 * A preset as numbers.
 * @param {Preset} preset
 * @param {Size} size taken where the preset can be made in any size
 * @returns {Kernel}
 */
export function kernelOf(preset, size) {
  const [height, width] = preset.size ?? [size.height, size.width];
  return { height, width, values: preset.make({ ...size, height, width }) };
}

/**
 * The kernel in another size: what fits stays where it is about the middle, new places are 0.
 * @param {Kernel} kernel
 * @param {number} height
 * @param {number} width
 * @returns {Kernel}
 */
export function resized(kernel, height, width) {
  const up = middle(kernel.height) - middle(height);
  const left = middle(kernel.width) - middle(width);
  const values = Array.from({ length: height * width }, (_, at) => {
    const row = Math.floor(at / width) + up;
    const column = (at % width) + left;
    const inside = row >= 0 && row < kernel.height && column >= 0 && column < kernel.width;
    return inside ? kernel.values[row * kernel.width + column] : 0;
  });
  return { height, width, values };
}

/**
 * The kernel divided by its sum, so that even areas keep their brightness; where the sum is 0, by the sum of the absolute values.
 * @param {Kernel} kernel
 * @returns {Kernel}
 */
export function normalised(kernel) {
  const add = (/** @type {(value: number) => number} */ of) => kernel.values.reduce((total, value) => total + of(value), 0);
  const sum = add((value) => value);
  const by = Math.abs(sum) > 1e-9 ? sum : add(Math.abs) || 1;
  return { ...kernel, values: kernel.values.map((value) => value / by) };
}

/** Whether turning it by half a turn changes nothing. @param {Kernel} kernel */
export function isSymmetric({ values }) {
  return values.every((value, at) => Math.abs(value - values[values.length - 1 - at]) < 1e-12);
}

/** The place that counts as the middle; of an even number the one before, as in "same" padding. @param {number} n */
const middle = (n) => Math.floor((n - 1) / 2);

/** 1 at so many cells from the middle, kept inside. @param {Size} size @param {number} down @param {number} across @returns {number[]} */
function single({ height, width }, down, across) {
  const inside = (/** @type {number} */ at, /** @type {number} */ n) => Math.min(n - 1, Math.max(0, at));
  const one = inside(middle(height) + down, height) * width + inside(middle(width) + across, width);
  return Array.from({ length: height * width }, (_, at) => Number(at === one));
}

/** @param {Size} size */
function box({ height, width }) {
  return Array.from({ length: height * width }, () => 1 / (height * width));
}

/** exp(-r² / 2 σ²), divided by the sum. @param {Size} size */
function gaussian({ height, width, sigma }) {
  const values = Array.from({ length: height * width }, (_, at) => {
    const y = Math.floor(at / width) - (height - 1) / 2;
    const x = (at % width) - (width - 1) / 2;
    return Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
  });
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}

/** 2 a - b @param {number[]} a @param {number[]} b */
const combine = (a, b) => a.map((value, at) => 2 * value - b[at]);
