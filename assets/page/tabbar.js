// @ts-check
/** The row of tabs: one is open, arrow keys, Home and End go from one to the next. */

import { element } from "../shared/dom/element.js";

/** @template Entry @typedef {Entry & {id: string, title: string, alone?: boolean}} Named */

/** @template Entry */
export class TabBar {
  /** @param {Named<Entry>[]} tabs @param {(id: string) => void} onOpen */
  constructor(tabs, onOpen) {
    this.tabs = tabs;
    this.onOpen = onOpen;
    this.current = "";
    this.suits = (/** @type {Named<Entry>} */ _) => true; // which tabs there are for the run on show
    this.buttons = tabs.map(({ id, title }) =>
      element("button", { type: "button", role: "tab", id: `npi-tab-${id}`, class: "npi-tab", "aria-controls": "npi-place", text: title, onclick: () => this.open(id) }),
    );
    this.root = element("div", { class: "npi-tabs", role: "tablist", "aria-label": "What to look at", onkeydown: (event) => this.key(event) }, ...this.buttons);
  }

  /** The tab of that name, or the first. @param {string | undefined} id @returns {string} */
  known(id) {
    return (this.tabs.find((tab) => tab.id === id) ?? this.tabs[0]).id;
  }

  /**
   * Marks the open tab and switches off those that need a network while there is none.
   * @param {string} wanted
   * @param {boolean} ready
   * @param {boolean} [absent] none will come: a tab opens that needs none
   * @returns {string} the tab that is open
   */
  draw(wanted, ready, absent = true) {
    const { tabs } = this;
    const before = this.current;
    const can = (/** @type {Named<Entry> | undefined} */ tab) => tab !== undefined && this.suits(tab) && (ready || tab.alone === true);
    this.current = !absent || can(tabs.find(({ id }) => id === wanted)) ? wanted : (tabs.find(can)?.id ?? wanted);
    tabs.forEach((tab, i) => {
      const open = tab.id === this.current;
      this.buttons[i].setAttribute("aria-selected", String(open));
      this.buttons[i].tabIndex = open ? 0 : -1;
      this.buttons[i].disabled = !can(tab);
      this.buttons[i].hidden = !this.suits(tab);
    });
    if (this.current !== before) this.reveal();
    return this.current;
  }

  /** The open tab comes into sight where not all fit side by side; the page itself stays where it is. */
  reveal() {
    const button = this.buttons[this.tabs.findIndex(({ id }) => id === this.current)];
    const [box, row] = [button?.getBoundingClientRect(), this.root.getBoundingClientRect()];
    if (box && (box.left < row.left || box.right > row.right)) this.root.scrollLeft += box.left - row.left - 24;
  }

  /** @param {string} id */
  open(id) {
    this.onOpen(id);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const usable = this.buttons.filter((button) => !button.disabled);
    const at = usable.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    /** @type {Record<string, number | undefined>} */
    const places = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: usable.length - 1 };
    const to = places[event.key];
    if (at < 0 || to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = usable[(to + usable.length) % usable.length];
    next.click();
    next.focus();
  }
}
