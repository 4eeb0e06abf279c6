// @ts-check
/** The layer stack editor: draws what Python last said with the unanswered edits on top, and sends each edit. */

import { element } from "../shared/dom/element.js";
import { icon } from "../shared/dom/icons.js";
import { enableDrag } from "./drag.js";
import { drawInput, drawTotals } from "./ends.js";
import { deed, HELP } from "./keys.js";
import { apply, freeName, reach, recalled, stemOf } from "./model.js";
import { glide, reveal } from "./motion.js";
import { Outbox } from "./outbox.js";
import { Palette } from "./palette.js";
import { makeRow } from "./rows.js";
import { scaleOf } from "./volume.js";

/**
 * @typedef {import("./model.js").Op} Op
 * @typedef {{seen: {client: string, seq: number} | null, input: {shape: number[], title: string}, layers: import("./rows.js").LayerRow[],
 *   problems: import("./model.js").Problem[], totals: import("./ends.js").Totals | null, selected: string | null,
 *   canUndo: boolean, canRedo: boolean, form: string, palette: import("./model.js").PaletteEntry[], colours: Record<string, string>}} Data
 * @typedef {import("../shared/streamlit.d.ts").Mount<Data>} Component
 */

const SETTLE = 140; // ms after which a selection made by arrow keys is told to Python

export class Editor {
  /** @type {Component} */
  component;
  /** @type {Data} */
  data;
  /** @type {import("./model.js").View} */
  view;

