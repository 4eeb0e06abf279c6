// @ts-check
/** The line of ways on: challenges, share, the pages that know more of this network. */

import { element } from "../../shared/dom/element.js";
import { icon } from "../../shared/dom/icons.js";
import { pagesAbout, symbol } from "../../shared/dom/pages.js";

export class Ways {
  /**
   * @param {import("../game/context.js").Context} context
   * @param {import("../../shared/dom/pages.js").PageEntry[]} pages
   * @param {{challenges: () => void, share: () => void, go: (page: string) => void}} host
   */
  constructor(context, pages, host) {
    this.context = context;
    const way = (/** @type {string} */ text, /** @type {string} */ title, /** @type {Element} */ sign, /** @type {() => void} */ onclick) =>
      element("button", { type: "button", class: "npp-button npp-way", title, onclick }, sign, element("span", { text }));
    this.challenges = way("Challenges", "Tasks with a goal that is checked", icon("flag"), host.challenges);
    this.share = way("Share", "Link, class view, picture, film, files", icon("share"), host.share);
    this.editors = pagesAbout(pages, "build").map((page) => way(`Open in ${page.title}`, page.help, symbol(page.icon), () => host.go(page.key)));
    this.looks = pagesAbout(pages, "run").map((page) => way(page.title, page.help, symbol(page.icon), () => host.go(page.key)));
    this.root = element("nav", { class: "npp-ways", "aria-label": "Ways on" }, this.challenges, this.share, ...this.editors, ...this.looks);
  }

  /** @param {import("../game/store.js").State} state */
  draw(state) {
    const { shown } = this.context;
    this.challenges.hidden = !shown("challenges");
    this.share.hidden = !shown("share");
    for (const way of this.editors) way.hidden = !shown("pages");
    for (const way of this.looks) way.hidden = !shown("pages") || !state.run?.started;
    this.share.disabled = !state.made;
  }
}
