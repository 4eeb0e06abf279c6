// @ts-check
/** One neuron closely: its map, what it computes with the numbers of now, every weight to change, and how its layer bends the plane. */

import { element, setText } from "../../../shared/dom/element.js";
import { short } from "../../../shared/drawing/raster.js";
import { formulaOf, written } from "./formula.js";
import { LargeMap } from "../drawing/largemap.js";
import { lossIn, nameOfNeuron, pictureOf, toneIn } from "../drawing/scene.js";
import { unitFacts, unitPicture } from "./unitanswer.js";
import { Warp } from "../drawing/warp.js";
import { WeightField } from "./weight.js";

export class UnitPanel {
  /** @param {import("../../game/context.js").Context} context @param {import("../drawing/scene.js").Scene} scene @param {import("../drawing/stage.js").UnitTarget} target */
  constructor(context, scene, target) {
    this.target = target;
    this.title = nameOfNeuron(scene, target.column, target.unit);
    /** @type {import("../../game/answers.d.ts").UnitAnswer | null} */
    this.answer = null;
    this.stop = () => {};
    this.map = new LargeMap(216);
    this.formula = element("p", { class: "npp-net-formula" });
    this.letters = element("p", { class: "npp-net-quiet" });
    this.facts = element("p", { class: "npp-net-quiet" });
    this.effect = element("output", { class: "npp-net-effect" });
    /** @type {{field: WeightField, value: (scene: import("../drawing/scene.js").Scene) => number}[]} */
    this.fields = [];
    const column = scene.plan.columns[target.column];
    const words = element("div", { class: "npp-net-words" }, this.formula, this.letters, this.facts);
    if (column.kind !== "input") {
      if (context.shown("weights")) words.append(this.weights(context, scene, target), this.effect);
      this.stop = context.follow({ view: "plane_unit", layer: column.name, unit: target.unit }, (body) => (this.answer = body), () => {});
    }
    this.warp = column.kind === "hidden" ? new Warp(context, column.name, column.units) : null;
    this.root = element("div", {}, element("div", { class: "npp-net-close" }, this.map.root, words), this.warp?.root);
  }

  /** @param {import("../../game/context.js").Context} context @param {import("../drawing/scene.js").Scene} scene @param {import("../drawing/stage.js").UnitTarget} target */
  weights(context, scene, { column, unit }) {
    const { terms } = formulaOf(scene.reading, column, unit, scene.titleOf);
    const layer = scene.plan.columns[column].name;
    const rows = terms.map(({ name, link }) => {
      const { row, target } = scene.plan.links[link];
      const units = scene.plan.columns[column].units;
      return this.row(`Weight of ${name}`, name, (value) => context.command({ do: "set", name: "weight", value: [layer, "kernel", row * units + target, value] }), (now) => now.reading.weight(now.plan.links[link]));
    });
    rows.push(this.row("Bias", "bias", (value) => context.command({ do: "set", name: "weight", value: [layer, "bias", unit, value] }), (now) => now.reading.bias(column, unit)));
    return element("div", { class: "npp-net-fields", role: "group", "aria-label": "Weights of this neuron" }, ...rows);
  }

  /** @param {string} label @param {string} name @param {(value: number) => Promise<boolean> | void} send @param {(scene: import("../drawing/scene.js").Scene) => number} value */
  row(label, name, send, value) {
    const field = new WeightField({ label, send, effect: this.effect });
    this.fields.push({ field, value });
    return element("div", { class: "npp-net-field" }, element("span", { class: "npp-net-term", text: name }), field.root);
  }

  /** @param {import("../drawing/scene.js").Scene} scene */
  draw(scene) {
    const { column, unit } = this.target;
    const picture = unitPicture(this.answer) ?? pictureOf(scene, column, unit);
    const { made, theme, frame } = scene.state;
    const broken = frame?.meta?.finite === false && column > 0;
    this.map.draw({ picture: broken ? null : picture, tone: picture && toneIn(scene, column, unit, picture), made, task: scene.task, theme, label: `${this.title}: its output over the plane from −3 to 3, ${picture ? `between ${short(picture.low)} and ${short(picture.high)}` : "not known yet"}` });
    if (column === 0) {
      const at = made?.inputs?.ids?.indexOf(scene.plan.columns[0].ids[unit]) ?? -1;
      setText(this.formula, made?.inputs?.formulas?.[at] ?? "");
      setText(this.facts, "What the network is told about every point. Orange where it is above 0, blue where it is below.");
      return;
    }
    const formula = formulaOf(scene.reading, column, unit, scene.titleOf);
    setText(this.formula, written(formula, 8));
    const one = scene.plan.columns[column];
    const behind = [one.norm && "then batch normalisation", one.dropout > 0 && `then dropout ${one.dropout} while training`, formula.add && `then the outputs of ${formula.add.toLowerCase()} are added`].filter(Boolean).join(", ");
    setText(this.letters, [formula.sources.map(({ letter, title }) => `${letter}₁, ${letter}₂ … are the outputs of ${title.toLowerCase()}.`).join(" "), behind && `${behind[0].toUpperCase()}${behind.slice(1)}.`].filter(Boolean).join(" "));
    setText(this.facts, unitFacts(this.answer));
    for (const { field, value } of this.fields) field.draw({ value: value(scene), loss: lossIn(scene), locked: scene.locked });
    this.warp?.draw(scene);
  }

  close() {
    this.stop();
    this.warp?.close();
    for (const { field } of this.fields) field.close();
  }
}
