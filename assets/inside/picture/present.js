// @ts-check
/** The picture that everything below is about: as it came, as the network gets it, and what the network takes it for. */

import { classColour } from "../../shared/drawing/classes.js";
import { element, setText } from "../../shared/dom/element.js";
import { tell } from "../../shared/dom/fault.js";
import { percent } from "../../shared/drawing/format.js";
import { paint, short } from "../../shared/drawing/raster.js";

const BARS = 3;

export class Present {
  constructor() {
    this.original = frame("As it came");
    this.input = frame("As the network gets it");
    this.arrow = element("span", { class: "npi-arrow", "aria-hidden": "true", text: "→" });
    this.values = element("dl", { class: "npi-columns", tabindex: 0, "aria-label": "The row's values" });
    this.title = element("strong", { class: "npi-shown-title" });
    this.truth = element("span", { class: "npi-truth" });
    this.bars = Array.from({ length: BARS }, bar);
    this.explained = element("p");
    this.prepared = element("p");
    this.fault = element("div");
    this.pictures = element("div", { class: "npi-pictures" }, this.original.root, this.arrow, this.input.root);
    this.answer = element("div", { class: "npi-answer" },
      element("div", { class: "npi-shown-head" }, this.title, this.truth),
      element("ol", { class: "npi-bars", "aria-label": "What the network takes it for" }, ...this.bars.map(({ root }) => root)));
    this.about = element("details", {}, element("summary", { text: "What am I looking at?" }), this.prepared, this.explained);
    this.root = element("div", { class: "npi-present" }, this.fault, this.pictures, this.values, this.answer, this.about);
  }

  /**
   * @param {import("../answers.d.ts").PictureAnswer} body the answer of the view `picture`
   * @param {import("../../shared/server/anatomy.d.ts").Anatomy} anatomy
   * @param {string} title
   */
  draw(body, anatomy, title) {
    const isPicture = Boolean(body.original.shape?.length === 3);
    this.fault.replaceChildren();
    this.pictures.hidden = !isPicture;
    this.values.hidden = isPicture;
    this.answer.hidden = this.about.hidden = false;
    const foreign = body.label === null;
    setText(this.title, title);
    const order = [...body.probabilities.keys()].sort((a, b) => body.probabilities[b] - body.probabilities[a]);
    if (isPicture) this.drawPictures(body, foreign, title);
    else this.drawRow(body, anatomy);
    this.drawTruth(body.label, order[0], anatomy.classes);
    this.bars.forEach((each, i) => drawBar(each, anatomy.classes, order[i], body.probabilities));
    setText(this.prepared, [...body.steps].map((step) => (/[.!?]$/.test(step) ? step : `${step}.`)).join(" "));
    setText(this.explained, this.words(body, anatomy, order));
  }

  /** @param {import("../answers.d.ts").PictureAnswer} body @param {boolean} foreign @param {string} title */
  drawPictures(body, foreign, title) {
    const [height, width, channels] = body.original.shape;
    const [rows, columns, planes] = body.input.shape;
    this.original.root.hidden = this.arrow.hidden = !foreign;
    if (foreign) {
      paint(this.original.canvas, { values: body.original, height, width, channels });
      this.original.canvas.setAttribute("aria-label", `${title}, as it came, ${width} × ${height} pixels`);
      this.original.canvas.style.imageRendering = width > 200 ? "auto" : "pixelated";
      setText(this.original.caption, `Yours, ${width} × ${height}`);
    }
    paint(this.input.canvas, { values: body.input, height: rows, width: columns, channels: planes === 3 ? 3 : 1, low: 0, high: 1 });
    this.input.canvas.setAttribute("aria-label", `${title}, as the network gets it, ${columns} × ${rows} pixels`);
    setText(this.input.caption, foreign ? `Network’s input, ${columns} × ${rows}` : `${columns} × ${rows}, ${planes === 3 ? "colour" : "grey"}`);
  }

  /** @param {import("../answers.d.ts").PictureAnswer} body @param {import("../../shared/server/anatomy.d.ts").Anatomy} anatomy */
  drawRow(body, anatomy) {
    const names = anatomy.columns ?? [];
    this.values.replaceChildren(...[...body.original].flatMap((value, i) => [element("dt", { text: names[i] ?? `column ${i + 1}` }), element("dd", { text: short(value) })]));
  }

  /** @param {number | null} label @param {number} guess @param {string[]} classes */
  drawTruth(label, guess, classes) {
    this.truth.hidden = label === null;
    if (label === null) return;
    this.truth.dataset.right = String(label === guess);
    setText(this.truth, `${label === guess ? "✓" : "✗"} true class: ${classes[label]}`);
  }

  /** @param {import("../answers.d.ts").PictureAnswer} body @param {import("../../shared/server/anatomy.d.ts").Anatomy} anatomy @param {number[]} order */
  words(body, anatomy, order) {
    const { classes } = anatomy;
    const sum = order.slice(0, BARS).reduce((total, i) => total + body.probabilities[i], 0);
    const shown = Math.min(BARS, classes.length);
    if (!Number.isFinite(sum)) return "The network gives NaN: its weights are no numbers any more. Choose the weights of an earlier epoch above.";
    const own = anatomy.scores_are === "probabilities" ? "The last layer is a softmax itself" : anatomy.scores_are === "logits" ? "The last layer gives scores z (logits), which a softmax turns into probabilities" : "The last layer gives scores that are no probabilities; to be shown they go through a softmax";
    return `Bars: ${own}: p(class) = e^z ÷ Σ e^z over the ${classes.length} classes. The ${shown} shown hold ${percent(sum)} of the probability, ${classes[order[0]]} alone ${percent(body.probabilities[order[0]])}; chance would be ${percent(1 / classes.length)}.`;
  }

  /** @param {unknown} error */
  fail(error) {
    tell(this.fault, error);
    this.pictures.hidden = this.values.hidden = this.answer.hidden = this.about.hidden = true;
  }
}

/** @param {string} says */
function frame(says) {
  const canvas = element("canvas", { class: "npi-shown", role: "img", "aria-label": says });
  const caption = element("figcaption", { class: "npi-quiet", text: says });
  return { canvas, caption, root: element("figure", {}, canvas, caption) };
}

function bar() {
  const [name, share, fill] = [element("span", { class: "npi-bar-name" }), element("span", { class: "npi-bar-share" }), element("span", { class: "npi-bar-fill" })];
  return { name, share, fill, root: element("li", {}, name, element("span", { class: "npi-bar-track", "aria-hidden": "true" }, fill), share) };
}

/** @param {ReturnType<typeof bar>} parts @param {string[]} classes @param {number | undefined} i @param {Float32Array} probabilities */
function drawBar({ name, share, fill, root }, classes, i, probabilities) {
  root.hidden = i === undefined;
  if (i === undefined) return;
  const value = probabilities[i];
  setText(name, classes[i]);
  setText(share, Number.isFinite(value) ? percent(value) : "NaN");
  fill.style.width = `${Number.isFinite(value) ? 100 * value : 0}%`;
  fill.style.background = classColour(i);
}
