// @ts-check
/** The settings of training in one bar: what each does, and whether a change works at once. */

import { element, setAttribute } from "../../shared/dom/element.js";
import { setting } from "../../shared/drawing/format.js";
import { ScaleField, SelectField, SwitchField } from "./fields.js";
import { Knobs } from "./knobs.js";

/** @typedef {import("../game/store.js").State} State */
/** @typedef {import("../game/messages.d.ts").Offer} Offer */

const RATES = [-5, -4, -3, -2, -1, 0].flatMap((power) => [1, 3].map((digit) => Number(`${digit}e${power}`))).concat(10);
const BATCHES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000];
const PENALTIES = [0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
const AT_ONCE = "Works at once; what was learned is kept.";

export class Tuning {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    const train = (/** @type {Partial<import("../game/messages.d.ts").SketchTraining>} */ patch) => context.change({ training: patch });
    this.rate = new ScaleField({
      label: "Learning rate", title: `Higher → larger steps: faster, until the loss jumps. ${AT_ONCE}`, stops: RATES, low: 1e-10, high: 1000, show: setting,
      onchange: (value) => train({ optimizer: withArgs(this.training.optimizer, { learning_rate: value }) }),
    });
    this.optimizer = new SelectField({
      label: "Optimizer", title: `How a gradient becomes a step. ${AT_ONCE}`,
      onchange: (kind) => train({ optimizer: this.swapped(kind) }),
    });
    this.knobs = new Knobs("Settings of the optimizer", (args) => train({ optimizer: withArgs(this.training.optimizer, args) }));
    this.loss = new SelectField({ label: "Loss", title: `What training makes small. ${AT_ONCE}`, onchange: (kind) => train({ loss: { kind, args: {} } }) });
    this.batch = new ScaleField({
      label: "Batch size", title: "Points for one step. Larger → smoother, fewer steps an epoch. Works from the next epoch on; what was learned is kept.",
      stops: BATCHES, low: 1, high: 5000, whole: true, onchange: (value) => train({ batch_size: value }),
    });
    const penalty = (/** @type {"l1" | "l2"} */ name, /** @type {string} */ title) => new ScaleField({
      label: name.toUpperCase(), title: `${title} Of all layers. ${AT_ONCE}`, stops: PENALTIES, low: 0, high: 10, show: setting,
      onchange: (value) => context.change({ blocks: this.context.state.sketch.blocks.map((block) => ({ ...block, [name]: value })) }),
    });
    this.l1 = penalty("l1", "Punishes every weight alike → many become 0.");
    this.l2 = penalty("l2", "Punishes large weights → smoother maps, less overfitting.");
    this.keep = new SwitchField({
      label: "Keep what was learned", title: "On: a new neuron or layer joins a network that keeps its weights. Off: each such change starts over.",
      onchange: (keep) => context.set({ keep }),
    });
    this.expert = new SwitchField({ label: "Expert", title: "Shows every setting: loss, penalties, knobs of the optimizer, settings of layers", onchange: (expert) => context.set({ expert }) });
    this.root = element("div", { class: "npp-tuning", role: "group", "aria-label": "Settings of the training" },
      this.rate.root, this.optimizer.root, this.knobs.root, this.batch.root, this.loss.root, this.l1.root, this.l2.root, this.keep.root, this.expert.root);
  }

  get training() {
    return this.context.state.sketch.training;
  }

  /** Another optimizer, with the learning rate that it usually has. @param {string} kind */
  swapped(kind) {
    const found = optimizers(this.context.state.choices).find((one) => one.kind === kind);
    return { kind, args: { ...(found?.args ?? {}) } };
  }

  /** @param {State} state */
  draw(state) {
    const { sketch, choices, expert, keep } = state;
    this.root.hidden = !sketch;
    this.root.dataset.expert = String(expert);
    if (!sketch) return;
    const { shown } = this.context;
    const { optimizer, loss, batch_size: size } = sketch.training;
    const locked = state.when !== "now";
    setAttribute(this.root, "title", locked ? "A kept epoch is on show. Press Now to change something." : null);
    const offered = optimizers(choices);
    const rates = optimizer.args?.learning_rate ?? offered.find((one) => one.kind === optimizer.kind)?.params?.find((one) => one.name === "learning_rate")?.default;
    const isNumber = typeof rates === "number";
    this.rate.root.hidden = !shown("rate") || (rates !== undefined && !isNumber);
    this.rate.draw(isNumber ? rates : 0.001, locked);
    this.optimizer.root.hidden = !shown("optimizer");
    this.optimizer.draw(optimizer.kind, withCurrent(offered.map(({ kind, title, summary }) => ({ value: kind, text: title, title: summary })), optimizer.kind), locked);
    this.knobs.root.hidden = !expert || !shown("optimizer");
    this.knobs.draw(offered.find((one) => one.kind === optimizer.kind)?.params ?? [], optimizer.args ?? {}, locked);
    this.batch.root.hidden = !shown("batch");
    this.batch.draw(size, locked);
    this.loss.root.hidden = !expert || !shown("loss");
    this.loss.draw(loss.kind, withCurrent(losses(choices, state).map(({ kind, title, valid, reason }) => ({ value: kind, text: title, title: reason || "", disabled: valid === false })), loss.kind), locked);
    const common = (/** @type {"l1" | "l2"} */ name) => (sketch.blocks.every((one) => one[name] === sketch.blocks[0]?.[name]) ? (sketch.blocks[0]?.[name] ?? 0) : null);
    this.l1.root.hidden = this.l2.root.hidden = !expert || !shown("penalty");
    this.l1.draw(common("l1"), locked || !sketch.blocks.length);
    this.l2.draw(common("l2"), locked || !sketch.blocks.length);
    this.keep.root.hidden = !expert;
    this.keep.draw(keep);
    this.expert.root.hidden = !shown("expert");
    this.expert.draw(expert);
  }
}

/** @param {import("../game/messages.d.ts").Part} part @param {import("../game/messages.d.ts").Args} args */
function withArgs(part, args) {
  return { ...part, args: { ...part.args, ...args } };
}

/** @param {import("../game/messages.d.ts").Choices | null} choices @returns {Offer[]} */
function optimizers(choices) {
  return choices?.optimizers ?? [];
}

/** The losses for the task and output on show. @param {import("../game/messages.d.ts").Choices | null} choices @param {State} state @returns {import("../game/messages.d.ts").LossOffer[]} */
function losses(choices, { sketch, made }) {
  return (made && choices?.losses[made.task]?.[sketch.output]) ?? [];
}

/** A choice also holds what is in force, though it is not offered (yet). @param {{value: string, text: string}[]} options @param {string} kind */
function withCurrent(options, kind) {
  return options.some(({ value }) => value === kind) ? options : [...options, { value: kind, text: kind.split(".").at(-1) ?? kind }];
}
