// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyCurve, extended, lastOf, MAX_POINTS, smoothed, until } from "../../../../assets/shared/run/curve.js";

test("a column that begins late has gaps before", () => {
  const curve = extended(extended(emptyCurve(), [1, 2], { loss: [3, 2] }), [3], { loss: [1], penalty: [0.5] });
  assert.deepEqual([...curve.x], [1, 2, 3]);
  assert.deepEqual([...curve.values.loss], [3, 2, 1]);
  assert.deepEqual([...curve.values.penalty], [NaN, NaN, 0.5]);
});

test("the stride doubles when there are too many points, and what is kept is divisible by it", () => {
  const x = Array.from({ length: 2 * MAX_POINTS + 2 }, (_, i) => i + 1);
  const curve = extended(emptyCurve(), x, { loss: x });
  assert.equal(curve.stride, 4);
  assert.ok(curve.x.length <= MAX_POINTS && curve.x.every((at) => at % 4 === 0));
  assert.deepEqual([...curve.values.loss], [...curve.x]);
});

test("what lies after a step is let go", () => {
  const curve = until(extended(emptyCurve(), [1, 2, 3], { loss: [3, 2, 1] }), 2);
  assert.deepEqual([[...curve.x], [...curve.values.loss]], [[1, 2], [3, 2]]);
});

test("smoothing begins at the first value and leaves gaps alone", () => {
  assert.deepEqual([...smoothed(Float32Array.of(4, NaN, 8), 0.5)].map((value) => Math.round(1e5 * value) / 1e5), [4, NaN, 6.66667]);
  assert.deepEqual([...smoothed(Float32Array.of(4, 8), 0)], [4, 8]);
});

test("the last number of a column is the last that is one", () => {
  assert.equal(lastOf([1, 2, NaN]), 2);
  assert.equal(lastOf([NaN]), undefined);
});
