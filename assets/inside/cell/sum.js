// @ts-check
/** A weighted sum in pieces: for each channel patch × kernel = products and their sum; below, all channels, the bias and what comes out. */

import { element, setText } from "../../shared/dom/element.js";
import { short } from "../../shared/drawing/raster.js";
import { Grid } from "./grid.js";
import { ink, plus, reachOf } from "./ink.js";

const BARS = 48; // channels that the overview shows

export class SumView {
  /** @param {(first: number) => void} onpage asks for the channels from this one on, in the order of their shares */
  constructor(onpage) {
    this.onpage = onpage;
    this.says = element("span", { class: "npi-quiet" });
    this.back = element("button", { type: "button", class: "npi-button", text: "Larger", title: "Show the channels before these → larger shares of the sum", onclick: () => onpage(Math.max(0, this.first - this.count)) });
    this.on = element("button", { type: "button", class: "npi-button", text: "Smaller", title: "Show the next channels → smaller shares of the sum", onclick: () => onpage(this.first + this.count) });
    this.pager = element("div", { class: "npi-cell-pager" }, this.says, this.back, this.on);
    this.pieces = element("div", { class: "npi-cell-pieces" });
    this.bars = element("div", { class: "npi-cell-bars", role: "list", "aria-label": "Each channel's share of the sum" });
    this.barsSay = element("p", { class: "npi-quiet" });
    this.chain = element("p", { class: "npi-cell-chain" });
    this.root = element("div", { class: "npi-cell-sum" }, this.pager, this.pieces, this.barsSay, this.bars, this.chain);
    this.first = 0;
    this.count = 1;
    /** @type {string[]} */
    this.names = [];
    /** @type {Piece[]} */
    this.list = [];
  }

  /** @param {import("../answers.d.ts").Weighted} body @param {boolean} dark @param {string[]} names of the inputs, [] where they have none */
  draw(body, dark, names) {
    this.names = names;
    const [rows, columns, sent] = body.patch.shape;
    const flat = rows * columns === 1;
    this.first = body.first;
    this.count = Math.min(sent, flat ? 16 : rows * columns <= 9 ? 4 : rows * columns <= 25 ? 2 : 1);
    const total = body.shares.length;
    setText(this.says, total === 1 ? "" : `${flat ? "Inputs" : "Channels"} ${this.first + 1}–${Math.min(this.first + this.count, total)} of ${total.toLocaleString("en-US")}, largest share first`);
    this.pager.hidden = total <= this.count;
    this.back.disabled = this.first === 0;
    this.on.disabled = this.first + this.count >= total;
    this.pieces.classList.toggle("npi-cell-flatlist", flat);
    while (this.list.length < this.count) this.list.push(new Piece());
    this.list.length = this.count;
    const reach = { x: reachOf(body.patch), w: reachOf(body.kernel), p: reachOf(body.products) };
    this.list.forEach((piece, k) => piece.draw(body, k, reach, dark, names));
    if (this.pieces.childElementCount !== this.count) this.pieces.replaceChildren(...this.list.map((piece) => piece.root));
    this.overview(body, dark);
  }

  /** @param {import("../answers.d.ts").Weighted} body @param {boolean} dark */
  overview(body, dark) {
    const shown = body.order.subarray(0, BARS);
    this.bars.hidden = this.barsSay.hidden = body.shares.length < 2;
    const reach = reachOf(body.shares) || 1;
    this.bars.style.width = `min(100%, ${1.6 * shown.length}rem)`;
    setText(this.barsSay, `Share of each ${body.patch.shape[0] * body.patch.shape[1] === 1 ? "input" : "channel"} in the sum${body.shares.length > shown.length ? `, the ${shown.length} largest` : ""}: up adds, down takes away`);
    while (this.bars.childElementCount > shown.length) this.bars.lastElementChild?.remove();
    while (this.bars.childElementCount < shown.length) this.bars.append(element("button", { type: "button", class: "npi-cell-bar", role: "listitem" }, element("i")));
    [...this.bars.children].forEach((bar, i) => {
      const share = body.shares[shown[i]];
      const part = /** @type {HTMLElement} */ (bar.firstElementChild);
      const size = (50 * Math.abs(share)) / reach;
      part.style.cssText = `height:${size}%;${share < 0 ? "top:50%" : `bottom:50%`};background:${ink(Math.sign(share) * reach, reach * 1.1, dark).background}`;
      const name = `${pageName(body, shown[i], this.names)}: ${short(share)}`;
      if (bar.getAttribute("title") !== name) bar.setAttribute("title", name);
      bar.setAttribute("aria-label", name);
      bar.classList.toggle("npi-cell-on", i >= this.first && i < this.first + this.count);
      /** @type {HTMLElement} */ (bar).onclick = () => this.onpage(i);
    });
    const sum = body.before - (body.bias ?? 0);
    const parts = [["Σ", short(sum)], ...(body.bias === null ? [] : [["bias", plus(body.bias)]]), ["z", `= ${short(body.before)}`], ...(body.activation ? [[body.activation, `→ ${short(body.value)}`]] : [])];
    this.chain.replaceChildren(...parts.map(([name, text]) => element("span", {}, element("small", { text: name }), element("b", { text }))));
  }
}

/** One channel. */
class Piece {
  constructor() {
    this.name = element("strong");
    this.patch = new Grid("Patch of the input");
    this.kernel = new Grid("Kernel");
    this.products = new Grid("Products");
    this.sum = element("b");
    const sign = (/** @type {string} */ text) => element("span", { class: "npi-cell-sign", "aria-hidden": "true", text });
    const part = (/** @type {string} */ text, /** @type {Grid} */ grid) => element("div", {}, element("small", { class: "npi-quiet", text }), grid.root);
    this.root = element("div", { class: "npi-cell-piece" }, this.name,
      element("div", { class: "npi-cell-product" }, part("patch x", this.patch), sign("×"), part("kernel w", this.kernel), sign("="), part("products x·w", this.products), sign("Σ"), this.sum));
  }

  /** @param {import("../answers.d.ts").Weighted} body @param {number} k @param {{x: number, w: number, p: number}} reach @param {boolean} dark @param {string[]} names */
  draw(body, k, reach, dark, names) {
    const [rows, columns, sent] = body.patch.shape;
    const page = (/** @type {Float32Array} */ values) => Float32Array.from({ length: rows * columns }, (_, i) => values[i * sent + k]);
    const index = body.pages[k];
    setText(this.name, pageName(body, index, names));
    this.patch.draw({ values: page(body.patch), rows, columns, mask: body.mask, reach: reach.x, dark });
    this.kernel.draw({ values: page(body.kernel), rows, columns, reach: reach.w, dark });
    this.products.draw({ values: page(body.products), rows, columns, mask: body.mask, reach: reach.p, dark });
    const mixed = body.mixing ? ` × ${short(body.mixing[index])} = ${short(body.shares[index])}` : "";
    setText(this.sum, `= ${short(body.sums[index])}${mixed}`);
  }
}

/** @param {import("../answers.d.ts").Weighted} body @param {number} page @param {string[]} names */
function pageName(body, page, names) {
  const flat = body.patch.shape[0] * body.patch.shape[1] === 1;
  const each = body.channel_of.length / body.depths;
  const depth = body.depths > 1 ? `depth ${Math.floor(page / each)}, ` : "";
  return `${depth}${names[body.channel_of[page]] ?? `${flat ? "input" : "channel"} ${body.channel_of[page]}`}`;
}
