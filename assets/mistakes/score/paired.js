// @ts-check
/** Two networks on the same examples: who is right where, and whether the difference is more than chance. Pure functions. */

/** A run's answers as the view `answers` gives them. @typedef {{pool: string, places: Int32Array, truth: Int32Array, labels: Int32Array, confidence: Float32Array}} Answers */
/** The cells of the table. @typedef {"both" | "fixed" | "broken" | "neither"} Cell */
/**
 * left, right: number of the example in the answers of this run and of the other.
 * @typedef {{left: number, right: number}} Pair
 */

/**
 * The examples that both runs have, by what became of them from the other run to this one.
 * @param {Answers} mine
 * @param {Answers} other
 * @returns {{cells: Record<Cell, Pair[]>, common: number, relabelled: number, agreed: number}} relabelled: the runs hold different classes for true; left out. agreed: same answer
 */
export function paired(mine, other) {
  /** @type {Record<Cell, Pair[]>} */
  const cells = { both: [], fixed: [], broken: [], neither: [] };
  let [relabelled, agreed, common] = [0, 0, 0];
  if (mine.pool !== other.pool) return { cells, common, relabelled, agreed };
  const where = new Map(Array.from(other.places, (place, i) => [place, i]));
  mine.places.forEach((place, left) => {
    const right = where.get(place);
    if (right === undefined) return;
    if (mine.truth[left] !== other.truth[right]) return void relabelled++;
    common++;
    if (mine.labels[left] === other.labels[right]) agreed++;
    const [isRight, wasRight] = [mine.labels[left] === mine.truth[left], other.labels[right] === other.truth[right]];
    cells[isRight ? (wasRight ? "both" : "fixed") : wasRight ? "broken" : "neither"].push({ left, right });
  });
  return { cells, common, relabelled, agreed };
}

/**
 * How often a split of the changed examples at least this uneven happens when either way is equally likely: McNemar's exact test, two-sided
 * (McNemar 1947; the binomial with p = ½).
 * @param {number} fixed
 * @param {number} broken
 */
export function mcnemar(fixed, broken) {
  const n = fixed + broken;
  const fewer = Math.min(fixed, broken);
  if (fixed === broken) return 1;
  let term = -n * Math.LN2; // ln of C(n, k) / 2ⁿ, from k = 0 on
  let largest = -Infinity;
  const terms = [];
  for (let k = 0; k <= fewer; k++) {
    terms.push(term);
    largest = Math.max(largest, term);
    term += Math.log(n - k) - Math.log(k + 1);
  }
  const sum = terms.reduce((total, value) => total + Math.exp(value - largest), 0);
  return Math.min(1, 2 * Math.exp(largest) * sum);
}
