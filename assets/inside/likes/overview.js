// @ts-check
/** All units of a layer at a glance: each one as the piece of a picture that it answers to most. One of them is chosen. */

import { classColour } from "../../shared/drawing/classes.js";
import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { percent, whole } from "../../shared/drawing/format.js";
import { paint, short } from "../../shared/drawing/raster.js";

export class Overview {
  /** @param {{onpick: (unit: number) => void, onpage: (first: number) => void}} acts */
  constructor({ onpick, onpage }) {
    this.onpick = onpick;
    this.onpage = onpage;
    this.tiles = element("div", { class: "npi-likes-tiles", role: "radiogroup", "aria-label": "Units of the layer" });
    this.says = element("span", { class: "npi-quiet" });
    this.before = element("button", { type: "button", class: "npi-button", text: "Earlier units", onclick: () => this.onpage(this.first - this.size) });
    this.behind = element("button", { type: "button", class: "npi-button", text: "Later units", onclick: () => this.onpage(this.first + this.size) });
    this.pages = element("div", { class: "npi-buttons" }, this.before, this.behind);
    this.root = element("div", { class: "npi-likes-overview" }, element("div", { class: "npi-likes-row" }, this.says, this.pages), this.tiles);
    this.first = 0;
    this.size = 96; // units on a page
    this.units = 0;
    /** @type {Map<number, HTMLElement>} */
    this.known = new Map();
    this.tiles.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.walk(event));
  }

  /**
   * @param {import("../answers.d.ts").UnitsAnswer} body an answer of the view units
   * @param {{classes: string[]}} anatomy
   */
  draw(body, { classes }) {
    this.first = body.first;
    this.units = body.units;
    const count = body.high.length;
    const last = body.first + count;
    const dead = [...body.high].filter((value) => value <= 0).length;
    const kind = body.is_last ? "classes" : "units";
    const range = last - body.first < body.units ? `${whole(body.first + 1)} to ${whole(last)} of ${whole(body.units)} ${kind}` : `${whole(body.units)} ${kind}`;
    setText(this.says, `${range}${body.crops ? ", each as the part of a picture that it answers to most" : ""}${dead && !body.is_last ? `; ${whole(dead)} never above 0` : ""}.`);
    this.pages.hidden = count >= body.units;
    this.before.disabled = body.first === 0;
    this.behind.disabled = last >= body.units;
    this.known.clear();
    this.tiles.replaceChildren(...Array.from({ length: count }, (_, place) => this.tile(body, place, classes)));
  }

  /** @param {import("../answers.d.ts").UnitsAnswer} body @param {number} place @param {string[]} classes */
  tile(body, place, classes) {
    const unit = body.first + place;
    const crop = body.crops?.[place];
    const name = body.is_last ? classes[unit] : String(unit);
    const favourite = classes[body.favourite[place]];
    const isDead = !body.is_last && body.high[place] <= 0;
    const help = isDead ? `Unit ${unit} is never above 0 on these pictures` : `${body.is_last ? `Class ${name}` : `Unit ${unit}`}: strongest answer ${short(body.high[place])}, above 0 on ${percent(body.active[place])}, answers most to ${favourite}`;
    const picture = element("canvas", { "aria-hidden": "true", hidden: !crop });
    if (crop) {
      const [height, width, channels] = crop.shape;
      paint(picture, { values: crop, height, width, channels: channels === 3 ? 3 : 1 });
    }
    const tile = element("button", { type: "button", role: "radio", "aria-label": help, title: help, class: `npi-likes-tile${isDead ? " npi-likes-dead" : ""}`, style: `--npi-class:${classColour(body.favourite[place])}`, onclick: () => this.onpick(unit) },
      picture, element("span", { text: name }), !crop && element("small", { text: short(body.high[place]) }));
    this.known.set(unit, tile);
    return tile;
  }

  /** @param {number} unit */
  mark(unit) {
    for (const [place, tile] of this.known) {
      setAttribute(tile, "aria-checked", String(place === unit));
      setAttribute(tile, "tabindex", place === unit ? "0" : "-1");
    }
  }

  /** @param {KeyboardEvent} event */
  walk(event) {
    const by = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 })[event.key];
    const now = [...this.known].find(([, tile]) => tile === event.target)?.[0];
    if (!by || now === undefined || !this.known.has(now + by)) return;
    event.preventDefault();
    this.known.get(now + by)?.focus();
    this.onpick(now + by);
  }
}
