// @ts-check
/** The bar with all pages at the bottom of a narrow screen. Real links, so that they open in another tab too; a plain tap tells Python. */

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
  bar.show(component.data.page, (key) => component.setTriggerValue("go", key));
  return () => {
    bar.root.remove();
    bars.delete(place);
  };
}

class Bar {
  /** @param {PageEntry[]} pages */
  constructor(pages) {
    this.go = (/** @type {string} */ _) => {};
    this.links = new Map(pages.map((page) => [page.key, this.link(page)]));
    this.root = element("nav", { class: "np-navigation", "aria-label": "Pages" }, ...this.links.values());
  }

  /** @param {PageEntry} page */
  link({ key, title, icon, address }) {
    const follow = (/** @type {MouseEvent} */ event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // the browser opens it elsewhere
      event.preventDefault();
      this.links.get(key)?.classList.add("np-navigation-going"); // until the page is there
      this.go(key);
    };
    return element("a", { href: address, onclick: follow }, symbol(icon), element("span", { class: "np-navigation-title", text: title }));
  }

  /** @param {string} here the key of the page on show @param {(key: string) => void} go */
  show(here, go) {
    this.go = go;
    for (const [key, link] of this.links) {
      setAttribute(link, "aria-current", key === here ? "page" : null);
      link.classList.remove("np-navigation-going");
    }
  }
}
