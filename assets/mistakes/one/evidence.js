// @ts-check
/** The example large, with what speaks for a class laid over it (Grad-CAM, without maps saliency); of a table the row with all its values. */

import { element, setText } from "../../shared/dom/element.js";
import { oneLine } from "../../shared/dom/fault.js";
import { Fault } from "../../shared/server/look.js";
import { lay } from "../../inside/why/evidence.js";
import { segments } from "../../shared/dom/segments.js";
import { paint, short } from "../../shared/drawing/raster.js";

/** @typedef {import("../../inside/answers.d.ts").WhyAnswer} WhyAnswer */
/** @typedef {(question: Record<string, unknown>, draw: (body: WhyAnswer) => void, fail: (error: unknown) => void) => void} Get */

export class Evidence {
  /** @type {import("../../shared/server/anatomy.d.ts").Anatomy} */
  anatomy;

  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.base = element("canvas", { role: "img" });
    this.over = element("canvas", { class: "npm-over", role: "img", "aria-label": "Grad-CAM" });
    this.stack = element("div", { class: "npm-stack" }, this.base, this.over);
    this.opacity = element("input", { type: "range", min: 0, max: 1, step: 0.05, value: 0.7, "aria-label": "Strength of the overlay", title: "Right → more of the evidence, left → more of the picture", oninput: () => this.paint() });
    this.choice = element("div");
    this.says = element("p", { class: "npi-quiet" });
    this.reading = element("p");
    this.details = element("details", {}, element("summary", { text: "What am I looking at?" }), this.reading);
    this.tools = element("div", { class: "npm-evidence-tools" }, this.choice, this.opacity);
    this.rows = element("dl", { class: "npm-row-values" });
    this.method = "gradcam";
    this.root = element("section", { class: "npm-evidence", "aria-label": "The example" }, this.stack, this.rows, this.tools, this.says, this.details);
    this.clear();
  }

  clear() {
    /** @type {WhyAnswer | null} */
    this.body = null;
    /** @type {Get | null} */
    this.get = null;
    this.asks = (this.asks ?? 0) + 1; // of several classes asked about the last counts, and none of an example that was left
    /** @type {number[] | null} */
    this.about = null; // true and predicted class
    this.over.hidden = this.tools.hidden = this.details.hidden = true;
    setText(this.says, "");
  }

  /** @param {import("../answers.d.ts").Stored} body @param {import("../../shared/server/anatomy.d.ts").Anatomy} anatomy @param {number} predicted */
  picture(body, anatomy, predicted) {
    if (anatomy !== this.anatomy) this.method = "gradcam"; // perhaps another network
    this.anatomy = anatomy;
    this.about = [body.label, predicted];
    if (anatomy.kind === "pictures" && this.get) this.ask(null); // whoever came first, the picture or the wish to explain it
    const flat = body.original.shape?.length !== 3;
    this.stack.hidden = flat;
    this.rows.hidden = !flat;
    if (flat) return this.values(body.original, anatomy);
    const [height, width, channels] = body.original.shape;
    paint(this.base, { values: body.original, height, width, channels });
    this.stack.style.aspectRatio = `${width} / ${height}`;
    this.base.setAttribute("aria-label", `${body.title}, a picture of ${anatomy.classes[body.label]}`);
    this.base.style.imageRendering = Math.max(height, width) > 48 ? "auto" : "pixelated";
  }

  /** @param {Float32Array | Uint8Array} row @param {import("../../shared/server/anatomy.d.ts").Anatomy} anatomy */
  values(row, { columns, standardised }) {
    this.rows.replaceChildren(...[...row].flatMap((value, i) => [element("dt", { text: columns[i] ?? `column ${i + 1}` }), element("dd", { text: short(value) })]));
    setText(this.says, !standardised ? "As they are: the network gets these very numbers." : "As stored. The network gets each column standardised: minus its mean, divided by its standard deviation, both of the training part.");
  }

  /** Asks why, for the predicted class first. @param {Get} get */
  follow(get) {
    this.get = get;
    if (this.about && this.anatomy.kind === "pictures") this.ask(null);
  }

  /** By Grad-CAM, in a network without maps by saliency. @param {number | null} label null: the predicted one */
  ask(label, method = this.method) {
    const mine = ++this.asks;
    const draw = (/** @type {WhyAnswer} */ body) => {
      if (mine !== this.asks) return;
      this.method = method;
      this.draw(body);
    };
    const fail = (/** @type {unknown} */ error) => {
      if (mine !== this.asks) return;
      if (method === "gradcam" && error instanceof Fault && error.status === 409) this.ask(label, "saliency");
      else setText(this.says, oneLine(error));
    };
    this.get?.({ method, class: label }, draw, fail);
  }

  /** @param {WhyAnswer} body */
  draw(body) {
    this.body = body;
    this.over.hidden = this.tools.hidden = this.details.hidden = false;
    const { classes } = this.anatomy;
    const [label, predicted] = /** @type {number[]} */ (this.about ?? [null, body.class]);
    const options = [...new Set([predicted, label])].map((k) => /** @type {[string, string]} */ ([String(k), classes[k]]));
    this.offer(options, String(body.class));
    this.over.setAttribute("aria-label", body.layer ? "Grad-CAM" : "Saliency");
    setText(this.says, said(body, classes[body.class]));
    setText(this.reading, reading(body, classes[body.class]));
    this.paint();
  }

  /** The classes to choose from; made anew only when they are others, so that arrow keys keep their place. @param {[string, string][]} options @param {string} value */
  offer(options, value) {
    const now = JSON.stringify(options);
    const same = this.choice.dataset.options === now;
    this.choice.dataset.options = now;
    const help = "What in the picture bears on this class";
    /** @type {HTMLInputElement | null} */
    const chosen = same ? this.choice.querySelector(`input[value="${value}"]`) : null;
    if (chosen) chosen.checked = true;
    else this.choice.replaceChildren(segments({ label: "Speaks for", name: "why", options, value, help, onchange: (label) => this.ask(Number(label)) }));
  }

  paint() {
    if (!this.body) return;
    const [height, width] = this.body.heat.shape;
    lay(this.over, this.body.heat, { height, width, most: 1, opacity: Number(this.opacity.value) });
  }
}

/** In a sentence. @param {WhyAnswer} body @param {string} name of the class */
function said({ layer, is_empty: isEmpty }, name) {
  if (!layer) return isEmpty ? `No pixel bears on ${name}.` : `A small change of the orange pixels changes the score of ${name} most: saliency, since this network has no maps for Grad-CAM.`;
  return isEmpty ? `Nothing in the maps of ${layer} speaks for ${name}.` : `Orange speaks for ${name}, by Grad-CAM on ${layer}.`;
}

/** With the formula and its numbers. @param {WhyAnswer} body @param {string} name of the class */
function reading({ layer, formula, numbers: { score, peak, all_channels: channels }, high }, name) {
  const strongest = Number(peak).toPrecision(3);
  if (!layer) return `${formula}. Here: score of ${name} ${score.toFixed(3)}, strongest pixel ${strongest}, full colour from ${Number(high).toPrecision(3)} on. It shows what moves the score, up or down, not what the network understands.`;
  return `${formula}. Here: layer ${layer} with ${channels} maps, score of ${name} ${score.toFixed(3)}, strongest place ${strongest}, drawn in full colour. It shows what raised the score, not what the network understands.`;
}
