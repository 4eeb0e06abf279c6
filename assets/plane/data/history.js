// @ts-check
/** What own points were before each stroke, so that it can be taken back. Kept for as long as the page is open. */

const MOST = 60;

/** @type {WeakMap<object, {data: import("../game/messages.d.ts").SketchData}[]>} */
const histories = new WeakMap();

/** @param {object} context */
const historyOf = (context) => histories.get(context) ?? histories.set(context, []).get(context) ?? [];

/**
 * Puts other own points into the sketch, in one step that can be taken back.
 * @param {import("../game/context.js").Context} context
 * @param {import("../game/messages.d.ts").Args} args of the data set "points"
 */
export function commit(context, args) {
  const history = historyOf(context);
  history.push({ data: context.state.sketch.data });
  if (history.length > MOST) history.shift();
  context.change({ data: { args } });
}

/** The points before the last stroke. @param {import("../game/context.js").Context} context */
export function undo(context) {
  const before = historyOf(context).pop();
  if (before) context.change({ data: before.data });
}

/** @param {object} context */
export function canUndo(context) {
  return historyOf(context).length > 0;
}

/** Nothing is left to take back, for other data came. @param {object} context */
export function forget(context) {
  histories.delete(context);
}
