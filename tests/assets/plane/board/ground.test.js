// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { ground } from "../../../../assets/plane/board/ground.js";
import { classColour } from "../../../../assets/shared/drawing/classes.js";
import { channels } from "../../../../assets/plane/colours.js";

const THEME = /** @type {import("../../../../assets/shared/drawing/theme.js").Theme} */ ({ background: "#ffffff", dark: false });
const ANSWERS = { side: 2, classes: 2, winner: Uint8Array.of(0, 1, 1, 0), surety: Uint8Array.of(255, 255, 128, 128) };

/** Red, green and blue of each of four pixels. @param {import("../../../../assets/plane/board/ground.js").Look} look */
function painted(look) {
  const bytes = new Uint8Array(ground(ANSWERS, look, THEME).pixels.buffer);
  return [0, 1, 2, 3].map((i) => [...bytes.subarray(4 * i, 4 * i + 3)]);
}

test("the ground has the class's colour where it is sure, and is the page's where it is not", () => {
  const shades = painted("shades");
  for (const label of [0, 1]) channels(classColour(label)).forEach((value, i) => assert.ok(Math.abs(shades[label][i] - (0.66 * value + 0.34 * 255)) <= 1));
  for (const pixel of shades.slice(2)) assert.ok(Math.min(...pixel) > 230);
});

test("the ground shows only doubt where that is what is looked for", () => {
  const unsure = painted("unsure");
  for (const pixel of unsure.slice(0, 2)) assert.deepEqual(pixel, [255, 255, 255]);
  for (const pixel of unsure.slice(2)) assert.ok(Math.min(...pixel) < 255);
});
