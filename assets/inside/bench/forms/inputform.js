// @ts-check
/** Chooses what lies on the bench: a picture of the run, of a data set, a pattern, a file, or numbers typed by hand. */

import { element } from "../../../shared/dom/element.js";
import { picture } from "../../../shared/drawing/raster.js";
import { numberGrid, rangeField, selectField } from "./fields.js";
import { PATTERNS, SIGNALS, signal } from "../math/patterns.js";
import { LIMITS } from "../state.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../math/arithmetic.js").Grid} Grid */
/** What there is to choose from: whether a run has a picture, the data sets, and the pictures of the chosen one. @typedef {{run: boolean, source: string, sets: import("../sources.js").DataSet[], samples: {pictures: Grid[], titles: string[]} | null, fault: HTMLElement | null, channels: number}} Offer */

export class InputForm {
  /** @type {State} */
  state;
  /** @type {{pictures: Grid[], titles: string[]} | null} */
  samples;

  /** @param {(changes: Partial<State>) => void} onchange @param {(file: File) => void} onfile */
  constructor(onchange, onfile) {
    this.onchange = onchange;
    this.source = selectField({ label: "Take", title: "Another input → the same arithmetic on other numbers.", onchange: (source) => onchange({ source: /** @type {any} */ (source) }) });
    this.data = selectField({ label: "Data set", title: "Pictures of another data set; only those that are on this machine.", onchange: (data) => onchange({ data, index: 0 }) });
    this.thumbs = element("div", { class: "npi-bench-thumbs", role: "group", "aria-label": "Pictures of the data set" });
    this.pattern = selectField({ label: "Pattern", title: "A picture made by a formula → what the kernel does is plainest on it.", onchange: (name) => onchange({ pattern: name }) });
    this.file = element("input", { type: "file", accept: "image/*", "aria-label": "Picture file", onchange: () => this.file.files?.[0] && onfile(this.file.files[0]) });
    this.fileRow = element("div", { class: "npi-bench-file" }, this.file, element("p", { class: "npi-quiet", text: "It is read in this browser and sent nowhere." }));
    this.detail = selectField({ label: "Size", title: "Fewer cells → each is larger; up to about 12 their numbers are written in them. A picture is shrunk by means, never made larger.", onchange: (detail) => onchange({ detail: Number(detail) }) });
    this.colour = selectField({ label: "Colour", title: "Grey: one number a cell. Per channel: the kernel goes over red, green and blue, each by itself.", onchange: (colour) => onchange({ colour: /** @type {any} */ (colour) }) });
    this.rows = rangeField({ label: "Rows", title: "More rows → a higher grid of numbers.", low: LIMITS.numbers[0], high: LIMITS.numbers[1], onchange: (height) => this.resize(height, this.state.numbers.width) });
    this.columns = rangeField({ label: "Columns", title: "More columns → a wider grid of numbers.", low: LIMITS.numbers[0], high: LIMITS.numbers[1], onchange: (width) => this.resize(this.state.numbers.height, width) });
    this.grid = numberGrid({ label: "Numbers of the input", title: "The input's numbers. Type another → the results that see it change.", onchange: (at, value) => this.type(at, value) });
    this.signal = selectField({ label: "Signal", title: "Another signal → the same arithmetic on other numbers.", onchange: (name) => this.name(name) });
    this.length = rangeField({ label: "Values", title: "More values → a longer signal.", low: LIMITS.signal[0], high: LIMITS.signal[1], onchange: (n) => this.lengthen(n) });
    this.place = element("div", {});
    this.root = element("fieldset", { class: "npi-bench-group" }, element("legend", { text: "Input" }),
      this.source.root, this.data.root, this.thumbs, this.pattern.root, this.fileRow, this.signal.root, this.place, this.detail.root, this.colour.root, this.grid.root, this.rows.root, this.columns.root, this.length.root);
  }

