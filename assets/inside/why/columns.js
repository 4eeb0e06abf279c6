// @ts-check
/** What each column of a row of a table says for or against a class: one bar a column. */

import { element } from "../../shared/dom/element.js";
import { short } from "../../shared/drawing/raster.js";
import { AGAINST, FOR } from "./evidence.js";

const css = (/** @type {number[]} */ colour) => `rgb(${colour.join(" ")})`;

/**
 * @param {Float32Array} values one a column
 * @param {Float32Array | null} row the values of the row as the network gets them, or null where they are the values themselves
 * @param {string[]} names
 * @param {string[]} [says] heads of the bars and of their numbers
 * @param {boolean} [standardised] whether the row is told in standard deviations from the mean
 * @returns {HTMLElement}
 */
export function columnBars(values, row, names, [bars, numbers] = ["Against ← → for", "Evidence"], standardised = true) {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) || 1;
  const lines = [...values].map((value, place) => {
    const width = (50 * Math.abs(value)) / most;
    const bar = element("span", { class: "npi-why-bar", style: `left:${value < 0 ? 50 - width : 50}%;width:${width}%;background:${css(value < 0 ? AGAINST : FOR)}` });
    return element("tr", {},
      element("th", { scope: "row", text: names[place] ?? `column ${place}` }),
      row && element("td", { class: "npi-why-number", text: short(row[place]) }),
      element("td", { class: "npi-why-track" }, element("span", { class: "npi-why-zero" }), bar),
      element("td", { class: "npi-why-number", text: (value > 0 ? "+" : "") + short(value) }));
  });
  const head = ["Column", row && (standardised ? "Value (standardised)" : "Value"), bars, numbers].filter(Boolean).map((text) => element("th", { scope: "col", text }));
  return element("table", { class: "npi-why-table" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...lines));
}
