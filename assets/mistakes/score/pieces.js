// @ts-check
/** What the sections that score a run are put together from: cards, labelled controls, facts, tables. */

import { element } from "../../shared/dom/element.js";

/** A framed part with a heading. @param {string} title @param {...(Node | string)} children */
export function card(title, ...children) {
  return element("section", { class: "npm-score-card" }, element("h4", { text: title }), ...children);
}

/** A control with its name before it. @param {string} name @param {string} help cause → effect @param {...(Node | string)} controls */
export function field(name, help, ...controls) {
  return element("label", { class: "npm-score-field", title: help }, element("span", { class: "npi-quiet", text: name }), ...controls);
}

/** One number with its name, for a `<dl>`. @param {string} name @param {string} value @param {string} help */
export function fact(name, value, help) {
  return element("div", { title: help }, element("dt", { class: "npi-quiet", text: name }), element("dd", { text: value }));
}

/** @param {string} label @param {string[]} head @param {(string | Node)[][]} rows the first cell of a row is its head */
export function table(label, head, rows) {
  const cells = (/** @type {(string | Node)[]} */ row) => row.map((cell, i) => element(i ? "td" : "th", i ? {} : { scope: "row" }, cell));
  return element("table", { class: "npm-score-table", "aria-label": label },
    element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col", text })))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells(row)))));
}

/** "What am I looking at?" with its answer. @param {...(Node | string)} children */
export function reading(...children) {
  return element("details", {}, element("summary", { text: "What am I looking at?" }), ...children);
}
