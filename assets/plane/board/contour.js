// @ts-check
/** Lines of equal value through a raster: marching squares (Lorensen and Cline, 1987, in the plane). Pure. */

/** Which sides of a square a line joins, by which corners lie above: sides 0 top, 1 right, 2 bottom, 3 left. */
const JOINED = [[], [3, 0], [0, 1], [3, 1], [1, 2], [3, 0, 1, 2], [0, 2], [3, 2], [2, 3], [2, 0], [0, 1, 2, 3], [2, 1], [1, 3], [1, 0], [0, 3], []];

/**
 * Pieces of the line on which `field` is `level`: x0, y0, x1, y1 of each, in shares of the raster's width, whose corners are values.
 * @param {ArrayLike<number>} field (side²), row by row
 * @param {number} side
 * @param {number} [level]
 * @returns {Float32Array}
 */
export function contour(field, side, level = 0) {
  /** @type {number[]} */
  const pieces = [];
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const at = row * side + column;
      const a = field[at] - level;
      const b = field[at + 1] - level;
      const c = field[at + side + 1] - level;
      const d = field[at + side] - level;
      const above = (a > 0 ? 1 : 0) | (b > 0 ? 2 : 0) | (c > 0 ? 4 : 0) | (d > 0 ? 8 : 0);
      if (above === 0 || above === 15) continue; // as nearly all of them
      for (const joined of JOINED[above]) {
        const [x, y] = joined === 0 ? [a / (a - b), 0] : joined === 1 ? [1, b / (b - c)] : joined === 2 ? [d / (d - c), 1] : [0, a / (a - d)];
        pieces.push((column + x) / (side - 1), (row + y) / (side - 1));
      }
    }
  }
  return Float32Array.from(pieces);
}

/** The pieces as a path on a canvas `size` pixels wide. @param {Float32Array} pieces @param {number} size */
export function pathOf(pieces, size) {
  const path = new Path2D();
  for (let i = 0; i < pieces.length; i += 4) {
    path.moveTo(pieces[i] * size, pieces[i + 1] * size);
    path.lineTo(pieces[i + 2] * size, pieces[i + 3] * size);
  }
  return path;
}
