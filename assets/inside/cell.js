// @ts-check
/** The tab "One cell": point at a cell of a layer's output and see how its number comes about; a walk slides over the whole map. */

import { element, setText } from "../shared/dom/element.js";
import { tell } from "../shared/dom/fault.js";
import { icon, setIcon } from "../shared/dom/icons.js";
import { isAbort } from "../shared/server/look.js";
import { paint, range, short } from "../shared/drawing/raster.js";
import { CurveView, DropView, NumbersView, PoolView, VectorView } from "./cell/facts.js";
import { CellMap } from "./cell/map.js";
import { SumView } from "./cell/sum.js";
import { explained, placeName } from "./cell/words.js";

/** @typedef {import("./context.js").View} View */

const STEP = 160; // milliseconds a walk rests on a cell at least
const WALK = 240; // cells a walk visits at most; on larger maps it skips

/** @typedef {import("./answers.d.ts").CellInput} CellInput */
/** @typedef {import("./answers.d.ts").Weighted} Weighted */
/** @typedef {import("./answers.d.ts").Vector} Vector */
/** @typedef {import("./answers.d.ts").Curve} Curve */
/** @typedef {import("./answers.d.ts").Dropped} Dropped */

export class CellTab {
  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {View | null} */
    this.view = null;
    this.layer = "";
    this.unit = 0;
    this.unsaid = true; // nobody chose a unit: the answer begins with the first that is not one value everywhere
    /** @type {number[] | null} */
    this.at = null; // null: where the unit answers most strongly
    this.first = 0;
    this.seed = 0;
    this.channel = 0; // of the input, as a place among those sent
    this.held = false;
    this.key = "";
    /** @type {import("./answers.d.ts").CellMapsAnswer | null} */
    this.maps = null;
    /** @type {import("./answers.d.ts").CellAnswer | null} */
    this.body = null;
    this.busy = false;
    this.again = false;
    this.walking = 0;
    this.stop = () => {};
    this.open = new AbortController();

