// @ts-check
/** Which run: a button that says the run on show and opens a list of all, to search in. Works with arrow keys, Enter and Escape. */

import { element, setText } from "../shared/dom/element.js";
import { icon } from "../shared/dom/icons.js";
import { formatOf, whole } from "../shared/drawing/format.js";
import { ago } from "../runs/rows.js";
import { isActive, setStatus, statusChip } from "../shared/run/status.js";

/** @typedef {import("../shared/server/runlist.js").RunRow} RunRow */

const MOST = 60; // listed at once; the rest is found by searching

export class RunPicker {
  /** @param {(id: string) => void} onPick */
  constructor(onPick) {
    this.onPick = onPick;
    /** @type {RunRow[]} */
    this.rows = [];
    /** @type {string | null} */
    this.run = null;
    /** @type {RunRow[]} */
    this.found = [];
    this.marked = 0;
    this.listed = "";
    this.id = `npi-runs-${Math.random().toString(36).slice(2)}`;

    this.chip = statusChip();
    this.name = element("strong", { class: "npi-runs-name" });
    this.facts = element("span", { class: "npi-quiet npi-runs-facts" });
    this.button = element("button", { type: "button", class: "npi-runs-face", "aria-haspopup": "listbox", "aria-expanded": "false", title: "Choose another run → everything below shows its network", onclick: () => this.toggle() },
      element("span", { class: "npi-runs-words" }, this.name, this.facts), this.chip, element("span", { class: "npi-runs-arrow", "aria-hidden": "true" }));
    this.search = element("input", { type: "search", role: "combobox", placeholder: "Search runs", "aria-label": "Search runs", "aria-controls": this.id, "aria-expanded": "true", "aria-autocomplete": "list", autocomplete: "off", oninput: () => this.list() });
    // A press leaves the focus in the search, or the list would close before the click.
    this.options = element("ul", { id: this.id, role: "listbox", "aria-label": "Runs", onmousedown: (event) => event.preventDefault() });
    this.rest = element("p", { class: "npi-quiet npi-runs-rest", role: "status" });
    this.box = element("div", { class: "npi-runs-box", hidden: true, onkeydown: (event) => this.key(event) },
      element("label", { class: "npi-runs-search" }, icon("search"), this.search), this.options, this.rest);
    this.root = element("div", { class: "npi-runpicker", onfocusout: (event) => this.root.contains(/** @type {Node} */ (event.relatedTarget)) || event.relatedTarget === null || this.close(false) }, this.button, this.box);
    this.outside = (/** @type {Event} */ event) => this.root.contains(/** @type {Node} */ (event.target)) || this.close(false);
  }

  /**
   * @param {RunRow[] | null} rows null while none could be read
   * @param {string | null} run the one on show
   */
  draw(rows, run) {
    this.rows = inOrder(rows ?? []);
    this.run = run;
    this.root.hidden = !this.rows.length;
    const row = this.rows.find(({ id }) => id === run);
    setText(this.name, row ? nameOf(row) : "Choose a run");
    setText(this.facts, row ? this.about(row) : "");
    this.chip.hidden = !row;
    if (row) setStatus(this.chip, row.status, row.position);
    if (!this.box.hidden) this.list();
  }

  /** @param {RunRow} row */
  about({ data, data_title: title, epoch, epochs, metrics, summary }) {
    const [metric] = metrics;
    const { [`test_${metric.name}`]: test, [`best_val_${metric.name}`]: best } = summary ?? {};
    const [part, value] = test !== undefined ? ["test", test] : ["validation", best];
    const score = value === undefined ? "" : `${part}${metric.format === "percent" ? "" : ` ${metric.short.toLowerCase()}`} ${formatOf(metric)(value)}`;
    return [title ?? data, `epoch ${whole(epoch)} of ${whole(epochs)}`, score].filter(Boolean).join(" · ");
  }

  toggle() {
    if (!this.box.hidden) return this.close(true);
    this.box.hidden = false;
    this.search.value = "";
    this.button.setAttribute("aria-expanded", "true");
    this.list();
    this.mark(Math.max(0, this.found.findIndex(({ id }) => id === this.run)));
    this.search.focus();
    document.addEventListener("pointerdown", this.outside);
  }

  /** @param {boolean} focus whether the button gets the focus back */
  close(focus) {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", this.outside);
    if (focus) this.button.focus();
  }

  list() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = this.rows.filter((row) => words.every((/** @type {string} */ word) => `${nameOf(row)} ${this.about(row)} ${row.status}`.toLowerCase().includes(word)));
    const before = this.found[this.marked]?.id;
    this.found = matching.slice(0, MOST);
    const now = JSON.stringify([this.run, this.found.map((row) => [row.id, row.status, row.position, nameOf(row), this.about(row)])]);
    if (now !== this.listed) this.options.replaceChildren(...this.found.map((row, i) => this.option(row, i)));
    this.listed = now; // what did not change stays under the pointer
    setText(this.rest, !matching.length ? "No run matches this search." : matching.length > MOST ? `${matching.length - MOST} more: search to find them.` : "");
    this.mark(Math.max(0, this.found.findIndex(({ id }) => id === before)));
  }

  /** @param {RunRow} row @param {number} i */
  option(row, i) {
    const chip = statusChip();
    setStatus(chip, row.status, row.position);
    return element("li", { role: "option", id: `${this.id}-${i}`, "aria-selected": String(row.id === this.run), onclick: () => this.pick(row.id), onpointermove: () => this.mark(i) },
      element("span", { class: "npi-runs-words" }, element("strong", { text: nameOf(row) }), element("span", { class: "npi-quiet", text: `${this.about(row)} · ${ago(row.created, Date.now() / 1000)}` })), chip);
  }

  /** @param {number} i */
  mark(i) {
    this.options.children[this.marked]?.classList.remove("npi-marked");
    this.marked = i;
    const option = this.options.children[i];
    option?.classList.add("npi-marked");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.search.setAttribute("aria-activedescendant", option.id);
    else this.search.removeAttribute("aria-activedescendant");
  }

  /** @param {string} id */
  pick(id) {
    this.close(true);
    this.onPick(id);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    event.stopPropagation();
    const last = this.found.length - 1;
    const to = { ArrowDown: Math.min(this.marked + 1, last), ArrowUp: Math.max(this.marked - 1, 0), PageDown: Math.min(this.marked + 8, last), PageUp: Math.max(this.marked - 8, 0) }[event.key];
    if (to !== undefined) this.mark(to);
    else if (event.key === "Enter" && this.found[this.marked]) this.pick(this.found[this.marked].id);
    else if (event.key === "Escape") this.close(true);
    else return;
    event.preventDefault();
  }
}

/** @param {RunRow} row */
const nameOf = (row) => row.name || `Run ${row.id}`;

/** Those that go on first, then the newest. @param {RunRow[]} rows */
function inOrder(rows) {
  return [...rows].sort((a, b) => Number(isActive(b.status)) - Number(isActive(a.status)) || b.created - a.created);
}
