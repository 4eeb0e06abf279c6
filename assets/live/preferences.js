// @ts-check
/** How a person likes to see charts, kept in this browser: scales, smoothing, matrix. Never part of a run. */

/** @typedef {{unit: "step" | "epoch", log: boolean, smoothing: number, matrix: "counts" | "rows"}} Preferences */

const PLACE = "np.live";
/** @type {Preferences} */
const USUAL = { unit: "step", log: false, smoothing: 0.7, matrix: "counts" };

/** @returns {Preferences} */
export function loadPreferences() {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return {
      unit: kept.unit === "epoch" ? "epoch" : USUAL.unit,
      log: kept.log === true,
      smoothing: kept.smoothing >= 0 && kept.smoothing < 1 ? kept.smoothing : USUAL.smoothing,
      matrix: kept.matrix === "rows" ? "rows" : USUAL.matrix,
    };
  } catch {
    return { ...USUAL }; // storage is switched off or holds something foreign
  }
}

/** @param {Preferences} preferences */
export function savePreferences(preferences) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(preferences));
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
