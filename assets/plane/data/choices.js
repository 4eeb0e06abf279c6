// @ts-check
/** The data sets of `GET /api/plane/choices`, as the column of data shows them. Pure. */

/**
 * name, title, help: of the set. task: "classifier" or "regressor". thumb: some of its points. knobs: what can be set of it, with ranges.
 * @typedef {{name: string, title: string, help: string, task: string, thumb: {xy: ArrayLike<number>, labels: ArrayLike<number>} | null, knobs: Record<string, {low: number, high: number, default: number}>}} DataSet
 */

/** @param {import("../game/messages.d.ts").Choices | null} choices @returns {DataSet[]} */
export function dataSets(choices) {
  return (choices?.data ?? []).map((given) => ({
    name: given.name,
    title: given.title,
    help: given.help,
    task: given.task ?? "classifier",
    thumb: given.thumb ?? null,
    knobs: given.knobs ?? {},
  }));
}

/** @param {import("../game/messages.d.ts").Choices | null} choices @param {string} name @returns {DataSet | undefined} */
export function dataSet(choices, name) {
  return dataSets(choices).find((found) => found.name === name);
}

/** The value of a knob that is in force. @param {import("../game/messages.d.ts").Sketch} sketch @param {DataSet} set @param {string} name */
export function knobValue(sketch, set, name) {
  return sketch.data.args?.[name] ?? set.knobs[name]?.default;
}
