// @ts-check
/** One example among others: its picture (or row), true → predicted, how sure the network is. */

import { classColour } from "../shared/drawing/classes.js";
import { element } from "../shared/dom/element.js";
import { percent } from "../shared/drawing/format.js";
import { picture, short } from "../shared/drawing/raster.js";

const SHOWN = 4; // values of a row that stand on a tile

/** One example of a page of the view `gallery`. @typedef {{position: number, image: Uint8Array | Float32Array, truth: number, label: number, confidence: number, loss: number, margin: number, top: [number, number][], example: string}} Item */

/**
 * The examples of a page, one by one.
 * @param {import("./answers.d.ts").GalleryAnswer} page
 * @returns {Item[]}
 */
export function itemsOf(page) {
  const k = page.positions.length;
  const each = k ? page.pictures.length / k : 0;
  const tops = k ? page.top.length / k : 0;
  return [...page.positions].map((position, i) => ({
    position, example: page.examples[i], truth: page.truth[i], label: page.labels[i], confidence: page.confidence[i], loss: page.loss[i], margin: page.margin[i],
    image: page.pictures.subarray(i * each, (i + 1) * each),
    top: Array.from({ length: tops }, (_, j) => /** @type {[number, number]} */ ([page.top_labels[i * tops + j], page.top[i * tops + j]])),
  }));
}

/**
 * @param {Item} item
 * @param {number[]} shape of all the page's pictures: [k, height, width, channels] or [k, columns]
 * @param {{classes: string[], columns: string[]}} anatomy
 * @param {() => void} onOpen
 */
export function tile(item, shape, anatomy, onOpen) {
  const { classes } = anatomy;
  const right = item.truth === item.label;
  const says = `${classes[item.truth]} ${right ? "recognised" : `taken for ${classes[item.label]}`}, ${percent(item.confidence)} sure, example ${item.position}`;
  const title = `${says}. Loss ${item.loss.toFixed(2)}, margin ${percent(item.margin)}. Click for all about it.`;
  return element("button", { type: "button", class: "npm-tile", "data-right": String(right), "data-position": String(item.position), title, "aria-label": says, onclick: onOpen },
    shape.length === 4 ? stamp(item.image, shape, "") : values(item.image, anatomy.columns),
    verdict(item.truth, item.label, classes),
    element("span", { class: "npm-tops", "aria-hidden": "true" }, ...item.top.map(([label, share]) => bar(classes[label], share, label))));
}

/**
 * A small picture as it is stored.
 * @param {Uint8Array | Float32Array} image
 * @param {number[]} shape [k, height, width, channels]
 * @param {string} label for those who do not see it; "" where the words stand beside it
 */
export function stamp(image, shape, label) {
  const [, height, width, channels] = shape;
  const canvas = picture({ values: image, height, width, channels }, label || "picture");
  if (!label) canvas.setAttribute("aria-hidden", "true");
  canvas.classList.add("npm-stamp");
  if (Math.max(height, width) > 48) canvas.style.imageRendering = "auto"; // a photograph; small ones keep their pixels
  return canvas;
}

/** The first values of a row. @param {Uint8Array | Float32Array} row @param {string[]} columns */
function values(row, columns) {
  const lines = [...row.subarray(0, SHOWN)].map((value, i) => element("span", {}, element("span", { text: columns[i] ?? `column ${i + 1}` }), element("b", { text: short(value) })));
  return element("span", { class: "npm-values" }, ...lines, row.length > SHOWN && element("span", { class: "npi-quiet", text: `and ${row.length - SHOWN} more` }));
}

/**
 * "scissors → paper" with the colours of the classes, or the one name when it is right.
 * @param {number} truth
 * @param {number} label
 * @param {string[]} classes
 */
export function verdict(truth, label, classes) {
  const name = (/** @type {number} */ k) => element("span", { class: "npm-name" }, element("i", { class: "npm-swatch", style: `background:${classColour(k)}` }), element("span", { text: classes[k] }));
  if (truth === label) return element("span", { class: "npm-verdict" }, name(truth), element("span", { class: "npm-tick", text: "✓" }));
  return element("span", { class: "npm-verdict" }, name(truth), element("span", { class: "npm-arrow", text: "→" }), name(label));
}

/** @param {string} name @param {number} share @param {number} label */
export function bar(name, share, label) {
  return element("span", { class: "npm-bar", style: `--share:${(100 * share).toFixed(1)}%;--class:${classColour(label)}` }, element("span", { text: name }), element("b", { text: sure(share) }));
}

/** Whole percents, but never 100 or 0 for what is not. @param {number} share */
export function sure(share) {
  const whole = Math.round(100 * share);
  return `${whole === 100 && share < 1 ? ">99" : whole === 0 && share > 0 ? "<1" : whole} %`;
}
