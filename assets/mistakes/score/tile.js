// @ts-check
/** One example of a list: its picture, or its row of values, and what is said of it below. */

import { element } from "../../shared/dom/element.js";
import { picture, short } from "../../shared/drawing/raster.js";

const COLUMNS = 4; // values of a row shown

/**
 * @param {{answer: import("../answers.d.ts").GalleryAnswer, at: number, title: string, lines: {text: string, wrong: boolean}[], columns: string[], open: () => void}} given at: number of the example in it
 * @returns {HTMLElement} an `<li>`
 */
export function example({ answer, at, title, lines, columns, open }) {
  const [, ...shape] = answer.pictures.shape;
  const size = shape.reduce((product, n) => product * n, 1);
  const values = answer.pictures.subarray(at * size, (at + 1) * size);
  const name = `${title}; ${lines.map(({ text }) => text).join("; ")}`;
  const shown = shape.length === 3
    ? picture({ values, height: shape[0], width: shape[1], channels: shape[2] }, "")
    : element("dl", { class: "npm-score-row" }, ...columns.slice(0, COLUMNS).map((column, i) => element("div", {}, element("dt", { text: column }), element("dd", { text: short(values[i]) }))));
  if (shape.length === 3) shown.setAttribute("aria-hidden", "true");
  const words = lines.map(({ text, wrong }) => element("small", { class: wrong ? "npm-score-wrong" : "npm-score-right", text: `${wrong ? "✗" : "✓"} ${text}` }));
  return element("li", {}, element("button", { class: "npm-score-tile", type: "button", "aria-label": name, title: name, onclick: open }, shown, element("span", { text: title }), ...words));
}
