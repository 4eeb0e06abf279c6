// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { withOutput } from "../../../../assets/plane/network/edits.js";

/** @typedef {import("../../../../assets/plane/game/store.js").State} State */

/** The sketch with another output, where its loss was this one. @param {string} kind */
function after(kind) {
  const sketch = { output: "tanh", training: { loss: { kind, args: {} } } };
  const choices = { usual_losses: { classifier: { softmax: "losses.A", tanh: "losses.B" } } };
  return withOutput(/** @type {State} */ (/** @type {unknown} */ ({ sketch, made: { task: "classifier" }, choices })), "softmax");
}

test("another output brings its usual loss", () => {
  assert.deepEqual(after("losses.B"), { output: "softmax", training: { loss: { kind: "losses.A", args: {} } } });
});

test("a loss that somebody chose stays", () => {
  assert.deepEqual(after("losses.C"), { output: "softmax" });
});
