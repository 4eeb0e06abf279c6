// @ts-check
/** The tab "Filters": a layer's weights as pictures, now and earlier, with their numbers and their histogram. */

import { element, setText } from "../shared/dom/element.js";
import { tell } from "../shared/dom/fault.js";
import { segments } from "../shared/dom/segments.js";
import { legend, range, short } from "../shared/drawing/raster.js";
import { FilterCards } from "./filters/cards.js";
import { ChosenFilter } from "./filters/chosen.js";
import { Histogram } from "./filters/histogram.js";
import { MatrixView } from "./filters/matrix.js";
import { Statistics } from "./filters/statistics.js";
import { explained, headline, sharingSentences } from "./filters/words.js";
import { ValuesChart } from "./maps/chart.js";

/** @typedef {import("./context.js").View} View */

/** How weights are drawn, and which of them; null: as the engine chooses. @typedef {{scale: import("./filters/cards.js").Look["scale"], compared: import("./filters/cards.js").Compared, rgb: boolean, sort: string, against: number | null, weight: string | null, form: string | null, first: number, inputs_first: number}} Settings */
/** @typedef {import("./answers.d.ts").FiltersAnswer} FiltersAnswer */

export class FiltersTab {
  /** @type {string} */
  epochs;
  /** @type {string} */
  legendKey;

  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Settings} */
    this.settings = { scale: "filter", compared: "now", rgb: true, sort: "place", against: null, weight: null, form: null, first: 0, inputs_first: 0 };
    this.layer = "";
    this.asked = "";
    this.stop = () => {};
    /** @type {FiltersAnswer | null} */
    this.body = null;
    /** @type {View | null} */
    this.view = null;

    const select = (/** @type {string} */ label, /** @type {string} */ title, /** @type {(value: string) => void} */ act) => {
      const node = element("select", { title, onchange: () => act(node.value) });
      return { node, root: element("label", { class: "npi-filters-field" }, label, node) };
    };
    this.layers = select("Layer", "Another layer → its weights", (layer) => this.context.choose({ layer, unit: null }));
    this.weights = select("Weight", "Another tensor of the same layer", (weight) => this.change({ weight, form: null, first: 0, inputs_first: 0 }));
    this.forms = select("As", "Pictures in the input's shape, or one matrix", (form) => this.change({ form, first: 0, inputs_first: 0 }));
    this.sorts = select("Order", "Largest first → the filters that weigh or learnt most", (sort) => this.change({ sort, first: 0 }));
    this.sorts.node.append(...[["place", "As stored"], ["norm", "By norm"], ["change", "By change"]].map(([value, text]) => element("option", { value, text })));
    this.againsts = select("Compare with", "An earlier epoch → what training changed since", (value) => this.change({ against: Number(value) }));
    const choice = (/** @type {"scale" | "compared"} */ name, /** @type {string} */ label, /** @type {[string, string][]} */ options, /** @type {string} */ help) =>
      segments({ label, name: `npi-filters-${name}`, options, value: this.settings[name], help, onchange: (value) => (Object.assign(this.settings, { [name]: value }), this.paint()) });
    this.scales = choice("scale", "Colours", [["filter", "Per filter"], ["layer", "Per layer"], ["network", "Whole network"]], "Per filter → the finest contrast; per layer or network → equal colours are equal weights");
    this.compare = choice("compared", "Show", [["now", "Now"], ["both", "Both"], ["difference", "Difference"]], "Both → earlier and present weights side by side; difference → what was learnt in between");
    this.rgb = element("input", { type: "checkbox", checked: true, onchange: () => ((this.settings.rgb = this.rgb.checked), this.paint()) });
    this.rgbBox = element("label", { class: "npi-filters-field", title: "On → the three input channels as one colour picture; off → each by itself" }, this.rgb, "As RGB");
    this.bar = element("div", { class: "npi-filters-bar" }, this.layers.root, this.weights.root, this.forms.root, this.sorts.root);
    this.bar2 = element("div", { class: "npi-filters-bar" }, this.scales, this.compare, this.againsts.root, this.rgbBox);
    this.says = element("p", { class: "npi-filters-headline" });
    this.scale = element("span");
    this.reading = element("output", { class: "npi-maps-reading" });
    this.cards = new FilterCards({ onpick: (unit) => this.pick(unit), onread: (text) => this.read(text) });
    this.matrix = new MatrixView({ onread: (text) => this.read(text) });
    this.vector = new ValuesChart({ label: "The values as bars", onpoint: (index) => this.readVector(index) });
    this.pages = this.pager();
    this.chosen = new ChosenFilter({
      onturn: (by) => this.turn(by), onclose: () => this.pick(null),
      onmap: () => this.context.choose({ tab: "maps", layer: this.layer, unit: this.view?.unit ?? null }),
    });
    this.histogram = new Histogram();
    this.histogramSays = element("figcaption", { class: "npi-quiet" });
    this.statistics = new Statistics();
    this.sharing = element("p", { class: "npi-filters-sharing" });
    this.words = element("div");
    this.fault = element("div", { hidden: true });
    const picture = element("div", { class: "npi-filters-main" }, element("div", { class: "npi-filters-legend" }, this.scale, this.reading), this.cards.root, this.matrix.root, this.vector.root, this.pages.root);
    this.stage = element("div", { class: "npi-filters-stage" }, this.says, element("div", { class: "npi-filters-body" }, picture, this.chosen.root),
      element("div", { class: "npi-filters-numbers" }, element("figure", {}, element("h4", { text: "How the weights are spread" }), this.histogram.root, this.histogramSays),
        element("div", {}, element("h4", { text: "In numbers" }), this.statistics.root, this.sharing)),
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.words));
    this.root = element("section", { class: "npi-filters", "aria-label": "Filters" }, this.bar, this.bar2, this.fault, this.stage);
  }

  pager() {
    const button = (/** @type {string} */ text, /** @type {() => void} */ act) => element("button", { type: "button", class: "npi-button", text, onclick: act });
    const turn = (/** @type {"first" | "inputs_first"} */ name, /** @type {number} */ by) => () => this.page(name, by);
    const filters = [button("‹ Filters", turn("first", -1)), button("Filters ›", turn("first", 1))];
    const inputs = [button("‹ Inputs", turn("inputs_first", -1)), button("Inputs ›", turn("inputs_first", 1))];
    const says = element("span", { class: "npi-quiet", role: "status" });
    return { filters, inputs, says, root: element("div", { class: "npi-buttons npi-filters-pages" }, ...filters, ...inputs, says) };
  }

  /** @param {View} view */
  show(view) {
    const { view: before } = this;
    const weighted = view.anatomy.layers.filter(({ parameters }) => parameters > 0);
    if (before?.run !== view.run) [this.body, this.layer] = [null, ""];
    if (before?.anatomy?.layers !== view.anatomy.layers) {
      this.layers.node.replaceChildren(...weighted.map(({ name, kind, parameters }) => element("option", { value: name, text: `${name} · ${kind} · ${parameters.toLocaleString("en-US")}` })));
    }
    this.view = view;
    const names = weighted.map(({ name }) => name);
    const layer = view.layer !== null && names.includes(view.layer) ? view.layer : names.includes(this.layer) ? this.layer : (weighted.find(({ kernel }) => kernel)?.name ?? names[0]);
    if (!layer) return this.fail({ what: "This network has no weights.", fix: "Choose a run with a dense or a convolutional layer." });
    if (layer !== this.layer) Object.assign(this.settings, { weight: null, form: null, first: 0, inputs_first: 0 });
    this.layer = layer;
    this.layers.node.value = layer;
    this.fillEpochs(view.anatomy.keyframes);
    this.follow();
    if (this.body) this.paint();
  }

  /** @param {number[]} keyframes */
  fillEpochs(keyframes) {
    const known = JSON.stringify(keyframes);
    this.againsts.root.hidden = this.compare.hidden = !keyframes.length;
    if (known === this.epochs) return;
    this.epochs = known;
    this.againsts.node.replaceChildren(...keyframes.map((epoch) => element("option", { value: epoch, text: epochName(epoch) })));
    if (this.settings.against !== null && !keyframes.includes(this.settings.against)) this.settings.against = null;
    this.againsts.node.value = String(this.settings.against ?? keyframes[0]);
  }

  hide() {
    this.stop();
    this.asked = "";
  }

  /** @param {Partial<Settings>} changes */
  change(changes) {
    Object.assign(this.settings, changes);
    this.follow();
  }

  follow() {
    const { view, settings } = this;
    if (!view) return;
    const { weight, form, sort, first, inputs_first, against } = settings;
    const question = { view: /** @type {const} */ ("filters"), layer: this.layer, weight, form, sort, first, inputs_first, against, picture: null };
    const key = JSON.stringify([question, view.run, view.weights, view.live, view.live || view.anatomy.epoch]);
    if (key === this.asked) return;
    this.stop();
    this.asked = key;
    this.stop = this.context.follow(question, (body) => this.draw(body), (error) => this.fail(error));
  }

  /** @param {FiltersAnswer} body */
  draw(body) {
    this.body = body;
    this.fault.hidden = true;
    this.stage.hidden = false;
    this.paint();
  }

  /** @param {unknown} error */
  fail(error) {
    this.fault.hidden = false;
    this.stage.hidden = this.body === null;
    tell(this.fault, error);
  }

  paint() {
    const { body, view, settings } = this;
    if (!body || !view || body.layer !== this.layer) return;
    const { dark } = view.theme;
    const against = body.against === null ? "" : epochName(body.against ?? 0).toLowerCase();
    const now = typeof view.weights === "number" ? epochName(view.weights).toLowerCase() : view.weights;
    const planes = body.form === "filters";
    const chosen = planes && view.unit !== null && view.layer === this.layer ? Array.from(body.numbers).indexOf(view.unit) : -1;
    const look = { scale: settings.scale, compared: settings.compared, rgb: settings.rgb, dark, against, chosen: chosen < 0 ? null : view.unit, now, units: this.units(body), columns: view.anatomy.kind === "table" && body.layer === view.anatomy.layers[0].name ? view.anatomy.columns : [] };
    this.menus(body);
    this.cards.root.hidden = !planes;
    this.matrix.root.hidden = body.form !== "matrix";
    this.vector.root.hidden = body.form !== "vector";
    if (planes) this.cards.draw(body, look);
    else if (body.form === "matrix") this.matrix.draw(body, look);
    else {
      const { low, high } = range({ values: body.values, height: 1, width: body.values.length });
      this.vector.draw(body.values, { at: null, low: Math.min(low, 0), high: Math.max(high, 0), theme: view.theme });
    }
    this.chosen.root.hidden = chosen < 0;
    if (chosen >= 0) this.chosen.draw(body, chosen, { dark, now, against, names: this.colours(body) });
    this.legendOf(body, look);
    if (!this.reading.textContent || this.readOf !== body.layer) this.read("");
    this.readOf = body.layer;
    setText(this.says, headline(body));
    this.histogram.draw(body.histogram, body.histogram.before ? body.against : null);
    setText(this.histogramSays, body.histogram.before ? `Filled: ${now}. Outline: ${against}.` : "");
    this.statistics.draw(body.tensors);
    setText(this.sharing, sharingSentences(body.sharing)[0] ?? "");
    const words = explained(body);
    if (JSON.stringify(words) !== this.told) this.words.replaceChildren(...words.map((text) => element("p", { text })));
    this.told = JSON.stringify(words);
  }

  /** The names of the units where they are the classes. @param {FiltersAnswer} body */
  units(body) {
    const { layers, classes } = this.view?.anatomy ?? { layers: [], classes: [] };
    return layers[layers.length - 1]?.name === body.layer && body.total === classes.length ? classes : [];
  }

  /** The names of the inputs where they are a picture's colours. @param {FiltersAnswer} body */
  colours(body) {
    const layer = this.view?.anatomy.layers.find(({ name }) => name === body.layer);
    const seen = body.picture ? body.picture.name : layer?.inputs[0];
    return body.inputs === 3 && seen === "input" ? ["Red", "Green", "Blue"] : [];
  }

  /** What can be chosen for this layer. @param {FiltersAnswer} body */
  menus(body) {
    const options = (/** @type {{node: HTMLSelectElement, root: HTMLElement}} */ menu, /** @type {string[]} */ names, /** @type {string} */ value, /** @type {Record<string, string>} */ words = {}) => {
      const known = JSON.stringify(names);
      if (menu.root.dataset.known !== known) menu.node.replaceChildren(...names.map((name) => element("option", { value: name, text: words[name] ?? name })));
      menu.root.dataset.known = known;
      menu.root.hidden = names.length < 2;
      menu.node.value = value;
    };
    options(this.weights, body.tensors.map(({ name }) => name), body.weight);
    options(this.forms, body.forms, body.form, { filters: "Pictures", matrix: "Matrix" });
    this.sorts.root.hidden = body.form !== "filters" || body.total < 2;
    this.sorts.node.value = this.settings.sort;
    this.rgbBox.hidden = body.form !== "filters" || body.inputs !== 3 || body.values.shape[2] !== 1;
    this.scales.hidden = body.form === "vector";
    const { pages } = this;
    const shown = body.form === "matrix" ? body.values.shape[1] : body.numbers.length;
    const wide = body.form === "matrix" ? body.values.shape[0] : body.form === "filters" ? body.values.shape[1] : body.inputs;
    const [one, two] = [shown < body.total, wide < body.inputs];
    pages.root.hidden = !one && !two;
    for (const [buttons, on, first, count, total] of /** @type {[HTMLButtonElement[], boolean, number, number, number][]} */ ([[pages.filters, one, body.first, shown, body.total], [pages.inputs, two, body.inputs_first, wide, body.inputs]])) {
      for (const button of buttons) button.hidden = !on;
      buttons[0].disabled = first === 0;
      buttons[1].disabled = first + count >= total;
    }
    const shownOf = (/** @type {string} */ noun, /** @type {number} */ first, /** @type {number} */ count, /** @type {number} */ total) => `${noun} ${(first + 1).toLocaleString("en-US")} to ${(first + count).toLocaleString("en-US")} of ${total.toLocaleString("en-US")}`;
    setText(pages.says, [one && shownOf(body.form === "filters" ? "filters" : "units", body.first, shown, body.total), two && shownOf("inputs", body.inputs_first, wide, body.inputs)].filter(Boolean).join("; "));
  }

  /** @param {FiltersAnswer} body @param {import("./filters/cards.js").Look} look */
  legendOf(body, look) {
    const fixed = look.compared === "difference" && body.before ? null : { filter: null, layer: body.reach, network: body.network_reach }[look.scale];
    const reach = body.form === "matrix" ? this.matrix.reach : fixed;
    const rgb = body.form === "filters" && look.rgb && body.inputs === 3 && body.values.shape[2] === 1;
    const key = JSON.stringify([reach, look.dark, body.form, rgb]);
    if (key === this.legendKey) return;
    this.legendKey = key;
    const quiet = (/** @type {string} */ text) => element("span", { class: "npi-quiet", text });
    this.scale.replaceChildren(...(body.form === "vector" ? [] : rgb ? [quiet(`Middle grey is 0, brighter is positive${reach === null || reach === undefined ? "; each filter up to its own largest size" : `, full at ±${short(reach)}`}.`)] : reach === null || reach === undefined ? [quiet("Blue negative, orange positive; each picture up to its own largest size.")] : [legend("diverging", -reach, reach, { dark: look.dark })]));
  }

  /** @param {string} text */
  read(text) {
    setText(this.reading, text || (this.body?.form === "matrix" && this.matrix.canvas.hidden ? "" : "Point at a weight to read it."));
  }

  /** @param {number | null} index */
  readVector(index) {
    const { body } = this;
    if (!body || body.form !== "vector" || index === null) return this.read("");
    const was = body.before ? `, ${epochName(body.against ?? 0).toLowerCase()} ${short(body.before[index])}` : "";
    this.read(`${body.weight} ${body.numbers[index]}: ${short(body.values[index])}${was}`);
  }

  /** @param {number | null} unit */
  pick(unit) {
    this.context.choose({ layer: this.layer, unit: unit === this.view?.unit && this.view?.layer === this.layer ? null : unit });
  }

  /** @param {number} by */
  turn(by) {
    const numbers = Array.from(this.body?.numbers ?? []);
    const at = numbers.indexOf(this.view?.unit ?? -1);
    this.context.choose({ layer: this.layer, unit: numbers[(at + by + numbers.length) % numbers.length] });
  }

  /** @param {"first" | "inputs_first"} name @param {number} by */
  page(name, by) {
    const { body } = this;
    if (!body) return;
    const matrix = body.form === "matrix";
    const count = name === "first" ? (matrix ? body.values.shape[1] : body.numbers.length) : body.values.shape[matrix ? 0 : 1];
    const total = name === "first" ? body.total : body.inputs;
    this.change({ [name]: Math.max(0, Math.min(total - 1, this.settings[name] + by * count)) });
  }
}

/** @param {number} epoch */
function epochName(epoch) {
  return epoch ? `Epoch ${epoch}` : "Before training";
}
