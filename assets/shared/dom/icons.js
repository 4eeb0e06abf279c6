// @ts-check
/** The signs on the buttons, drawn for this project: [grid, width of the line or 0 where they are filled, path]. */

import { drawn } from "./svg.js";

/** @type {Record<string, [number, number, string]>} */
const SIGNS = {
  pause: [16, 0, "M4 3h3v10H4zM9 3h3v10H9z"],
  resume: [16, 0, "M4.5 2.6v10.8L13 8z"],
  batch: [16, 0, "M3 3.2v9.6L9.5 8zM11 3h2.2v10H11z"],
  epoch: [16, 0, "M1.5 3.6v8.8L6.5 8zM7 3.6v8.8L12 8zM12.4 3h2v10h-2z"],
  stop: [16, 0, "M3.5 3.5h9v9h-9z"],
  same: [16, 0, "M8 2.5a5.5 5.5 0 1 0 5.3 7h-1.9A3.7 3.7 0 1 1 8 4.3c1 0 1.9.4 2.6 1.1L8.8 7.2h5V2.2l-1.9 1.9A5.5 5.5 0 0 0 8 2.5z"],
  new: [16, 0, "M3.5 2h9A1.5 1.5 0 0 1 14 3.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 2 12.5v-9A1.5 1.5 0 0 1 3.5 2zm1.7 2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6zM8 6.7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6zm2.8 2.7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z"],
  rename: [16, 1.3, "M10.6 2.9l2.5 2.5M2.8 13.2l.7-3.2 7.1-7.1a1.2 1.2 0 0 1 1.7 0l.8.8a1.2 1.2 0 0 1 0 1.7L6 12.5z"],
  grip: [24, 2.6, "M9 5h.01M9 12h.01M9 19h.01M15 5h.01M15 12h.01M15 19h.01"],
  copy: [24, 1.8, "M9 9h11v11H9zM5 15H4V4h11v1"],
  power: [24, 1.8, "M12 4v8M7.5 6.8a7 7 0 1 0 9 0"],
  trash: [24, 1.8, "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13"],
  plus: [24, 1.8, "M12 5v14M5 12h14"],
  search: [24, 1.8, "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 20 20"],
  close: [24, 1.8, "M6 6l12 12M18 6 6 18"],
  flag: [24, 1.8, "M5 21V4M5 4.5h13l-2.6 4.2L18 13H5"],
  share: [24, 1.8, "M12 15V4M8 7.5 12 3.5l4 4M5 12v8h14v-8"],
  warn: [24, 1.8, "M12 4 2.8 20h18.4zM12 10v4.5M12 17.4v.1"],
};

/**
 * A sign in the colour of the text, 18 pixels large unless a style says otherwise.
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const [grid, line, path] = SIGNS[name];
  /** @type {Record<string, string | number>} */
  const ink = line ? { fill: "none", stroke: "currentColor", "stroke-width": line, "stroke-linecap": "round", "stroke-linejoin": "round" } : { fill: "currentColor" };
  return drawn("svg", { class: "np-icon", viewBox: `0 0 ${grid} ${grid}`, width: 18, height: 18, "aria-hidden": "true", ...ink }, drawn("path", { d: path, "fill-rule": "evenodd" }));
}

/**
 * Another filled sign on a button that has one.
 * @param {Element} button
 * @param {string} name
 */
export function setIcon(button, name) {
  const path = button.querySelector("path");
  if (path && path.getAttribute("d") !== SIGNS[name][2]) path.setAttribute("d", SIGNS[name][2]);
}
