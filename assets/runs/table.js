// @ts-check
/** The table around the rows: search, sorting, pages of fifty, and what is said when there is nothing to show. */

import { element, setAttribute, setText } from "../shared/dom/element.js";
import { icon } from "../shared/dom/icons.js";
import { pagesAbout } from "../shared/dom/pages.js";
import { RowView } from "./row.js";
import { clicked, COLUMNS, found, NEWEST, sorted } from "./rows.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./row.js").Act} Act */

const PAGE = 50; // rows shown at once, and added by each "Show more"
const SEARCH_FROM = 9; // fewer are found by eye

export class Table {
  /** @type {Row[]} */
  shown;

  /** @param {import("../shared/dom/pages.js").PageEntry[]} pages all there are @param {Act} act */
  constructor(pages, act) {
    this.pages = pages;
    this.act = act;
    /** @type {Row[]} */
    this.rows = [];
    /** @type {Map<string, RowView>} */
    this.views = new Map();
    this.order = NEWEST;
    this.limit = PAGE;

    this.search = element("input", { type: "search", placeholder: "Search names and settings", "aria-label": "Search runs", oninput: () => this.arrange() });
    this.searchBox = element("label", { class: "np-runs-search" }, icon("search"), this.search);
    this.select = element("select", { "aria-label": "Sort by", onchange: () => this.sort(this.select.value) }, ...choices());
    this.count = element("span", { class: "np-runs-count", role: "status" });
    this.headers = Object.fromEntries(Object.entries(COLUMNS).map(([name, { label }]) => [name, header(label, () => this.sort(name))]));
    this.body = element("tbody", { role: "rowgroup" });
    this.more = element("button", { type: "button", class: "np-runs-more", onclick: () => this.showMore() });
    this.bar = element("div", { class: "np-runs-bar" }, this.searchBox, this.count, element("label", { class: "np-runs-sort" }, this.select));
    this.nothing = element("p", { class: "np-runs-nothing", text: "No run matches this search." });
    const head = element("tr", { role: "row" }, ...Object.values(this.headers), element("th", { scope: "col", role: "columnheader" }, hidden("Actions")));
    this.table = element("table", { class: "np-runs-table", role: "table", "aria-label": "Runs" }, element("thead", { role: "rowgroup" }, head), this.body);
    this.full = element("div", { class: "np-runs-full" }, this.bar, this.table, this.nothing, this.more);
    this.empty = emptyState(() => this.act({ do: pagesAbout(this.pages, "build")[0].key, id: "" }));
    this.root = element("div", { class: "np-runs" }, this.full, this.empty);
  }

  /** New rows from Python: they may have come, gone or changed. @param {Row[]} rows */
  setRows(rows) {
    this.update(rows);
    this.arrange();
  }

  /** The same runs with newer numbers; the order stays as it is, so that nothing jumps under the pointer. @param {Row[]} rows */
  update(rows) {
    this.rows = rows;
    for (const row of rows) this.views.get(row.id)?.draw(row);
  }

  /** @param {string} column a column's name, or `column:up` / `column:down` from the select */
  sort(column) {
    const [name, direction] = column.split(":");
    this.order = direction ? { column: name, descending: direction === "down" } : clicked(this.order, name);
    this.arrange();
  }

  showMore() {
    const first = this.limit;
    this.limit += PAGE;
    this.arrange();
    this.views.get(this.shown[first]?.id)?.open.focus();
  }

