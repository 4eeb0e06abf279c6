// @ts-check
/** The board in words: for those who do not see it, and for its labels. Pure. */

import { scoreOf } from "../game/score.js";
import { short } from "../../shared/drawing/raster.js";
import { FAR_OFF, classNames, frameOf, pointsOf } from "./scene.js";

/** "97.2 %" with one digit below 99.95. @param {number} share */
export function percent(share) {
  if (!Number.isFinite(share)) return "–";
  const value = 100 * share;
  if (share < 1 && value >= 99.95) return ">99.9 %";
  return `${value === 0 || value === 100 ? value : value.toFixed(1)} %`;
}

/** The alt text of the board. @param {import("../game/store.js").State} state @param {Uint8Array | null} wrong */
export function spoken(state, wrong) {
  const points = pointsOf(state);
  const held = points.held.length === points.count ? Array.from({ length: points.count }, (_, i) => Number(points.held[i])).reduce((a, b) => a + b, 0) : 0;
  const lying = `${points.count} points lie on it, ${held} of them for testing`;
  const what = points.numbers ? "The plane with the number that the network predicts at each place as a colour, from −1 to 1" : `The plane with the class that the network answers at each place as a colour, out of ${points.classes}: ${classNames(state).join(", ")}`;
  return `${what}. ${lying}. ${judged(state, points, wrong)}`;
}

/** @param {import("../game/store.js").State} state @param {import("./scene.js").Points} points @param {Uint8Array | null} wrong */
function judged(state, points, wrong) {
  const { meta } = frameOf(state) ?? {};
  if (!meta) return "No network has answered yet.";
  if (meta.finite === false) return "The network's numbers are no longer finite, so there is nothing to show.";
  const at = `${state.when === "now" || state.when === undefined ? "Now" : "Then"}, at epoch ${meta.epoch}`;
  const score = scoreOf(meta, state.made);
  const missed = wrong ? ` ${wrong.reduce((a, b) => a + b, 0)} points are ${points.numbers ? `off by more than ${FAR_OFF}` : "answered wrongly"}.` : "";
  if (points.numbers) return `${at}, the ${state.made?.metrics[0]?.title.toLowerCase()} is ${short(score?.train ?? NaN)} on the training points and ${short(score?.test ?? NaN)} on the test points.${missed}`;
  return `${at}, it is right for ${percent(score?.train ?? NaN)} of the training points and ${percent(score?.test ?? NaN)} of the test points.${missed}`;
}

/** "x = 1.20, y = −0.35" @param {number} x @param {number} y */
export function placed(x, y) {
  return `x = ${coordinate(x)}, y = ${coordinate(y)}`;
}

/** @param {number} value */
export function coordinate(value) {
  return (Math.abs(value) < 0.005 ? 0 : value).toFixed(2).replace("-", "−");
}
