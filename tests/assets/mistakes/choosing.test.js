// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { choicesOf, defaultSplit, settled } from "../../../assets/mistakes/choosing.js";

/** @typedef {import("../../../assets/shared/server/anatomy.d.ts").Anatomy} Anatomy */

const ANATOMY = /** @type {Anatomy} */ (/** @type {unknown} */ ({ classes: ["a", "b"], examples: { train: 8, validation: 0, test: 2 }, keyframes: [0, 3] }));
const THEME = /** @type {import("../../../assets/shared/drawing/theme.js").Theme} */ ({});

/** @param {Record<string, any>} choices @param {string} [status] */
const view = (choices, status = "done") => settled({ run: "r", status, anatomy: ANATOMY, choices, theme: THEME });

test("the numbers of an address are read, what makes no sense is left out", () => {
  const { filter } = choicesOf({ true: "1", predicted: "x", page: "12", only: "nonsense", sort: "loss" });
  assert.deepEqual([filter.true, filter.predicted, filter.page, filter.only, filter.sort], [1, null, 12, "wrong", "loss"]);
});

test("the test part comes first, while a run goes on the validation part, if there is one", () => {
  assert.equal(defaultSplit("done", ANATOMY), "test");
  assert.equal(defaultSplit("training", ANATOMY), "test");
  assert.equal(defaultSplit("training", { ...ANATOMY, examples: { ...ANATOMY.examples, validation: 3 } }), "validation");
});

test("weights and examples that there are not give way", () => {
  assert.equal(view({ weights: 2 }).weights, "now");
  assert.equal(view({ weights: 3 }).weights, 3);
  assert.equal(view({ picture: "test:2" }).picture, null);
  assert.equal(view({ picture: "test:1" }).picture, "test:1");
  assert.equal(view({ filter: { true: 2 } }).filter.true, null);
});

test("while a run goes on all questions name the newest keyframe", () => {
  assert.equal(view({}, "training").asked, 3);
  assert.equal(view({}, "done").asked, "now");
});