  /** Puts the rows that belong on the page into their order. */
  arrange() {
    const known = new Set(this.rows.map((row) => row.id));
    for (const id of this.views.keys()) if (!known.has(id)) this.views.delete(id);
    const matching = found(this.rows, this.rows.length >= SEARCH_FROM ? this.search.value : "");
    this.shown = sorted(matching, this.order).slice(0, this.limit);
    place(this.body, this.shown.map((row) => this.view(row).root));
    this.searchBox.hidden = this.rows.length < SEARCH_FROM;
    this.bar.hidden = this.rows.length < 2;
    this.full.hidden = this.rows.length === 0;
    this.empty.hidden = this.rows.length > 0;
    this.table.hidden = matching.length === 0;
    this.nothing.hidden = matching.length > 0;
    this.more.hidden = matching.length <= this.limit;
    this.table.classList.toggle("np-runs-curveless", this.rows.some(lacksCurve)); // curves for some only would say that the others learnt nothing
    this.table.classList.toggle("np-runs-mixed", new Set(this.rows.map((row) => row.metric.name)).size > 1); // only then it must be said what a number is
    setText(this.more, `Show ${Math.min(PAGE, matching.length - this.limit)} more`);
    setText(this.count, matching.length < this.rows.length ? `${matching.length} of ${this.rows.length} runs` : `${this.rows.length} runs`);
    for (const [name, node] of Object.entries(this.headers)) {
      const direction = this.order.descending ? "descending" : "ascending";
      setAttribute(node, "aria-sort", name === this.order.column ? direction : null);
    }
    this.select.value = `${this.order.column}:${this.order.descending ? "down" : "up"}`;
  }

  /** Takes a row away at once, before Python has answered, and hands the focus on. @param {string} id */
  remove(id) {
    const place = this.shown.findIndex((row) => row.id === id);
    this.setRows(this.rows.filter((row) => row.id !== id));
    const next = this.shown[Math.min(place, this.shown.length - 1)];
    (next ? this.views.get(next.id)?.open : this.empty.querySelector("button"))?.focus();
  }

  /** @param {Row} row */
  view(row) {
    const view = this.views.get(row.id) ?? new RowView(row, this.pages, this.act);
    this.views.set(row.id, view);
    return view;
  }
}

/** @param {Row} row whose epochs were counted, but not loaded */
const lacksCurve = (row) => row.epoch > 1 && row.best !== null && row.curve.length === 0;

/** Puts `nodes` into `parent` in this order, moving as few as it can: a node that is moved loses its focus. @param {Element} parent @param {Element[]} nodes */
function place(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, i) => parent.children[i] !== node && parent.insertBefore(node, parent.children[i] ?? null));
}

/** @param {string} label @param {() => void} onclick */
function header(label, onclick) {
  const button = element("button", { type: "button", text: label, onclick });
  return element("th", { scope: "col", role: "columnheader", class: label === "Name" || label === "Status" ? "" : "np-runs-number" }, button);
}

/** What the narrow page offers in the place of headers to click. */
function choices() {
  const options = [
    ["created:down", "Newest first"],
    ["created:up", "Oldest first"],
    ["name:up", "Name, A to Z"],
    ["name:down", "Name, Z to A"],
    ["status:up", "Status, active first"],
    ["status:down", "Status, failed first"],
    ["best:down", "Best validation, best first"],
    ["best:up", "Best validation, worst first"],
    ["last:down", "Last validation, best first"],
    ["last:up", "Last validation, worst first"],
    ["test:down", "Test, best first"],
    ["test:up", "Test, worst first"],
    ["epochs:down", "Epochs, most first"],
    ["epochs:up", "Epochs, fewest first"],
    ["duration:down", "Duration, longest first"],
    ["duration:up", "Duration, shortest first"],
  ];
  return options.map(([value, text]) => element("option", { value, text }));
}

/** @param {() => void} build */
function emptyState(build) {
  return element(
    "div",
    { class: "np-runs-empty" },
    sketch(),
    element("p", { class: "np-runs-empty-title", text: "No runs yet" }),
    element("p", { text: "Stack a few layers and press Train. Every run is kept here with its settings, curves and weights." }),
    element("button", { type: "button", class: "np-runs-small np-runs-primary", text: "Build a network", onclick: build }),
  );
}

/** Two learning curves, as a picture of what will stand here. */
function sketch() {
  const place = element("div", { "aria-hidden": "true" });
  place.innerHTML =
    '<svg class="np-runs-sketch" viewBox="0 0 160 72"><path class="axis" d="M10 4v58h146"/>' +
    '<path class="faint" d="M14 56C34 30 52 24 84 20s52-5 70-6"/><path class="strong" d="M14 58C40 36 62 32 92 29s44-3 62-3"/></svg>';
  return place;
}

/** @param {string} text for those who do not see the page */
function hidden(text) {
  return element("span", { class: "np-runs-hidden", text });
}
