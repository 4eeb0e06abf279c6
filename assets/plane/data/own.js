// @ts-check
/** A person's own points: choosing them, the palette, eraser, undo, and files. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { tell } from "../../shared/dom/fault.js";
import { labelColour } from "../board/dots.js";
import { isNumbers } from "../board/scene.js";
import { exported, imported } from "./csv.js";
import { canUndo, commit, forget, undo } from "./history.js";
import { LIMIT, MOST_CLASSES, counts, decode, encode } from "./points.js";

const FINEST = 0.05; // radius of a brush that leaves one point at a time

export class OwnPoints {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.key = "";

    const button = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ onclick) => element("button", { type: "button", class: "npp-data-button", text, title, onclick });
    this.start = button("Start empty", "Starts with an empty plane → click and drag on the board", () => this.begin(false));
    this.startOn = button("Use these points", "Keeps the points that are shown → add to them, erase some", () => this.begin(true));
    this.intro = element("p", { class: "npp-data-quiet", text: "Paint points on the board, or bring a CSV file with x, y and a class or a number." });
    this.classes = element("div", { class: "npp-data-palette", role: "group", "aria-label": "Class to paint" });
    this.value = element("input", { type: "range", min: -1, max: 1, step: 0.05, value: 1, "aria-label": "Value to paint", oninput: () => this.paint({ value: Number(this.value.value), erase: false }) });
    this.valueSays = element("span", { class: "npp-data-value", "aria-hidden": "true" });
    this.valueRow = element("label", { class: "npp-data-knob", title: "The number that painted points stand for" }, element("span", { text: "Value" }), this.valueSays, this.value);
    this.size = element("input", { type: "range", min: FINEST, max: 0.8, step: 0.05, value: FINEST, "aria-label": "Size of the brush", oninput: () => this.paint({ size: Number(this.size.value) }) });
    this.sizeRow = element("label", { class: "npp-data-knob", title: "Wider → several points at a time, spread over the brush" }, element("span", { text: "Brush" }), element("span"), this.size);
    this.hand = button("Look only", "", () => this.context.set({ painting: this.context.state.painting ? null : this.usual() }));
    this.eraser = button("Eraser", "Click and drag on the board takes points away", () => this.paint({ erase: !this.context.state.painting?.erase }));
    this.back = button("Undo", "Takes back the last stroke", () => undo(this.context));
    this.clear = button("Clear", "Takes all points away", () => this.put({ xy: [], labels: [] }));
    this.target = element("select", { "aria-label": "What the points say", title: "Classes to tell apart, or numbers to predict", onchange: () => this.turn(this.target.value === "number") }, element("option", { value: "class", text: "Classes" }), element("option", { value: "number", text: "Numbers" }));
    this.count = element("p", { class: "npp-data-quiet", "aria-live": "polite" });
    this.file = element("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain", class: "npp-data-file", "aria-label": "CSV file of points", tabindex: "-1", onchange: () => this.read(this.file.files?.[0]) });
    this.import = button("Import CSV", "Columns x, y and class or value → points; a file can also be dropped here, or its text pasted", () => this.file.click());
    this.export = button("Export CSV", "Saves the points as a file: x, y, label", () => this.save());
    this.said = element("ul", { class: "npp-data-said", role: "status" });
    this.fault = element("div", { class: "npp-data-fault" });
    this.tools = element("div", { class: "npp-data-tools" }, this.target, this.classes, this.valueRow, this.sizeRow, element("div", { class: "npp-data-pair" }, this.hand, this.eraser, this.back, this.clear), this.count);
    this.root = element("div", { class: "npp-data-own" }, this.intro, element("div", { class: "npp-data-pair" }, this.start, this.startOn), this.tools, element("div", { class: "npp-data-pair" }, this.import, this.export, this.file), this.fault, this.said);
  }

  /** Files that are dropped or pasted there are read. @param {HTMLElement} place @param {() => void} open shows this part */
  accept(place, open) {
    const over = (/** @type {boolean} */ isOver) => place.classList.toggle("npp-data-over", isOver);
    const take = (/** @type {Event} */ event, /** @type {File | undefined} */ file) => {
      over(false);
      if (!file || !this.context.shown("paint")) return;
      event.preventDefault();
      open();
      this.read(file);
    };
    place.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      over(true);
    });
    place.addEventListener("dragleave", () => over(false));
    place.addEventListener("drop", (event) => take(event, event.dataTransfer?.files[0]));
    place.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain");
      take(event, event.clipboardData?.files[0] ?? (text ? new File([text], "pasted.csv", { type: "text/csv" }) : undefined));
    });
  }

  /** What is painted first. */
  usual() {
    return isNumbers(this.context.state) ? { value: 1, erase: false, size: FINEST } : { class: 0, erase: false, size: FINEST };
  }

  /** @param {Partial<import("../game/store.js").Painting>} patch */
  paint(patch) {
    this.context.set({ painting: { ...(this.context.state.painting ?? this.usual()), ...patch }, selection: null });
  }

  /** @param {boolean} keeps the points that are shown */
  begin(keeps) {
    const { state } = this.context;
    const numbers = isNumbers(state);
    const { xy = [], labels = [] } = keeps ? (state.made ?? {}) : {};
    const count = Math.min(LIMIT, labels.length);
    const points = encode({ xy: Array.from(xy).slice(0, 2 * count), labels: Array.from(labels).slice(0, count) }, numbers);
    const classes = keeps && !numbers ? Math.max(2, state.made?.classes?.length ?? 2) : 2;
    forget(this.context);
    this.context.change({ data: { name: "points", args: { points, ...(numbers ? { target: "number" } : { classes }) } } });
    this.context.set({ painting: numbers ? { value: 1, erase: false, size: FINEST } : { class: 0, erase: false, size: FINEST }, selection: null });
  }

  /** @param {import("./points.js").Own} own */
  put(own) {
    const { state } = this.context;
    commit(this.context, { ...state.sketch.data.args, points: encode(own, isNumbers(state)) });
  }

  /** Classes become numbers or the other way round; the points stay where they are. @param {boolean} toNumbers */
  turn(toNumbers) {
    const { args } = this.context.state.sketch.data;
    const own = decode(args.points ?? "", !toNumbers);
    const most = Math.max(1, (args.classes ?? 2) - 1);
    const labels = own.labels.map((label) => (toNumbers ? (2 * Math.min(label, most)) / most - 1 : label > 0 ? 1 : 0));
    const { target: _target, classes: _classes, ...rest } = args;
    commit(this.context, { ...rest, ...(toNumbers ? { target: "number" } : { classes: 2 }), points: encode({ ...own, labels }, toNumbers) });
    this.context.set({ painting: toNumbers ? { value: 1, erase: false, size: FINEST } : { class: 0, erase: false, size: FINEST } });
  }

  /** More or fewer classes; points of those that go, go too. @param {number} classes */
  setClasses(classes) {
    const { args } = this.context.state.sketch.data;
    const before = decode(args.points ?? "", false);
    const kept = before.labels.flatMap((label, i) => (label < classes ? [i] : []));
    const own = { xy: kept.flatMap((i) => [before.xy[2 * i], before.xy[2 * i + 1]]), labels: kept.map((i) => before.labels[i]) };
    commit(this.context, { ...args, classes, points: encode(own, false) });
    const { painting } = this.context.state;
    this.paint({ class: Math.min(painting?.class ?? 0, classes - 1), erase: false });
  }

  /** @param {File | undefined} file */
  async read(file) {
    if (!file) return;
    this.file.value = "";
    this.root.dataset.busy = "true";
    try {
      const { data, said } = await imported(file);
      this.context.change({ data: { name: "points", args: data.args ?? data } });
      forget(this.context);
      tell(this.fault, null);
      this.said.replaceChildren(...said.map((/** @type {string} */ text) => element("li", { text })));
    } catch (error) {
      this.said.replaceChildren();
      tell(this.fault, error);
    } finally {
      delete this.root.dataset.busy;
    }
  }

  async save() {
    try {
      await exported(this.context.state.sketch);
      tell(this.fault, null);
    } catch (error) {
      tell(this.fault, error);
    }
  }

  /** @param {import("../game/store.js").State} state @param {boolean} isOpen */
  draw(state, isOpen) {
    this.root.hidden = !isOpen || !this.context.shown("paint");
    const { data } = state.sketch;
    const isOwn = data.name === "points";
    const key = JSON.stringify([data.name, data.args, state.painting, state.theme.dark, typeof state.when, state.status, state.made?.labels?.length]);
    if (key === this.key) return;
    this.key = key;
    this.start.hidden = this.startOn.hidden = isOwn;
    this.startOn.disabled = !state.made?.labels?.length;
    this.intro.hidden = isOwn;
    this.tools.hidden = !isOwn;
    if (!isOwn) return;
    const numbers = isNumbers(state);
    const own = decode(data.args?.points ?? "", numbers);
    const locked = typeof state.when === "number";
    this.target.value = numbers ? "number" : "class";
    this.classes.hidden = numbers;
    this.valueRow.hidden = !numbers;
    if (!numbers) this.drawPalette(state, counts(own));
    for (const [input, at] of /** @type {[HTMLInputElement, number][]} */ ([[this.value, state.painting?.value ?? 1], [this.size, state.painting?.size ?? FINEST]])) if (Number(input.value) !== at) input.value = String(at);
    this.value.style.setProperty("--npp-share", `${50 * ((state.painting?.value ?? 1) + 1)}%`);
    this.size.style.setProperty("--npp-share", `${(100 * ((state.painting?.size ?? FINEST) - FINEST)) / (0.8 - FINEST)}%`);
    setText(this.valueSays, (state.painting?.value ?? 1).toFixed(2).replace("-", "−"));
    setText(this.hand, state.painting ? "Look only" : "Paint");
    setAttribute(this.hand, "title", state.painting ? "Clicks on the board choose points instead of painting" : "Clicks on the board paint points");
    setAttribute(this.eraser, "aria-pressed", String(Boolean(state.painting?.erase)));
    this.back.disabled = !canUndo(this.context) || locked;
    this.clear.disabled = own.labels.length === 0 || locked;
    const full = own.labels.length >= LIMIT ? " No more fit: erase some to paint others." : "";
    const restart = state.status === "training" || state.status === "paused" ? " Training starts over with each stroke." : "";
    setText(this.count, `${own.labels.length.toLocaleString("en-US")} of ${LIMIT.toLocaleString("en-US")} points.${full}${restart}`);
  }

  /** @param {import("../game/store.js").State} state @param {number[]} found */
  drawPalette(state, found) {
    const classes = state.sketch.data.args?.classes ?? 2;
    const { painting } = state;
    const swatches = Array.from({ length: classes }, (_, i) => {
      const isOn = Boolean(painting && !painting.erase && painting.class === i);
      return element("button", { type: "button", "aria-pressed": String(isOn), class: "npp-data-swatch", style: `--npp-class:${labelColour(i, false, state.theme.dark)}`, "aria-label": `Class ${i + 1}, ${found[i]} points`, title: `Paints points of class ${i + 1}; there are ${found[i]}`, onclick: () => this.paint({ class: i, erase: false }) }, String(found[i]));
    });
    const focus = [...this.classes.children].indexOf(/** @type {Element} */ (document.activeElement));
    const step = (/** @type {string} */ text, /** @type {string} */ label, /** @type {number} */ to) => element("button", { type: "button", class: "npp-data-button npp-data-step", text, title: label, "aria-label": label, disabled: to < 2 || to > MOST_CLASSES, onclick: () => this.setClasses(to) });
    this.classes.replaceChildren(...swatches, step("−", "One class fewer: its points go too", classes - 1), step("+", "One class more", classes + 1));
    if (focus >= 0) /** @type {HTMLElement | undefined} */ (this.classes.children[Math.min(focus, this.classes.children.length - 1)])?.focus();
  }
}
