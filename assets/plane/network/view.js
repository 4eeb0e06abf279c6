// @ts-check
/** The network as a drawing that lives: inputs, layers of neurons as maps of the plane, links between them, and what a person asks about them. */

import { classColour } from "../../shared/drawing/classes.js";
import { element } from "../../shared/dom/element.js";
import { whole } from "../../shared/drawing/format.js";
import { Bar } from "./bar.js";
import { Card } from "./panels/card.js";
import { Dock } from "./panels/dock.js";
import { withOutput } from "./edits.js";
import { Features } from "./features.js";
import { Key } from "./drawing/key.js";
import { layoutOf } from "./drawing/layout.js";
import { scaleOf } from "./drawing/links.js";
import { activationsOf, outputsOf } from "./offers.js";
import { planOfFrame, planOfSketch, Reading } from "./drawing/plan.js";
import { openBeside } from "./panels/popover.js";
import { pictureOf, selectionOf, targetOf } from "./drawing/scene.js";
import { Settings } from "./panels/settings.js";
import { Stage } from "./drawing/stage.js";

/** @typedef {import("./drawing/stage.js").Target} Target */
/** @typedef {import("./drawing/scene.js").Scene} Scene */

const PLAYING = new Set(["training", "beginning"]);

export class NetworkView {
  /** @type {import("../game/messages.d.ts").Frame | null} */
  frame;
  /** @type {import("../game/store.js").State} */
  state;
  /** @type {Scene | undefined} */
  scene;
  /** @type {Float32Array | undefined} */
  weights;

  /** @type {string} */
  emphasis;

  /** @param {import("../game/context.js").Context} context what the page hands to its parts */
  constructor(context) {
    this.context = context;
    /** @type {Target | null} */
    this.hovered = null;
    /** @type {import("./panels/pass.js").Pass | null} */
    this.pass = null;
    /** @type {string[]} */
    this.frameIds = [];
    /** @type {unknown[]} */
    this.drawn = [];
    this.keys = { plan: "", geometry: "", desk: "" };
    this.bar = new Bar(context);
    this.legend = new Key();
    this.card = new Card(context);
    this.settings = new Settings(context);
    this.features = new Features(context);
    this.stage = new Stage({ hover: (target, rect) => this.hover(target, rect), pick: (target) => this.pick(target) });
    this.dock = new Dock(context, { pass: (pass) => this.take(pass), send: (back) => this.send(back) });
    this.root = element("section", { class: "npp-net", "aria-label": "Network" }, this.bar.root, this.stage.root, this.legend.root, this.dock.root, this.card.root, this.settings.root, this.features.root);
    this.root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
    new ResizeObserver(() => this.state && this.draw(this.state)).observe(this.root);
  }

  /** @param {import("../game/store.js").State} state */
  draw(state) {
    this.state = state;
    if (!state.sketch || !state.theme) return;
    const scene = this.sceneOf(state);
    this.scene = scene;
    this.lay(scene);
    this.paint(scene);
    this.bar.draw(scene);
    this.legend.draw(state.theme);
    this.card.draw(scene);
    this.settings.draw(state);
    this.features.draw(state);
    const target = targetOf(scene, state.selection);
    const neuron = target && target.kind !== "link" ? this.stage.buttons.get(`${target.column} ${target.unit}`) : null;
    this.dock.draw(scene, neuron ?? null);
  }