  /** @param {State} state @param {Offer} offer @param {boolean} dark */
  draw(state, offer, dark) {
    this.state = state;
    const { line } = state;
    const source = line ? "signal" : offer.source;
    const runs = /** @type {[string, string][]} */ (offer.run ? [["run", "The chosen picture"]] : []);
    this.source.set([...runs, ["sample", "A data set's picture"], ["pattern", "A pattern"], ["file", "A picture file"], ["numbers", "A grid of numbers"]], source);
    this.pattern.set(Object.entries(PATTERNS).map(([name, { title }]) => [name, title]), state.pattern);
    this.data.set(offer.sets.map(({ name, title }) => [name, title]), state.data);
    this.signal.set([...Object.entries(SIGNALS).map(([name, { title }]) => /** @type {[string, string]} */ ([name, title])), ["own", "Own numbers"]], state.signal.name);
    this.detail.set(LIMITS.detail.map((n) => [String(n), `${n} cells`]), String(state.detail));
    this.colour.set([["grey", "Grey"], ["channels", "Per channel"]], state.colour);
    this.rows.set(state.numbers.height);
    this.columns.set(state.numbers.width);
    this.length.set(state.signal.values.length);
    this.drawThumbs(source === "sample" ? offer.samples : null);
    const numbers = line ? state.signal.values : state.numbers.values;
    const width = line ? 6 : state.numbers.width;
    this.grid.draw(numbers, { width, name: (at) => (line ? `Value ${at}` : `Row ${Math.floor(at / width)}, column ${at % width}`), dark });
    this.place.replaceChildren(...(offer.fault ? [offer.fault] : []));
    this.place.hidden = !offer.fault;
    const pictured = ["run", "sample", "pattern", "file"].includes(source);
    const seen = /** @type {[HTMLElement, boolean][]} */ ([
      [this.source.root, !line], [this.data.root, source === "sample" && offer.sets.length > 0], [this.thumbs, source === "sample"], [this.pattern.root, source === "pattern"],
      [this.fileRow, source === "file"], [this.signal.root, line], [this.detail.root, pictured], [this.colour.root, pictured && offer.channels === 3],
      [this.grid.root, line || source === "numbers"], [this.rows.root, source === "numbers"], [this.columns.root, source === "numbers"], [this.length.root, line],
    ]);
    for (const [root, isSeen] of seen) root.hidden = !isSeen;
  }

  /** @param {{pictures: Grid[], titles: string[]} | null} samples */
  drawThumbs(samples) {
    if (this.samples !== samples) {
      this.thumbs.replaceChildren(...(samples?.pictures ?? []).map((grid, index) => {
        const canvas = picture({ ...grid, low: 0, high: 255 }, samples?.titles[index] ?? "");
        return element("button", { type: "button", class: "npi-bench-thumb", title: samples?.titles[index], onclick: () => this.onchange({ index }) }, canvas);
      }));
    }
    this.samples = samples;
    [...this.thumbs.children].forEach((button, index) => button.setAttribute("aria-pressed", String(index === this.state.index)));
  }

  /** @param {number} height @param {number} width */
  resize(height, width) {
    const old = this.state.numbers;
    const values = Array.from({ length: height * width }, (_, at) => {
      const [row, column] = [Math.floor(at / width), at % width];
      return row < old.height && column < old.width ? old.values[row * old.width + column] : 0;
    });
    this.onchange({ numbers: { height, width, values } });
  }

  /** @param {number} at @param {number} value */
  type(at, value) {
    const { line, numbers, signal: old } = this.state;
    const changed = (line ? old.values : numbers.values).map((kept, k) => (k === at ? value : kept));
    this.onchange(line ? { signal: { name: "own", values: changed } } : { numbers: { ...numbers, values: changed } });
  }

  /** @param {string} name */
  name(name) {
    const { values } = this.state.signal;
    this.onchange({ signal: { name, values: name === "own" ? values : signal(name, values.length) } });
  }

  /** @param {number} n */
  lengthen(n) {
    const { name, values } = this.state.signal;
    const longer = name === "own" ? Array.from({ length: n }, (_, at) => values[at] ?? 0) : signal(name, n);
    this.onchange({ signal: { name, values: longer } });
  }
}
