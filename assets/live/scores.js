// @ts-check
/** What a confusion matrix says about each class. Pure arithmetic; rows are true classes, columns predictions. */

/** @typedef {{name: string, precision: number, recall: number, f1: number, support: number, right: number, called: number}} Score */

/**
 * Precision is 0 for a class that was never predicted, recall 0 for one that does not occur, as scikit-learn has it.
 * @param {ArrayLike<number>} matrix n × n, row by row
 * @param {string[]} classes n names
 * @returns {Score[]}
 */
export function scores(matrix, classes) {
  const n = classes.length;
  return classes.map((name, k) => {
    let support = 0;
    let called = 0;
    for (let i = 0; i < n; i++) {
      support += matrix[k * n + i];
      called += matrix[i * n + k];
    }
    const right = matrix[k * n + k];
    const precision = called ? right / called : 0;
    const recall = support ? right / support : 0;
    const f1 = support + called ? (2 * right) / (support + called) : 0;
    return { name, precision, recall, f1, support, right, called };
  });
}

/** @param {ArrayLike<number>} matrix */
export function total(matrix) {
  let sum = 0;
  for (let i = 0; i < matrix.length; i++) sum += matrix[i];
  return sum;
}

/** Share of the examples on the diagonal. @param {ArrayLike<number>} matrix @param {number} n */
export function accuracy(matrix, n) {
  let right = 0;
  for (let k = 0; k < n; k++) right += matrix[k * n + k];
  return right / (total(matrix) || 1);
}
