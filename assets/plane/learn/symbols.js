// @ts-check
/** Formulas as elements: letters slanted, `_` and `^` lowered and raised. No library, nothing parsed as HTML. */

import { element } from "../../shared/dom/element.js";

/**
 * "w_{ij} ← w_{ij} − α·∂L/∂w_{ij}" as a line of the page. Words of several letters, digits and signs stand upright, single letters slanted.
 * @param {string} text
 * @param {string} [words] the same for a screen reader, where it differs
 * @returns {HTMLElement}
 */
export function formula(text, words = "") {
  return element("span", { class: "npp-formula", role: "math", "aria-label": words || text.replaceAll(/[_{}]/g, " ") }, ...parts(text));
}

/** @param {string} text @returns {Node[]} */
function parts(text) {
  const found = [];
  for (const [, mark, grouped, single, word, rest] of text.matchAll(/([_^])(?:\{([^}]*)\}|(.))|([A-Za-zα-ωΑ-Ωŷ∂]+)|([^_^A-Za-zα-ωΑ-Ωŷ∂]+)/gu)) {
    if (mark) found.push(element(mark === "_" ? "sub" : "sup", {}, ...parts(grouped ?? single)));
    else if (word) found.push(word.length === 1 && word !== "∂" ? element("i", { text: word }) : document.createTextNode(word));
    else found.push(document.createTextNode(rest));
  }
  return found;
}
