// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { noticeOf } from "../../../assets/plane/notices.js";

/** @typedef {import("../../../assets/plane/game/store.js").State} State */

const WAYS = { resume: () => {}, again: () => {}, makeWay: () => {}, dismiss: () => {}, reload: () => {} };
const PROBLEM = { kind: "invalid", what: "There are no points.", expected: "at least 2", got: "0", fix: "Paint some." };

/** @param {object} more of the state @param {object} [made] of the server's answer */
function told(more, made = {}) {
  const state = { run: null, status: "paused", link: "open", fault: null, made: { sketch: { data: { name: "moons" } }, problems: [], ...made }, ...more };
  return noticeOf(/** @type {State} */ (/** @type {unknown} */ (state)), WAYS);
}

test("nothing is said where all is well", () => assert.equal(told({}), null));

test("what cannot be trained is told with what to do", () => {
  assert.deepEqual(told({}, { problems: [PROBLEM] }), { kind: "warning", title: "There are no points.", text: "Expected at least 2. Got 0. Paint some.", actions: [] });
});

test("of own points the board says it", () => {
  assert.equal(told({}, { problems: [PROBLEM], sketch: { data: { name: "points" } } }), null);
});

test("a fault comes before what is planned", () => {
  const notice = told({ status: "new", fault: { what: "The server does not answer.", status: 0 } }, { experiment: { changes: [{ step: 3, name: "learning_rate", value: 1 }] } });
  assert.equal(notice?.title, "The server does not answer.");
});