  /** @param {HTMLElement} place */
  constructor(place) {
    /** @type {Map<string, import("./rows.js").Row>} */
    this.rows = new Map();
    this.outbox = new Outbox((value) => this.component.setTriggerValue("edit", value));
    this.palette = new Palette({ choose: (kind, at) => this.add(kind, at), closed: () => this.#closed() });
    /** @type {{op: Op, timer: number} | null} */
    this.lazy = null;
    this.input = element("div", { class: "nps-input" });
    this.list = element("ol", { class: "nps-rows", "aria-label": "Layers, from input to output" });
    this.more = element("button", { class: "nps-more", type: "button", onclick: () => this.open(this.view.layers.length) }, icon("plus"), "Add layer");
    this.totals = element("div", { class: "nps-totals" });
    this.live = element("div", { class: "nps-hidden", role: "status", "aria-live": "polite" });
    this.help = element("div", { class: "nps-hidden", id: `nps-help-${Math.random().toString(36).slice(2)}` }, HELP);
    this.list.setAttribute("aria-describedby", this.help.id);
    this.root = element("section", { class: "nps-stack", "aria-label": "Network" }, this.input, this.list, this.more, this.totals, this.live, this.help);
    place.append(this.root);
    this.root.addEventListener("keydown", (event) => this.#key(event));
    this.global = (/** @type {KeyboardEvent} */ event) => event.target === document.body && /^[zy]$/i.test(event.key) && this.#key(event);
    document.addEventListener("keydown", this.global);
    enableDrag(this.list, {
      reach: (name) => reach(this.view.layers, name),
      drop: (name, to) => this.move(name, to),
      refused: (name) => this.say(`${name} cannot go further: layers that belong to it stand in the way.`),
    });
  }

  /** @param {Component} component */
  take(component) {
    this.component = component;
    const before = this.data;
    const known = new Map((this.data?.layers ?? []).map((layer) => [layer.name, layer]));
    this.data = component.data.totals ? component.data : { ...component.data, layers: recalled(component.data.layers, known) };
    this.outbox.acknowledge(this.data.seen);
    this.draw();
    const row = this.rows.get(this.data.selected ?? "");
    if (before && row && before.selected !== this.data.selected) reveal(row.root); // the form that opens below makes the stack's place lower
    if (this.toForm && !this.outbox.pending.length) setTimeout(() => this.form(), 120);
  }

  close() {
    this.outbox.close();
    document.removeEventListener("keydown", this.global);
    clearTimeout(this.lazy?.timer);
    this.root.remove();
  }

  /** Python's word with the unanswered edits on top. */
  look() {
    const ops = [...this.outbox.pending.map((edit) => edit.op), ...(this.lazy ? [this.lazy.op] : [])];
    /** @type {import("./model.js").View} */
    const said = { layers: this.data.layers, selected: this.data.selected };
    return ops.reduce((view, op) => apply(view, op, this.data.palette), said);
  }

  // Deeds

  /** @param {Op} op */
  put(op) {
    this.#settle();
    this.outbox.put(op);
    this.draw();
  }

  /** @param {string | null} name @param {boolean} [soon] */
  select(name, soon = false) {
    if (name === this.view.selected && !this.lazy) return;
    clearTimeout(this.lazy?.timer);
    this.lazy = { op: /** @type {Op} */ ({ op: "select", name }), timer: window.setTimeout(() => this.#settle(), soon ? SETTLE : 0) };
    this.draw();
  }

  /** @param {string} kind @param {number} at */
  add(kind, at) {
    const entry = this.data.palette.find((other) => other.kind === kind);
    if (!entry) return;
    const name = freeName(entry.stem, this.#names());
    this.palette.close();
    this.put({ op: "add", kind, at, name });
    this.#focus(name);
    this.say(`${entry.title} added as layer ${at + 1} of ${this.view.layers.length}.`);
  }

  /** @param {string} name */
  remove(name) {
    const place = this.#place(name);
    const wasSelected = this.view.selected === name;
    this.put({ op: "remove", name });
    const next = this.view.layers[Math.min(place, this.view.layers.length - 1)]?.name;
    if (wasSelected && next) this.put({ op: "select", name: next });
    if (next) this.#focus(next);
    else this.more.focus({ preventScroll: true });
    this.say(`${name} removed.`);
  }

  /** @param {string} name */
  duplicate(name) {
    const copy = freeName(stemOf(name), this.#names());
    this.put({ op: "duplicate", name, as: copy });
    this.#focus(copy);
    this.say(`${name} duplicated as ${copy}.`);
  }

  /** @param {string} name */
  toggle(name) {
    this.put({ op: "toggle", name });
    this.say(`${name} switched ${this.view.layers.find((layer) => layer.name === name)?.active ? "on" : "off"}.`);
  }

  /** @param {string} name @param {number} to */
  move(name, to) {
    const total = this.view.layers.length;
    if (to !== this.#place(name)) this.put({ op: "move", name, to });
    this.say(`${name} moved to place ${to + 1} of ${total}.`);
  }

  /** @param {number} at */
  open(at) {
    const shape = at ? this.view.layers[at - 1].shape : this.data.input.shape;
    this.palette.open(at, this.data.palette, shape, this.data.colours);
    this.draw();
    this.palette.input.focus({ preventScroll: true });
    this.palette.root.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  /** Put the focus into the form of the selected layer, once Python has opened it. */
  form() {
    this.toForm = this.outbox.pending.length > 0 || this.lazy !== null;
    if (this.toForm) return this.#settle();
    const form = document.querySelector(`.st-key-${CSS.escape(this.data.form)}`);
    const field = /** @type {HTMLElement | null} */ (form?.querySelector("input:not([disabled]), textarea, [role=combobox], [role=slider]"));
    field?.focus();
  }

  /** @param {string} sentence */
  say(sentence) {
    this.live.textContent = sentence;
  }

  // Drawing

  draw() {
    const view = (this.view = this.look());
    const focused = /** @type {HTMLElement | null} */ (this.root.contains(document.activeElement) ? document.activeElement : null);
    const tops = new Map([...this.rows.values()].map((row) => [row.root, row.root.offsetTop]));
    const scale = scaleOf([this.data.input.shape, ...view.layers.map((layer) => layer.shape)]);
    drawInput(this.input, this.data.input, scale);
    this.#drawRows(view, scale);
    if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
    glide(this.rows.values(), tops);
    drawTotals(this.totals, view.layers, this.data.totals);
  }

  /** @param {import("./model.js").View} view @param {import("./volume.js").Scale} scale */
  #drawRows(view, scale) {
    const total = view.layers.length;
    const anySelected = view.layers.some((layer) => layer.name === view.selected);
    const wanted = view.layers.map((layer, place) => {
      const row = this.rows.get(layer.name) ?? makeRow(layer.name, { act: (action, name) => this.#act(action, name), fix: (problem) => this.#fix(problem) });
      this.rows.set(layer.name, row);
      const problems = layer.stale ? [] : this.data.problems.filter((problem) => problem.layer === layer.name);
      const selected = layer.name === view.selected;
      row.update(layer, { selected, place, total, problems, scale, colour: this.data.colours[layer.purpose] ?? this.data.colours.Input });
      if (!anySelected && place === 0) row.main.tabIndex = 0;
      return row.root;
    });
    if (this.palette.isOpen) wanted.splice(Math.min(this.palette.at, total), 0, this.palette.root);
    for (const [name, row] of this.rows) {
      if (wanted.includes(row.root)) continue;
      row.root.remove();
      this.rows.delete(name);
    }
    wanted.forEach((node, at) => this.list.children[at] !== node && this.list.insertBefore(node, this.list.children[at] ?? null));
    this.root.classList.toggle("nps-empty", !total);
    this.more.hidden = this.palette.isOpen && this.palette.at >= total;
  }

  // Events

  /** @param {string} action @param {string} name */
  #act(action, name) {
    if (action === "open") this.open(this.#place(name));
    else if (action === "select") this.select(name);
    else if (action === "remove") this.remove(name);
    else if (action === "duplicate") this.duplicate(name);
    else if (action === "toggle") this.toggle(name);
  }

  /** @param {import("./model.js").Problem} problem */
  #fix(problem) {
    this.put({ op: "fix", index: problem.index, label: problem.fix });
    this.say(`${problem.fix}: done.`);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.tagName === "INPUT" || (event.key === "Enter" && target.tagName === "BUTTON" && !target.classList.contains("nps-main"))) return;
    const name = this.view.selected ?? "";
    const place = this.#place(name);
    const act = deed(event, {
      step: (by) => this.#step(place < 0 ? 0 : place + by),
      edge: (last) => this.#step(last ? this.view.layers.length - 1 : 0),
      move: (by) => name && this.#nudge(name, place + by),
      remove: () => name && this.remove(name),
      duplicate: () => name && this.duplicate(name),
      toggle: () => name && this.toggle(name),
      undo: () => (this.data.canUndo || this.#hasEdits()) && this.put({ op: "undo" }),
      redo: () => this.data.canRedo && !this.#hasEdits() && this.put({ op: "redo" }),
      open: () => this.open(place + 1),
      form: () => this.form(),
    });
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** @param {number} place */
  #step(place) {
    const layer = this.view.layers[Math.max(0, Math.min(this.view.layers.length - 1, place))];
    if (!layer) return;
    this.select(layer.name, true);
    this.#focus(layer.name);
  }

  /** @param {string} name @param {number} to */
  #nudge(name, to) {
    const [low, high] = reach(this.view.layers, name);
    if (to >= low && to <= high) this.move(name, to);
    else this.say(`${name} cannot move further.`);
    this.#focus(name);
  }

  #closed() {
    this.draw();
    const name = this.view.selected;
    if (name && this.rows.has(name)) this.#focus(name);
    else this.more.focus({ preventScroll: true });
  }

  #settle() {
    if (!this.lazy) return;
    clearTimeout(this.lazy.timer);
    const { op } = this.lazy;
    this.lazy = null;
    this.outbox.put(op);
  }

  /** @param {string} name */
  #focus(name) {
    const main = this.rows.get(name)?.main;
    main?.focus({ preventScroll: true });
    main?.closest(".nps-row")?.scrollIntoView({ block: "nearest" });
  }

  /** Whether edits are on their way that Python's history does not know yet. */
  #hasEdits() {
    return this.outbox.pending.some(({ op }) => !["select", "undo", "redo"].includes(op.op));
  }

  #names() {
    return ["input", ...this.view.layers.map((layer) => layer.name)];
  }

  /** @param {string} name */
  #place(name) {
    return this.view.layers.findIndex((layer) => layer.name === name);
  }
}
