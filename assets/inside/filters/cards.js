// @ts-check
/** A page of filters, one card each: its planes now, beside what they were before or the difference. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { short } from "../../shared/drawing/raster.js";
import { walk } from "../maps/overview.js";
import { cellAt, paintTiles, pointIn } from "./tiles.js";

/** @typedef {"now" | "both" | "difference"} Compared */
/** @typedef {{scale: "filter" | "layer" | "network", compared: Compared, rgb: boolean, dark: boolean, chosen: number | null, now: string, against: string}} Look now, against: names of the two moments */

const WIDTH = 200; // pixels that a card's picture has at most
const HALF = 130; // where two stand side by side
const BIGGEST = 22; // pixels of a cell

export class FilterCards {
  /** @param {{onpick: (filter: number) => void, onread: (text: string) => void}} on */
  constructor(on) {
    this.on = on;
    this.shape = "";
    /** @type {Card[]} */
    this.cards = [];
    this.root = element("div", { class: "npi-filters-cards", role: "group", "aria-label": "Filters", onkeydown: (event) => walk(event, this.cards.map((card) => card.root)) });
  }

  /** @param {import("../answers.d.ts").FiltersAnswer} body of the view "filters", form filters @param {Look} look */
  draw(body, look) {
    const shape = JSON.stringify([body.layer, body.weight, body.values.shape]);
    if (shape !== this.shape) {
      this.cards = Array.from(body.numbers, (_, i) => new Card(i, this.on));
      this.root.replaceChildren(...this.cards.map((card) => card.root));
    }
    this.shape = shape;
    this.cards.forEach((card, i) => card.draw(body, i, look));
  }
}

class Card {
  /** @param {number} i @param {{onpick: (filter: number) => void, onread: (text: string) => void}} on */
  constructor(i, on) {
    this.number = 0;
    this.title = element("strong");
    this.facts = element("small", { class: "npi-quiet" });
    this.now = this.canvas(() => this.tiles, on);
    this.before = this.canvas(() => this.old, on);
    this.words = [element("small", { class: "npi-quiet" }), element("small", { class: "npi-quiet" })];
    this.oldBox = element("span", { class: "npi-filters-picture" }, this.words[0], this.before);
    this.newBox = element("span", { class: "npi-filters-picture" }, this.words[1], this.now);
    this.root = element("button", { type: "button", class: "npi-filters-card", tabindex: i ? -1 : 0, onclick: () => on.onpick(this.number) }, element("span", { class: "npi-filters-head" }, this.title, this.facts), element("span", { class: "npi-filters-pair" }, this.oldBox, this.newBox));
  }

  /** @param {() => any} tiles @param {{onread: (text: string) => void}} on */
  canvas(tiles, on) {
    const canvas = element("canvas", {
      "aria-hidden": "true", onpointerleave: () => on.onread(""),
      onpointermove: (event) => on.onread(this.reading(tiles(), ...pointIn(event, canvas))),
    });
    return canvas;
  }

  /** @param {import("../answers.d.ts").FiltersAnswer} body @param {number} i @param {Look} look */
  draw(body, i, look) {
    const [, inputs, depth, height, width] = body.values.shape;
    const size = inputs * depth * height * width;
    const part = (/** @type {Float32Array} */ values) => values.subarray(i * size, (i + 1) * size);
    const now = part(body.values);
    const before = body.before ? part(body.before) : null;
    const compared = before ? look.compared : "now";
    const shown = compared === "difference" && before ? now.map((value, at) => value - before[at]) : now;
    const all = compared === "difference" ? null : { filter: null, layer: body.reach, network: body.network_reach }[look.scale];
    const reach = all ?? Math.max(largest(shown), compared === "both" && before ? largest(before) : 0);
    this.number = body.numbers[i];
    const channels = look.rgb && body.inputs === 3 && depth === 1 ? 3 : 1;
    const columns = channels === 3 ? 1 : columnsOf(inputs * depth, width, compared === "both");
    const tiles = { height, width, columns, low: -reach, high: reach, channels: /** @type {1 | 3} */ (channels), dark: look.dark };
    this.tiles = { ...tiles, values: shown };
    this.old = before && compared === "both" ? { ...tiles, values: before } : null;
    this.first = body.inputs_first;
    this.depth = depth;
    this.place(this.now, this.tiles);
    this.oldBox.hidden = !this.old;
    if (this.old) this.place(this.before, this.old);
    setText(this.words[0], look.against);
    setText(this.words[1], compared === "difference" ? `${look.now} − ${look.against}` : this.old ? look.now : "");
    this.words[1].hidden = compared === "now";
    setText(this.title, String(this.number));
    setText(this.facts, `norm ${short(body.norms[i])}${body.changes ? ` · Δ ${short(body.changes[i])}` : ""}`);
    setAttribute(this.root, "aria-pressed", String(look.chosen === this.number));
    setAttribute(this.root, "aria-label", `Filter ${this.number}: norm ${short(body.norms[i])}, largest size ${short(largest(now))}${body.changes ? `, changed by ${short(body.changes[i])}` : ""}. Open it.`);
  }

  /** @param {HTMLCanvasElement} canvas @param {import("./tiles.js").Tiles} tiles */
  place(canvas, tiles) {
    const { broken } = paintTiles(canvas, tiles);
    const room = this.old ? HALF : WIDTH;
    const zoom = Math.max(1, Math.min(BIGGEST, Math.floor(room / canvas.width)));
    canvas.style.width = `${Math.min(canvas.width * zoom, room)}px`;
    canvas.dataset.broken = String(broken > 0);
  }

  /** @param {import("./tiles.js").Tiles | null} tiles @param {number} x @param {number} y */
  reading(tiles, x, y) {
    const cell = tiles ? cellAt(tiles, x, y) : null;
    if (!tiles || !cell) return "";
    const { depth = 1 } = this;
    const place = `row ${cell.row}, column ${cell.column}`;
    if (tiles.channels === 3) {
      const size = tiles.height * tiles.width;
      const [r, g, b] = [0, 1, 2].map((channel) => short(tiles.values[channel * size + cell.row * tiles.width + cell.column]));
      return `Filter ${this.number}, ${place}: red ${r}, green ${g}, blue ${b}`;
    }
    const input = (this.first ?? 0) + Math.floor(cell.plane / depth);
    return `Filter ${this.number}, input ${input}${depth > 1 ? `, depth ${cell.plane % depth}` : ""}, ${place}: ${short(tiles.values[cell.index])}`;
  }
}

/** How many planes stand side by side. @param {number} planes @param {number} width cells @param {boolean} halved */
function columnsOf(planes, width, halved) {
  const room = Math.max(1, Math.floor((halved ? HALF : WIDTH) / ((width + 1) * (width > 12 ? 2 : halved ? 4 : 6))));
  return Math.min(planes, planes <= 4 ? Math.min(room, 4) : Math.max(2, Math.min(room, Math.ceil(Math.sqrt(planes)))));
}

/** The largest size of a finite value. @param {Float32Array} values */
export function largest(values) {
  let most = 0;
  for (const value of values) if (value - value === 0 && Math.abs(value) > most) most = Math.abs(value);
  return most;
}
