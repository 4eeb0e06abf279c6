// @ts-check
/** What hovers beside the thing that the pointer is on: a neuron's map and formula, or a weight with its gradient. Nothing in it can be touched. */

import { element, setText } from "../../../shared/dom/element.js";
import { short } from "../../../shared/drawing/raster.js";
import { figure, formulaOf, written } from "./formula.js";
import { LargeMap } from "../drawing/largemap.js";
import { nameOfLink, nameOfNeuron, pictureOf, toneIn } from "../drawing/scene.js";
import { Gradients, gradientAt } from "./gradients.js";
import { unitFacts, unitPicture } from "./unitanswer.js";

/** @typedef {import("../drawing/stage.js").Target} Target */

const WAIT = 140; // milliseconds: a pointer that only passes asks nothing

export class Card {
  /** @param {import("../../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.gradients = new Gradients(context);
    this.title = element("p", { class: "npp-net-card-title" });
    this.map = new LargeMap(196);
    this.text = element("p", { class: "npp-net-formula" });
    this.more = element("p", { class: "npp-net-quiet" });
    this.root = element("div", { class: "npp-net-card", id: "npp-net-card", popover: "manual", role: "tooltip" }, this.title, this.map.root, this.text, this.more);
    /** @type {Target | null} */
    this.target = null;
    /** @type {DOMRect | null} */
    this.rect = null;
    /** @type {import("../../game/answers.d.ts").UnitAnswer | null} */
    this.answer = null;
    this.timer = 0;
    this.stop = () => {};
  }

  /** @param {Target | null} target @param {DOMRect | null} rect @param {import("../drawing/scene.js").Scene} scene */
  show(target, rect, scene) {
    clearTimeout(this.timer);
    this.stop();
    this.stop = () => {};
    this.gradients.close();
    this.answer = null;
    this.target = target;
    this.rect = rect;
    if (!target) {
      if (this.root.matches(":popover-open")) this.root.hidePopover();
      return;
    }
    this.timer = window.setTimeout(() => this.open(), this.root.matches(":popover-open") ? 0 : WAIT);
    this.draw(scene);
  }

  open() {
    const { target } = this;
    if (!target || !this.root.isConnected || !this.scene) return;
    if (!this.root.matches(":popover-open")) this.root.showPopover();
    this.place();
    if (target.kind !== "unit") this.gradients.open(() => this.scene && this.draw(this.scene));
    else if (target.column > 0) {
      const layer = this.scene.plan.columns[target.column].name;
      this.stop = this.context.follow({ view: "plane_unit", layer, unit: target.unit }, (body) => {
        this.answer = body;
        if (this.scene) this.draw(this.scene);
      }, () => {});
    }
  }

  /** Beside what it is about, within the window. */
  place() {
    const { rect } = this;
    if (!rect) return;
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const right = rect.right + 12;
    const left = right + width < innerWidth - 8 ? right : rect.left - width - 12 > 8 ? rect.left - width - 12 : Math.max(8, (innerWidth - width) / 2);
    const beside = left === right || left === rect.left - width - 12;
    const top = beside ? rect.top + rect.height / 2 - height / 2 : rect.bottom + 10;
    this.root.style.left = `${left}px`;
    this.root.style.top = `${Math.max(8, Math.min(innerHeight - height - 8, top))}px`;
  }

  /** @param {import("../drawing/scene.js").Scene} scene */
  draw(scene) {
    this.scene = scene;
    const { target } = this;
    if (!target) return;
    this.map.root.hidden = target.kind !== "unit";
    if (target.kind === "link") this.link(scene, target.link);
    else if (!scene.plan.columns[target.column] || target.unit >= scene.plan.columns[target.column].units) return;
    else if (target.kind === "bias") this.bias(scene, target);
    else this.unit(scene, target);
  }

  /** @param {import("../drawing/scene.js").Scene} scene @param {number} i */
  link(scene, i) {
    const link = scene.plan.links[i];
    if (!link) return;
    const gradient = gradientAt(this.gradients.answer, scene.reading.place(link));
    setText(this.title, `Weight ${nameOfLink(scene, link)}`);
    setText(this.text, `w = ${figure(scene.reading.weight(link))}`);
    setText(this.more, `${Number.isFinite(gradient) ? `Gradient of the loss ${short(gradient)}: training makes it ${gradient > 0 ? "smaller" : "larger"}. ` : ""}Click to change it.`);
  }

  /** @param {import("../drawing/scene.js").Scene} scene @param {{column: number, unit: number}} target */
  bias(scene, { column, unit }) {
    setText(this.title, `Bias of ${nameOfNeuron(scene, column, unit).replace(/^[LO]/, (letter) => letter.toLowerCase())}`);
    const bias = scene.reading.bias(column, unit);
    setText(this.text, Number.isNaN(bias) ? "This layer has no bias." : `b = ${figure(bias)}`);
    setText(this.more, "It moves the neuron's border without turning it. Click to change it.");
  }

  /** @param {import("../drawing/scene.js").Scene} scene @param {{column: number, unit: number}} target */
  unit(scene, { column, unit }) {
    const picture = unitPicture(this.answer) ?? pictureOf(scene, column, unit);
    const tone = picture && toneIn(scene, column, unit, picture);
    const name = nameOfNeuron(scene, column, unit);
    const { made, theme, frame } = scene.state;
    this.map.draw({ picture: frame?.meta?.finite === false && column > 0 ? null : picture, tone, made, task: scene.task, theme, label: `${name}: its output over the plane, from ${picture ? `${short(picture.low)} to ${short(picture.high)}` : "unknown values"}` });
    setText(this.title, name);
    if (column === 0) {
      const id = scene.plan.columns[0].ids[unit];
      const at = made?.inputs?.ids?.indexOf(id) ?? -1;
      setText(this.text, made?.inputs?.formulas?.[at] ?? scene.titleOf(id));
      setText(this.more, "What the network is told about every point.");
      return;
    }
    const formula = formulaOf(scene.reading, column, unit, scene.titleOf);
    setText(this.text, written(formula));
    const letters = formula.sources.map(({ letter, title }) => `${letter}₁, ${letter}₂ …: outputs of ${title.toLowerCase()}`).join("; ");
    setText(this.more, [letters, unitFacts(this.answer), "Click to keep it open."].filter(Boolean).join(". ").replace(/\.\./g, "."));
  }
}
