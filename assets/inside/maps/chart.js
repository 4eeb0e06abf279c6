// @ts-check
/** A row of values as bars about zero: the units of a dense layer, the steps of a sequence. Pointing at one tells which. */

import { element } from "../../shared/dom/element.js";

export class ValuesChart {
  /** @param {{onpoint: (index: number | null) => void, onpick?: (index: number) => void, label: string}} options */
  constructor({ onpoint, onpick, label }) {
    /** @type {Float32Array} */
    this.values = new Float32Array(0);
    /** @type {number | null} */
    this.at = null;
    this.onpoint = onpoint;
    this.onpick = onpick;
    this.canvas = element("canvas", { class: "npi-maps-chart", role: "img", "aria-label": label, tabindex: 0,
      onpointermove: (event) => onpoint(this.index(event)), onpointerleave: () => onpoint(null),
      onclick: (event) => onpick?.(this.index(event)), onkeydown: (event) => this.key(event) });
    this.root = this.canvas;
    this.resized = new ResizeObserver(() => this.paint());
    this.resized.observe(this.canvas);
  }

  /** @param {Float32Array} values @param {{at: number | null, low: number, high: number, theme: import("../../shared/drawing/theme.js").Theme}} how */
  draw(values, how) {
    this.values = values;
    this.at = how.at;
    this.how = how;
    this.canvas.style.cursor = this.onpick ? "pointer" : "crosshair";
    this.paint();
  }

  paint() {
    const { canvas, values, how } = this;
    const [wide, tall, ratio] = [canvas.clientWidth, canvas.clientHeight, window.devicePixelRatio || 1];
    const context = canvas.getContext("2d");
    if (!how || !context || !wide) return;
    [canvas.width, canvas.height] = [Math.round(wide * ratio), Math.round(tall * ratio)];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const [low, high] = [Math.min(0, how.low), Math.max(0, how.high)];
    const span = high - low || 1;
    const y = (/** @type {number} */ value) => 4 + ((high - value) / span) * (tall - 8);
    const step = wide / values.length;
    const { theme } = how;
    if (step < 1) this.crowded(context, { wide, y, colour: theme.training });
    else values.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      context.fillStyle = i === this.at ? theme.validation : theme.training;
      const [top, bottom] = [Math.min(y(value), y(0)), Math.max(y(value), y(0))];
      context.fillRect(i * step, top, Math.max(step - (step > 4 ? 1 : 0), 0.5), Math.max(bottom - top, 0.5));
    });
    context.strokeStyle = theme.border;
    context.beginPath();
    context.moveTo(0, y(0));
    context.lineTo(wide, y(0));
    context.stroke();
  }

  /** More values than pixels: each column of pixels from the least to the largest of its values. @param {CanvasRenderingContext2D} context @param {{wide: number, y: (value: number) => number, colour: string}} how */
  crowded(context, { wide, y, colour }) {
    const { values } = this;
    context.fillStyle = colour;
    for (let x = 0; x < wide; x++) {
      let [low, high] = [0, 0];
      for (let i = Math.floor((x * values.length) / wide); i < ((x + 1) * values.length) / wide; i++) {
        if (values[i] < low) low = values[i];
        if (values[i] > high) high = values[i];
      }
      context.fillRect(x, y(high), 1, Math.max(y(low) - y(high), 0.5));
    }
  }

  /** @param {MouseEvent} event */
  index(event) {
    const box = this.canvas.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / (box.width || 1)) * this.values.length);
    return Math.max(0, Math.min(this.values.length - 1, place));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(this.values.length - 1, (this.at ?? 0) + by));
    if (this.onpick) this.onpick(to);
    else [this.at] = [to];
    this.onpoint(to);
  }
}
