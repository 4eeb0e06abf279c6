// @ts-check
/** The list of layers to add: searchable by name and purpose, the usual ones first, by pointer and keyboard. */

import { element } from "../shared/dom/element.js";
import { icon } from "../shared/dom/icons.js";

/** @typedef {import("./model.js").PaletteEntry} Entry */

const NEEDS = ["", "takes series: steps × channels", "takes pictures: height × width × channels", "takes volumes: three axes and channels"];

/** What fits the words typed, best first; words match the start of any word of title, purpose or summary.
 * @param {Entry[]} entries @param {string} text @returns {Entry[]} */
export function search(entries, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const score = (/** @type {Entry} */ entry) => {
    const title = entry.title.toLowerCase();
    const rest = `${entry.purpose} ${entry.summary}`.toLowerCase();
    /** @type {number[]} */
    const each = words.map((word) => {
      if (title.startsWith(word)) return 4;
      if (title.includes(word)) return 3;
      if (entry.purpose.toLowerCase().startsWith(word)) return 2;
      return new RegExp(`(^|[^a-z])${word.replace(/[^a-z0-9]/g, ".")}`).test(rest) ? 1 : 0;
    });
    return each.includes(0) ? 0 : each.reduce((sum, n) => sum + n, 0);
  };
  return entries
    .map((entry) => ({ entry, points: score(entry) }))
    .filter(({ points }) => points)
    .sort((a, b) => b.points - a.points)
    .map(({ entry }) => entry);
}

/** Why a layer cannot work on outputs of this shape, or "". @param {Entry} entry @param {number[] | null} shape @param {number} earlier */
export function misfit(entry, shape, earlier) {
  if (entry.merges && earlier < 2) return "joins two earlier outputs";
  return entry.rank && shape && shape.length - 1 !== entry.rank ? NEEDS[entry.rank] : "";
}

/** Headings and their entries. @param {Entry[]} entries @param {string} text @param {(entry: Entry) => string} unfit @returns {[string, Entry[]][]} */
export function groups(entries, text, unfit) {
  if (text.trim()) return [["", search(entries, text)]];
  const usual = entries.filter((entry) => entry.usual >= 0 && !unfit(entry)).sort((a, b) => a.usual - b.usual);
  const purposes = [...new Set(entries.map((entry) => entry.purpose))];
  return [["Usual", usual], ...purposes.map((purpose) => /** @type {[string, Entry[]]} */ ([purpose, entries.filter((e) => e.purpose === purpose)]))];
}

export class Palette {
  /** @type {((entry: Entry) => string) | undefined} */
  unfit;
  /** @type {Record<string, string> | undefined} */
  colours;
  /** @type {number | undefined} */
  marked;

  /** @param {{choose: (kind: string, at: number) => void, closed: () => void}} on */
  constructor(on) {
    this.on = on;
    this.at = -1;
    /** @type {Entry[]} */
    this.entries = [];
    this.list = element("div", { class: "nps-list", role: "listbox", id: `nps-list-${Math.random().toString(36).slice(2)}`, "aria-label": "Layers" });
    this.input = /** @type {HTMLInputElement} */ (
      element("input", {
        type: "text",
        placeholder: "Search by name or purpose",
        role: "combobox",
        "aria-expanded": "true",
        "aria-controls": this.list.id,
        "aria-label": "Search layers to add",
        autocomplete: "off",
        spellcheck: "false",
        oninput: () => this.#draw(),
        onkeydown: (event) => this.#key(event),
      })
    );
    const close = element("button", { class: "nps-action", type: "button", "aria-label": "Close", title: "Close", onclick: () => this.close() }, icon("close"));
    const box = element("div", { class: "nps-palette" }, element("div", { class: "nps-search" }, icon("search"), this.input, close), this.list);
    this.root = element("li", { class: "nps-place", onkeydown: (event) => event.key === "Escape" && this.close() }, box);
    this.list.addEventListener("click", (event) => {
      const item = /** @type {HTMLElement} */ (event.target).closest("[role=option]");
      if (item) this.on.choose(/** @type {HTMLElement} */ (item).dataset.kind ?? "", this.at);
    });
  }

  get isOpen() {
    return this.at >= 0;
  }

  /** @param {number} at @param {Entry[]} entries @param {number[] | null} shape what arrives there @param {Record<string, string>} colours */
  open(at, entries, shape, colours) {
    const fresh = this.at !== at;
    Object.assign(this, { at, entries });
    this.unfit = (entry) => misfit(entry, shape, at + 1);
    this.colours = colours;
    if (fresh) this.input.value = "";
    this.#draw();
  }

  close() {
    this.at = -1;
    this.root.remove();
    this.on.closed();
  }

  #draw() {
    const unfit = this.unfit ?? ((/** @type {Entry} */ _) => "");
    const nodes = [];
    for (const [heading, entries] of groups(this.entries, this.input.value, unfit)) {
      if (heading && entries.length) nodes.push(element("div", { class: "nps-heading", role: "presentation" }, heading));
      nodes.push(...entries.map((entry) => this.#item(entry, unfit(entry))));
    }
    if (!nodes.length) nodes.push(element("div", { class: "nps-none" }, `No layer fits “${this.input.value.trim()}”. Try a purpose, such as pooling.`));
    this.list.replaceChildren(...nodes);
    this.list.scrollTop = 0;
    this.#mark(0);
  }

  /** @param {Entry} entry @param {string} reason */
  #item(entry, reason) {
    const node = element(
      "div",
      { class: `nps-item${reason ? " nps-unfit" : ""}`, role: "option", "data-kind": entry.kind, "aria-selected": "false", title: entry.summary },
      element("span", { class: "nps-item-title" }, entry.title),
      element("span", { class: "nps-item-text" }, reason ? `${sentence(reason)}` : entry.summary),
    );
    node.style.setProperty("--purpose", this.colours?.[entry.purpose] ?? "currentColor");
    return node;
  }

  /** @param {number} place */
  #mark(place) {
    const items = [...this.list.querySelectorAll("[role=option]")];
    this.marked = Math.max(0, Math.min(items.length - 1, place));
    items.forEach((item, at) => {
      item.setAttribute("aria-selected", String(at === this.marked));
      item.id = `${this.list.id}-${at}`;
    });
    const item = /** @type {HTMLElement | undefined} */ (items[this.marked]);
    if (!item) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", item.id);
    const [top, bottom] = [item.offsetTop - 34, item.offsetTop + item.offsetHeight];
    if (top < this.list.scrollTop) this.list.scrollTop = Math.max(0, place ? top : 0);
    else if (bottom > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = bottom - this.list.clientHeight;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    event.stopPropagation();
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in steps) this.#mark((this.marked ?? 0) + steps[/** @type {keyof typeof steps} */ (event.key)]);
    else if (event.key === "Enter") {
      const item = /** @type {HTMLElement | null} */ (this.list.querySelector("[aria-selected=true]"));
      if (item) this.on.choose(item.dataset.kind ?? "", this.at);
    } else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}

/** @param {string} text */
const sentence = (text) => text[0].toUpperCase() + text.slice(1) + ".";
