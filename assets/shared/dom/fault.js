// @ts-check
/** An error as a person reads it: what happened, then what was expected, what came and what to do. */

import { element } from "./element.js";

/** What an error may say: a Fault, an Error, or what a server sent. @typedef {{what?: string, expected?: string, got?: string, fix?: string, message?: string}} Said */

/**
 * A box that says an error. Its look is in the style of the component around it (`.np-fault`).
 * @param {unknown} error a Fault, or anything that was thrown
 * @returns {HTMLElement}
 */
export function faultBox(error) {
  const said = /** @type {Said | null | undefined} */ (error);
  const what = said?.what ?? "This could not be drawn.";
  const rest = said?.what ? sentence(said) : String(said?.message ?? error);
  return element("div", { class: "np-fault", role: "alert" }, element("strong", { text: what }), rest && element("p", { text: rest }));
}

/**
 * Says an error in its place, or nothing any more. What stands there already stays: a screen reader would read it again with each question that fails.
 * @param {HTMLElement} place
 * @param {unknown} error null where all is well
 */
export function tell(place, error) {
  const box = error ? faultBox(error) : null;
  if (box && place.childElementCount === 1 && place.firstElementChild?.isEqualNode(box)) return;
  place.replaceChildren(...(box ? [box] : []));
}

/** What happened and what to do, in one line. @param {unknown} error */
export function oneLine(error) {
  const { what, fix } = /** @type {Said} */ (error ?? {});
  return [what, fix].filter(Boolean).join(" ");
}

/** @param {Said} error */
function sentence({ expected, got, fix }) {
  const parts = [expected && `Expected ${expected}`, got && `Got ${got}`, fix];
  return parts.filter(Boolean).map((part) => (/[.!?]$/.test(String(part)) ? part : `${part}.`)).join(" ");
}
