// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, freeName, reach, recalled } from "../../../assets/stack/model.js";

/** @typedef {import("../../../assets/stack/model.js").LayerRow} LayerRow */

/** @param {string} name @param {Partial<LayerRow>} [more] @returns {LayerRow} */
const row = (name, more) => ({ name, kind: "layers.Dense", title: "Dense", purpose: "Dense", brief: "", active: true, inputs: [], shape: [4], parameters: 20, trainable: 20, memory: 0, tip: "", ...more });
const LAYERS = [row("a"), row("b"), row("sum", { inputs: ["a", "b"] })];

/** The names after an edit, those in doubt with a mark. @param {import("../../../assets/stack/model.js").Op} op */
const after = (op) => apply({ layers: LAYERS, selected: "b" }, op, []).layers.map(({ name, stale }) => name + (stale ? "?" : ""));

test("a free name is the one that Keras would give", () => {
  assert.equal(freeName("dense", []), "dense");
  assert.equal(freeName("dense", ["dense", "dense_1", "dense_3"]), "dense_2");
});

test("a layer cannot be moved past those that it needs or that need it", () => {
  assert.deepEqual(reach(LAYERS, "sum"), [2, 2]);
  assert.deepEqual(reach(LAYERS, "b"), [0, 1]);
});

test("figures from the edited layer on are in doubt", () => {
  assert.deepEqual(after({ op: "remove", name: "b" }), ["a", "sum?"]);
  assert.deepEqual(after({ op: "duplicate", name: "a", as: "a_1" }), ["a", "a_1?", "b?", "sum?"]);
  assert.deepEqual(after({ op: "move", name: "b", to: 0 }), ["b?", "a?", "sum?"]);
  assert.deepEqual(after({ op: "undo" }), ["a", "b", "sum"]); // which nobody can foresee
});

test("what is removed is no longer selected", () => {
  assert.equal(apply({ layers: LAYERS, selected: "b" }, { op: "remove", name: "b" }, []).selected, null);
  assert.equal(apply({ layers: LAYERS, selected: "b" }, { op: "remove", name: "a" }, []).selected, "b");
});

test("a row without figures keeps what was last known of it, in doubt", () => {
  const known = new Map([["a", row("a", { parameters: 7 })]]);
  const [same, other] = recalled([row("a", { parameters: null }), row("b", { parameters: null })], known);
  assert.deepEqual([same.parameters, same.stale], [7, true]);
  assert.deepEqual([other.parameters, other.stale], [null, undefined]);
});
