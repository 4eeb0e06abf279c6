// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { contour } from "../../../../assets/plane/board/contour.js";
import { lead } from "../../../../assets/plane/board/ground.js";

const SIDE = 100;

/** The places of a map, row by row from y = 3 down. @type {[number, number][]} */
const places = Array.from({ length: SIDE * SIDE }, (_, i) => [-3 + (6 * (i % SIDE)) / (SIDE - 1), 3 - (6 * Math.floor(i / SIDE)) / (SIDE - 1)]);

/** The ends of a contour's pieces, in the plane. @param {ArrayLike<number>} pieces @returns {[number, number][]} */
const endsOf = (pieces) => Array.from({ length: pieces.length / 2 }, (_, i) => [6 * pieces[2 * i] - 3, 3 - 6 * pieces[2 * i + 1]]);

test("a contour of a cone is a circle", () => {
  const ends = endsOf(contour(Float32Array.from(places, ([x, y]) => Math.hypot(x, y)), SIDE, 2));
  assert.ok(ends.length > 200);
  for (const [x, y] of ends) assert.ok(Math.abs(Math.hypot(x, y) - 2) < 2e-3);
});

test("the border of two classes is where both are equally likely", () => {
  const chances = places.map(([x, y]) => 1 / (1 + Math.exp(-(2 * x + y - 0.7)))); // of class 1, linear border
  const winner = Uint8Array.from(chances, (chance) => (chance > 0.5 ? 1 : 0));
  const surety = Uint8Array.from(chances, (chance) => Math.round(255 * Math.max(chance, 1 - chance)));
  const ends = endsOf(contour(lead({ side: SIDE, classes: 2, winner, surety }, 1), SIDE));
  assert.ok(ends.length > 100);
  for (const [x, y] of ends) assert.ok(Math.abs(2 * x + y - 0.7) / Math.sqrt(5) < 0.02); // a third of a value's width
});
