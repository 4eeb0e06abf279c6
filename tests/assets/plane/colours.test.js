// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { numberColour } from "../../../assets/plane/colours.js";

test("what is no number has the colour of 0, what lies beyond that of the end", () => {
  assert.equal(numberColour(NaN, false), "rgb(247, 246, 242)");
  assert.equal(numberColour(0, false), numberColour(NaN, false));
  assert.equal(numberColour(7, false), numberColour(1, false));
  assert.equal(numberColour(-7, true), numberColour(-1, true));
});
