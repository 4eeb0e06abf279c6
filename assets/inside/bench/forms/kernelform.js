// @ts-check
/** Chooses the kernel: a known one, its size, or numbers typed by hand. */

import { element, setText } from "../../../shared/dom/element.js";
import { numberGrid, rangeField, selectField } from "./fields.js";
import { LINE_KERNELS, PLANE_KERNELS, kernelOf, normalised, resized } from "../math/kernels.js";
import { symmetric } from "../drawing/shade.js";
import { LIMITS, kernelState } from "../state.js";
import { number } from "../words.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../state.js").KernelState} KernelState */

export class KernelForm {
  /** @type {State} */
  state;
  /** @type {KernelState} */
  kernel;
  /** @type {Record<string, import("../math/kernels.js").Preset>} */
  presets;

  /** @param {(changes: Partial<State>) => void} onchange */
  constructor(onchange) {
    this.onchange = onchange;
    this.preset = selectField({ label: "Kernel", title: "Another kernel → another result; its numbers can be changed below.", onchange: (name) => this.choose(name) });
    this.height = rangeField({ label: "Height", title: "A higher kernel → each result looks at more rows.", low: 1, high: LIMITS.kernel, onchange: (height) => this.resize(height, this.kernel.width) });
    this.width = rangeField({ label: "Width", title: "A wider kernel → each result looks at more columns.", low: 1, high: LIMITS.kernel, onchange: (width) => this.resize(this.kernel.height, width) });
    this.sigma = rangeField({ label: "σ in cells", title: "A larger σ → the Gaussian is flatter and blurs further.", low: 0.3, high: 3, step: 0.1, onchange: (sigma) => this.regrow({ sigma }) });
    this.grid = numberGrid({ label: "Numbers of the kernel", title: "The kernel's numbers. Type another, 1/9 works too → the result follows at once.", onchange: (at, value) => this.type(at, value) });
    this.does = element("p", { class: "npi-quiet" });
    this.sum = element("span", { class: "npi-quiet" });
    const button = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ onclick) => element("button", { type: "button", class: "npi-button", text, title, onclick });
    this.root = element("fieldset", { class: "npi-bench-group" }, element("legend", { text: "Kernel" }), this.preset.root, this.grid.root,
      element("div", { class: "npi-buttons" },
        button("Normalise", "Divides by the sum (where it is 0, by the sum of the absolute values) → even areas keep their brightness.", () => this.put(normalised(this.kernel))),
        button("Flip", "Turns the kernel by half a turn → convolution and cross-correlation change places.", () => this.put({ ...this.kernel, values: [...this.kernel.values].reverse() })),
        this.sum),
      this.does, this.height.root, this.width.root, this.sigma.root);
  }

  /** @param {State} state @param {boolean} dark */
  draw(state, dark) {
    this.state = state;
    this.kernel = kernelState(state);
    this.presets = state.line ? LINE_KERNELS : PLANE_KERNELS;
    const { preset, sigma, height, width, values } = this.kernel;
    this.preset.set([...Object.entries(this.presets).map(([name, { title }]) => /** @type {[string, string]} */ ([name, title])), ["own", "Own numbers"]], preset);
    this.grid.draw(values, { width, name: (at) => (state.line ? `Element ${at}` : `Row ${Math.floor(at / width)}, column ${at % width}`), tones: symmetric(values), dark });
    setText(this.does, preset === "own" ? "" : `As Keras lays it on: ${this.presets[preset].does}.`);
    this.does.hidden = preset === "own" || state.operation !== "convolution";
    setText(this.sum, `Sum ${number(values.reduce((total, value) => total + value, 0))}`);
    this.height.set(height);
    this.height.root.hidden = state.line;
    this.width.set(width);
    this.sigma.set(sigma, { say: sigma.toFixed(1) });
    this.sigma.root.hidden = preset !== "gaussian";
  }

  /** @param {string} name */
  choose(name) {
    const preset = this.presets[name];
    if (!preset) return this.put(this.kernel);
    const kernel = { ...this.kernel, preset: name };
    const size = this.state.line ? { height: 1, width: Math.max(3, kernel.width) } : { height: Math.max(3, kernel.height), width: Math.max(3, kernel.width) };
    this.set({ ...kernel, ...kernelOf(preset, { ...size, sigma: kernel.sigma }) }, { range: preset.signed ? "signed" : "clipped" });
  }

  /** @param {number} height @param {number} width */
  resize(height, width) {
    const preset = this.presets[this.kernel.preset];
    if (preset?.sized) return this.regrow({ height, width });
    this.put({ ...this.kernel, ...resized(this.kernel, height, width) });
  }

  /** The preset in another size or with another sigma. @param {Partial<KernelState>} changes */
  regrow(changes) {
    const kernel = { ...this.kernel, ...changes };
    this.set({ ...kernel, ...kernelOf(this.presets[kernel.preset], kernel) });
  }

  /** @param {number} at @param {number} value */
  type(at, value) {
    this.put({ ...this.kernel, values: this.kernel.values.map((old, k) => (k === at ? value : old)) });
  }

  /** Own numbers from now on. @param {import("../math/arithmetic.js").Kernel} kernel */
  put({ height, width, values }) {
    this.set({ ...this.kernel, preset: "own", height, width, values });
  }

  /** @param {KernelState} kernel @param {Partial<State>} [more] */
  set(kernel, more = {}) {
    this.onchange({ [this.state.line ? "comb" : "plane"]: kernel, ...more });
  }
}
