// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { dots, expected, ORDER } from "../../../../assets/mistakes/score/population.js";

test("whole people and dots always add up", () => {
  for (const n of [1, 7, 999, 10000, 123457]) {
    for (const prevalence of [0, 0.001, 0.333, 1]) {
      for (const sensitivity of [0, 0.667, 1]) {
        const four = expected({ n, prevalence, sensitivity, specificity: 0.95 });
        const shared = dots(four);
        assert.equal(ORDER.reduce((sum, name) => sum + four[name], 0), n);
        assert.equal(ORDER.reduce((sum, name) => sum + shared[name], 0), 100);
        assert.ok(Math.min(...Object.values(four)) >= 0);
      }
    }
  }
});
