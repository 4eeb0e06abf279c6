// @ts-check
/**
 * The bar with all pages at the bottom of a narrow screen. A tap is handed to Streamlit's own link, which stands in the closed sidebar: it changes
 * the page without reloading and writes one entry of the browser's history. Where Streamlit has no such link, the browser follows ours.
 */

import { element, setAttribute } from "../shared/dom/element.js";
import { symbol } from "../shared/dom/pages.js";

/** @typedef {import("../shared/dom/pages.js").PageEntry} PageEntry */

/** @type {WeakMap<object, Bar>} */
const bars = new WeakMap();

/** @param {any} component Streamlit's component object; data: {page: key of the page on show, pages: PageEntry[]} */
export function render(component) {
  const place = component.parentElement;
  const bar = bars.get(place) ?? new Bar(component.data.pages);
  bars.set(place, bar);
  if (bar.root.parentElement !== place) place.append(bar.root);
  bar.show(component.data.page);
  return () => {
    bar.root.remove();
    bars.delete(place);
  };
}

class Bar {
  /** @param {PageEntry[]} pages */
  constructor(pages) {
    this.links = new Map(pages.map((page) => [page.key, this.link(page)]));
    this.root = element("nav", { class: "np-navigation", "aria-label": "Pages" }, ...this.links.values());
  }

  /** @param {PageEntry} page */
  link({ title, icon, address }) {
    return element("a", { href: address, onclick: follow }, symbol(icon), element("span", { class: "np-navigation-title", text: title }));
  }

  /** @param {string} here the key of the page on show */
  show(here) {
    for (const [key, link] of this.links) {
      setAttribute(link, "aria-current", key === here ? "page" : null);
      link.classList.remove("np-navigation-going");
    }
  }
}

/** @param {MouseEvent} event */
function follow(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // the browser opens it elsewhere
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('[data-testid="stSidebarNavLink"]'));
  const own = [...links].find((each) => each.href === link.href);
  if (!own) return;
  event.preventDefault();
  link.classList.add("np-navigation-going"); // until the page is there
  own.click();
}
