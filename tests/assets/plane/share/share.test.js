// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { hiddenFrom, hiddenText } from "../../../../assets/plane/share/controls.js";
import { curvesCsv } from "../../../../assets/plane/share/share.js";

test("the curves as CSV leave out what is no number", () => {
  const curve = { x: Int32Array.of(1, 2), values: { loss: Float32Array.of(0.5, NaN) }, stride: 1 };
  assert.equal(curvesCsv(curve), "epoch,loss\r\n1,0.5\r\n2,\r\n");
});

test("a class view hides the controls that there are, in one order", () => {
  assert.equal(hiddenText(hiddenFrom("share,rate,zzz")), "rate,share");
});
