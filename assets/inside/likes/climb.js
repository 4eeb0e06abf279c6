// @ts-check
/** The picture made for a unit: climbs in steps while a person watches, with the curve of the unit's answer. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { tell } from "../../shared/dom/fault.js";
import { isAbort } from "../../shared/server/look.js";
import { segments } from "../../shared/dom/segments.js";
import { short } from "../../shared/drawing/raster.js";
import { drawn } from "../../shared/dom/svg.js";
import { columnBars } from "../why/columns.js";
import { pixels } from "../why/evidence.js";

const STEPS = 12; // of one question: a fraction of a second
const [WIDTH, HEIGHT] = [240, 64]; // of the curve's drawing

/** What is to be liked, and by what it is known. @typedef {{layer: string, unit: number, weights: number | "now" | null, key: string, table: boolean, columns: string[], standardised?: boolean, hasMap: boolean}} Aim */

export class Climb {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Record<string, string>} */
    this.settings = { space: "fourier", restraint: "some", aim: "all" };
    this.seed = 0;
    this.key = "";
    this.stop = new AbortController();
    this.running = false;
    /** @type {import("../answers.d.ts").AscentAnswer | null} */
    this.body = null;
    /** @type {Aim | null} */
    this.to = null; // what show was given last
    this.canvas = element("canvas", { role: "img", "aria-label": "Not made yet" });
    this.place = element("div", { class: "npi-likes-made" }, this.canvas, element("span", { class: "npi-quiet npi-likes-empty", text: "Not made yet" }));
    this.columns = element("div", { hidden: true });
    this.curve = element("div", { class: "npi-likes-curve" });
    this.says = element("p", { class: "npi-quiet", role: "status" });
    this.go = element("button", { type: "button", class: "npi-button npi-primary", text: "Make it", title: "Climb → a picture grows that pushes this unit up, from noise", onclick: () => (this.running ? this.pause() : this.run()) });
    this.again = element("button", { type: "button", class: "npi-button", text: "Other noise", title: "Begin from other noise → another picture that the unit likes as much, often quite different", onclick: () => this.restart() });
    const set = (/** @type {string} */ name) => (/** @type {string} */ value) => this.set({ [name]: value });
    this.aims = segments({ label: "Push", name: "likes-aim", options: [["all", "Whole map"], ["cell", "Middle cell"]], value: "all", help: "Whole map → a texture that the unit likes everywhere; middle cell → the one pattern in its receptive field", onchange: set("aim") });
    this.spaces = segments({ label: "In", name: "likes-space", options: [["fourier", "Waves"], ["pixels", "Pixels"]], value: "fourier", help: "Waves → coarse shapes come as easily as fine ones; pixels → fine patterns win", onchange: set("space") });
    this.restraints = segments({ label: "Restraint", name: "likes-restraint", options: [["none", "None"], ["some", "Some"], ["strong", "Strong"]], value: "some", help: "More restraint → smoother picture, smaller answer; none → noise that only this network understands", onchange: set("restraint") });
    this.options = element("div", { class: "npi-likes-options" }, this.aims, this.spaces, this.restraints);
    this.words = element("div");
    this.root = element("div", { class: "npi-likes-climb" }, this.place, this.columns, this.curve, this.says, element("div", { class: "npi-buttons" }, this.go, this.again), this.options,
      element("details", {}, element("summary", { text: "What am I looking at?" }), this.words));
  }

  /**
   * Another unit, other weights: what was made belongs to the old ones.
   * @param {Aim} to
   */
  show(to) {
    this.to = to;
    this.aims.hidden = !to.hasMap;
    this.spaces.hidden = to.table;
    if (to.key === this.key) return;
    this.key = to.key;
    this.pause();
    this.blank();
  }

  /** @param {Record<string, string>} changes */
  set(changes) {
    Object.assign(this.settings, changes);
    this.pause();
    this.blank();
    this.run();
  }

  restart() {
    this.seed++;
    this.pause();
    this.blank();
    this.run();
  }

  blank() {
    this.body = null;
    this.place.dataset.state = "empty";
    this.place.hidden = Boolean(this.to?.table);
    this.columns.hidden = true;
    this.curve.replaceChildren();
    setText(this.says, "");
    setText(this.go, "Make it");
    this.go.disabled = false;
    this.words.replaceChildren(element("p", { text: "Nothing yet. Press Make it: noise is changed step by step along the gradient of the unit's answer." }));
  }

  pause() {
    this.stop.abort();
    this.running = false;
    setText(this.go, this.body ? "Go on" : "Make it");
  }

  async run() {
    if (!this.to || this.running) return;
    const { layer, unit } = this.to;
    const stop = new AbortController();
    this.stop = stop;
    this.running = true;
    setText(this.go, "Pause");
    try {
      for (let done = false; !done && !stop.signal.aborted; ) {
        const aim = this.to?.hasMap ? this.settings.aim : "all";
        const body = await this.context.ask({ view: "ascent", layer, unit, seed: this.seed, steps: STEPS, ...this.settings, aim, picture: null, ...this.weights() }, { signal: stop.signal });
        if (stop.signal.aborted) return;
        this.draw(body);
        done = body.is_done;
      }
      this.finish();
    } catch (error) {
      if (stop.signal.aborted || isAbort(error)) return;
      this.running = false;
      setText(this.go, "Try again");
      tell(this.says, error);
    }
  }

  /** Others than those that are chosen on the page, if any. */
  weights() {
    const weights = this.to?.weights ?? null;
    return weights === null ? {} : { weights };
  }

  finish() {
    this.running = false;
    setText(this.go, "Made");
    this.go.disabled = true;
  }

  /** @param {import("../answers.d.ts").AscentAnswer} body an answer of the view ascent */
  draw(body) {
    this.body = body;
    const table = body.picture.shape === undefined;
    const label = `Made for ${this.to?.layer}, unit ${body.unit}, after ${body.step} steps: answer ${short(body.answer)}`;
    this.place.dataset.state = "made";
    this.columns.hidden = !table;
    this.place.hidden = table;
    if (table) this.columns.replaceChildren(columnBars(body.picture, null, this.to?.columns ?? [], this.to?.standardised ? ["Below ← mean → above", "Standard deviations"] : ["Below ← 0 → above", "Value"]));
    else {
      const [height, width] = body.picture.shape;
      pixels(this.canvas, body.picture);
      this.place.style.aspectRatio = `${width} / ${height}`;
      setAttribute(this.canvas, "aria-label", label);
    }
    this.curve.replaceChildren(curve(body.curve, body.of));
    setText(this.says, `Step ${body.step} of ${body.of}. It answers with ${short(body.answer)} at most, ${short(body.mean)} on average.`);
    this.words.replaceChildren(...told(body).map((text) => element("p", { text })));
  }
}

