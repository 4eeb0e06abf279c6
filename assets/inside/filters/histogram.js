// @ts-check
/** A histogram of weights as SVG: now as filled bars, before as an outline on the same intervals. */

import { setAttribute } from "../../shared/dom/element.js";
import { short } from "../../shared/drawing/raster.js";
import { drawn } from "../../shared/dom/svg.js";

const [WIDE, TALL, FOOT] = [320, 120, 18];

export class Histogram {
  constructor() {
    this.root = drawn("svg", { class: "npi-filters-histogram", viewBox: `0 0 ${WIDE} ${TALL + FOOT}`, role: "img" });
    this.bars = drawn("path", { class: "npi-filters-bars" });
    this.outline = drawn("path", { class: "npi-filters-outline" });
    this.axis = drawn("path", { class: "npi-filters-axis" });
    this.zero = drawn("path", { class: "npi-filters-zero" });
    this.texts = ["start", "middle", "end"].map((anchor) => drawn("text", { "text-anchor": anchor, y: TALL + 14 }));
    this.root.append(this.zero, this.bars, this.outline, this.axis, ...this.texts);
  }

  /** @param {{edges: ArrayLike<number>, now: ArrayLike<number>, before: ArrayLike<number> | null}} histogram @param {number | null} against the epoch of `before` */
  draw({ edges, now, before }, against) {
    const most = Math.max(1, ...Array.from(now), ...Array.from(before ?? []));
    const [low, high] = [edges[0], edges[edges.length - 1]];
    const x = (/** @type {number} */ value) => ((value - low) / (high - low)) * WIDE;
    const y = (/** @type {number} */ count) => TALL - (count / most) * (TALL - 6);
    const bars = Array.from(now, (count, i) => (count ? `M${x(edges[i]) + 0.5} ${TALL}V${y(count)}H${x(edges[i + 1]) - 0.5}V${TALL}z` : "")).join("");
    const steps = before ? Array.from(before, (count, i) => `${i ? "L" : "M"}${x(edges[i])} ${y(count)}H${x(edges[i + 1])}`).join("") : "";
    setAttribute(this.bars, "d", bars);
    setAttribute(this.outline, "d", steps || null);
    setAttribute(this.axis, "d", `M0 ${TALL}H${WIDE}`);
    const inside = low < 0 && high > 0;
    setAttribute(this.zero, "d", inside ? `M${x(0)} 0V${TALL}` : null);
    const middle = inside && x(0) > 50 && x(0) < WIDE - 50;
    [[0, short(low)], [x(0), middle ? "0" : ""], [WIDE, short(high)]].forEach(([at, text], i) => {
      setAttribute(this.texts[i], "x", String(at));
      if (this.texts[i].textContent !== text) this.texts[i].textContent = String(text);
    });
    setAttribute(this.root, "aria-label", `Histogram of the weights from ${short(low)} to ${short(high)}, at most ${most.toLocaleString("en-US")} in one of 40 intervals${against === null ? "" : `; the outline is ${against ? `epoch ${against}` : "before training"}`}.`);
  }
}
