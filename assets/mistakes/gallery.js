// @ts-check
/** Pages of examples: the mistakes, those the network is surest of first, or whatever is filtered and sorted otherwise. */

import { element, setText } from "../shared/dom/element.js";
import { tell } from "../shared/dom/fault.js";
import { whole } from "../shared/drawing/format.js";
import { segments } from "../shared/dom/segments.js";
import { classColour } from "../shared/drawing/classes.js";
import { isCounted } from "./context.js";
import { Latest } from "./latest.js";
import { Takeaway } from "./score/takeaway.js";
import { itemsOf, tile } from "./tile.js";

/** @typedef {import("./context.js").View} View */
/** @typedef {import("./context.js").Filter} Filter */
/** @typedef {import("./answers.d.ts").GalleryAnswer} GalleryAnswer */

const SIZE = 48; // examples on a page; half on either side
/** @type {[string, string][]} */
const SORTS = [["confidence falling", "Most confident first"], ["confidence rising", "Least confident first"], ["loss falling", "Largest loss first"], ["loss rising", "Smallest loss first"], ["margin rising", "Closest call first"], ["margin falling", "Clearest first"], ["position rising", "As they are stored"]];
/** @type {[string, string][]} */
const KINDS = [["wrong", "Wrong"], ["right", "Right"], ["all", "All"], ["both", "Side by side"]];

export class Gallery {
  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.title = element("h3");
    this.kinds = element("div");
    this.sorts = element("select", { "aria-label": "Sort", title: "Order of the pictures: confidence is the probability of the predicted class, margin its lead over the second, loss −ln p(true class)", onchange: () => this.sort() }, ...SORTS.map(([value, text]) => element("option", { value, text })));
    this.chips = element("div", { class: "npm-chips", role: "group", "aria-label": "Filters" });
    this.says = element("p", { class: "npi-quiet", role: "status" });
    this.sides = ["wrong", "right"].map((only) => new Side(context, only));
    this.reading = element("p");
    this.takeaway = new Takeaway(context);
    this.root = element("section", { class: "npm-card npm-gallery", "aria-label": "Gallery" },
      element("div", { class: "npm-card-head" }, this.title, this.kinds, this.sorts),
      this.chips, this.says, element("div", { class: "npm-sides" }, ...this.sides.map((side) => side.root)),
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.reading), this.takeaway.root);
    this.shown = "";
  }

  sort() {
    const [sort, order] = /** @type {[Filter["sort"], Filter["order"]]} */ (this.sorts.value.split(" "));
    this.context.choose({ filter: { sort, order } });
  }

  /** @param {View} view */
  show(view) {
    const { filter, anatomy, table } = view;
    const known = Boolean(table && !table.error);
    this.root.hidden = !known;
    if (!known) return;
    this.sorts.value = `${filter.sort} ${filter.order}`;
    this.draw(filter, anatomy);
    this.takeaway.show(view);
    const two = filter.only === "both";
    this.root.dataset.two = String(two);
    this.sides[1].root.hidden = !two;
    this.sides[0].show(view, two ? "wrong" : filter.only, two);
    if (two) this.sides[1].show(view, "right", two);
    else this.sides[1].hide();
    const word = anatomy.kind === "pictures" ? "picture" : "row";
    setText(this.title, anatomy.kind === "pictures" ? "Pictures" : "Rows");
    const [{ isBusy, page }] = this.sides;
    if (!isBusy || two) setText(this.says, two ? "" : emptiness(view, page)); // a page is not judged by the filter of the next
    this.says.hidden = this.says.textContent === "";
    setText(this.reading, `Each ${word} stands with its true class, an arrow to what the network says where that is another, and the three most probable classes. ` +
      `Confidence is the largest probability, margin its lead over the second largest, loss −ln p(true class): p = 0.5 gives 0.69, p = 0.01 gives 4.61, more than 16.1 is not counted.` +
      (!anatomy.standardised ? "" : " Values are as stored; the network gets each column standardised: minus its mean, divided by its standard deviation, both of the training part."));
    this.sides[0].onPage = () => this.show(this.context.view);
  }

  /** Segments and chips, made anew only when they say something else. @param {import("./context.js").Filter} filter @param {import("../shared/server/anatomy.d.ts").Anatomy} anatomy */
  draw(filter, anatomy) {
    const now = JSON.stringify([filter.only, filter.true, filter.predicted, filter.among?.title, anatomy.classes]);
    if (now === this.shown) return;
    this.shown = now;
    const choice = segments({ label: "", name: "only", options: KINDS, value: filter.only, help: "Which examples are shown; side by side compares what it gets wrong with what it gets right", onchange: (only) => this.context.choose({ filter: { only: /** @type {any} */ (only) } }) });
    this.kinds.replaceChildren(choice);
    const chip = (/** @type {string} */ text, /** @type {number | null} */ label, /** @type {Partial<Filter>} */ without) =>
      element("button", { type: "button", class: "npm-chip", title: `No longer only ${text}`, onclick: () => this.context.choose({ filter: without }) },
        label !== null && element("i", { class: "npm-swatch", style: `background:${classColour(label)}` }), element("span", { text }), element("span", { class: "npm-cross", "aria-hidden": "true", text: "×" }));
    const some = [
      filter.true !== null && chip(`true ${anatomy.classes[filter.true]}`, filter.true, { true: null }),
      filter.predicted !== null && chip(`predicted ${anatomy.classes[filter.predicted]}`, filter.predicted, { predicted: null }),
      filter.among && chip(filter.among.title, null, { among: null }),
    ];
    this.chips.replaceChildren(...some.filter((node) => node instanceof HTMLElement));
    this.chips.hidden = !this.chips.childElementCount;
  }

  hide() {
    for (const side of this.sides) side.hide();
  }
}