    this.layers = element("select", { title: "Another layer → its cells, explained by its own arithmetic", onchange: () => this.pick({ layer: this.layers.value }) });
    this.units = element("input", { type: "number", min: 0, step: 1, title: "Another unit → another kernel over the same input", onchange: () => this.pick({ unit: this.units.valueAsNumber }) });
    this.unitSays = element("span", { class: "npi-quiet" });
    const turn = (/** @type {number} */ by, /** @type {string} */ text) => element("button", { type: "button", class: "npi-button", "aria-label": text, title: `${text} → another kernel over the same input`, text: by < 0 ? "‹" : "›", onclick: () => this.pick({ unit: this.unit + by }) });
    this.slices = element("input", { type: "range", min: 0, step: 1, "aria-label": "Depth of the output that is shown", title: "Further right → a deeper slice of the output", oninput: () => this.pick({ slice: this.slices.valueAsNumber }) });
    this.sliceBox = element("label", { class: "npi-cell-field", hidden: true }, "Depth", this.slices);
    this.playWord = element("span", { text: "Play" });
    this.play = element("button", { type: "button", class: "npi-button", title: "Slide the window over the whole map → every output cell in turn", onclick: () => this.toggle() }, icon("resume"), this.playWord);
    this.bar = element("div", { class: "npi-cell-bar-row" },
      element("label", { class: "npi-cell-field" }, "Layer", this.layers),
      element("span", { class: "npi-cell-field" }, element("label", { class: "npi-cell-field" }, "Unit", this.units), turn(-1, "Previous unit"), turn(1, "Next unit"), this.unitSays),
      this.sliceBox, this.play);
    this.picture = new CellMap({ title: "Picture" });
    this.input = new CellMap({ title: "Input of the layer" });
    this.output = new CellMap({ title: "Output", onmove: (row, column, how) => this.point(row, column, how) });
    this.stamps = element("div", { class: "npi-cell-stamps", role: "group", "aria-label": "Channels of the input" });
    this.input.root.append(this.stamps);
    this.hint = element("p", { class: "npi-quiet", text: "Point at a cell of the output, or walk with the arrow keys. Click to hold it." });
    this.output.root.append(this.hint);
    this.three = element("div", { class: "npi-cell-three" }, this.picture.root, this.input.root, this.output.root);
    this.headline = element("h3", { "aria-live": "polite" });
    this.formula = element("div", { class: "npi-cell-formula" });
    this.sum = new SumView((first) => this.ask({ first }));
    this.views = { pooling: new PoolView(), numbers: new NumbersView(), vector: new VectorView(), curve: new CurveView(), dropout: new DropView(() => this.ask({ seed: this.seed + 1 })) };
    this.words = element("div");
    this.fault = element("div", { hidden: true });
    this.top = element("div", { class: "npi-cell-top" }, element("div", {}, this.headline, this.formula), this.views.curve.root);
    this.explained = element("div", { class: "npi-cell-explained" }, this.top,
      this.sum.root, this.views.pooling.root, this.views.numbers.root, this.views.vector.root, this.views.dropout.root,
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.words));
    this.root = element("section", { class: "npi-cell", "aria-label": "One cell" }, this.bar, this.fault, this.three, this.explained);
  }

  /** @param {View} view */
  show(view) {
    const names = view.anatomy.layers.map((layer) => layer.name);
    if (this.view?.run !== view.run) [this.layer, this.at, this.maps, this.body, this.key] = ["", null, null, null, ""];
    if (this.view?.anatomy !== view.anatomy) this.fill(view.anatomy);
    const chosen = view.layer && view.layer !== "input" ? view.layer : this.layer;
    const layer = names.includes(chosen) ? chosen : preferred(view.anatomy.layers);
    if (layer !== this.layer) [this.at, this.first, this.channel, this.held, this.unit, this.unsaid] = [null, 0, 0, false, 0, true];
    if (view.unit !== null && view.layer === layer) [this.unit, this.unsaid] = [view.unit, false];
    this.layer = layer;
    this.view = view;
    this.unit = Math.max(0, Math.min(this.last().units - 1, this.unit));
    this.follow();
  }

  hide() {
    this.stop();
    this.open.abort();
    this.pause();
    this.key = "";
    this.busy = this.again = false;
  }

  /** @param {import("../shared/server/anatomy.d.ts").Anatomy} anatomy */
  fill(anatomy) {
    this.layers.replaceChildren(...anatomy.layers.map(({ name, kind, shape }) => element("option", { value: name, text: `${name} · ${kind} · ${shape.join(" × ")}` })));
  }

  /** The layer on show, with how many units it has. */
  last() {
    const layer = this.view?.anatomy.layers.find(({ name }) => name === this.layer);
    const shape = layer?.shape ?? [];
    return { ...layer, shape, units: shape[shape.length - 1] ?? 1 };
  }

  /** @param {{layer?: string, unit?: number, slice?: number}} change */
  pick({ layer, unit, slice }) {
    if (slice !== undefined) {
      this.at = [slice, ...(this.at ?? this.body?.at ?? [0, 0, 0]).slice(1)];
      return this.follow();
    }
    const right = Math.max(0, Math.min(this.last().units - 1, Number.isFinite(unit) ? Number(unit) : 0));
    this.first = 0;
    this.context.choose({ layer: layer ?? this.layer, unit: layer ? null : right });
  }

  /** Asks for the maps, again and again while the network learns. */
  follow() {
    if (!this.view) return;
    const { run, picture, weights, live, theme } = this.view;
    const { shape, units } = this.last();
    const slice = shape.length === 4 ? (this.at?.[0] ?? null) : null;
    this.controls(shape, units, slice);
    const { epoch } = this.view.anatomy;
    const key = () => JSON.stringify([run, picture.source, picture.prepare, weights, live, this.layer, this.unit, slice, theme.dark, epoch]);
    if (key() === this.key) return;
    this.key = key();
    this.stop();
    if (this.open.signal.aborted) this.open = new AbortController();
    this.frame();
    const question = { view: /** @type {const} */ ("cell_maps"), layer: this.layer, unit: this.unsaid ? null : this.unit, slice };
    this.stop = this.context.follow(question, (body) => {
      this.maps = body;
      if (this.unsaid) {
        [this.unit, this.unsaid, question.unit] = [body.unit, false, body.unit]; // it stays while the network learns
        this.key = key();
        this.controls(shape, units, slice);
      }
      this.problem(null);
      this.drawMaps();
      this.ask();
    }, (error) => this.problem(error));
  }

  /** The network's input, which all receptive fields are drawn on. */
  async frame() {
    const view = this.view;
    const is = view?.anatomy.kind === "pictures";
    this.picture.root.hidden = !is;
    if (!is) return;
    try {
      const { input, title } = await this.context.ask({ view: "picture" }, { signal: this.open.signal });
      const [height, width, channels] = input.shape;
      if (view !== this.view && view?.picture.source !== this.view?.picture.source) return;
      this.picture.draw({ values: input, height, width, channels, low: 0, high: 1, colours: "grey", label: `${title}, as the network gets it` });
      this.mark();
    } catch (error) {
      if (!isAbort(error)) this.problem(error);
    }
  }

  /** @param {number[]} shape @param {number} units @param {number | null} slice */
  controls(shape, units, slice) {
    this.layers.value = this.layer;
    this.units.max = String(units - 1);
    this.units.value = String(this.unit);
    const names = this.names();
    setText(this.unitSays, `of ${units.toLocaleString("en-US")}${names[this.unit] ? ` (${names[this.unit]})` : ""}`);
    this.sliceBox.hidden = shape.length !== 4;
    if (shape.length === 4) {
      this.slices.max = String(shape[0] - 1);
      this.slices.value = String(slice ?? Math.floor(shape[0] / 2));
    }
  }

  /** The units' names: classes at the end of the network. */
  names() {
    const { layers, classes } = this.view?.anatomy ?? { layers: [], classes: [] };
    return layers.length && layers[layers.length - 1].name === this.layer && this.last().units === classes.length ? classes : [];
  }

  drawMaps() {
    if (!this.maps) return;
    const { output, inputs, overhang, shape, kind } = this.maps;
    const vector = shape.length === 1;
    const source = inputs[Math.min(this.merge(), inputs.length - 1)];
    this.channel = Math.min(this.channel, source.channels.length - 1);
    const [, height, width] = source.maps.shape;
    const one = source.maps.subarray(this.channel * height * width, (this.channel + 1) * height * width);
    const flat = overhang.length === 1 ? [[0, 0], overhang[0]] : overhang.slice(-2);
    const ring = overhang.length ? flat : undefined;
    const name = source.total > 1 || source.shape.length > 1 ? `channel ${source.channels[this.channel]} of ${source.total}` : "";
    this.input.draw({ values: one, height, width, ring, ...colours(one, isPicture(source)), label: `Input of ${this.layer} from ${source.layer}, ${name}` });
    this.input.caption(`${source.layer}${source.shape.length > 1 ? `, ${name}` : ""}, ${size(source.shape)}${ring?.flat().some(Boolean) ? "; around it the padding" : ""}`);
    setText(this.output.heading, vector ? "Output, all units" : "Output");
    this.output.draw({ values: output, height: output.shape[0], width: output.shape[1], ...colours(output, false), label: `Output of ${this.layer}` });
    const { low, high } = range({ values: output, height: 1, width: 1 });
    this.output.caption(`${this.layer} (${kind})${vector ? "" : `, unit ${this.unit}`}, ${size(shape)}; ${short(low)} to ${short(high)}`);
    this.drawStamps(source, height, width);
  }

  /** Which of several inputs is shown: the one the number of a Concatenate comes from. */
  merge() {
    const from = this.body?.source?.layer;
    const found = (this.maps?.inputs ?? []).findIndex(({ layer }) => layer === from);
    return Math.max(found, 0);
  }

  /** @param {CellInput} source @param {number} height @param {number} width */
  drawStamps(source, height, width) {
    const count = source.channels.length;
    this.stamps.hidden = count < 2;
    while (this.stamps.childElementCount > count) this.stamps.lastElementChild?.remove();
    while (this.stamps.childElementCount < count) {
      const k = this.stamps.childElementCount;
      const show = () => ((this.channel = k), this.drawMaps(), this.mark());
      this.stamps.append(element("button", { type: "button", onclick: show }, element("canvas", { "aria-hidden": "true" })));
    }
    [...this.stamps.children].forEach((button, k) => {
      const values = source.maps.subarray(k * height * width, (k + 1) * height * width);
      paint(/** @type {HTMLCanvasElement} */ (button.firstElementChild), { values, height, width, ...colours(values, isPicture(source)) });
      button.setAttribute("aria-pressed", String(k === this.channel));
      button.setAttribute("aria-label", `Channel ${source.channels[k]}`);
      button.setAttribute("title", `Channel ${source.channels[k]}${count < source.total ? `, one of the ${count} that count most for this unit` : ""} → show it large`);
    });
  }

  /** @param {number} row @param {number} column @param {"point" | "key" | "press"} how */
  point(row, column, how) {
    if (!this.maps || (how === "point" && (this.held || this.walking))) return;
    if (how === "press") this.held = !this.held || !this.isAt(row, column);
    this.pause();
    this.move(row, column, how !== "point");
  }

  /** @param {number} row @param {number} column */
  isAt(row, column) {
    return JSON.stringify(this.cellOf(row, column)) === JSON.stringify(this.vector() ? [this.unit] : this.at);
  }

  /** The maps on show; asked for while there are some. */
  known() {
    return /** @type {import("./answers.d.ts").CellMapsAnswer} */ (this.maps);
  }

  vector() {
    return this.maps?.shape.length === 1;
  }

  /** A place on the output's picture as a cell. @param {number} row @param {number} column */
  cellOf(row, column) {
    const { shape, slice } = this.known();
    const rank = shape.length;
    if (rank === 1) return [row * this.output.size.width + column];
    return rank === 2 ? [column] : rank === 3 ? [row, column] : [slice, row, column];
  }

  /** @param {number} row @param {number} column @param {boolean} keep in the address too */
  move(row, column, keep) {
    const cell = this.cellOf(row, column);
    if (this.vector()) {
      if (cell[0] === this.unit && this.body?.unit === this.unit) return;
      this.unit = cell[0];
      this.first = 0;
      if (keep) return this.context.choose({ layer: this.layer, unit: this.unit });
      const { shape } = this.known();
      this.controls(shape, shape[0], null);
    } else {
      if (JSON.stringify(cell) === JSON.stringify(this.at)) return;
      this.at = cell;
    }
    this.cursor();
    this.ask();
  }

  /** One question at a time; of those that come meanwhile only the last is asked. @param {{first?: number, seed?: number}} [change] */
  async ask({ first, seed } = {}) {
    if (first !== undefined) this.first = first;
    if (seed !== undefined) this.seed = seed;
    if (this.busy) return void (this.again = true);
    this.busy = true;
    const { signal } = this.open;
    try {
      do {
        this.again = false;
        const at = this.vector() ? [] : this.at;
        const body = await this.context.ask({ view: "cell", layer: this.layer, unit: this.unit, at, first: this.first, seed: this.seed }, { signal });
        if (signal.aborted) return;
        if (body.layer === this.layer) this.draw(body);
      } while (this.again);
    } catch (error) {
      if (!isAbort(error)) this.problem(error);
    } finally {
      if (this.open.signal === signal) this.busy = false;
    }
  }

  /** @param {import("./answers.d.ts").CellAnswer} body */
  draw(body) {
    const before = this.body?.source?.layer;
    this.body = body;
    this.at ??= body.at;
    if (before !== body.source?.layer) this.drawMaps();
    const dark = this.view?.theme.dark ?? false;
    const place = body.at.length ? `${placeName(body.at)} of unit ${body.unit}` : `Unit ${body.unit}`;
    const name = this.names()[body.unit];
    setText(this.headline, `${place}${name ? ` (${name})` : ""} = ${short(body.value ?? NaN)}`);
    while (this.formula.childElementCount < body.formula.length) this.formula.append(element("p"));
    while (this.formula.childElementCount > body.formula.length) this.formula.lastElementChild?.remove();
    [...this.formula.children].forEach((line, i) => setText(line, body.formula[i]));
    const { pooling, numbers, vector, curve, dropout } = this.views;
    const has = { pooling: body.family === "pooling", numbers: Boolean(body.numbers ?? body.terms), vector: Boolean(body.vector), curve: Boolean(body.curve), dropout: body.family === "dropout" };
    for (const [key, view] of /** @type {[keyof typeof has, {root: HTMLElement}][]} */ (Object.entries(this.views))) view.root.hidden = !has[key];
    this.sum.root.hidden = body.family !== "weighted";
    const { columns, kind } = this.view?.anatomy ?? { columns: [], kind: "" };
    if (body.family === "weighted") this.sum.draw(/** @type {Weighted} */ (body), dark, kind === "table" && this.maps?.inputs[0].layer === "input" ? columns : []);
    if (has.pooling) pooling.draw(body, dark);
    if (has.numbers) numbers.draw(body);
    if (has.vector) vector.draw(/** @type {Vector} */ (body), this.names());
    if (has.curve) curve.draw(/** @type {Curve} */ (body));
    if (has.dropout) dropout.draw(/** @type {Dropped} */ (body), dark);
    const lines = explained(body);
    this.words.replaceChildren(...lines.map((text) => element("p", { text })));
    this.mark();
  }

  /** The cell that is pointed at, at once: its numbers follow. */
  cursor() {
    const at = this.vector() ? [0, this.unit] : [0, ...(this.at ?? this.known().at)].slice(-2);
    this.output.mark([{ rows: [at[0], at[0] + 1], columns: [at[1], at[1] + 1], kind: "cell" }]);
  }

  /** Frames on the three pictures. */
  mark() {
    const { body, maps } = this;
    if (!body || !maps || body.layer !== maps.layer) return;
    this.cursor();
    this.output.stack.setAttribute("aria-label", `Output of ${this.layer}: ${this.headline.textContent}`);
    this.output.root.classList.toggle("npi-cell-held", this.held);
    const source = maps.inputs[this.merge()];
    this.input.mark(windowOf(body, source));
    if (this.picture.root.hidden) return;
    const [whole, field] = [body.field_whole, body.field];
    const differs = JSON.stringify(whole) !== JSON.stringify(field);
    this.picture.mark([
      ...(differs ? [{ rows: whole[0], columns: whole[1], kind: /** @type {const} */ ("whole") }] : []),
      ...(field ? [{ rows: field[0], columns: field[1], kind: /** @type {const} */ ("field") }] : []),
    ]);
    const [height, width] = body.field_size;
    this.picture.caption(field ? `Framed: the receptive field, ${height} × ${width} pixels${differs ? ", part of it beyond the edge" : ""}` : "This cell sees nothing but padding.");
  }

  toggle() {
    if (this.walking) return this.pause();
    this.held = false;
    setIcon(this.play, "pause");
    setText(this.playWord, "Pause");
    this.walking = window.setTimeout(() => this.walk(), 0);
  }

  pause() {
    clearTimeout(this.walking);
    this.walking = 0;
    setIcon(this.play, "resume");
    setText(this.playWord, "Play");
  }

  walk() {
    if (!this.walking) return;
    this.walking = window.setTimeout(() => this.walk(), STEP);
    if (this.busy || document.hidden || !this.maps) return;
    const { height, width, fold } = this.output.size;
    const step = Math.max(1, Math.ceil(Math.sqrt((height * width) / WALK)));
    let [row, column] = this.output.at;
    column += step;
    if (column >= width || (fold && row * width + column >= fold)) [row, column] = [row + step, 0];
    if (row >= height || (fold && row * width >= fold)) row = 0;
    this.move(row, column, false);
  }

  /** @param {unknown} error null: none */
  problem(error) {
    this.fault.hidden = !error;
    if (error) tell(this.fault, error);
  }
}

