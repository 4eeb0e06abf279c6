// @ts-check
/** One array on the bench: its title, its drawing and how cells are pointed at, by mouse, touch and arrow keys. */

import { element, setAttribute, setText } from "../../../shared/dom/element.js";
import { legend } from "../../../shared/drawing/raster.js";
import { drawCells, drawStems, layout } from "./drawing.js";

/** @typedef {import("./drawing.js").Facts} Facts */
/** @typedef {import("../../../shared/drawing/theme.js").Theme} Theme */
/** how: "hover" lasts while the pointer is there, "choose" stays, "leave" ends the hover. @typedef {(cell: [number, number], how: "hover" | "choose" | "leave") => void} Point */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Stage {
  /** @type {string} */
  key;
  /** @type {ReturnType<typeof layout>} */
  layout;

  /** @param {{name: string, onpoint?: Point}} options name: for tests and styles */
  constructor({ name, onpoint }) {
    this.onpoint = onpoint;
    /** @type {{facts: Facts, theme: Theme, line: boolean, at: [number, number]} | null} */
    this.drawn = null;
    this.title = element("h4", { class: "npi-bench-title" });
    this.size = element("span", { class: "npi-quiet npi-bench-size" });
    this.note = element("p", { class: "npi-quiet npi-bench-note" });
    this.base = element("canvas", { class: "npi-bench-base", "aria-hidden": "true" });
    this.over = element("canvas", { class: "npi-bench-over", role: "img", tabindex: onpoint ? 0 : null });
    this.frame = element("div", { class: `npi-bench-frame${onpoint ? " npi-bench-pointed" : ""}` }, this.base, this.over);
    this.scale = element("span", { class: "npi-bench-scale" });
    this.root = element("figure", { class: "npi-bench-stage", "data-stage": name }, element("figcaption", {}, this.title), this.frame, element("div", { class: "npi-bench-under" }, this.size, this.scale), this.note);
    if (onpoint) this.listen(onpoint);
    new ResizeObserver(() => this.redraw()).observe(this.root);
  }

  /**
   * @param {{title: string, label: string, note?: string, facts: Facts, line: boolean, theme: Theme, at?: [number, number]}} what label: for those who do not see
   * it; at: the cell that arrow keys move from
   */
  draw({ title, label, note = "", facts, line, theme, at = [0, 0] }) {
    setText(this.title, title);
    setText(this.size, line ? `${facts.grid.width} values` : `${facts.grid.height} × ${facts.grid.width}${facts.grid.channels > 1 ? ` × ${facts.grid.channels}` : ""}`);
    setText(this.note, note);
    this.note.hidden = !note;
    setAttribute(this.over, "aria-label", label);
    const { low, high } = facts.tones;
    const colours = facts.grid.channels > 1 ? "grey" : facts.tones.colours; // three channels are painted as they are, 0 as middle grey
    this.scale.hidden = line;
    const key = `${line} ${low} ${high} ${colours} ${theme.dark}`;
    if (!line && this.key !== key) this.scale.replaceChildren(legend(colours, low, high, { dark: theme.dark }));
    this.key = key;
    this.drawn = { facts, theme, line, at };
    this.redraw();
  }

  redraw() {
    const room = this.root.clientWidth;
    if (!this.drawn || !room) return;
    const { facts, theme, line } = this.drawn;
    this.layout = layout(facts, room, line);
    Object.assign(this.frame.style, { width: `${this.layout.width}px`, height: `${this.layout.height}px` });
    (line ? drawStems : drawCells)(this.base, this.over, { facts, layout: this.layout, theme });
  }

  /** @param {Point} onpoint */
  listen(onpoint) {
    this.over.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      const cell = event.pointerType === "touch" ? null : this.cellAt(event);
      if (cell) onpoint(cell, "hover");
    });
    this.over.addEventListener("pointerleave", () => onpoint([0, 0], "leave"));
    this.over.addEventListener("click", (/** @type {MouseEvent} */ event) => {
      const cell = this.cellAt(event);
      if (cell) onpoint(cell, "choose");
    });
    this.over.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const step = ARROWS[event.key];
      if (!step || !this.drawn) return;
      event.preventDefault();
      const { grid } = this.drawn.facts;
      const [i, j] = this.drawn.at;
      onpoint([Math.min(grid.height - 1, Math.max(0, i + step[0])), Math.min(grid.width - 1, Math.max(0, j + step[1]))], "choose");
    });
  }

  /** The cell under the pointer, or null on the padding. @param {MouseEvent} event @returns {[number, number] | null} */
  cellAt(event) {
    if (!this.drawn || !this.layout) return null;
    const { facts: { grid, pads }, line } = this.drawn;
    const i = line ? 0 : Math.floor(event.offsetY / this.layout.cell) - pads.top;
    const j = Math.floor(event.offsetX / this.layout.cell) - pads.left;
    return i >= 0 && i < grid.height && j >= 0 && j < grid.width ? [i, j] : null;
  }
}
