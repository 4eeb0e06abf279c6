// @ts-check
/** A weight matrix as one picture: inputs from top to bottom, units from left to right; pointing at a cell reads it. */

import { element, setAttribute } from "../../element.js";
import { paint, short } from "../../raster.js";
import { largest } from "./cards.js";
import { pointIn } from "./tiles.js";

const ROOM = 1000; // pixels that the picture has at most on a side
const BIGGEST = 24; // pixels of a cell

export class MatrixView {
  /** @param {{onread: (text: string) => void}} on */
  constructor({ onread }) {
    this.onread = onread;
    this.canvas = element("canvas", { role: "img", tabindex: 0, onpointerleave: () => onread(""), onpointermove: (/** @type {PointerEvent} */ event) => this.point(event), onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event) });
    this.old = element("canvas", { role: "img" });
    this.oldBox = element("figure", {}, element("figcaption", { class: "npi-quiet" }), this.old);
    this.newBox = element("figure", {}, element("figcaption", { class: "npi-quiet" }), this.canvas);
    this.gates = element("div", { class: "npi-filters-gates", "aria-hidden": "true" });
    this.newBox.append(this.gates);
    this.root = element("div", { class: "npi-filters-matrix" }, this.oldBox, this.newBox);
    this.at = [0, 0];
  }

  /** @param {any} body of the view "filters", form matrix @param {import("./cards.js").Look & {columns: string[]}} look */
  draw(body, look) {
    const [height, width] = body.values.shape;
    const compared = body.before ? look.compared : "now";
    const values = compared === "difference" ? body.values.map((/** @type {number} */ value, /** @type {number} */ i) => value - body.before[i]) : body.values;
    const reach = compared === "difference" ? largest(values) : look.scale === "network" ? body.network_reach : body.reach;
    Object.assign(this, { body, values, look, reach });
    const how = { height, width, colours: /** @type {const} */ ("diverging"), low: -reach, high: reach, dark: look.dark };
    paint(this.canvas, { values, ...how });
    this.oldBox.hidden = compared !== "both";
    if (compared === "both") paint(this.old, { values: body.before, ...how });
    this.oldBox.firstChild.textContent = look.against;
    this.newBox.firstChild.textContent = compared === "now" ? "" : compared === "both" ? "now" : `now − ${look.against}`;
    const zoom = Math.max(1, Math.min(BIGGEST, Math.floor(ROOM / width)));
    const tall = Math.max(0.5, Math.min(BIGGEST, height > 200 ? 2 : ROOM / 2 / height, zoom * 2));
    for (const canvas of [this.canvas, this.old]) {
      canvas.style.width = `${width * zoom}px`;
      canvas.style.height = `${Math.round(height * tall)}px`;
    }
    setAttribute(this.canvas, "aria-label", `Weights from ${body.inputs} inputs to ${body.total} units, size up to ${short(body.reach)}. Arrow keys read single ones.`);
    this.gates.hidden = !body.gates.length || body.numbers.length < body.total;
    this.gates.style.width = this.canvas.style.width;
    if (!this.gates.hidden && this.gates.children.length !== body.gates.length) this.gates.replaceChildren(...body.gates.map((/** @type {string} */ text) => element("span", { text })));
  }

  /** @param {PointerEvent} event */
  point(event) {
    const [x, y] = pointIn(event, this.canvas);
    this.read(Math.floor(y), Math.floor(x));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.read(this.at[0] + by[0], this.at[1] + by[1]);
  }

  /** @param {number} row @param {number} column */
  read(row, column) {
    const { body, values, look } = /** @type {any} */ (this);
    const [height, width] = body.values.shape;
    this.at = [Math.max(0, Math.min(height - 1, row)), Math.max(0, Math.min(width - 1, column))];
    const place = this.at[0] * width + this.at[1];
    const input = body.inputs_first + this.at[0];
    const was = body.before && look.compared !== "difference" ? `, ${look.against} ${short(body.before[place])}` : "";
    this.onread(`From ${look.columns[input] ?? `input ${input}`} to unit ${body.numbers[this.at[1]]}: ${short(values[place])}${was}`);
  }
}
