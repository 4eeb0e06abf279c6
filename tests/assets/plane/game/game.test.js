// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { inForce } from "../../../../assets/plane/game/game.js";

test("the experiment in force is the first one after all changes", () => {
  const begun = { networks: [1], training: { optimizer: { kind: "o", args: {} }, epochs: 2 }, changes: [{ step: 1, name: "speed", value: 2 }] };
  const training = { optimizer: { kind: "o", args: { learning_rate: 0.5 } }, epochs: 2 };
  assert.deepEqual(inForce(begun, [[3, "network", 2], [4, "learning_rate", 0.5]]), { networks: [2], training });
  assert.equal(begun.networks[0], 1); // which stays as it was
});
