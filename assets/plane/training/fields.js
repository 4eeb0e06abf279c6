// @ts-check
/** The few kinds of fields that the Playground's bars are made of. Each has `root` and `draw(value, …)`, and never moves under the hand that holds it. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";

/** @param {string} label @param {string} title @param {...(Node | string)} content */
function field(label, title, ...content) {
  return element("label", { class: "npp-field", title }, element("span", { class: "npp-label", text: label }), ...content);
}

/** A choice of a few. */
export class SelectField {
  /** @param {{label: string, title: string, onchange: (value: string) => void}} options */
  constructor({ label, title, onchange }) {
    this.select = element("select", { class: "npp-select", "aria-label": label, onchange: () => onchange(this.select.value) });
    this.root = field(label, title, this.select);
    this.shown = "";
  }

  /**
   * @param {string} value
   * @param {{value: string, text: string, title?: string, disabled?: boolean}[]} options
   * @param {boolean} [disabled]
   */
  draw(value, options, disabled = false) {
    const now = JSON.stringify(options);
    if (now !== this.shown) {
      this.shown = now;
      this.select.replaceChildren(...options.map(({ value: key, text, title, disabled: off }) => element("option", { value: key, text, title: title || null, disabled: off })));
    }
    if (this.select.value !== value) this.select.value = value;
    this.select.disabled = disabled;
  }
}

/** A number on a scale of stops, to be dragged, or typed exactly. */
export class ScaleField {
  /** @type {number | undefined} */
  value;

  /**
   * @param {{label: string, title: string, stops: number[], low: number, high: number, whole?: boolean, show?: (value: number) => string, onchange: (value: number) => void}} options
   *   stops: what the slider runs through; low, high: what may be typed
   */
  constructor({ label, title, stops, low, high, whole = false, show = String, onchange }) {
    this.stops = stops;
    this.low = low;
    this.high = high;
    this.whole = whole;
    this.show = show;
    this.onchange = onchange;
    this.typed = false;
    this.slider = element("input", { type: "range", class: "npp-slider", min: 0, max: stops.length - 1, step: 1, "aria-label": `${label}, slider`, oninput: () => this.slide() });
    this.input = element("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", class: "npp-number", "aria-label": label,
      oninput: () => (this.typed = true), onblur: () => this.apply(),
      onkeydown: (event) => {
        if (event.key === "Enter") this.apply();
        if (event.key === "Escape") this.draw(this.value ?? low);
      },
    });
    this.note = element("span", { class: "npp-note", role: "alert" });
    this.root = element("div", { class: "npp-field npp-scale", title }, element("span", { class: "npp-label", text: label }), this.input, this.slider, this.note);
  }

  slide() {
    this.typed = false;
    const value = this.stops[Number(this.slider.value)];
    this.face(value);
    this.value = value;
    this.onchange(value);
  }

  apply() {
    if (!this.typed) return;
    const value = Number(this.input.value.replace(",", "."));
    const fits = this.input.value.trim() !== "" && value >= this.low && value <= this.high && (!this.whole || Number.isInteger(value));
    setAttribute(this.input, "aria-invalid", fits ? null : "true");
    setText(this.note, fits ? "" : `${this.whole ? "A whole number" : "A number"} from ${this.low} to ${this.high.toLocaleString("en-US")}, please.`);
    if (!fits) return;
    this.typed = false;
    if (value !== this.value) this.onchange(value);
    this.value = value;
  }

  /** @param {number} value */
  face(value) {
    const text = this.show(value);
    if (this.input.value !== text) this.input.value = text;
    setAttribute(this.slider, "aria-valuetext", text);
  }

  /** @param {number | null} value null: several values at once @param {boolean} [disabled] */
  draw(value, disabled = false) {
    this.input.disabled = this.slider.disabled = disabled;
    if (this.typed && document.activeElement === this.input) return;
    this.typed = false;
    setText(this.note, "");
    setAttribute(this.input, "aria-invalid", null);
    this.value = value ?? undefined;
    if (value === null) {
      if (this.input.value !== "mixed") this.input.value = "mixed";
      return;
    }
    const place = String(this.stops.reduce((best, stop, i) => (Math.abs(distance(stop, value)) < Math.abs(distance(this.stops[best], value)) ? i : best), 0));
    if (this.slider.value !== place) this.slider.value = place;
    this.face(value);
  }
}

/** How far apart two values look on a scale that is nearly logarithmic. @param {number} a @param {number} b */
function distance(a, b) {
  return Math.log(a + 1e-9) - Math.log(b + 1e-9);
}

/** On or off. */
export class SwitchField {
  /** @param {{label: string, title: string, onchange: (value: boolean) => void}} options */
  constructor({ label, title, onchange }) {
    this.input = element("input", { type: "checkbox", role: "switch", class: "npp-switch", onchange: () => onchange(this.input.checked) });
    this.root = element("label", { class: "npp-field npp-toggle", title }, this.input, element("span", { class: "npp-label", text: label }));
  }

  /** @param {boolean} value @param {boolean} [disabled] */
  draw(value, disabled = false) {
    this.input.checked = value;
    this.input.disabled = disabled;
  }
}
