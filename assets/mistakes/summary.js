// @ts-check
/** How many of a part of the data are right, with the weights of which moment, and how sure one can be of that share. */

import { isReady } from "../page/runpage.js";
import { element, setText } from "../shared/dom/element.js";
import { tell } from "../shared/dom/fault.js";
import { percent, whole } from "../shared/drawing/format.js";
import { segments } from "../shared/dom/segments.js";
import { isActive } from "../shared/run/status.js";
import { isCounted } from "./context.js";
import { SPLITS } from "./choosing.js";

/** @type {Record<string, string>} */
const NAMES = { test: "Test", validation: "Validation", train: "Training" };

export class Summary {
  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.splits = element("div", { class: "npm-splits" });
    this.offered = "";
    this.share = element("strong", { class: "npm-share" });
    this.band = element("span", { class: "npm-band", "aria-hidden": "true" }, element("i", { class: "npm-band-range" }), element("i", { class: "npm-band-mark" }));
    this.says = element("p", { class: "npm-says", role: "status" });
    this.notes = element("p", { class: "npi-quiet npm-notes" });
    this.reading = element("p");
    this.fault = element("div");
    this.number = element("div", { class: "npm-number" }, this.share, this.band);
    this.details = element("details", {}, element("summary", { text: "What do these numbers say?" }), this.reading);
    this.words = element("div", { class: "npm-words" }, this.says, this.notes, this.details);
    this.root = element("section", { class: "npm-summary", "aria-label": "How many are right" }, this.splits, this.number, this.words, this.fault);
  }

  /** @param {import("./context.js").PageView} view */
  show(view) {
    this.root.hidden = !isReady(view);
    if (!isReady(view)) return;
    this.offer(view);
    const isOfNumbers = view.anatomy.classes.length === 0; // none of them right or wrong: its section tells how far they are off
    this.number.hidden = this.words.hidden = isOfNumbers;
    if (isOfNumbers) return;
    const { table } = view;
    this.root.dataset.stale = String(view.stale);
    const known = isCounted(table);
    this.number.hidden = this.details.hidden = !known;
    tell(this.fault, table?.error);
    setText(this.says, table?.error ? "" : known ? sentence(table) : "Asking the network about every example of this part …");
    setText(this.notes, known ? remarks(view, table).join(" ") : "");
    this.notes.hidden = this.notes.textContent === "";
    if (!known) return;
    const [low, high] = table.interval;
    setText(this.share, percent(table.accuracy));
    this.band.style.setProperty("--low", `${100 * low}%`);
    this.band.style.setProperty("--high", `${100 * high}%`);
    this.band.style.setProperty("--at", `${100 * table.accuracy}%`);
    setText(this.reading, explanation(table));
  }

  /** The parts there are. @param {import("./context.js").View} view */
  offer({ anatomy, split }) {
    const now = JSON.stringify([anatomy.examples, split]);
    if (now === this.offered) return;
    this.offered = now;
    const options = SPLITS.filter((name) => anatomy.examples[name] > 0).map((name) => /** @type {[string, string]} */ ([name, `${NAMES[name]} ${whole(anatomy.examples[name])}`]));
    this.splits.replaceChildren(segments({
      label: "Part", name: "split", options, value: split, onchange: (name) => this.context.choose({ split: name }),
      help: "Test: never seen while learning. Validation: watched while learning. Training: learnt from, so mistakes there are the ones it could not learn.",
    }));
  }
}

/** @param {import("./context.js").Counted} table */
function sentence({ right, total, interval, split }) {
  const wrong = total - right;
  const [low, high] = interval;
  if (split === "train") return wrong ? `${whole(right)} of ${whole(total)} are right, ${whole(wrong)} wrong.` : `All ${whole(total)} training examples are right.`; // says nothing of new ones
  if (!wrong) return `All ${whole(total)} ${split} examples are right. For new ones of this kind, ${percent(low)} or more can be expected (95 % interval).`;
  return `${whole(right)} of ${whole(total)} are right, ${whole(wrong)} wrong. For new examples of this kind, expect ${percent(low)} to ${percent(high)} (95 % interval).`;
}

/** @param {import("./context.js").View} view @param {import("./context.js").Counted} table @returns {string[]} */
function remarks({ status, anatomy, split, weights }, table) {
  const { kind, epoch, step } = table.weights;
  const moment = epoch === 0 ? (step ? "Weights from within the first epoch." : "Weights from before training: pure chance.") : `Weights after epoch ${epoch}${kind === "best" ? ", the lowest validation loss" : ""}.`;
  const empty = [...table.support].map((count, label) => (count ? "" : anatomy.classes[label])).filter(Boolean);
  const few = empty.slice(0, 5).join(", ") + (empty.length > 5 ? ` and ${empty.length - 5} more` : "");
  return [
    moment,
    isActive(status) && (weights === "now" ? "The run goes on: this follows the newest weights that were kept." : "The run goes on; “Now” follows it."),
    status === "failed" && kind === "last" && "The run failed; these are the last weights that were good.",
    split === "train" && "The network has learnt these very examples, so new ones will be right less often.",
    split === "validation" && !isActive(status) && "Settings and the best epoch may have been chosen by this part, so the test part judges more fairly.",
    table.scores_are === "logits" && "Probabilities: softmax of the network's scores.",
    table.scores_are === "scores" && "The network gives no probabilities; its scores are put through softmax, so confidence is a scale, no probability.",
    empty.length > 0 && `No examples of ${few} in this part.`,
    anatomy.classes.length === 1 && "There is only one class, so nothing can be taken for another.",
  ].filter((text) => typeof text === "string");
}

/** @param {import("./context.js").Counted} table */
function explanation({ right, total, interval, loss, split }) {
  const [low, high] = interval;
  return (
    `Accuracy is right ÷ all = ${whole(right)} ÷ ${whole(total)} = ${percent(right / total)}. Another ${whole(total)} examples would give another share: the interval of Wilson (1927), ` +
    `(p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) ÷ (1 + z²/n) with p = ${(right / total).toFixed(4)}, n = ${whole(total)}, z = 1.96, runs from ${percent(low)} to ${percent(high)}. ${split === "train" ? "It holds for examples that were learnt, not for new ones. " : ""}` +
    `The mean cross-entropy of these examples, −ln p(true class), is ${loss === null ? "–" : loss.toFixed(4)}, penalties left out.`
  );
}