  /** @param {import("../game/store.js").State} state @returns {Scene} */
  sceneOf(state) {
    const { sketch, made, frame, when } = state;
    const own = made?.sketch?.inputs ?? sketch.inputs;
    const width = Math.max(0, ...(frame?.meta?.layers ?? []).flatMap((layer) => layer.sources.filter((one) => one.name === "input").map((one) => one.to - one.from)));
    if (width === own.length && frame !== this.frame) this.frameIds = own; // a frame keeps the inputs it came with
    this.frame = frame;
    const ids = this.frameIds.length === width ? this.frameIds : [];
    const replayed = when !== "now" && frame?.meta?.layers?.length;
    const fresh = replayed ? planOfFrame(frame.meta, ids) : planOfSketch(sketch, made);
    const plan = fresh.key === this.keys.plan && this.scene ? this.scene.plan : fresh;
    plan.columns.forEach((column, i) => Object.assign(column, fresh.columns[i])); // what is not geometry: activations, norm, dropout
    const titles = made?.inputs;
    const titleOf = (/** @type {string} */ id) => titles?.titles?.[titles.ids.indexOf(id)] ?? id;
    const classes = Array.isArray(made?.classes) ? made.classes.map(String) : [];
    return {
      context: this.context, state, plan, layout: /** @type {any} */ (this.scene?.layout), reading: new Reading(plan, frame, ids), task: made?.task ?? "classifier", classes, titleOf,
      locked: when === "now" ? "" : `This is epoch ${whole(when)}. Go back to now to change the network.`,
    };
  }

  /** New geometry, heads and buttons where something of them changed. @param {Scene} scene */
  lay(scene) {
    const { plan, state } = scene;
    const width = Math.max(0, this.stage.root.clientWidth);
    const key = `${plan.key} ${width}`;
    const { layout } = scene;
    const moved = key !== this.keys.geometry;
    scene.layout = moved || !layout ? layoutOf(plan, width) : layout;
    const look = plan.columns.map((column) => [column.activation, column.norm, column.dropout]);
    const desk = JSON.stringify([key, look, scene.locked, [...state.hidden], Boolean(state.choices), state.made?.limits, state.sketch.inputs.map(scene.titleOf)]);
    if (desk === this.keys.desk) return;
    this.keys = { plan: plan.key, geometry: key, desk };
    if (moved) this.hover(null, null);
    this.root.setAttribute("aria-label", `Network: ${inWords(plan)}`);
    this.stage.lay(plan, scene.layout, {
      blocks: () => this.context.state.sketch.blocks, locked: scene.locked, shown: (id) => this.context.shown(id), activations: activationsOf(state.choices), outputs: outputsOf(state.made),
      change: (patch) => this.context.change(patch),
      output: (name) => this.context.change(withOutput(this.context.state, name)),
      settings: (block, button) => {
        this.settings.open(block);
        openBeside(this.settings.root, button, () => this.settings.draw(this.context.state));
      },
      features: (button) => openBeside(this.features.root, button, () => this.features.draw(this.context.state)),
    }, scene.titleOf);
    this.drawn = [];
  }

  /** The three canvases, each only when what it shows has changed. @param {Scene} scene */
  paint(scene) {
    const { plan, layout, reading, state } = scene;
    const { frame, made, theme, status } = state;
    const density = Math.min(2, window.devicePixelRatio || 1);
    this.stage.size(density);
    const parts = [layout, frame, made?.inputs, theme.dark, theme.background, density, this.pass, scene.task];
    const fresh = parts.some((part, i) => part !== this.drawn[i]);
    if (fresh) {
      this.drawn = parts;
      const broken = frame?.meta?.finite === false; // what is not finite comes as 0, which would be a lie
      this.weights = Float32Array.from(plan.links, (link) => (broken ? NaN : reading.weight(link)));
      const tiles = plan.columns.flatMap((one, column) => Array.from({ length: one.units }, (_, unit) => ({
        column, unit, picture: pictureOf(scene, column, unit), bias: column ? reading.bias(column, unit) : NaN, pill: this.pass?.pills.get(`${column} ${unit}`) ?? "",
      })));
      this.stage.maps.draw({ plan, layout, tiles, theme, task: scene.task, density, broken });
      this.emphasis = "";
      this.labels(scene);
    }
    const weights = this.weights ?? new Float32Array();
    const shown = { plan, layout, weights, theme, density, scale: scaleOf(plan) };
    const emphasis = this.emphasisOf(scene);
    const key = `${emphasis.chosen} ${emphasis.lit && [...emphasis.lit].join()}`;
    if (key !== this.emphasis) {
      this.emphasis = key;
      this.stage.drawLinks(shown, emphasis);
    }
    this.stage.flow.set(shown, PLAYING.has(status) && state.when === "now", emphasis.lit);
    this.stage.mark(this.ringed(scene));
  }

