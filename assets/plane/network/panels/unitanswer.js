// @ts-check
/** What the view `plane_unit` answers, as a picture and as words. */

/** @param {import("../../game/answers.d.ts").UnitAnswer | null} answer @returns {import("../drawing/maps.js").Picture | null} */
export function unitPicture(answer) {
  if (!answer?.map) return null;
  return { bytes: answer.map, side: Math.round(Math.sqrt(answer.map.length)), low: answer.low, high: answer.high };
}

/** At how many points it is silent or hardly learns. @param {import("../../game/answers.d.ts").UnitAnswer | null} answer */
export function unitFacts(answer) {
  if (!answer?.points) return "";
  const share = (/** @type {number} */ value) => `${Math.max(1, Math.round(value * 100))} % of the ${answer.points} training points`;
  if (answer.dead) return "Dead: it is 0 for all training points, so it says nothing and learns nothing.";
  const parts = [];
  if (answer.zeros > 0) parts.push(`0 for ${share(answer.zeros)}.`);
  if (answer.saturated) parts.push(`Saturated for ${share(answer.saturated)}: its slope is almost 0 there, so they hardly teach it anything.`);
  return parts.join(" ");
}
