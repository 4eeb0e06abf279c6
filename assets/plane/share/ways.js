// @ts-check
/** The line of ways on: challenges, share, the pages that know more of this network. */

import { element } from "../../shared/dom/element.js";
import { icon } from "../../shared/dom/icons.js";

export class Ways {
  /**
   * @param {import("../game/context.js").Context} context
   * @param {{challenges: () => void, share: () => void, go: (page: string) => void}} host
   */
  constructor(context, host) {
    this.context = context;
    const way = (/** @type {string} */ text, /** @type {string} */ title, /** @type {string} */ sign, /** @type {() => void} */ onclick) =>
      element("button", { type: "button", class: "npp-button npp-way", title, onclick }, icon(sign), element("span", { text }));
    this.challenges = way("Challenges", "Tasks with a goal that is checked", "flag", host.challenges);
    this.share = way("Share", "Link, class view, picture, film, files", "share", host.share);
    this.build = way("Open in Build", "The same network in the editor that knows every layer of Keras", "layers", () => host.go("build"));
    this.inside = way("Look inside", "This run with the tools of the page Look inside", "eye", () => host.go("inside"));
    this.mistakes = way("Mistakes", "Which points this run gets wrong, and how surely", "wrong", () => host.go("mistakes"));
    this.root = element("nav", { class: "npp-ways", "aria-label": "Ways on" }, this.challenges, this.share, this.build, this.inside, this.mistakes);
  }

  /** @param {import("../game/store.js").State} state */
  draw(state) {
    const { shown } = this.context;
    this.challenges.hidden = !shown("challenges");
    this.share.hidden = !shown("share");
    this.build.hidden = !shown("pages");
    this.inside.hidden = this.mistakes.hidden = !shown("pages") || !state.run?.started;
    this.share.disabled = !state.made;
  }
}
