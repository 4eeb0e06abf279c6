// @ts-check
/** The main metric of what is on show, by the name that the task gives it. Pure. */

/** @typedef {import("./messages.d.ts").Made} Made */
/** @typedef {import("./messages.d.ts").FrameMeta} FrameMeta */
/** @typedef {import("./messages.d.ts").Scores} Scores */

/**
 * Training and test score of a frame; undefined where it has none.
 * @param {FrameMeta | null | undefined} meta
 * @param {Made | null | undefined} made
 * @returns {Scores | undefined}
 */
export function scoreOf(meta, made) {
  const [metric] = made?.metrics ?? [];
  return metric && meta ? /** @type {Record<string, Scores>} */ (/** @type {unknown} */ (meta))[metric.name] : undefined;
}
