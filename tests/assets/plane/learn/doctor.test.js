// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { diagnose } from "../../../../assets/plane/learn/doctor.js";

/** @typedef {import("../../../../assets/plane/game/store.js").State} State */

/** What is found of two hidden units and two outputs with this range of each one's map. @param {number[]} lows @param {number[]} highs */
function found(lows, highs) {
  const layers = [{ name: "h", units: 2, first: 0 }, { name: "output", units: 2, first: 2 }];
  const meta = { epoch: 1, loss: { train: 1, test: 1 }, accuracy: { train: 0.5, test: 0.5 }, layers };
  const frame = { units: new Uint8Array(0), lows: Float32Array.from(lows), highs: Float32Array.from(highs), meta };
  const sketch = { blocks: [{ name: "h", units: 2, activation: "relu" }], training: {} };
  return diagnose(/** @type {State} */ (/** @type {unknown} */ ({ frame, sketch, run: null, made: { task: "classifier", classes: ["a", "b"] } })));
}

test("a neuron that says the same everywhere is found", () => {
  assert.equal(found([0, -1, 0, 0], [0, 1, 1, 1])?.title, "1 of 2 hidden neurons is the same everywhere");
});

test("nothing is found where all is well", () => {
  assert.equal(found([0, -1, 0, 0], [1, 1, 1, 1]), null);
});
