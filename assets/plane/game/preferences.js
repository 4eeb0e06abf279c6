// @ts-check
/** How a person likes the page, kept in this browser: never part of an experiment. */

const PLACE = "np.plane";

/** @returns {{expert: boolean, keep: boolean}} */
export function preferences() {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return { expert: kept.expert === true, keep: kept.keep !== false };
  } catch {
    return { expert: false, keep: true }; // storage is switched off or holds something foreign
  }
}

/** @param {{expert: boolean, keep: boolean}} chosen */
export function prefer({ expert, keep }) {
  try {
    localStorage.setItem(PLACE, JSON.stringify({ expert, keep }));
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
