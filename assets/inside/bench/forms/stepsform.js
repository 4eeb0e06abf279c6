// @ts-check
/** Sets how the window moves: stride, padding, dilation, the size of a pooling window. */

import { element } from "../../../shared/dom/element.js";
import { rangeField, selectField } from "./fields.js";
import { LIMITS, family } from "../state.js";

/** @typedef {import("../state.js").State} State */

const PADDINGS = /** @type {[string, string][]} */ ([["valid", "valid: none"], ["same", "same (TensorFlow)"], ["p", "p on every side"]]);

export class StepsForm {
  /** @type {State} */
  state;

  /** @param {(changes: Partial<State>) => void} onchange */
  constructor(onchange) {
    const step = (/** @type {Partial<import("../state.js").StepState>} */ changes) => {
      const kind = family(this.state.operation);
      onchange({ steps: { ...this.state.steps, [kind]: { ...this.state.steps[kind], ...changes } } });
    };
    const stride = (/** @type {0 | 1} */ axis, /** @type {number} */ value) => {
      const pair = /** @type {[number, number]} */ ([...this.state.steps[family(this.state.operation)].stride]);
      pair[axis] = value;
      step({ stride: pair });
    };
    const pool = (/** @type {0 | 1} */ axis, /** @type {number} */ value) => {
      const pair = /** @type {[number, number]} */ ([...this.state.pool]);
      pair[axis] = value;
      onchange({ pool: pair });
    };
    const slider = (/** @type {string} */ label, /** @type {string} */ title, /** @type {number} */ high, /** @type {(value: number) => void} */ to) => rangeField({ label, title, low: 1, high, onchange: to });
    this.fields = {
      poolDown: slider("Window, rows", "A higher window → fewer rows come out.", LIMITS.pool, (value) => pool(0, value)),
      poolAcross: slider("Window, columns", "A wider window → fewer columns come out.", LIMITS.pool, (value) => pool(1, value)),
      down: slider("Stride down", "A larger stride → the window skips rows, the output is lower (for the transposed: higher).", LIMITS.stride, (value) => stride(0, value)),
      across: slider("Stride across", "A larger stride → the window skips columns, the output is narrower (for the transposed: wider).", LIMITS.stride, (value) => stride(1, value)),
      dilation: slider("Dilation", "A larger dilation → the kernel's elements lie further apart: it sees more with the same number of weights.", LIMITS.dilation, (value) => step({ dilation: value })),
    };
    this.padding = selectField({ label: "Padding", title: "valid: the window stays inside. same: as many zeros as give ⌈n/s⌉. p: the same number on every side.", onchange: (value) => step({ padding: /** @type {any} */ (value) }) });
    this.p = rangeField({ label: "p", title: "A larger p → a broader border of zeros, a larger output (for the transposed: more is cut off).", low: 0, high: LIMITS.p, onchange: (p) => step({ p }) });
    const { poolDown, poolAcross, down, across, dilation } = this.fields;
    this.root = element("fieldset", { class: "npi-bench-group" }, element("legend", { text: "Window" }), poolDown.root, poolAcross.root, down.root, across.root, this.padding.root, this.p.root, dilation.root);
  }

  /** @param {State} state */
  draw(state) {
    this.state = state;
    const kind = family(state.operation);
    const { stride, padding, p, dilation } = state.steps[kind];
    const { fields } = this;
    fields.poolDown.set(state.pool[0]);
    fields.poolAcross.set(state.pool[1]);
    fields.down.set(stride[0]);
    fields.across.set(stride[1]);
    fields.dilation.set(dilation);
    this.padding.set(PADDINGS, padding);
    this.p.set(p);
    fields.poolDown.root.hidden = kind !== "pooling" || state.line;
    fields.poolAcross.root.hidden = kind !== "pooling";
    fields.down.root.hidden = state.line;
    fields.dilation.root.hidden = kind === "pooling";
    this.p.root.hidden = padding !== "p";
  }
}
