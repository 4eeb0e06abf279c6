// @ts-check
/** The signs on a row's buttons, drawn for this project on a 16 × 16 grid. */

/** @type {Record<string, string>} */
const PATHS = {
  rename: "M10.6 2.9l2.5 2.5M2.8 13.2l.7-3.2 7.1-7.1a1.2 1.2 0 0 1 1.7 0l.8.8a1.2 1.2 0 0 1 0 1.7L6 12.5z",
  duplicate: "M5.5 5.5h7.7v7.7H5.5zM3.6 10.5h-.8V2.8h7.7v.8",
  delete: "M2.8 4.2h10.4M6.2 4.2V2.8h3.6v1.4M4.2 4.2l.6 9h6.4l.6-9M6.7 6.8v4M9.3 6.8v4",
  search: "M7 2.7a4.3 4.3 0 1 1 0 8.6a4.3 4.3 0 0 1 0-8.6zM10.2 10.2l3.2 3.2",
};

/** @param {string} name */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "np-runs-icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