/** @param {import("../answers.d.ts").AscentAnswer} body */
function told(body) {
  const { restraint, curve: values } = body;
  const start = `It began as noise around the data's mean colour with ${short(values[0])} and reached ${short(values[values.length - 1])} after ${body.step} steps of Adam along ∂a/∂x; a is ${body.aim_is}${body.aim === "all" ? ", averaged over the map" : ", in its middle cell"} (Erhan et al. 2009).`;
  const held = restraint.l2 || restraint.variation
    ? `Held back by λ₂ = ${restraint.l2} · ‖x − mean‖² and λ = ${restraint.variation} · Σ(differences of neighbours)², moved at random by up to ${(100 * restraint.jitter).toFixed(0)} % of its side before each step (Olah et al. 2017).`
    : "Nothing holds it back: what grows is often noise to our eyes, for networks see patterns that we do not.";
  const dead = body.answer <= 0 && body.step > 32 ? ["Even this leaves the unit at 0: it seems to be dead."] : [];
  return [start, held, ...dead, "Such a picture shows what the unit would like best, not what it meets in the data: compare it with the pictures beside it."];
}

/**
 * The unit's answer against the steps, as a line with its ends in numbers.
 * @param {Float32Array} values
 * @param {number} of steps that there will be
 */
function curve(values, of) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = high - low || 1;
  const points = [...values].map((value, step) => `${((WIDTH * step) / of).toFixed(1)},${(HEIGHT - 3 - ((HEIGHT - 6) * (value - low)) / range).toFixed(1)}`).join(" ");
  const line = drawn("polyline", { points, fill: "none", "vector-effect": "non-scaling-stroke" });
  const svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": `The unit's answer goes from ${short(values[0])} to ${short(values[values.length - 1])}` }, line);
  const scale = element("span", { class: "npi-likes-curve-scale npi-quiet" }, element("span", { text: short(high) }), element("span", { text: short(low) }));
  return element("div", { class: "npi-likes-curve-box" }, scale, svg);
}
