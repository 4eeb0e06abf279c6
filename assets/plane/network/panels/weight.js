// @ts-check
/** A weight or bias as a number field and a slider. What is set acts at once; the loss before and after stands beside it. */

import { element, setAttribute, setText } from "../../../shared/dom/element.js";
import { loss } from "../../../shared/drawing/format.js";

const OFTEN = 90; // milliseconds between two values that a drag sends
const SETTLED = 3000; // milliseconds after which a change counts as a new one, and what the loss does is no longer its doing
const HELD = 1200; // milliseconds in which what was typed stands against frames that do not know it yet

export class WeightField {
  /**
   * @param {{label: string, send: (value: number) => Promise<boolean> | void, effect?: HTMLElement | null}} options effect: where it is said what a change does, if several fields share one place
   */
  constructor({ label, send, effect = null }) {
    this.send = send;
    this.sent = -Infinity;
    /** @type {number | null} */
    this.waiting = null;
    this.timer = 0;
    /** @type {number | null} loss before the change */
    this.before = null;
    this.now = NaN;
    this.number = element("input", { type: "number", step: "any", inputmode: "decimal", class: "npp-net-number", "aria-label": label, onchange: () => this.put(this.number.valueAsNumber) });
    this.slider = element("input", { type: "range", step: "0.01", "aria-label": `${label}, slider`, oninput: () => this.put(this.slider.valueAsNumber) });
    this.effect = effect ?? element("output", { class: "npp-net-effect" });
    this.root = element("span", { class: "npp-net-weight", "data-compact": effect !== null }, this.number, this.slider, !effect && this.effect);
    this.limit(3);
  }

  /** @param {number} most */
  limit(most) {
    if (this.slider.max === String(most)) return;
    this.slider.min = String(-most);
    this.slider.max = String(most);
  }

  /** @param {number} value */
  put(value) {
    if (!Number.isFinite(value) || Math.abs(value) > 1000) {
      this.number.setAttribute("aria-invalid", "true");
      setText(this.effect, "A number from −1000 to 1000, please.");
      return;
    }
    this.number.removeAttribute("aria-invalid");
    const now = performance.now();
    if (now - this.sent > SETTLED) this.before = this.now;
    this.sent = now;
    this.slider.value = String(value);
    if (this.number !== document.activeElement) this.number.value = String(Number(value.toPrecision(5)));
    this.waiting = value;
    if (!this.timer) this.timer = window.setTimeout(() => this.flush(), OFTEN);
  }

  flush() {
    this.timer = 0;
    if (this.waiting === null) return;
    const value = this.waiting;
    this.waiting = null;
    this.send(value);
  }

  /** @param {{value: number, loss: number, locked: string}} state */
  draw({ value, loss: present, locked }) {
    this.now = present;
    this.number.disabled = this.slider.disabled = Boolean(locked) || !Number.isFinite(value);
    setAttribute(this.number, "title", locked || "Type a number: the network uses it at once, and training goes on from it");
    setAttribute(this.slider, "title", locked || "Drag to see at once what this weight does");
    const held = performance.now() - this.sent < HELD;
    if (!held && Number.isFinite(value)) {
      const most = Math.max(3, Math.ceil(Math.abs(value) * 1.3));
      if (this.slider !== document.activeElement) this.limit(most);
      this.slider.value = String(value);
      if (this.number !== document.activeElement) {
        this.number.value = String(Number(value.toPrecision(4)));
        this.number.removeAttribute("aria-invalid"); // what was refused is gone
      }
    }
    if (performance.now() - this.sent < SETTLED && this.before !== null && Number.isFinite(present)) setText(this.effect, `Loss ${loss(this.before)} → ${loss(present)}`);
  }

  close() {
    clearTimeout(this.timer);
    this.flush();
  }
}
