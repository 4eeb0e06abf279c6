// @ts-check
/** What lies on the board: the points as they are to be drawn, and how well the frame on show answers each. Pure. */

import { decode } from "../data/points.js";

export const FAR_OFF = 0.25; // a number that is missed by more counts as wrong

/** xy: x0, y0, …; labels: class or value each; held: 1 for test; key changes with the points. @typedef {{xy: ArrayLike<number>, labels: ArrayLike<number>, held: ArrayLike<number>, count: number, numbers: boolean, classes: number, key: unknown}} Points */

/** Whether the labels are numbers to predict. @param {import("../game/store.js").State} state */
export function isNumbers(state) {
  const { data } = state.sketch;
  if (data.name === "points") return data.args?.target === "number";
  return state.made ? state.made.task === "regressor" : false;
}

const NONE = new Uint8Array(0);

/** @type {Points | null} */
let lastMade = null; // so that what is drawn from the same points need not be drawn again

/** @type {{text: string, numbers: boolean, made: import("../game/messages.d.ts").Made | null, points: Points} | null} */
let lastOwn = null;

/**
 * The points of the sketch: a person's own as they are being painted, else as the server made them last.
 * @param {import("../game/store.js").State} state
 * @returns {Points}
 */
export function pointsOf(state) {
  const { data } = state.sketch;
  const numbers = isNumbers(state);
  if (data.name === "points") return ownPoints(data.args?.points ?? "", numbers, state);
  const { xy = NONE, labels = NONE, held = NONE } = state.made ?? {};
  if (!lastMade || lastMade.xy !== xy || lastMade.labels !== labels) lastMade = { xy, labels, held, count: labels.length, numbers, classes: classCount(state), key: xy };
  return lastMade;
}

/** @param {string} text @param {boolean} numbers @param {import("../game/store.js").State} state @returns {Points} */
function ownPoints(text, numbers, state) {
  if (lastOwn && lastOwn.text === text && lastOwn.numbers === numbers && lastOwn.made === state.made) return lastOwn.points;
  const own = decode(text, numbers);
  const { made } = state;
  const before = made?.sketch?.data;
  const isSame = before?.name === "points" && before.args?.points === text && before.test === state.sketch.data.test;
  const held = made && isSame ? made.held : new Uint8Array(own.labels.length); // which are held out is the server's to say
  const points = { xy: own.xy, labels: own.labels, held, count: own.labels.length, numbers, classes: classCount(state), key: {} };
  lastOwn = { text, numbers, made: state.made, points };
  return points;
}

/** The frame on show, null while there is none or only one of other data: another task, other classes. @param {import("../game/store.js").State} state @returns {import("../game/messages.d.ts").Frame | null} */
export function frameOf(state) {
  const { frame } = state;
  if (!frame) return null;
  if (isNumbers(state)) return frame.value ? frame : null;
  const outputs = frame.meta?.layers?.at(-1)?.units ?? 1;
  return frame.winner && (outputs === 1 || outputs === classCount(state)) ? frame : null;
}

/** How many classes are told apart; 0 for numbers. @param {import("../game/store.js").State} state */
export function classCount(state) {
  if (isNumbers(state)) return 0;
  const { classes } = state.made ?? {};
  return Array.isArray(classes) ? classes.length : (classes ?? state.sketch.data.args?.classes ?? 2);
}

/** Their names: those of the server, else "class 1" …. @param {import("../game/store.js").State} state @returns {string[]} */
export function classNames(state) {
  const { classes } = state.made ?? {};
  const count = classCount(state);
  return Array.from({ length: count }, (_, i) => String((Array.isArray(classes) && classes[i]) || `class ${i + 1}`));
}

/**
 * 1 for each point that the frame answers wrongly; null where the frame does not fit the points.
 * @param {Points} points
 * @param {ArrayLike<number> | undefined} guesses
 * @returns {Uint8Array | null}
 */
export function wrongOnes(points, guesses) {
  if (!guesses || guesses.length !== points.count) return null;
  const wrong = new Uint8Array(points.count);
  for (let i = 0; i < wrong.length; i++) {
    wrong[i] = (points.numbers ? !(Math.abs(guesses[i] - points.labels[i]) <= FAR_OFF) : guesses[i] !== points.labels[i]) ? 1 : 0;
  }
  return wrong;
}

/** The point nearest to a place, within a distance. @param {Points} points @param {number} x @param {number} y @param {number} reach @returns {number | null} */
export function nearest(points, x, y, reach) {
  let [found, least] = [/** @type {number | null} */ (null), reach * reach];
  for (let i = 0; i < points.count; i++) {
    const [dx, dy] = [points.xy[2 * i] - x, points.xy[2 * i + 1] - y];
    const far = dx * dx + dy * dy;
    if (far <= least) [found, least] = [i, far];
  }
  return found;
}

/** What the frame says at a place: the class and how sure, or the value; null without a frame. @param {import("../game/store.js").State} state @param {number} x @param {number} y */
export function answerAt(state, x, y) {
  const { winner, surety, value, meta } = frameOf(state) ?? {};
  const map = value ?? winner;
  if (!map || meta?.finite === false) return null;
  const side = Math.round(Math.sqrt(map.length));
  const column = Math.round(((x + 3) / 6) * (side - 1));
  const row = Math.round(((3 - y) / 6) * (side - 1));
  const at = Math.min(side - 1, Math.max(0, row)) * side + Math.min(side - 1, Math.max(0, column));
  return value ? { value: (2 * value[at]) / 255 - 1 } : { label: map[at], surety: (surety?.[at] ?? 0) / 255 };
}
