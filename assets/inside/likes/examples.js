// @ts-check
/** The examples of the data that a unit answers to most or least: whole, with what the unit sees, or only that piece. */

import { classColour } from "../../shared/drawing/classes.js";
import { element } from "../../shared/dom/element.js";
import { paint, short } from "../../shared/drawing/raster.js";

/**
 * A cut of pictures stored one behind the other.
 * @param {Uint8Array & {shape: number[]}} pictures (n, height, width, channels)
 * @param {number} place
 * @param {number[]} box top, left, bottom, right, in pixels of these pictures
 */
function cut(pictures, place, [top, left, bottom, right]) {
  const [, height, width, channels] = pictures.shape;
  const [rows, columns] = [Math.max(1, bottom - top), Math.max(1, right - left)];
  const values = new Uint8Array(rows * columns * channels);
  for (let row = 0; row < rows; row++) {
    const from = ((place * height + top + row) * width + left) * channels;
    values.set(pictures.subarray(from, from + columns * channels), row * columns * channels);
  }
  return { values, height: rows, width: columns, channels: channels === 3 ? 3 : 1 };
}

/**
 * @param {import("../answers.d.ts").Ranking} ranking
 * @param {{split: string, classes: string[], pieces: boolean, columns: string[], onpick: (address: string) => void}} how pieces: only what the unit sees
 * @returns {HTMLElement[]}
 */
export function examples(ranking, how) {
  if (!ranking.pictures) return [rows(ranking, how)];
  return [...ranking.positions].map((position, place) => figure(ranking, place, position, how));
}

/** @param {import("../answers.d.ts").RankedPictures} ranking @param {number} place @param {number} position @param {{split: string, classes: string[], pieces: boolean, onpick: (address: string) => void}} how */
function figure(ranking, place, position, { split, classes, pieces, onpick }) {
  const [, height, width] = ranking.pictures.shape;
  const [down, across] = [height / ranking.size[0], width / ranking.size[1]]; // the pictures may have been made smaller
  const [top, left, bottom, right] = [...ranking.fields.subarray(4 * place, 4 * place + 4)];
  const name = classes[ranking.labels[place]];
  const label = `${split} picture ${position}, ${name}: answer ${short(ranking.values[place])}`;
  const canvas = element("canvas", { role: "img", "aria-label": label });
  const whole = [0, 0, height, width];
  const box = [top * down, left * across, bottom * down, right * across].map(Math.round);
  paint(canvas, cut(ranking.pictures, place, pieces ? box : whole));
  const isPart = bottom - top < ranking.size[0] || right - left < ranking.size[1];
  const share = (/** @type {number} */ value, /** @type {number} */ of) => `${(100 * value) / of}%`;
  const frame = !pieces && isPart && element("span", { class: "npi-likes-field", style: `top:${share(top, ranking.size[0])};left:${share(left, ranking.size[1])};height:${share(bottom - top, ranking.size[0])};width:${share(right - left, ranking.size[1])}` });
  return element("button", { type: "button", class: "npi-likes-example", title: `${label}. Click → it becomes the chosen picture`, onclick: () => onpick(`${split}:${position}`) },
    element("span", { class: "npi-likes-frame" }, canvas, frame),
    element("span", { class: "npi-likes-value", text: short(ranking.values[place]) }),
    element("span", { class: "npi-likes-class", style: `--npi-class:${classColour(ranking.labels[place])}`, text: name }));
}

/** @param {import("../answers.d.ts").RankedRows} ranking @param {{split: string, classes: string[], columns: string[], onpick: (address: string) => void}} how */
function rows(ranking, { split, classes, columns, onpick }) {
  const [count, width] = ranking.rows.shape;
  const head = ["Answer", "Class", "Row", ...Array.from({ length: width }, (_, i) => columns[i] ?? `column ${i}`)];
  const body = Array.from({ length: count }, (_, place) => element("tr", {},
    element("td", { text: short(ranking.values[place]) }),
    element("td", { text: classes[ranking.labels[place]] }),
    element("td", {}, element("button", { type: "button", class: "npi-likes-link", title: "Choose this row → all tabs show it", text: String(ranking.positions[place]), onclick: () => onpick(`${split}:${ranking.positions[place]}`) })),
    ...[...ranking.rows.subarray(place * width, place * width + width)].map((value) => element("td", { text: value.toFixed(2).replace("-", "−") }))));
  return element("div", { class: "npi-likes-scroll", tabindex: 0, role: "region", "aria-label": "Rows of the data" },
    element("table", { class: "npi-likes-table" }, element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col", text })))), element("tbody", {}, ...body)));
}
