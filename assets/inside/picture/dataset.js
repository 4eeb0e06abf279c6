// @ts-check
/** Pictures of the data set to choose from: part, class, a page of small pictures, one after the other or by chance. */

import { classColour } from "../../shared/drawing/classes.js";
import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { tell } from "../../shared/dom/fault.js";
import { isAbort } from "../../shared/server/look.js";
import { whole } from "../../shared/drawing/format.js";
import { paint } from "../../shared/drawing/raster.js";

const SPLITS = ["test", "validation", "train"];
const WORDS = /** @type {Record<string, string>} */ ({ test: "Test", validation: "Validation", train: "Training" });
const SIZE = 48; // pixels of a small picture
const MOST = 40;

/** @typedef {{split: string, label: number | null, first: number, count: number, positions: Int32Array, labels: Int32Array, total: number, pictures: any}} Page */

export class DataSource {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Page | null} */
    this.page = null;
    this.split = "test";
    /** @type {number | null} */
    this.label = null;
    this.asking = new AbortController();
    this.run = "";
    this.source = ""; // the picture on show

    const button = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ onclick, label = text) => element("button", { type: "button", class: "npi-button", text, title, "aria-label": label, onclick });
    this.part = element("select", { "aria-label": "Part of the data", title: "Pictures of another part: the network learnt from those of the training part only", onchange: () => this.filter(this.part.value, this.label) });
    this.kind = element("select", { "aria-label": "Class", title: "Only pictures of one class", onchange: () => this.filter(this.split, this.kind.value === "" ? null : Number(this.kind.value)) });
    this.number = element("input", { type: "number", min: 0, step: 1, "aria-label": "Number of the picture", title: "Its place in this part, from 0", onchange: () => this.jump(this.number.valueAsNumber) });
    this.total = element("span", { class: "npi-quiet" });
    this.bar = element("div", { class: "npi-source-bar" }, this.part, this.kind,
      element("span", { class: "npi-buttons npi-steps" }, button("‹", "The picture before (left arrow key)", () => this.step(-1), "Previous picture"), this.number, button("›", "The next picture (right arrow key)", () => this.step(1), "Next picture")),
      button("Random", "Any picture of this part and class", () => this.random()), this.total);
    this.strip = element("div", { class: "npi-strip", role: "listbox", "aria-label": "Pictures", "aria-orientation": "horizontal", tabindex: 0 });
    this.turn = [button("«", "Earlier pictures", () => this.turnTo(-1), "Earlier pictures"), button("»", "Later pictures", () => this.turnTo(1), "Later pictures")];
    this.fault = element("div");
    this.root = element("div", { class: "npi-source" }, this.bar, element("div", { class: "npi-strip-row" }, this.turn[0], this.strip, this.turn[1]), this.fault);
    this.resized = new ResizeObserver(() => this.refill());
    this.resized.observe(this.strip);
  }

  /** @param {import("../context.js").View} view */
  show(view) {
    const { anatomy, run } = view;
    if (run !== this.run) this.reset(view);
    const { source } = view.picture;
    const [split, text] = source.split(":");
    const same = source === this.source;
    this.source = source;
    if (!SPLITS.includes(split)) {
      if (!this.page) this.load(0);
      return this.mark(-1);
    }
    const position = Number(text);
    this.number.value = String(position);
    this.number.max = String(anatomy.examples[split] - 1);
    const at = this.page && this.page.split === split ? this.page.positions.indexOf(position) : -1;
    if (at >= 0 || (same && this.page && !this.fault.childElementCount)) return this.mark(at); // other pictures are browsed, or there are none of a class
    [this.split, this.label] = [split, null]; // chosen elsewhere: shown among all of its part
    this.draw(anatomy);
    this.load(Math.floor(position / this.count()) * this.count());
  }

  /** @param {import("../context.js").View} view */
  reset({ run, anatomy, picture }) {
    this.run = run ?? "";
    this.page = null;
    const [split] = picture.source.split(":");
    this.split = SPLITS.includes(split) ? split : (SPLITS.find((name) => anatomy.examples[name] > 0) ?? "train");
    this.label = null;
    this.part.replaceChildren(...SPLITS.filter((name) => anatomy.examples[name]).map((name) => element("option", { value: name, text: `${WORDS[name]} (${whole(anatomy.examples[name])})` })));
    this.kind.replaceChildren(element("option", { value: "", text: "All classes" }), ...anatomy.classes.map((/** @type {string} */ name, /** @type {number} */ i) => element("option", { value: i, text: name })));
    this.strip.replaceChildren();
    this.draw(anatomy);
  }

  /** @param {import("../../shared/server/anatomy.d.ts").Anatomy} anatomy */
  draw(anatomy) {
    this.part.value = this.split;
    this.kind.value = this.label === null ? "" : String(this.label);
    this.number.max = String((anatomy.examples[this.split] || 1) - 1);
  }

  /** The width of the page changed: as many pictures as stand side by side now. */
  refill() {
    const { page } = this;
    if (page && this.strip.clientWidth && this.count() !== page.count && this.root.isConnected) this.load(Math.floor(page.first / this.count()) * this.count());
  }

  /** How many small pictures stand side by side. */
  count() {
    return Math.max(4, Math.min(MOST, Math.floor((this.strip.clientWidth || 600) / (SIZE + 6))));
  }

  /**
   * Reads a page of small pictures.
   * @param {number} first
   * @param {(page: Page) => void} [then]
   */
  async load(first, then) {
    this.asking.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const { split, label } = this;
    const count = this.count();
    try {
      const body = await this.context.ask({ view: "thumbnails", split, label, first, count, size: SIZE, picture: null, weights: null }, { signal });
      if (signal.aborted) return;
      this.page = { split, label, first, count, positions: body.positions, labels: body.labels, total: body.total, pictures: body.pictures };
      this.fault.replaceChildren();
      this.fill(this.page);
      then?.(this.page);
    } catch (error) {
      if (!isAbort(error)) tell(this.fault, error);
    }
  }

  /** @param {Page} page */
  fill({ positions, labels, total, first, pictures }) {
    const { view } = this.context;
    const { classes } = view.anatomy;
    const [, height = 0, width = 0, channels = 1] = pictures.shape ?? [];
    const size = height * width * channels;
    const isPicture = pictures.shape?.length === 4;
    const thumbs = [...positions].map((position, i) => {
      const canvas = element("canvas", { "aria-hidden": "true" });
      if (isPicture) paint(canvas, { values: pictures.subarray(i * size, (i + 1) * size), height, width, channels });
      return element("div", {
        id: `npi-thumb-${position}`, class: `npi-thumb${isPicture ? "" : " npi-thumb-row"}`, role: "option", title: `${position}: ${classes[labels[i]]}`, "aria-label": `${position}, class ${classes[labels[i]]}`, "aria-selected": "false",
        style: `--np-class:${classColour(labels[i])}`, onclick: () => this.choose(position),
      }, isPicture ? canvas : element("span", { text: String(position) }));
    });
    this.strip.replaceChildren(...thumbs);
    setText(this.total, total ? `${whole(total)} ${this.label === null ? "in this part" : `of class ${classes[this.label]}`}` : `There is no ${this.label === null ? "example" : classes[this.label]} in this part.`);
    this.turn[0].disabled = first <= 0;
    this.turn[1].disabled = first + positions.length >= total;
    const [split, position] = view.picture.source.split(":");
    this.mark(split === this.split ? positions.indexOf(Number(position)) : -1);
  }

  /** @param {number} at */
  mark(at) {
    [...this.strip.children].forEach((thumb, i) => thumb.setAttribute("aria-selected", String(i === at)));
    setAttribute(this.strip, "aria-activedescendant", this.strip.children[at]?.id ?? null); // what arrow keys have come to is read out
    this.at = at;
  }

  /** @param {number} position */
  choose(position) {
    this.context.choose({ picture: { source: `${this.split}:${position}`, title: "" } });
  }

  /** Another part or class: its first picture. @param {string} split @param {number | null} label */
  filter(split, label) {
    [this.split, this.label] = [split, label];
    this.load(0, ({ positions }) => positions.length && this.choose(positions[0]));
  }

  /** @param {number} by one picture on or back, round the end */
  step(by) {
    const { page } = this;
    if (!page?.total) return;
    const place = (page.first + Math.max(0, this.at ?? 0) + by + page.total) % page.total;
    const within = place - page.first;
    if (within >= 0 && within < page.positions.length) return this.choose(page.positions[within]);
    const first = Math.floor(place / this.count()) * this.count();
    this.load(first, ({ positions }) => positions.length && this.choose(positions[Math.min(place - first, positions.length - 1)]));
  }

  /** @param {number} by pages */
  turnTo(by) {
    if (this.page) this.load(Math.max(0, this.page.first + by * this.count()));
  }

  random() {
    const total = this.page?.total ?? 0;
    if (!total) return;
    const place = Math.floor(Math.random() * total);
    const first = Math.floor(place / this.count()) * this.count();
    this.load(first, ({ positions }) => positions.length && this.choose(positions[Math.min(place - first, positions.length - 1)]));
  }

  /** @param {number} position */
  jump(position) {
    if (!Number.isInteger(position)) return;
    const last = Number(this.number.max);
    this.choose(Math.min(Math.max(position, 0), last));
  }

  hide() {
    this.source = "";
    this.asking.abort();
  }
}
