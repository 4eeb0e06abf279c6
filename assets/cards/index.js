// @ts-check
/** Cards to choose one of: a radio group that shows a picture or scatter, facts, class balance and a badge for each. */

import { element } from "../shared/dom/element.js";
import { balanceBars, balanceWords, scatter } from "./drawings.js";

/**
 * @typedef {{id: string, title: string, summary: string, facts: string, image: string | null, points: [number, number][] | null,
 *   labels: number[] | null, balance: number[] | null, classes: string[], badge: string, disabled: string}} Card
 * @typedef {{items: Card[], selected: string | null, label: string, colours: string[]}} Data
 * @typedef {import("../shared/streamlit.d.ts").Mount<Data>} Component
 */

/** @type {WeakMap<HTMLElement, Deck>} */
const decks = new WeakMap();
const PATIENCE = 4000; // ms after which a choice that Python did not take is let go

/** @param {Component} component */
export function render(component) {
  const place = component.parentElement;
  const deck = decks.get(place) ?? new Deck(component);
  decks.set(place, deck);
  deck.take(component);
  return () => {
    decks.get(place)?.close();
    decks.delete(place);
  };
}

class Deck {
  /** @param {Component} component */
  constructor(component) {
    this.component = component;
    this.data = component.data;
    /** @type {Map<string, {root: HTMLElement, key: string}>} */
    this.cards = new Map();
    this.chosen = /** @type {string | null} */ (null);
    this.timer = 0;
    this.root = element("div", { class: "npc-cards", role: "radiogroup" });
    this.root.addEventListener("keydown", (event) => this.#key(event));
    component.parentElement.append(this.root);
  }

  /** @param {Component} component */
  take(component) {
    this.component = component;
    this.data = component.data;
    if (this.data.selected === this.chosen) this.chosen = null;
    this.draw();
  }

  close() {
    clearTimeout(this.timer);
    this.root.remove();
  }

  draw() {
    const { items, selected, label, colours } = this.data;
    const current = this.chosen ?? selected;
    const focusable = items.find((item) => item.id === current && !item.disabled) ?? items.find((item) => !item.disabled);
    const pictured = items.some((item) => item.image || item.points);
    this.root.setAttribute("aria-label", label);
    this.root.classList.toggle("npc-wide", !pictured);
    items.forEach((item, at) => {
      const key = JSON.stringify([item, colours, pictured]);
      let card = this.cards.get(item.id);
      if (card?.key !== key) {
        const root = makeCard(item, colours, pictured, () => this.choose(item.id));
        const hadFocus = card?.root === document.activeElement;
        card?.root.replaceWith(root);
        card = { root, key };
        this.cards.set(item.id, card);
        if (hadFocus) root.focus({ preventScroll: true });
      }
      card.root.setAttribute("aria-checked", String(item.id === current));
      card.root.tabIndex = item === focusable ? 0 : -1;
      if (this.root.children[at] !== card.root) this.root.insertBefore(card.root, this.root.children[at] ?? null);
    });
    for (const [id, card] of this.cards) {
      if (items.some((item) => item.id === id)) continue;
      card.root.remove();
      this.cards.delete(id);
    }
  }

  /** @param {string} id */
  choose(id) {
    const item = this.data.items.find((other) => other.id === id);
    if (!item || item.disabled) return;
    this.chosen = id;
    this.draw();
    this.component.setTriggerValue("choose", id);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.chosen = null;
      this.draw();
    }, PATIENCE);
  }

  /** Arrow keys go from card to card, Enter or the space bar chooses: a choice may change the whole network, so it is never made in passing.
   * @param {KeyboardEvent} event */
  #key(event) {
    const open = this.data.items.filter((item) => !item.disabled);
    const at = open.findIndex((item) => this.cards.get(item.id)?.root === document.activeElement);
    if (at < 0) return;
    const columns = getComputedStyle(this.root).gridTemplateColumns.split(" ").length;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -at, End: open.length - 1 - at };
    if (event.key in steps) {
      const to = at + steps[/** @type {keyof typeof steps} */ (event.key)];
      const next = this.cards.get(open[Math.max(0, Math.min(open.length - 1, to))].id);
      for (const card of this.cards.values()) card.root.tabIndex = card === next ? 0 : -1;
      next?.root.focus();
    } else if (event.key === " " || event.key === "Enter") this.choose(open[at].id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** pictured: whether any card of the group has a picture, so that all keep the same height for it.
 * @param {Card} item @param {string[]} colours @param {boolean} pictured @param {() => void} choose */
function makeCard(item, colours, pictured, choose) {
  const picture = element("div", { class: "npc-picture" });
  if (item.points) picture.innerHTML = scatter(item.points, item.labels ?? [], colours);
  else if (item.image) {
    const image = element("img", { src: item.image, alt: "", loading: "lazy", decoding: "async", draggable: "false" });
    image.addEventListener("error", () => picture.classList.add("npc-blank"));
    picture.append(image);
  } else picture.append(element("span", { class: "npc-none" }, "Preview after the download"));
  const bars = element("div", { class: "npc-balance" });
  if (item.balance?.length) {
    bars.innerHTML = balanceBars(item.balance, item.points ? colours : []);
    bars.title = balanceWords(item.balance, item.classes);
  }
  const root = element(
    "div",
    { class: "npc-choice", role: "radio", "data-id": item.id, "aria-disabled": item.disabled ? "true" : null, onclick: choose, title: item.disabled || null },
    pictured && picture,
    element(
      "div",
      { class: "npc-body" },
      element("div", { class: "npc-title" }, item.title),
      item.summary && element("div", { class: "npc-summary" }, item.summary),
      ...item.facts.split("\n").filter(Boolean).map((line) => element("div", { class: "npc-facts" }, line)),
      element(
        "div",
        { class: "npc-foot" },
        item.balance?.length ? element("span", { class: "npc-facts" }, "Class balance") : null,
        item.balance?.length ? bars : null,
        item.badge && element("span", { class: `npc-badge${item.badge === "ready" ? " npc-ready" : ""}` }, item.badge),
      ),
      item.disabled && element("div", { class: "npc-reason" }, item.disabled),
    ),
  );
  const balance = item.balance?.length ? balanceWords(item.balance, item.classes) : "";
  root.setAttribute("aria-label", [item.title, item.summary, item.facts.replaceAll("\n", ", "), balance, item.badge, item.disabled].filter(Boolean).join(". "));
  return root;
}
