// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { span, ticks } from "../../../../assets/plane/training/chart.js";

const PICTURE = /** @type {import("../../../../assets/plane/training/chart.js").Picture} */ (/** @type {unknown} */ ({ lines: [{ x: [1, 2, 3], y: [0.2, NaN, 0.8] }], log: false, percent: false }));

test("ticks are round numbers", () => {
  assert.deepEqual(ticks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
});

test("a linear axis begins at 0 and leaves room above, a logarithmic one holds what there is", () => {
  const [low, high] = span(PICTURE);
  assert.equal(low, 0);
  assert.ok(Math.abs(high - 0.84) < 1e-9);
  assert.deepEqual(span({ ...PICTURE, log: true }), [0.2, 0.8]);
});
