// @ts-check
/** An error as a person reads it: what happened, then what was expected, what came and what to do. */

import { element } from "./element.js";

/**
 * A box that says an error. Its look is in the style of the component around it (`.np-fault`).
 * @param {any} error a Fault, or anything that was thrown
 * @returns {HTMLElement}
 */
export function faultBox(error) {
  const what = error?.what ?? "This could not be drawn.";
  const rest = error?.what ? sentence(error) : String(error?.message ?? error);
  return element("div", { class: "np-fault", role: "alert" }, element("strong", { text: what }), rest && element("p", { text: rest }));
}

/** @param {{expected?: string, got?: string, fix?: string}} error */
function sentence({ expected, got, fix }) {
  const parts = [expected && `Expected ${expected}`, got && `Got ${got}`, fix];
  return parts.filter(Boolean).map((part) => (/[.!?]$/.test(String(part)) ? part : `${part}.`)).join(" ");
}
