// @ts-check
/** One row of the stack: made once per layer name, then kept in step with what is known of the layer. */

import { element, setText } from "../shared/dom/element.js";
import { icon } from "../shared/dom/icons.js";
import { bytes, count, noun, short, times, whole } from "./text.js";
import { volume } from "./volume.js";

/**
 * @typedef {import("./model.js").LayerRow & {weightBytes?: number, activationBytes?: number, summary?: string}} LayerRow
 * @typedef {import("./model.js").Problem} Problem
 * @typedef {{root: HTMLElement, main: HTMLElement, update: (layer: LayerRow, look: Look) => void}} Row
 * @typedef {{selected: boolean, place: number, total: number, problems: Problem[], scale: import("./volume.js").Scale, colour: string}} Look
 */

/** @param {string} name @param {{act: (action: string, name: string) => void, fix: (problem: Problem) => void}} on @returns {Row} */
export function makeRow(name, on) {
  const title = element("span", { class: "nps-title" });
  const brief = element("span", { class: "nps-brief" });
  const main = element(
    "button",
    { class: "nps-main", type: "button", onclick: () => on.act("select", name) },
    element("span", { class: "nps-head" }, title, element("span", { class: "nps-name" }, name)),
    brief,
  );
  const grip = element("span", { class: "nps-grip", "aria-hidden": "true", title: "Drag to move" }, icon("grip"));
  const plus = button("plus", `Add a layer before ${name}`, () => on.act("open", name), "nps-plus");
  const power = button("power", "", () => on.act("toggle", name));
  const actions = element(
    "span",
    { class: "nps-actions" },
    button("copy", `Duplicate ${name}`, () => on.act("duplicate", name)),
    power,
    button("trash", `Remove ${name}`, () => on.act("remove", name)),
  );
  const drawing = element("span", { class: "nps-volume" });
  const figures = element("span", { class: "nps-figures" });
  const problems = element("div", { class: "nps-problems" });
  const anywhere = (/** @type {MouseEvent} */ event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("button")) return;
    main.focus({ preventScroll: true });
    on.act("select", name);
  };
  const card = element("div", { class: "nps-card", onclick: anywhere }, grip, element("div", { class: "nps-text" }, main, actions), drawing, figures);
  const root = element("li", { class: "nps-row", "data-name": name }, plus, card, problems);
  return { root, main, update: (layer, look) => update({ root, main, title, brief, power, drawing, figures, problems }, layer, look, on.fix) };
}

/** @param {Record<string, HTMLElement>} parts @param {LayerRow} layer @param {Look} look @param {(problem: Problem) => void} fix */
function update(parts, layer, look, fix) {
  const { root, main, title, brief, power, drawing, figures, problems } = parts;
  const worst = look.problems.some((problem) => problem.severity === "error") ? "error" : look.problems.length ? "warning" : "";
  root.style.setProperty("--purpose", look.colour);
  root.classList.toggle("nps-selected", look.selected);
  root.classList.toggle("nps-off", !layer.active);
  root.classList.toggle("nps-stale", Boolean(layer.stale));
  root.dataset.problem = worst;
  main.setAttribute("aria-current", String(look.selected));
  main.tabIndex = look.selected ? 0 : -1;
  main.setAttribute("aria-label", spoken(layer, look));
  main.title = layer.summary ?? "";
  setText(title, layer.title);
  setText(brief, [layer.brief, layer.inputs.length ? `from ${layer.inputs.join(" and ")}` : ""].filter(Boolean).join(", ") || layer.purpose);
  const verb = `${layer.active ? "Switch off" : "Switch on"} ${layer.name}`;
  power.setAttribute("aria-label", verb);
  power.title = verb;
  power.setAttribute("aria-pressed", String(!layer.active));
  markup(drawing, volume(layer.shape, look.scale));
  drawFigures(figures, layer);
  drawProblems(problems, look.problems, fix);
}

/** @param {HTMLElement} figures @param {LayerRow} layer */
function drawFigures(figures, layer) {
  const memory = (layer.weightBytes ?? 0) + (layer.activationBytes ?? 0);
  const known = layer.parameters !== null && layer.shape;
  const key = JSON.stringify([layer.shape, layer.parameters, layer.trainable, memory]);
  if (figures.dataset.key === key) return;
  figures.dataset.key = key;
  const sizes = known ? `${layer.parameters ? short(layer.parameters) : "no"} ${layer.parameters === 1 ? "param" : "params"} · ${bytes(memory)}` : "";
  figures.replaceChildren(
    element("span", { class: "nps-shape" }, layer.shape ? times(layer.shape) : "–"),
    element("span", { class: "nps-sizes" }, sizes),
  );
  figures.title = known
    ? `Output: ${noun(layer.shape ?? [])}. Parameters: ${whole(layer.parameters ?? 0)}, of which ${whole(layer.trainable)} learn. ` +
      `Memory: ${bytes(layer.weightBytes ?? 0)} for weights, ${bytes(layer.activationBytes ?? 0)} for the outputs of one batch.`
    : "The output shape is not known yet.";
}

/** @param {HTMLElement} holder @param {Problem[]} list @param {(problem: Problem) => void} fix */
function drawProblems(holder, list, fix) {
  const key = JSON.stringify(list);
  if (holder.dataset.key === key) return;
  holder.dataset.key = key;
  holder.replaceChildren(
    ...list.map((problem) =>
      element(
        "div",
        { class: `nps-problem nps-${problem.severity}` },
        icon("warn"),
        element("span", { class: "nps-what" }, problem.what),
        problem.fix && element("button", { class: "nps-fix", type: "button", onclick: () => fix(problem) }, problem.fix),
      ),
    ),
  );
}

/** The row in words. @param {LayerRow} layer @param {Look} look */
function spoken(layer, look) {
  return [
    `${layer.title} ${layer.name}, layer ${look.place + 1} of ${look.total}`,
    layer.brief,
    layer.active ? "" : "switched off",
    layer.shape ? `output ${layer.shape.join(" by ")}` : "",
    layer.parameters === null ? "" : count(layer.parameters, "parameter"),
    ...look.problems.map((problem) => problem.what),
  ].filter(Boolean).join(", ");
}

/** @param {string} name @param {string} label @param {() => void} act @param {string} [kind] */
function button(name, label, act, kind = "nps-action") {
  return element("button", { class: kind, type: "button", "aria-label": label, title: label, tabindex: kind === "nps-plus" ? -1 : null, onclick: act }, icon(name));
}

/** Only what differs is written, so that nothing flickers. @param {HTMLElement} node @param {string} text */
function markup(node, text) {
  if (node.dataset.markup === text) return;
  node.dataset.markup = text;
  node.innerHTML = text;
}
