// @ts-check
/** The controls of the bench: choices, sliders, and grids of numbers to type in. Each is made once and set in place, so that nobody loses the focus. */

import { element, setText } from "../../../shared/dom/element.js";
import { segments } from "../../../shared/dom/segments.js";
import { shade } from "../drawing/shade.js";
import { number } from "../words.js";

const LARGEST = 1e6;

/**
 * @param {{label: string, title: string, onchange: (value: string) => void}} field
 * @returns {{root: HTMLElement, set: (options: [string, string][], value: string) => void}}
 */
export function selectField({ label, title, onchange }) {
  const select = element("select", { "aria-label": label, onchange: () => onchange(select.value) });
  let key = "";
  const set = (/** @type {[string, string][]} */ options, /** @type {string} */ value) => {
    if (key !== JSON.stringify(options)) select.replaceChildren(...options.map(([name, text]) => element("option", { value: name, text })));
    key = JSON.stringify(options);
    select.value = value;
  };
  return { root: element("label", { class: "npi-bench-field npi-bench-select", title }, element("span", { text: label }), select), set };
}

/**
 * @param {{label: string, title: string, low: number, high: number, step?: number, onchange: (value: number) => void}} field
 * @returns {{root: HTMLElement, set: (value: number, options?: {low?: number, high?: number, say?: string}) => void}}
 */
export function rangeField({ label, title, low, high, step = 1, onchange }) {
  const input = element("input", { type: "range", "aria-label": label, min: low, max: high, step, oninput: () => onchange(Number(input.value)) });
  const shown = element("output", { class: "npi-bench-output" });
  const set = (/** @type {number} */ value, /** @type {{low?: number, high?: number, say?: string}} */ options = {}) => {
    input.min = String(options.low ?? low);
    input.max = String(options.high ?? high);
    input.value = String(value);
    setText(shown, options.say ?? String(value));
  };
  return { root: element("label", { class: "npi-bench-field", title }, element("span", { text: label }), element("span", { class: "npi-bench-slider" }, input, shown)), set };
}

/**
 * A few choices, all in sight.
 * @param {{label: string, help: string, options: [string, string][], onchange: (value: string) => void}} field
 * @returns {{root: HTMLElement, set: (value: string) => void}}
 */
export function choiceField({ label, help, options, onchange }) {
  const root = segments({ label, name: "bench", options, value: "", help, onchange });
  const inputs = [...root.querySelectorAll("input")];
  return { root, set: (value) => inputs.forEach((input) => (input.checked = input.value === value)) };
}

/**
 * A grid of numbers. Fractions such as 1/9 are understood.
 * @param {{label: string, title: string, onchange: (at: number, value: number) => void}} field
 * @returns {{root: HTMLElement, draw: (values: number[], look: {width: number, name: (at: number) => string, tones?: any, dark: boolean}) => void}}
 */
export function numberGrid({ label, title, onchange }) {
  const root = element("div", { class: "npi-bench-grid", role: "group", "aria-label": label, title });
  /** @type {HTMLInputElement[]} */
  let inputs = [];
  let key = "";
  /** @type {number[]} */
  let known = [];
  const make = (/** @type {number} */ at) => {
    const input = element("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
    input.addEventListener("input", () => {
      const value = parsed(input.value);
      input.toggleAttribute("aria-invalid", value === null);
      if (value !== null) onchange(at, value);
    });
    input.addEventListener("blur", () => {
      input.removeAttribute("aria-invalid");
      input.value = number(known[at]);
    });
    input.addEventListener("focus", () => input.select());
    return input;
  };
  return {
    root,
    draw(values, { width, name, tones, dark }) {
      known = values;
      if (key !== `${values.length} ${width}`) {
        inputs = values.map((_, at) => make(at));
        root.replaceChildren(...inputs);
        root.style.gridTemplateColumns = `repeat(${width}, minmax(0, 2.75rem))`;
      }
      key = `${values.length} ${width}`;
      values.forEach((value, at) => {
        const input = inputs[at];
        input.setAttribute("aria-label", name(at));
        const { paper, ink } = tones ? shade(value, tones, dark) : { paper: "", ink: "" };
        Object.assign(input.style, { background: paper, color: ink });
        if (document.activeElement !== input) input.value = number(value);
      });
    },
  };
}

/** A number or a fraction, with either minus and either decimal sign; null for anything else. @param {string} text @returns {number | null} */
function parsed(text) {
  const [top, bottom = "1", more] = text.trim().replaceAll("−", "-").replaceAll(",", ".").split("/");
  if (more !== undefined || !/\d/.test(top) || !/\d/.test(bottom)) return null;
  const value = Number(top) / Number(bottom);
  return Number.isFinite(value) && Math.abs(value) <= LARGEST ? value : null;
}
