// @ts-check
/** What is behind a cell that is no weighted sum: a pooling's window, a normalisation's numbers, a softmax, an activation's graph, dropout's draws. */

import { element, setText } from "../../shared/dom/element.js";
import { paint, short } from "../../shared/drawing/raster.js";
import { drawn } from "../../shared/dom/svg.js";
import { Grid } from "./grid.js";
import { reachOf } from "./ink.js";

const BARS = 20; // of a softmax, the largest and the unit's own

/** A pooling's window with its winner. */
export class PoolView {
  constructor() {
    this.grid = new Grid("Window of the input");
    this.says = element("p", { class: "npi-quiet" });
    this.root = element("div", { class: "npi-cell-piece" }, this.says, this.grid.root);
  }

  /** @param {import("../answers.d.ts").CellAnswer} body @param {boolean} dark */
  draw(body, dark) {
    this.grid.root.hidden = !body.patch;
    const { patch, count = 0 } = body;
    if (!patch) return setText(this.says, `The whole map, ${count.toLocaleString("en-US")} numbers: too many to print.`);
    const [rows, columns, depths] = patch.shape;
    const depth = body.winner ? body.winner[2] : 0;
    const values = Float32Array.from({ length: rows * columns }, (_, i) => patch[i * depths + depth]);
    setText(this.says, `${body.winner ? "The framed number is the largest" : "The mean of these numbers"}${depths > 1 ? ` (depth ${depth} of ${depths} is shown)` : ""}`);
    const mask = Uint8Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0));
    this.grid.draw({ values, rows, columns, mask, mark: body.winner ? body.winner[0] * columns + body.winner[1] : null, dark });
  }
}

/** Numbers with names: a normalisation's, a merge's. */
export class NumbersView {
  constructor() {
    this.list = element("dl", { class: "npi-cell-numbers" });
    this.says = element("p", { class: "npi-quiet" });
    this.root = element("div", { class: "npi-cell-piece" }, this.list, this.says);
  }

  /** @param {import("../answers.d.ts").CellAnswer} body */
  draw(body) {
    /** @type {[string, number | null][]} */
    const pairs = body.numbers ? Object.entries(body.numbers) : (body.terms ?? []).map((term) => [term.layer, term.value]);
    this.list.replaceChildren(...pairs.map(([name, value]) => element("div", {}, element("dt", { text: name }), element("dd", { text: short(value ?? NaN) }))));
    this.list.hidden = pairs.length === 0;
    setText(this.says, body.over ?? "");
  }
}

/** All units of a softmax: z, exp, share. */
export class VectorView {
  constructor() {
    this.says = element("p", { class: "npi-quiet" });
    this.body = element("tbody");
    this.root = element("div", { class: "npi-cell-piece" }, this.says,
      element("table", { class: "npi-cell-softmax" }, element("thead", {}, element("tr", {}, ...["Unit", "z", "exp(z − largest)", "Share"].map((text) => element("th", { scope: "col", text })))), this.body));
  }

  /** @param {import("../answers.d.ts").Vector} body @param {string[]} names of the units, [] where they have none */
  draw(body, names) {
    const { z, raised, values, sum, count, largest } = body.vector;
    const unit = body.place;
    const order = [...z.keys()].sort((a, b) => z[b] - z[a]).slice(0, BARS);
    if (unit < z.length && !order.includes(unit)) order.push(unit);
    order.sort((a, b) => a - b);
    const most = reachOf(values) || 1;
    setText(this.says, `Σ exp = ${short(sum)}; the largest z, ${short(largest)}, is taken off first, which changes nothing${count > order.length ? `. The ${order.length} largest of ${count.toLocaleString("en-US")}` : ""}`);
    this.body.replaceChildren(...order.map((i) => {
      const bar = element("i", { style: `width:${(100 * Math.abs(values[i])) / most}%` });
      const cells = [short(z[i]), short(raised[i])].map((text) => element("td", { text }));
      return element("tr", { class: i === unit ? "npi-cell-on" : "" }, element("th", { scope: "row", text: names[i] ?? `${i}` }), ...cells, element("td", { class: "npi-cell-share" }, bar, element("span", { text: short(values[i]) })));
    }));
  }
}

/** An activation's graph with the point that is meant. */
export class CurveView {
  constructor() {
    this.svg = drawn("svg", { role: "img", class: "npi-cell-curve", preserveAspectRatio: "none", viewBox: "0 0 100 100" });
    this.dot = element("span", { class: "npi-cell-dot" });
    this.says = element("small", { class: "npi-quiet" });
    this.root = element("div", { class: "npi-cell-graph" }, element("div", { class: "npi-cell-curvebox" }, this.svg, this.dot), this.says);
  }

