// @ts-check
/** A picture with what speaks for a class laid over it, orange, and what speaks against it, blue; a pointer or the arrow keys read values. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { paint, short } from "../../shared/drawing/raster.js";

/** For, against: told apart with any colour vision and seen on black, grey and white. */
export const FOR = [255, 122, 0];
export const AGAINST = [30, 136, 255];

/** @typedef {{input: Float32Array & {shape: number[]}, values: Float32Array & {shape: number[]}, high: number, signed: boolean}} Evidence */

/**
 * Paints the values so that 0 is clear and the largest size as opaque as asked for; below it the picture shows.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} values row by row
 * @param {{height: number, width: number, most: number, opacity: number}} how most: the size that gets the full colour
 */
export function lay(canvas, values, { height, width, most, opacity }) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(width, height);
  for (let i = 0; i < values.length; i++) {
    const share = most > 0 ? Math.min(1, Math.abs(values[i]) / most) : 0;
    image.data.set(values[i] < 0 ? AGAINST : FOR, 4 * i);
    image.data[4 * i + 3] = 255 * opacity * share ** 0.75; // the root lets weak evidence be seen
  }
  context.putImageData(image, 0, 0);
}

/**
 * A network's input as plain pixels: grey for one channel, colours for three, else the first channel.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array & {shape: number[]}} input (height, width, channels)
 */
export function pixels(canvas, input) {
  const [height, width, channels] = input.shape;
  const drawable = channels === 1 || channels === 3;
  const values = drawable ? input : Float32Array.from({ length: height * width }, (_, i) => input[i * channels]);
  paint(canvas, { values, height, width, channels: drawable ? channels : 1, low: 0, high: 1 });
}

export class EvidenceFigure {
  /** @param {{title: string, onpick?: () => void, plain?: boolean}} options onpick: the title is a button; plain: no reading of values */
  constructor({ title, onpick, plain = false }) {
    this.base = element("canvas", { class: "npi-why-base", "aria-hidden": "true" });
    this.over = element("canvas", { "aria-hidden": "true" });
    this.cursor = element("span", { class: "npi-why-cursor", hidden: true, "aria-hidden": "true" });
    this.read = element("p", { class: "npi-quiet npi-why-read", "aria-live": "polite", hidden: plain });
    this.stack = element("div", { class: "npi-why-stack", role: "img", tabindex: plain ? null : 0 }, this.base, this.over, this.cursor);
    this.title = onpick ? element("button", { type: "button", class: "npi-why-name", text: title, onclick: onpick }) : element("span", { class: "npi-why-name", text: title });
    this.says = element("span", { class: "npi-quiet" });
    this.root = element("figure", { class: "npi-why-figure" }, this.stack, element("figcaption", {}, this.title, this.says), this.read);
    /** @type {Evidence | null} */
    this.evidence = null;
    this.at = [0, 0];
    if (plain) return;
    this.stack.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.point(event));
    this.stack.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.point(event));
    this.stack.addEventListener("pointerleave", () => this.leave());
    this.stack.addEventListener("blur", () => this.leave());
    this.stack.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.walk(event));
  }

  /**
   * @param {Evidence} evidence
   * @param {{opacity: number, label: string}} how
   */
  draw(evidence, { opacity, label }) {
    this.evidence = evidence;
    const [height, width] = evidence.values.shape;
    pixels(this.base, evidence.input);
    this.base.toggleAttribute("data-plain", opacity === 0);
    lay(this.over, evidence.values, { height, width, most: evidence.high, opacity });
    this.stack.style.aspectRatio = `${width} / ${height}`;
    setAttribute(this.stack, "aria-label", label);
    if (!this.cursor.hidden) this.tell();
    else setText(this.read, "Point at the picture, or use the arrow keys, to read values.");
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (!this.evidence) return;
    const [height, width] = this.evidence.values.shape;
    const box = this.stack.getBoundingClientRect();
    const clip = (/** @type {number} */ share, /** @type {number} */ size) => Math.min(size - 1, Math.max(0, Math.floor(share * size)));
    this.at = [clip((event.clientY - box.top) / box.height, height), clip((event.clientX - box.left) / box.width, width)];
    this.tell();
  }

  /** @param {KeyboardEvent} event */
  walk(event) {
    const step = /** @type {Record<string, number[]>} */ ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] })[event.key];
    if (!step || !this.evidence) return;
    event.preventDefault();
    this.at = this.at.map((value, axis) => Math.min(/** @type {Evidence} */ (this.evidence).values.shape[axis] - 1, Math.max(0, value + step[axis])));
    this.tell();
  }

  tell() {
    if (!this.evidence) return;
    const { values, input, signed } = this.evidence;
    const [height, width] = values.shape;
    const [row, column] = this.at;
    const channels = input.shape[2] ?? 1;
    const place = row * width + column;
    const pixel = [...input.subarray(place * channels, place * channels + Math.min(channels, 3))].map((value) => value.toFixed(2)).join(", ");
    const value = values[place];
    setText(this.read, `Row ${row}, column ${column}: input ${pixel}, evidence ${signed && value > 0 ? "+" : ""}${short(value)}`);
    this.cursor.hidden = false;
    this.cursor.style.cssText = `left:${(100 * column) / width}%;top:${(100 * row) / height}%;width:${100 / width}%;height:${100 / height}%`;
  }

  leave() {
    this.cursor.hidden = true;
    if (this.evidence) setText(this.read, "Point at the picture, or use the arrow keys, to read values.");
  }
}

/**
 * What the colours mean.
 * @param {boolean} signed
 * @param {number | null} high null: each picture has its own
 * @param {[string, string]} [words] what blue and orange stand for
 * @returns {HTMLElement}
 */
export function scale(signed, high, [blue, orange] = ["against", "for"]) {
  const css = (/** @type {number[]} */ colour, /** @type {number} */ alpha) => `rgb(${colour.join(" ")} / ${alpha})`;
  const ramp = signed ? `${css(AGAINST, 1)}, ${css(AGAINST, 0)}, ${css(FOR, 0)}, ${css(FOR, 1)}` : `${css(FOR, 0)}, ${css(FOR, 1)}`;
  const strip = element("span", { class: "npi-why-ramp", style: `background-image:linear-gradient(90deg, ${ramp})`, "aria-hidden": "true" });
  const [left, right] = high === null ? [blue, `${orange}, each picture scaled by its own largest value`] : signed ? [`${blue} ${short(-high)}`, `${orange} +${short(high)}`] : ["0", short(high)];
  return element("span", { class: "npi-why-scale", role: "img", "aria-label": `colours from ${left} to ${right}` }, left, strip, right);
}
