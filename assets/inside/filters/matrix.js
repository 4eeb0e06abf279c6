// @ts-check
/** A weight matrix: inputs from top to bottom, units from left to right; numbers where they can be read, else a picture to point at. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { paint, short } from "../../shared/drawing/raster.js";
import { ink } from "../cell/ink.js";
import { largest } from "./cards.js";
import { pointIn } from "./tiles.js";

const ROOM = 1000; // pixels that the picture has at most on a side
const BIGGEST = 24; // pixels of a cell
const LEGIBLE = [16, 12]; // rows and columns that are shown as numbers

/** @typedef {import("../answers.d.ts").FiltersAnswer} FiltersAnswer */
/** @typedef {import("./cards.js").Look & {columns: string[], units: string[]}} MatrixLook */

export class MatrixView {
  /** @type {FiltersAnswer} */
  body;
  /** @type {Float32Array} */
  values;
  /** @type {MatrixLook} */
  look;

  /** @param {{onread: (text: string) => void}} on */
  constructor({ onread }) {
    this.onread = onread;
    this.canvas = element("canvas", { role: "img", tabindex: 0, onpointerleave: () => onread(""), onpointermove: (event) => this.point(event), onkeydown: (event) => this.key(event) });
    this.old = element("canvas", { role: "img" });
    this.oldSays = element("figcaption", { class: "npi-quiet" });
    this.newSays = element("figcaption", { class: "npi-quiet" });
    this.oldBox = element("figure", {}, this.oldSays, this.old);
    this.newBox = element("figure", {}, this.newSays, this.canvas);
    this.gates = element("div", { class: "npi-filters-gates", "aria-hidden": "true" });
    this.newBox.append(this.gates);
    this.tables = [new NumberTable(), new NumberTable()];
    this.oldBox.append(this.tables[0].root);
    this.newBox.append(this.tables[1].root);
    this.root = element("div", { class: "npi-filters-matrix" }, this.oldBox, this.newBox);
    this.at = [0, 0];
    this.reach = 0; // the size at which the colours are strongest
  }

  /** @param {FiltersAnswer} body of the form matrix @param {MatrixLook} look units: their names, where they are classes */
  draw(body, look) {
    const [height, width] = body.values.shape;
    const compared = body.before ? look.compared : "now";
    const values = compared === "difference" ? body.values.map((value, i) => value - (body.before?.[i] ?? NaN)) : body.values;
    const reach = compared === "difference" ? largest(values) : look.scale === "network" ? body.network_reach : body.reach;
    this.reach = reach;
    this.body = body;
    this.values = values;
    this.look = look;
    this.oldBox.hidden = compared !== "both";
    const legible = height <= LEGIBLE[0] && width <= LEGIBLE[1];
    this.canvas.hidden = this.old.hidden = legible;
    for (const table of this.tables) table.root.hidden = !legible;
    const how = { height, width, colours: /** @type {const} */ ("diverging"), low: -reach, high: reach, dark: look.dark };
    const names = { rows: Array.from({ length: height }, (_, row) => look.columns[body.inputs_first + row] ?? `input ${body.inputs_first + row}`), columns: Array.from(body.numbers, (unit) => unitName(unit, look)) };
    [body.before, values].forEach((shown, i) => {
      if (!shown || (i === 0 && compared !== "both")) return;
      if (legible) this.tables[i].draw(shown, { ...names, reach, dark: look.dark });
      else paint(i ? this.canvas : this.old, { values: shown, ...how });
    });
    this.oldSays.textContent = look.against;
    this.newSays.textContent = compared === "now" ? "" : compared === "both" ? look.now : `${look.now} − ${look.against}`;
    const zoom = Math.max(1, Math.min(BIGGEST, Math.floor(ROOM / width)));
    const tall = Math.max(0.5, Math.min(BIGGEST, height > 200 ? 2 : ROOM / 2 / height, zoom * 2));
    for (const canvas of [this.canvas, this.old]) {
      canvas.style.width = `${width * zoom}px`;
      canvas.style.height = `${Math.round(height * tall)}px`;
    }
    setAttribute(this.canvas, "aria-label", `Weights from ${body.inputs} inputs to ${body.total} units, size up to ${short(body.reach)}. Arrow keys read single ones.`);
    this.gates.hidden = legible || !body.gates.length || body.numbers.length < body.total;
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
    const { body, values, look } = this;
    const [height, width] = body.values.shape;
    this.at = [Math.max(0, Math.min(height - 1, row)), Math.max(0, Math.min(width - 1, column))];
    const place = this.at[0] * width + this.at[1];
    const input = body.inputs_first + this.at[0];
    const was = body.before && look.compared !== "difference" ? `, ${look.against} ${short(body.before[place])}` : "";
    this.onread(`From ${look.columns[input] ?? `input ${input}`} to ${unitName(body.numbers[this.at[1]], look)}: ${short(values[place])}${was}`);
  }
}

/** @param {number} unit @param {{units: string[]}} look */
function unitName(unit, { units }) {
  return units[unit] ?? `unit ${unit}`;
}

/** A small matrix as coloured numbers with names on both sides. */
class NumberTable {
  constructor() {
    this.head = element("tr");
    this.body = element("tbody");
    this.root = element("table", { class: "npi-filters-numbertable" }, element("thead", {}, this.head), this.body);
    this.shape = "";
  }

  /** @param {Float32Array} values @param {{rows: string[], columns: string[], reach: number, dark: boolean}} how */
  draw(values, { rows, columns, reach, dark }) {
    const shape = JSON.stringify([rows, columns]);
    if (shape !== this.shape) {
      this.head.replaceChildren(element("td"), ...columns.map((text) => element("th", { scope: "col", text })));
      this.body.replaceChildren(...rows.map((text) => element("tr", {}, element("th", { scope: "row", text }), ...columns.map(() => element("td")))));
    }
    this.shape = shape;
    rows.forEach((_, row) => columns.forEach((_, column) => {
      const cell = /** @type {HTMLElement} */ (this.body.children[row].children[column + 1]);
      const value = values[row * columns.length + column];
      const { background, color } = ink(value, reach, dark);
      setText(cell, short(value));
      [cell.style.background, cell.style.color] = [background, color];
    }));
  }
}
