// @ts-check
/** Why a network may not learn, told from what is on screen. Pure. */

import { loss as inLoss, percent, setting } from "../../shared/drawing/format.js";

/** @typedef {import("../game/store.js").State} State */
/** @typedef {{title: string, text: string}} Finding */

const PATIENCE = 30; // epochs before it is said that nothing was learned

/**
 * The most telling finding, or null where all seems well.
 * @param {State} state
 * @returns {Finding | null}
 */
export function diagnose(state) {
  const { frame, run, sketch, made } = state;
  const meta = frame?.meta;
  if (!frame || !meta?.loss || !sketch) return null;
  const epoch = meta.epoch ?? 0;
  return dead(frame, sketch) ?? (epoch > 0 ? risen(run, meta) ?? jumping(run) ?? overfitting(meta, made) ?? (epoch >= PATIENCE ? stuck(meta, made, sketch) : null) : null);
}

/** Hidden units whose map is one value everywhere. @param {import("../game/messages.d.ts").Frame} frame @param {import("../game/messages.d.ts").Sketch} sketch @returns {Finding | null} */
function dead(frame, sketch) {
  const { layers } = frame.meta;
  if (!layers || !frame.units || !frame.lows) return null;
  const hidden = layers.slice(0, -1);
  let [flat, all, weakest] = [0, 0, ""];
  for (const layer of hidden) {
    for (let unit = 0; unit < layer.units; unit++) {
      all++;
      const i = (layer.first ?? 0) + unit;
      if (Math.abs(frame.highs[i] - frame.lows[i]) > 1e-6) continue;
      flat++;
      weakest ||= layer.name;
    }
  }
  if (!flat) return null;
  const part = sketch.blocks.find((block) => block.name === weakest)?.activation;
  const isRelu = /relu/i.test(typeof part === "string" ? part : part?.kind ?? "");
  return {
    title: `${flat} of ${all} hidden neurons ${flat === 1 ? "is" : "are"} the same everywhere`,
    text: isRelu ? "ReLU gives 0 wherever its sum is negative. Where that is everywhere on the plane, no gradient flows and the neuron stays dead. Another seed, a smaller learning rate or Leaky ReLU helps." : "A neuron that says the same everywhere adds only a constant. Another seed or a smaller learning rate helps.",
  };
}

/** A loss far above where it began. @param {import("../../shared/run/run.js").Run | null} run @param {import("../game/messages.d.ts").FrameMeta} meta @returns {Finding | null} */
function risen(run, { loss }) {
  const first = run?.batches.values.loss?.[0];
  if (!first || !(loss.train > 2 * first) || !(loss.train > 1)) return null;
  const rate = run?.progress?.learning_rate;
  return { title: "The loss is larger than at the beginning", text: `${inLoss(loss.train)} now, ${inLoss(first)} in the first batch: steps are far too large. Lower the learning rate${rate ? ` (${setting(rate)} now)` : ""} and start over.` };
}

/** @param {import("../../shared/run/run.js").Run | null} run @returns {Finding | null} */
function jumping(run) {
  const column = run?.epochs.values.loss;
  if (!column || column.length < 12) return null;
  const last = Array.from(column.slice(-12)).filter(Number.isFinite);
  const [low, high] = [Math.min(...last), Math.max(...last)];
  const ups = last.filter((value, i) => i > 0 && value > last[i - 1] * 1.15).length;
  if (ups < 4 || high < 2 * low || high < 0.05) return null;
  const rate = run?.progress?.learning_rate;
  return { title: "The loss jumps up and down", text: `From ${inLoss(low)} to ${inLoss(high)} within a few epochs: steps overshoot. Lower the learning rate${rate ? ` (${setting(rate)} now)` : ""}, or take larger batches.` };
}

/** @param {import("../game/messages.d.ts").FrameMeta} meta @param {import("../game/messages.d.ts").Made | null} made @returns {Finding | null} */
function overfitting({ loss, accuracy }, made) {
  const gap = made?.task === "regressor" ? 0 : (accuracy?.train ?? 0) - (accuracy?.test ?? 0);
  if (!(loss.test > 1.6 * loss.train && loss.test - loss.train > 0.12) && gap < 0.12) return null;
  return { title: "It learns the points by heart", text: `The loss is ${inLoss(loss.train)} on training points and ${inLoss(loss.test)} on test points. L2, fewer neurons, dropout, less noise or more points help; so does stopping earlier: try Replay.` };
}

/** @param {import("../game/messages.d.ts").FrameMeta} meta @param {import("../game/messages.d.ts").Made | null} made @param {import("../game/messages.d.ts").Sketch} sketch @returns {Finding | null} */
function stuck({ accuracy }, made, sketch) {
  if (made?.task === "regressor" || !accuracy) return null;
  const classes = Math.max(2, made?.classes?.length ?? 2);
  if (accuracy.train > 1 / classes + 0.5 * (1 - 1 / classes)) return null;
  const units = sketch.blocks.reduce((sum, block) => sum + block.units, 0);
  const isLinear = sketch.blocks.every((block) => block.activation === "linear");
  const why = isLinear ? "Only straight borders are possible: add a hidden layer that bends, or an input such as x²." : units < 6 ? `${units} hidden neurons can draw few borders: add some.` : "Another activation, a higher learning rate or another seed may help.";
  return { title: `Only ${percent(accuracy.train)} right so far`, text: why };
}
