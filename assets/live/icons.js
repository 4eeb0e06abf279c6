// @ts-check
/** The signs on the buttons, drawn for this project on a 16 × 16 grid. */

/** @type {Record<string, string>} */
const PATHS = {
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  resume: "M4.5 2.6v10.8L13 8z",
  batch: "M3 3.2v9.6L9.5 8zM11 3h2.2v10H11z",
  epoch: "M1.5 3.6v8.8L6.5 8zM7 3.6v8.8L12 8zM12.4 3h2v10h-2z",
  stop: "M3.5 3.5h9v9h-9z",
  same: "M8 2.5a5.5 5.5 0 1 0 5.3 7h-1.9A3.7 3.7 0 1 1 8 4.3c1 0 1.9.4 2.6 1.1L8.8 7.2h5V2.2l-1.9 1.9A5.5 5.5 0 0 0 8 2.5z",
  new: "M3.5 2h9A1.5 1.5 0 0 1 14 3.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 2 12.5v-9A1.5 1.5 0 0 1 3.5 2zm1.7 2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6zM8 6.7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6zm2.8 2.7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z",
};

/**
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "np-icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}

/**
 * Another sign on a button that has one.
 * @param {Element} button
 * @param {string} name
 */
export function setIcon(button, name) {
  const path = button.querySelector("path");
  if (path && path.getAttribute("d") !== PATHS[name]) path.setAttribute("d", PATHS[name]);
}