/** The layer to begin with: the first convolution, else the first that has weights, for its cells are sums. @param {import("../shared/server/anatomy.d.ts").AnatomyLayer[]} layers */
function preferred(layers) {
  return (layers.find(({ purpose }) => purpose === "Convolution") ?? layers.find(({ parameters }) => parameters > 0) ?? layers[0]).name;
}

/** Whether an input is the network's own and a picture. @param {CellInput} source */
function isPicture({ layer, shape }) {
  return layer === "input" && shape.length === 3;
}

/** @param {Float32Array} values @param {boolean} isGrey @returns {{colours: import("../shared/drawing/raster.js").Colours}} */
function colours(values, isGrey) {
  if (isGrey) return { colours: "grey" };
  for (let i = 0; i < values.length; i++) if (values[i] < 0) return { colours: "diverging" };
  return { colours: "sequence" };
}

/** The window on the input's picture, its taps where the kernel is dilated, a pooling's winner. @param {import("./answers.d.ts").CellAnswer} body @param {CellInput} source @returns {import("./cell/map.js").Frame[]} */
function windowOf(body, source) {
  if (body.source) {
    const index = body.source.index.length === 1 ? [0, body.source.index[0]] : body.source.index.length === 2 ? [0, body.source.index[0]] : body.source.index.slice(-3, -1);
    return [{ rows: [index[0], index[0] + 1], columns: [index[1], index[1] + 1], kind: "window" }];
  }
  if (body.family === "weighted" && source.shape.length === 3 && body.at.length === 0) return [{ rows: [0, source.shape[0]], columns: [0, source.shape[1]], kind: "window" }];
  const window = body.window;
  if (!window.length) return [];
  const [rows, columns] = window.length === 1 ? [[0, 1], window[0]] : window.slice(-2);
  /** @type {import("./cell/map.js").Frame[]} */
  const frames = [{ rows, columns, kind: "window" }];
  const [tall, wide] = body.patch?.shape ?? [0, 0];
  const step = tall > 1 ? (rows[1] - rows[0] - 1) / (tall - 1) : wide > 1 ? (columns[1] - columns[0] - 1) / (wide - 1) : 1;
  if (step > 1 && Number.isInteger(step)) {
    for (let i = 0; i < tall; i++) for (let j = 0; j < wide; j++) frames.push({ rows: [rows[0] + i * step, rows[0] + i * step + 1], columns: [columns[0] + j * step, columns[0] + j * step + 1], kind: "tap" });
  }
  if (body.winner && body.winner[2] === 0) frames.push({ rows: [rows[0] + body.winner[0], rows[0] + body.winner[0] + 1], columns: [columns[0] + body.winner[1], columns[0] + body.winner[1] + 1], kind: "winner" });
  return frames;
}

/** @param {number[]} shape */
function size(shape) {
  return shape.map((n) => n.toLocaleString("en-US")).join(" × ");
}
