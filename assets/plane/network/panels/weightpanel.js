// @ts-check
/** One weight or bias: its value to change, its gradient, and what the loss makes of it. */

import { element, setText } from "../../../shared/dom/element.js";
import { short } from "../../../shared/drawing/raster.js";
import { Gradients, gradientAt } from "./gradients.js";
import { lossIn, nameOfLink, nameOfNeuron } from "../drawing/scene.js";
import { WeightField } from "./weight.js";

export class WeightPanel {
  /** @param {import("../../game/context.js").Context} context @param {import("../drawing/scene.js").Scene} scene @param {import("../drawing/stage.js").Target} target */
  constructor(context, scene, target) {
    this.target = target;
    const { plan } = scene;
    const isLink = target.kind === "link";
    const small = (/** @type {string} */ text) => text.replace(/^[LO]/, (letter) => letter.toLowerCase());
    this.title = isLink ? `Weight ${nameOfLink(scene, plan.links[target.link])}` : `Bias of ${small(nameOfNeuron(scene, target.column, target.unit))}`;
    const [at, unit] = isLink ? [plan.links[target.link].to, plan.links[target.link].target] : [target.column, target.unit];
    const { name, units } = plan.columns[at];
    const index = isLink ? plan.links[target.link].row * units + unit : unit;
    this.field = new WeightField({ label: this.title, send: (value) => context.command({ do: "set", name: "weight", value: [name, isLink ? "kernel" : "bias", index, value] }) });
    this.field.root.hidden = !context.shown("weights");
    this.zero = element("button", { type: "button", class: "npp-net-plain", text: isLink ? "Cut the link" : "Set to 0", title: isLink ? "Sets the weight to 0: nothing passes here" : "Sets the bias to 0", hidden: !context.shown("weights"), onclick: () => this.field.put(0) });
    this.words = element("p", { class: "npp-net-quiet" });
    this.root = element("div", { class: "npp-net-words" }, element("div", { class: "npp-net-one" }, this.field.root, this.zero), this.words);
    this.gradients = new Gradients(context);
    this.gradients.open(() => {});
  }

  /** @param {import("../drawing/scene.js").Scene} scene */
  draw(scene) {
    const { target } = this;
    const { reading, plan } = scene;
    const isLink = target.kind === "link";
    const value = isLink ? reading.weight(plan.links[target.link]) : reading.bias(target.column, target.unit);
    const layer = isLink ? null : reading.layers[target.column];
    const place = isLink ? reading.place(plan.links[target.link]) : layer && layer.bias !== null ? layer.bias + target.unit : -1;
    this.field.draw({ value, loss: lossIn(scene), locked: scene.locked });
    this.zero.disabled = Boolean(scene.locked) || !Number.isFinite(value);
    const gradient = gradientAt(this.gradients.answer, place);
    setText(this.words, Number.isFinite(gradient)
      ? `Gradient ${short(gradient)}: 0.01 more here changes the training loss by about ${short(0.01 * gradient)}, so training makes it ${gradient > 0 ? "smaller" : gradient < 0 ? "larger" : "neither smaller nor larger"}.`
      : isLink ? "The neuron multiplies what comes along this link by it." : "The neuron adds it to its sum: its border moves without turning.");
  }

  close() {
    this.gradients.close();
    this.field.close();
  }
}
