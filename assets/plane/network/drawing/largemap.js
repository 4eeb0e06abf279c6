// @ts-check
/** One neuron's map, large: the plane from −3 to 3 with its points, and the colour bar with the values at its ends. */

import { classColour } from "../../../shared/drawing/classes.js";
import { element, setText } from "../../../shared/dom/element.js";
import { short } from "../../../shared/drawing/raster.js";
import { gradient } from "../../colours.js";
import { paintMap } from "./maps.js";

export class LargeMap {
  /** @param {number} side in pixels */
  constructor(side) {
    this.side = side;
    this.scratch = document.createElement("canvas");
    this.canvas = element("canvas", { role: "img", style: `width: ${side}px; height: ${side}px` });
    this.low = element("span", {});
    this.high = element("span", {});
    this.bar = element("span", { class: "npp-net-bar", "aria-hidden": "true" });
    const tick = (/** @type {string} */ text, /** @type {string} */ place) => element("span", { class: "npp-net-tick", style: place, text, "aria-hidden": "true" });
    this.root = element("div", { class: "npp-net-large", style: `width: ${side}px` },
      element("div", { class: "npp-net-frame" }, this.canvas, tick("3", "left: 4px; top: 2px"), tick("−3", "left: 4px; bottom: 2px"), tick("3", "right: 4px; bottom: 2px")),
      element("div", { class: "npp-net-scale" }, this.low, this.bar, this.high));
  }

  /**
   * @param {{picture: import("./maps.js").Picture | null, tone: import("./tones.js").Tone | null, made: import("../../game/messages.d.ts").Made | null, task: string, theme: import("../../../shared/drawing/theme.js").Theme, label: string}} scene
   */
  draw({ picture, tone, made, task, theme, label }) {
    const density = Math.min(2, window.devicePixelRatio || 1);
    const pixels = Math.round(this.side * density);
    if (this.canvas.width !== pixels) this.canvas.width = this.canvas.height = pixels;
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, pixels, pixels);
    this.root.toggleAttribute("data-empty", !picture);
    this.canvas.setAttribute("aria-label", label);
    if (!picture || !tone) return;
    paintMap(this.scratch, picture, tone);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.scratch, 0, 0, pixels, pixels);
    context.scale(density, density);
    context.strokeStyle = theme.text;
    context.globalAlpha = 0.18;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(this.side / 2, 0);
    context.lineTo(this.side / 2, this.side);
    context.moveTo(0, this.side / 2);
    context.lineTo(this.side, this.side / 2);
    context.stroke();
    context.globalAlpha = 1;
    if (task === "classifier") this.points(context, made, theme);
    setText(this.low, short(tone.from));
    setText(this.high, short(tone.to));
    this.bar.style.background = gradient(tone.table);
  }

  /** @param {CanvasRenderingContext2D} context @param {import("../../game/messages.d.ts").Made | null} made @param {import("../../../shared/drawing/theme.js").Theme} theme */
  points(context, made, theme) {
    const { xy, labels } = made ?? {};
    if (!xy || !labels) return;
    const step = Math.max(1, Math.ceil(labels.length / 400)); // so many are enough to see where they lie
    context.strokeStyle = theme.background;
    context.lineWidth = 0.8;
    for (let i = 0; i < labels.length; i += step) {
      context.fillStyle = classColour(labels[i]);
      context.beginPath();
      context.arc(((xy[2 * i] + 3) / 6) * this.side, ((3 - xy[2 * i + 1]) / 6) * this.side, 2, 0, 7);
      context.fill();
      context.stroke();
    }
  }
}
