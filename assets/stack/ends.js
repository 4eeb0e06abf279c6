// @ts-check
/** The two ends of the stack: the input block at the top and the totals at the bottom. */

import { element, setText } from "../shared/dom/element.js";
import { bytes, count, noun, short } from "./text.js";
import { volume } from "./volume.js";

/** @typedef {{parameters: number, trainable: number, memory: number}} Totals */

/** @param {HTMLElement} holder @param {{shape: number[], title: string}} input @param {import("./volume.js").Scale} scale */
export function drawInput(holder, { shape, title }, scale) {
  const markup = volume(shape, scale);
  const key = JSON.stringify([shape, title, markup]);
  if (holder.dataset.key === key) return;
  holder.dataset.key = key;
  const drawing = element("span", { class: "nps-volume" });
  drawing.innerHTML = markup;
  const words = element("span", { class: "nps-text" }, element("span", { class: "nps-title" }, "Input"), element("span", { class: "nps-brief" }, title));
  holder.replaceChildren(words, drawing, element("span", { class: "nps-figures" }, element("span", { class: "nps-shape" }, noun(shape))));
}

/** @param {HTMLElement} holder @param {import("./model.js").LayerRow[]} layers @param {Totals | null} totals */
export function drawTotals(holder, layers, totals) {
  const on = layers.filter((layer) => layer.active).length;
  const off = layers.length - on;
  const parts = [count(on, "layer") + (off ? `, ${off} switched off` : "")];
  if (totals) parts.push(`${short(totals.parameters)} ${totals.parameters === 1 ? "parameter" : "parameters"}`, `${bytes(totals.memory)} to train`);
  setText(holder, parts.join(" · "));
  holder.classList.toggle("nps-doubtful", layers.some((layer) => layer.stale));
  holder.title = totals
    ? `${count(totals.trainable, "parameter learns", "parameters learn")}. Memory: about 200 MB for TensorFlow itself, then weights and kept copies, gradients, optimizer, one batch of outputs and the data.`
    : "";
}
