// @ts-check
/** What moves along the links: dashes in the links' own colours while the network trains, and a pulse that runs through it forward and back. Nothing moves where people want less motion. */

import { along } from "./layout.js";
import { signs, widthOf } from "./tones.js";

/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("../../../shared/drawing/theme.js").Theme} Theme */
/** @typedef {{plan: Plan, layout: Layout, weights: Float32Array, theme: Theme, density: number, scale: number}} Scene */

const MOST = 44; // links with a dash: the thickest
const TURN = 1500; // milliseconds in which a dash passes a link
const STEP = 450; // milliseconds in which the pulse passes a layer
const PAUSE = 45; // milliseconds between two pictures: the engine needs the processor more
const RESORT = 400; // milliseconds after which the thickest links are looked for again
const DASH = 0.09;

export class Flow {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    /** @type {Scene | null} */
    this.scene = null;
    this.running = false;
    /** @type {{start: number, back: boolean, links: Set<number>} | null} */
    this.pulse = null;
    /** @type {Set<number> | null} */
    this.lit = null;
    /** @type {number[]} */
    this.thick = [];
    this.sorted = -Infinity;
    this.handle = 0;
    this.clean = true; // nothing is drawn on the canvas
  }

  /** @param {Scene} scene @param {boolean} running whether the network trains @param {Set<number> | null} lit where only these links stand out */
  set(scene, running, lit) {
    this.lit = lit;
    if (scene.plan !== this.scene?.plan) this.sorted = -Infinity;
    this.scene = scene;
    this.running = running;
    this.wake();
  }

  /** One pulse along these links. @param {Set<number>} links @param {boolean} back from the output to the inputs */
  send(links, back) {
    this.pulse = { start: performance.now(), back, links };
    this.wake();
  }

  wake() {
    if (this.handle) return;
    if (!this.calm.matches && (this.running || this.pulse)) this.handle = requestAnimationFrame((now) => this.tick(now));
    else this.clear();
  }

  /** @param {number} now */
  tick(now) {
    this.handle = 0;
    if (!this.scene || !this.canvas.isConnected) return;
    if (this.calm.matches || (!this.running && !this.pulse)) return this.clear();
    this.draw(now);
    this.handle = window.setTimeout(() => { this.handle = requestAnimationFrame((next) => this.tick(next)); }, PAUSE - 8);
  }

  clear() {
    if (this.clean) return;
    this.clean = true;
    const context = this.canvas.getContext("2d");
    context?.setTransform(1, 0, 0, 1, 0, 0);
    context?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** @param {number} now */
  draw(now) {
    const scene = /** @type {Scene} */ (this.scene);
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.clear();
    this.clean = false;
    context.setTransform(scene.density, 0, 0, scene.density, 0, 0);
    context.lineCap = "round";
    if (this.running && !this.pulse) this.dashes(context, scene, now);
    if (this.pulse) this.wave(context, scene, now);
  }

  /** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {number} now */
  dashes(context, { layout, weights, theme, scale }, now) {
    if (now - this.sorted > RESORT) {
      this.sorted = now;
      const all = Array.from({ length: weights.length }, (_, i) => i).filter((i) => Math.abs(weights[i]) > 0.05);
      this.thick = all.sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a])).slice(0, MOST);
    }
    const colours = signs(theme);
    for (const i of this.thick) {
      if (i * 5 >= layout.shapes.length || (this.lit && !this.lit.has(i))) continue;
      context.strokeStyle = colours[weights[i] < 0 ? 0 : 1];
      context.lineWidth = widthOf(weights[i], scale) + 0.9;
      const t = (now / TURN + (i * 0.618) % 1) % 1;
      segment(context, layout, i, t * (1 + DASH) - DASH);
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {number} now */
  wave(context, { plan, layout, theme }, now) {
    const pulse = /** @type {{start: number, back: boolean, links: Set<number>}} */ (this.pulse);
    const layers = plan.columns.length - 1;
    const passed = (now - pulse.start) / STEP;
    if (passed > layers + 0.4) {
      this.pulse = null;
      return;
    }
    context.fillStyle = pulse.back ? (theme.dark ? "#d98bb8" : "#9a4c7e") : theme.text;
    for (const i of pulse.links) {
      const link = plan.links[i];
      if (!link) continue;
      const [from, to] = pulse.back ? [layers - link.to, layers - link.from] : [link.from, link.to];
      const t = (passed - from) / (to - from);
      if (t < 0 || t > 1) continue;
      for (let tail = 0; tail < 4; tail++) {
        const at = t - tail * 0.05;
        if (at < 0) break;
        const [x, y] = along(layout.shapes, i, pulse.back ? 1 - at : at);
        context.globalAlpha = 0.95 - tail * 0.24;
        context.beginPath();
        context.arc(x, y, 4 - tail * 0.7, 0, 7);
        context.fill();
      }
    }
    context.globalAlpha = 1;
  }
}

/** @param {CanvasRenderingContext2D} context @param {Layout} layout @param {number} i @param {number} t where the dash begins; it is cut at the link's ends */
function segment(context, layout, i, t) {
  const [from, to] = [Math.max(0, t), Math.min(1, t + DASH)];
  if (to <= from) return;
  context.beginPath();
  context.moveTo(...along(layout.shapes, i, from));
  context.lineTo(...along(layout.shapes, i, (from + to) / 2));
  context.lineTo(...along(layout.shapes, i, to));
  context.stroke();
}