/** One grid with its pages. */
class Side {
  /** @param {import("./context.js").Context} context @param {string} only */
  constructor(context, only) {
    this.context = context;
    this.only = only; // what it shows beside another
    this.title = element("h4");
    this.grid = element("div", { class: "npm-grid", onkeydown: (event) => this.key(event) });
    this.before = element("button", { type: "button", class: "npi-button", text: "Previous", title: "The page before", onclick: () => this.turn(-1) });
    this.after = element("button", { type: "button", class: "npi-button", text: "Next", title: "The next page", onclick: () => this.turn(1) });
    this.where = element("span", { class: "npm-where" });
    this.pager = element("nav", { class: "npm-pager", "aria-label": "Pages" }, this.before, this.where, this.after);
    this.fault = element("div");
    this.root = element("div", { class: "npm-side" }, this.title, this.fault, this.grid, this.pager);
    this.asks = new Latest();
    this.asked = "";
    /** @type {GalleryAnswer | null} */
    this.page = null;
    this.own = 0; // the page of a side of two
    this.wanted = 0; // the page asked for
    this.asksOf = ""; // what it shows, whichever page
    this.onPage = () => {};
  }

  /** Whether the page on show is not yet the one asked for. */
  get isBusy() {
    return this.grid.hasAttribute("aria-busy");
  }

  /** @param {View} view @param {string} only @param {boolean} two */
  show(view, only, two) {
    const { filter, revision } = view;
    const { among } = filter;
    this.two = two;
    this.title.hidden = !two;
    const rest = { true: filter.true, predicted: two && only === "right" && filter.true !== null && filter.true !== filter.predicted ? null : filter.predicted, sort: filter.sort, order: filter.order, ids: among?.ids, positions: among?.positions };
    const same = JSON.stringify([only, rest, revision]);
    if (same !== this.asksOf) this.own = 0;
    this.asksOf = same;
    const question = { view: /** @type {const} */ ("gallery"), only, ...rest, page: two ? this.own : filter.page, size: two ? SIZE / 2 : SIZE };
    const now = JSON.stringify([revision, question]);
    if (now === this.asked) return;
    this.asked = now;
    this.wanted = question.page;
    this.grid.setAttribute("aria-busy", "true");
    this.asks.ask((signal) => this.context.ask(question, { signal }), (page) => this.draw(page), (error) => this.fail(error));
  }

  /** @param {GalleryAnswer} page */
  draw(page) {
    const { anatomy } = this.context.view;
    this.page = page;
    this.fault.replaceChildren();
    this.grid.removeAttribute("aria-busy");
    const items = itemsOf(page);
    this.grid.classList.toggle("npm-wide", anatomy.classes.some((name) => name.length > 5)); // room for two names
    this.grid.replaceChildren(...items.map((item) => tile(item, page.pictures.shape, anatomy, () => this.context.open(item.position, page.list))));
    setText(this.title, `${this.only === "right" ? "Right" : "Wrong"} (${whole(page.total)})`);
    this.pager.hidden = page.pages < 2;
    const focused = document.activeElement;
    this.before.disabled = page.page === 0;
    this.after.disabled = page.page >= page.pages - 1;
    for (const [one, other] of [[this.before, this.after], [this.after, this.before]]) if (focused === one && one.disabled) other.focus(); // a keyboard stays at the pages
    const first = page.page * page.size;
    setText(this.where, `${whole(first + 1)} to ${whole(first + items.length)} of ${whole(page.total)}`);
    this.onPage();
  }

  /** @param {unknown} error */
  fail(error) {
    this.asked = "";
    this.grid.removeAttribute("aria-busy");
    this.grid.replaceChildren();
    this.pager.hidden = true;
    tell(this.fault, error);
  }

  /** @param {number} step */
  turn(step) {
    if (!this.page) return;
    const page = Math.min(Math.max((this.isBusy ? this.wanted : this.page.page) + step, 0), this.page.pages - 1);
    if (this.two) {
      this.own = page;
      this.show(this.context.view, this.only, true);
    } else this.context.choose({ filter: { page } });
  }

  /** Arrow keys go from picture to picture. @param {KeyboardEvent} event */
  key(event) {
    const tiles = /** @type {HTMLElement[]} */ ([...this.grid.children]);
    const at = tiles.indexOf(/** @type {HTMLElement} */ (event.target));
    const across = tiles.filter((one) => one.offsetTop === tiles[0].offsetTop).length;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
    const next = tiles[at + steps[event.key]];
    if (at < 0 || !next || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    next.focus();
  }

  hide() {
    this.asks.drop();
    this.asked = "";
  }
}

/** What to say instead of pictures. @param {View} view @param {GalleryAnswer | null} page the page on show */
function emptiness({ filter, anatomy, table }, page) {
  if (!page || page.total) return "";
  const name = (/** @type {number} */ label) => anatomy.classes[label];
  if (isCounted(table) && filter.only === "wrong" && filter.true === null && filter.predicted === null && !filter.among) return `No mistakes: all ${whole(table.total)} are right. Choose “Right” or “All” to see them, or the least confident first to find the closest calls.`;
  if (isCounted(table) && filter.true !== null && !table.support[filter.true]) return `There are no examples of ${name(filter.true)} in this part of the data.`;
  if (filter.only === "wrong" && filter.true !== null && filter.predicted === null) return `Every ${name(filter.true)} is recognised: there is no mistake to show.`;
  if (filter.true !== null && filter.predicted !== null) return `No ${name(filter.true)} is taken for ${name(filter.predicted)}.`;
  return "Nothing fits these filters.";
}
