// @ts-check
/** Other pages, as Python tells of them: no module here knows one by its name. */

import { element } from "./element.js";

/** See playground/ui/pages.py. about: "plane", "build", "run" or "runs". @typedef {{key: string, title: string, icon: string, about: string, help: string, address: string}} PageEntry */

/** The pages about this, in order. @param {PageEntry[]} pages @param {string} about */
export function pagesAbout(pages, about) {
  return pages.filter((page) => page.about === about);
}

/** An icon of Material Symbols, the font that Streamlit brings along; its rule is in playground/ui/style.py. @param {string} name */
export function symbol(name) {
  return element("span", { class: "np-symbol", "data-name": name, "aria-hidden": "true" });
}
