// @ts-check
/** One layer on the way: its activations as small pictures, and below them the gradient that comes back. */

import { element, setText } from "../../shared/dom/element.js";
import { paint, short } from "../../shared/drawing/raster.js";

/** maps: k pictures of height × width behind each other. @typedef {{maps: Float32Array & {shape?: number[]}, low: number, high: number}} Pictures */

export class Stage {
  /** @param {(name: string) => void} onpoint */
  constructor(onpoint) {
    this.name = "";
    this.title = element("strong");
    this.kind = element("small", { class: "npi-quiet" });
    this.activation = element("canvas", { role: "img" });
    this.says = element("small", { class: "npi-quiet npi-flow-range" });
    this.gradient = element("canvas", { role: "img" });
    this.norm = element("small", { class: "npi-quiet npi-flow-range" });
    this.fill = element("i");
    this.back = element("div", { class: "npi-flow-back" }, this.gradient, this.norm, element("span", { class: "npi-flow-norm", "aria-hidden": "true" }, this.fill));
    const point = () => onpoint(this.name);
    this.root = element("li", { class: "npi-flow-stage", tabindex: 0, onpointerenter: point, onfocus: point, onclick: point },
      element("div", { class: "npi-flow-head" }, this.title, this.kind), element("div", { class: "npi-flow-forth" }, this.activation, this.says), this.back);
  }

  /**
   * @param {import("../answers.d.ts").Stage} stage
   * @param {{low: number, high: number}} norms smallest and largest gradient norm of all stages, as logarithms
   * @param {boolean} dark
   */
  draw(stage, norms, dark) {
    this.name = stage.name;
    setText(this.title, stage.name);
    setText(this.kind, `${stage.kind} · ${stage.shape.join(" × ")}`);
    const isInput = stage.inputs.length === 0;
    mosaic(this.activation, stage.maps, isInput && stage.shape.length === 3 ? "grey" : "sequence", dark);
    const count = stage.shape.length > 1 ? `${stage.channels.length} of ${stage.shape[stage.shape.length - 1]} maps, ` : "";
    this.activation.setAttribute("aria-label", `Activations of ${stage.name}: ${count}from ${short(stage.low ?? NaN)} to ${short(stage.high ?? NaN)}`);
    setText(this.says, `${short(stage.low ?? NaN)} to ${short(stage.high ?? NaN)}`);
    const { gradient } = stage;
    this.back.classList.toggle("npi-flow-none", !gradient);
    if (!gradient) return setText(this.norm, "nothing comes back");
    mosaic(this.gradient, gradient.maps, "diverging", dark);
    this.gradient.setAttribute("aria-label", `Gradient by the output of ${stage.name}, norm ${short(gradient.norm ?? NaN)}`);
    setText(this.norm, `norm ${short(gradient.norm ?? NaN)}`);
    const size = gradient.norm > 0 ? Math.log10(gradient.norm) : norms.low;
    this.fill.style.width = `${norms.high > norms.low ? 4 + (96 * (size - norms.low)) / (norms.high - norms.low) : 100}%`;
  }

  /** @param {"waiting" | "now" | "done"} forth @param {"waiting" | "now" | "done"} back */
  state(forth, back) {
    this.root.dataset.forth = forth;
    this.root.dataset.back = back;
    if (forth === "now" || back === "now") this.root.setAttribute("aria-current", "step");
    else this.root.removeAttribute("aria-current");
  }
}

/**
 * The maps side by side in one canvas, with gaps. One colour scale for all of them.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array & {shape?: number[]}} maps
 * @param {import("../../shared/drawing/raster.js").Colours} colours
 * @param {boolean} dark
 */
function mosaic(canvas, maps, colours, dark) {
  const [count, height, width] = maps.shape ?? [1, 1, maps.length];
  const flat = height === 1;
  const columns = flat ? 1 : Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const gap = count > 1 ? Math.max(1, Math.round(width / 14)) : 0;
  const [tall, wide] = [rows * (height + gap) - gap, columns * (width + gap) - gap];
  const all = new Float32Array(tall * wide).fill(NaN);
  for (let k = 0; k < count; k++) {
    const [top, left] = [Math.floor(k / columns) * (height + gap), (k % columns) * (width + gap)];
    for (let row = 0; row < height; row++) all.set(maps.subarray((k * height + row) * width, (k * height + row + 1) * width), (top + row) * wide + left);
  }
  const { broken } = paint(canvas, { values: all, height: tall, width: wide, colours, dark });
  if (broken < tall * wide && !maps.some((value) => !Number.isFinite(value))) canvas.style.backgroundImage = ""; // only the gaps are open
  canvas.classList.toggle("npi-flow-strip", flat);
}