  /** @param {Scene} scene @returns {import("./drawing/links.js").Emphasis} */
  emphasisOf(scene) {
    const { plan } = scene;
    const target = this.hovered ?? targetOf(scene, scene.state.selection);
    if (target?.kind === "link") return { lit: null, chosen: target.link };
    if (this.hovered?.kind === "unit") {
      const { column, unit } = this.hovered;
      const lit = plan.links.flatMap((link, i) => ((link.to === column && link.target === unit) || (link.from === column && link.unit === unit) ? [i] : []));
      return { lit: new Set(lit), chosen: -1 };
    }
    return { lit: this.pass?.lit ?? null, chosen: -1 };
  }

  /** Neurons with a strong ring: what is pinned, and both ends of a link. @param {Scene} scene */
  ringed(scene) {
    const target = this.hovered ?? targetOf(scene, scene.state.selection);
    const pinned = targetOf(scene, scene.state.selection);
    const keys = [target, pinned].flatMap((one) => {
      if (!one) return [];
      if (one.kind !== "link") return [`${one.column} ${one.unit}`];
      const link = scene.plan.links[one.link];
      return link ? [`${link.from} ${link.unit}`, `${link.to} ${link.target}`] : [];
    });
    return new Set(keys);
  }

  /** @param {Scene} scene */
  labels({ plan, classes, task }) {
    const output = plan.columns[plan.columns.length - 1];
    if (task !== "classifier") return this.stage.name(["number"], []);
    if (output.units > 1) return this.stage.name(classes.slice(0, output.units), classes.map((_, k) => classColour(k)));
    this.stage.name([classes.length === 2 ? classes[1] : ""], [classColour(1)]);
  }

  /** Escape closes what was chosen, unless a panel is open that it closes first. @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || !this.state?.selection || this.root.querySelector("[popover=auto]:popover-open")) return;
    event.preventDefault();
    this.dock.shut();
  }

  /** @param {Target | null} target @param {DOMRect | null} rect */
  hover(target, rect) {
    this.hovered = target;
    if (!this.scene) return;
    this.card.show(target, rect, this.scene);
    if (this.state && this.drawn.length) this.paint(this.scene);
  }

  /** A second click lets go. @param {Target | null} target */
  pick(target) {
    if (!this.scene) return;
    this.card.show(null, null, this.scene);
    const selection = target && selectionOf(this.scene, target);
    const same = JSON.stringify(selection) === JSON.stringify(this.context.state.selection);
    this.context.set({ selection: same ? null : selection });
  }

  /** @param {import("./panels/pass.js").Pass | null} pass */
  take(pass) {
    const key = (/** @type {import("./panels/pass.js").Pass | null} */ one) => one && JSON.stringify([[...one.pills], [...one.lit]]);
    if (key(pass) === key(this.pass)) return;
    this.pass = pass;
    if (this.state) requestAnimationFrame(() => this.scene && this.state && this.draw(this.state));
  }

  /** @param {boolean} back */
  send(back) {
    if (this.state) this.draw(this.state);
    if (this.pass) this.stage.flow.send(this.pass.lit, back);
  }
}

/** "2 inputs, 8 neurons with tanh, 3 outputs with softmax" @param {import("./drawing/plan.js").Plan} plan */
function inWords({ columns }) {
  return columns.map(({ kind, units, activation }) => {
    const noun = kind === "input" ? "input" : kind === "output" ? "output" : "neuron";
    return `${units} ${noun}${units === 1 ? "" : "s"}${kind === "input" ? "" : ` with ${activation}`}`;
  }).join(", ");
}