  /** @param {import("../answers.d.ts").Curve} body */
  draw({ curve, before, value, activation }) {
    const { x, y } = curve;
    let [low, high] = [Math.min(0, ...y), Math.max(0, ...y)];
    if (high - low < 1e-12) [low, high] = [low - 1, high + 1];
    const px = (/** @type {number} */ at) => (100 * (at - x[0])) / (x[x.length - 1] - x[0]);
    const py = (/** @type {number} */ at) => 96 - (92 * (at - low)) / (high - low);
    const line = (/** @type {string} */ path, /** @type {string} */ kind) => drawn("path", { d: path, class: kind });
    const path = [...x].map((at, i) => `${i ? "L" : "M"}${px(at).toFixed(2)} ${py(y[i]).toFixed(2)}`).join("");
    this.svg.replaceChildren(line(`M0 ${py(0)}H100M${px(0)} 0V100`, "npi-cell-axis"), line(path, "npi-cell-line"));
    this.svg.setAttribute("aria-label", `Graph of ${activation}: ${short(before)} gives ${short(value)}`);
    this.dot.hidden = !Number.isFinite(before) || !Number.isFinite(value);
    this.dot.style.left = `${Math.max(0, Math.min(100, px(before)))}%`;
    this.dot.style.top = `${Math.max(0, Math.min(100, py(value)))}%`;
    setText(this.says, `${activation}: ${short(before)} → ${short(value)}`);
  }
}

/** Dropout: which numbers would stay, and how the mean of many draws comes back to x. */
export class DropView {
  /** @param {() => void} ondraw asks for other draws */
  constructor(ondraw) {
    this.again = element("button", { type: "button", class: "npi-button", text: "Draw again", title: "Draw anew who is dropped → other masks, nearly the same mean", onclick: ondraw });
    this.masks = element("div", { class: "npi-cell-masks" });
    this.svg = drawn("svg", { role: "img", class: "npi-cell-curve npi-cell-wide", preserveAspectRatio: "none", viewBox: "0 0 100 100" });
    this.says = element("p", { class: "npi-quiet" });
    this.root = element("div", { class: "npi-cell-piece" }, element("p", { class: "npi-quiet", text: "In training, six draws: dark is dropped" }), this.masks, this.again, this.svg, this.says);
    this.first = /** @type {HTMLElement} */ (this.root.firstElementChild);
  }

  /** @param {import("../answers.d.ts").Dropped} body @param {boolean} dark */
  draw(body, dark) {
    const { masks, draws, means, value } = body;
    this.masks.hidden = this.first.hidden = !masks;
    if (masks) {
      const [count, height, width] = masks.shape;
      while (this.masks.childElementCount < count) this.masks.append(element("canvas", { role: "img" }));
      [...this.masks.children].forEach((canvas, i) => {
        paint(/** @type {HTMLCanvasElement} */ (canvas), { values: masks.subarray(i * height * width, (i + 1) * height * width), height, width, colours: "grey", low: 0, high: 1.15, dark });
        canvas.setAttribute("aria-label", `Draw ${i + 1}`);
      });
    }
    const low = Math.min(0, value, ...draws);
    const high = Math.max(0, value, ...draws);
    const span = high - low || 1;
    const py = (/** @type {number} */ at) => 95 - (90 * (at - low)) / span;
    const path = [...means].map((mean, i) => `${i ? "L" : "M"}${((100 * i) / (means.length - 1)).toFixed(1)} ${py(mean).toFixed(2)}`).join("");
    const ticks = [...draws].map((draw, i) => `M${((100 * i) / (draws.length - 1)).toFixed(1)} ${(py(draw) - 1.5).toFixed(2)}v3`).join("");
    this.svg.replaceChildren(drawn("path", { d: `M0 ${py(value)}H100`, class: "npi-cell-axis" }), drawn("path", { d: ticks, class: "npi-cell-ticks" }), drawn("path", { d: path, class: "npi-cell-line" }));
    const last = means[means.length - 1];
    this.svg.setAttribute("aria-label", `Running mean of ${draws.length} draws, at the end ${short(last)}; without dropping ${short(value)}`);
    setText(this.says, `Each tick is this cell in one draw, the line their running mean: ${short(last)} after ${draws.length}, ${short(value)} without chance.`);
  }
}
