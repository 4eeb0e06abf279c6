// @ts-check
/** Section "Confidence": is the network right as often as it says, and what if it answered only when it is sure? */

import { element, setText } from "../../shared/dom/element.js";
import { percent, whole } from "../../shared/drawing/format.js";
import { drawn } from "../../shared/dom/svg.js";
import { Answering } from "./answering.js";
import { card, fact, field, reading, table } from "./pieces.js";
import { counts, path, plot, shares } from "./plot.js";

const SIZE = { width: 440, height: 330 };

export class Confidence {
  /** @type {import("../answers.d.ts").CalibrationAnswer} */
  answer;

  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.bins = 10;
    this.at = -1; // number of the threshold of "answer only when"
    /** @type {Answering<"calibration">} */
    this.answering = new Answering(context, (answer) => this.draw(answer));
    this.root = element("div", { class: "npm-score" }, this.answering.root);

    this.says = element("p", { class: "npm-score-says" });
    this.facts = element("dl", { class: "npm-score-facts" });
    this.figure = element("div");
    this.reading = element("p");
    this.numbers = element("div", { class: "npm-score-scroll" });
    this.histogram = element("div");
    this.spread = element("p");
    this.bands = element("div");
    this.band = element("p", { class: "npm-score-band", "aria-live": "polite" });
    const bins = element("input", { type: "range", min: 5, max: 20, step: 1, value: this.bins, "aria-label": "Bins", oninput: () => this.rebin(Number(bins.value)) });
    this.binCount = element("output", { text: String(this.bins) });
    this.slider = element("input", { type: "range", min: 0, max: 1, step: 1, value: 0, "aria-label": "Answer only when at least so sure", oninput: () => this.abstain(Number(this.slider.value)) });
    this.threshold = element("output", {});
    const unsure = element("button", { class: "npi-button", type: "button", text: "Show the least sure", title: "Opens the gallery, the examples with the lowest confidence first", onclick: () => this.context.gallery({ only: "all", sort: "confidence", order: "rising" }) });
    this.answering.content.append(
      this.says, this.facts,
      element("div", { class: "npm-score-cards npm-score-cards-three" },
        card("Reliability", field("Bins", "More bins show finer detail but hold fewer examples each, so their bars scatter more", bins, this.binCount), this.figure,
          reading(this.reading, this.numbers)),
        card("How sure right and wrong answers are", this.histogram, reading(this.spread)),
        card("Answer only when sure", field("At least", "A higher bar leaves more examples unanswered; those that are answered are right more often", this.slider, this.threshold),
          this.band, this.bands, unsure, reading(element("p", { text: "Each point of the line is one bar p: the network answers an example only if its largest probability is at least p. Coverage = answered ÷ all; accuracy = right ÷ answered. A network that knows when it is unsure rises to the left. What it leaves open goes to a person." })))));
  }

  /** @param {import("../context.js").View} view */
  show(view) {
    this.view = view;
    this.answering.want(view, { view: "calibration", bins: this.bins });
  }

  hide() {
    this.answering.drop();
  }

  /** @param {number} bins */
  rebin(bins) {
    this.bins = bins;
    setText(this.binCount, String(bins));
    if (this.view) this.show(this.view);
  }

  /** @param {import("../answers.d.ts").CalibrationAnswer} answer */
  draw(answer) {
    this.answer = answer;
    const { accuracy, confidence, n } = answer;
    const points = (confidence - accuracy) * 100;
    const verdict = Math.abs(points) < 1 ? "that fits" : `it is too ${points > 0 ? "sure" : "modest"} by ${Math.abs(points).toFixed(1)} points`;
    const scores = answer.scores_are === "scores" ? " Its outputs are not probabilities; a softmax was put behind them." : "";
    setText(this.says, `Of its ${whole(n)} answers ${percent(accuracy)} are right, and on average it says it is ${percent(confidence)} sure: ${verdict}.${scores}`);
    this.facts.replaceChildren(
      fact("Expected calibration error", percent(answer.ece), "Mean distance between sure and right over the bins, each weighted by its examples; 0 is best"),
      fact("Maximum calibration error", percent(answer.mce), "The worst bin's distance between sure and right; bins with few examples scatter"),
      fact("Brier score", answer.brier.toFixed(3), "Mean over the examples of the sum over all classes of (p − y)²: 0 is best, 2 worst"),
      fact("Cross-entropy", answer.log_loss.toFixed(3), "Mean of −ln p(true class): 0 is best"),
    );
    this.figure.replaceChildren(reliability(answer));
    setText(this.reading, explained(answer));
    this.numbers.replaceChildren(binTable(answer));
    this.histogram.replaceChildren(spread(answer.histogram));
    const wrong = answer.histogram.wrong.reduce((/** @type {number} */ sum, /** @type {number} */ k) => sum + k, 0);
    const late = answer.histogram.wrong.slice(-2).reduce((/** @type {number} */ sum, /** @type {number} */ k) => sum + k, 0);
    setText(this.spread, `Confidence is the largest of the probabilities; each column counts the examples of one twentieth of the scale. ${wrong ? `Of ${whole(wrong)} wrong answers ${whole(late)} were given with more than 90 % confidence.` : "There is no wrong answer."} The columns of wrong answers have their own scale.`);
    const { thresholds } = answer.abstain;
    this.slider.max = String(thresholds.length - 1);
    if (this.at < 0) this.at = answer.abstain.answered.findLastIndex((/** @type {number} */ k) => k >= 0.8 * n); // where four fifths are answered
    this.slider.value = String(this.at);
    this.abstain(this.at);
  }

  /** @param {number} at */
  abstain(at) {
    this.at = at;
    const { abstain, n, accuracy } = this.answer;
    const [answered, hits, threshold] = [abstain.answered[at], abstain.hits[at], abstain.thresholds[at]];
    setText(this.threshold, `${exactly(threshold)} sure`);
    this.slider.setAttribute("aria-valuetext", `${exactly(threshold)} sure`);
    const kept = answered ? `${whole(answered)} of ${whole(n)} are answered (${percent(answered / n)}), and ${percent(hits / answered)} of those are right instead of ${percent(accuracy)}.` : "Nothing is answered any more.";
    const left = n - answered;
    const open = left ? ` ${whole(left)} are left to a person; the network would have had ${whole(accuracyHits(this.answer) - hits)} of them right.` : " Nothing is left open.";
    setText(this.band, kept + open);
    this.bands.replaceChildren(coverage(this.answer, at));
  }
}

/** All right answers. @param {import("../answers.d.ts").CalibrationAnswer} answer */
const accuracyHits = (answer) => answer.abstain.hits[0];

/** 90 %, 99.95 % @param {number} share */
const exactly = (share) => `${Number((share * 100).toFixed(2))} %`;

/** The reliability diagram. @param {import("../answers.d.ts").CalibrationAnswer} answer */
function reliability(answer) {
  const { edges, counts: held, mean, share, low, high } = answer;
  const chart = plot({ ...SIZE, x: shares("how sure it is"), y: shares("how often it is right"), label: `Reliability diagram: expected calibration error ${percent(answer.ece)}` });
  const { marks, x, y } = chart;
  const hatch = drawn("pattern", { id: "npm-score-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, drawn("rect", { class: "npm-score-hatch-ground", width: 6, height: 6 }), drawn("rect", { class: "npm-score-hatch-line", width: 2.2, height: 6 }));
  marks.append(drawn("defs", {}, hatch));
  for (let i = 0; i < held.length; i++) {
    if (!held[i]) continue;
    const [left, right] = [x(edges[i]) + 1, x(edges[i + 1]) - 1];
    const [top, bottom] = [y(Math.max(share[i], mean[i])), y(Math.min(share[i], mean[i]))];
    const title = `${exactly(edges[i])} to ${exactly(edges[i + 1])} sure: ${whole(held[i])} examples, ${percent(share[i])} right, ${percent(mean[i])} sure on average`;
    marks.append(
      drawn("rect", { class: "npm-score-bar", x: left, width: right - left, y: y(share[i]), height: y(0) - y(share[i]), opacity: held[i] < 10 ? 0.45 : 1, title }),
      drawn("rect", { class: "npm-score-gap", fill: "url(#npm-score-hatch)", x: left, width: right - left, y: top, height: bottom - top, title }),
      drawn("line", { class: "npm-score-whisker", x1: (left + right) / 2, x2: (left + right) / 2, y1: y(low[i]), y2: y(high[i]) }),
    );
  }
  marks.append(drawn("line", { class: "npm-score-ideal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }));
  return chart.svg;
}

/** @param {import("../answers.d.ts").CalibrationAnswer} answer */
function explained({ counts: held, share, mean, ece, mce, accuracy, confidence }) {
  const n = held.reduce((/** @type {number} */ sum, /** @type {number} */ k) => sum + k, 0);
  const terms = [...held.keys()].filter((i) => held[i]).map((i) => ({ part: held[i] / n, gap: Math.abs(share[i] - mean[i]), i }));
  const worst = [...terms].sort((a, b) => b.part * b.gap - a.part * a.gap).slice(0, 3);
  const top = terms.reduce((a, b) => (b.gap > a.gap ? b : a));
  const sum = worst.map(({ part, i }) => `${part.toFixed(3)}·|${share[i].toFixed(3)} − ${mean[i].toFixed(3)}|`).join(" + ");
  return `Answers of about the same confidence stand in one bin. A bar is the share of them that is right, the hatched part its distance to how sure the network was on average, the thin line where the true share lies with 95 % confidence (Wilson). A pale bar holds fewer than 10 examples. On the dashed line sure and right agree. Expected calibration error = Σ nₘ/n · |rightₘ − sureₘ| = ${sum}${terms.length > worst.length ? " + …" : ""} = ${ece.toFixed(4)} (Naeini 2015, Guo 2017); the largest single distance is ${mce.toFixed(3)}, in a bin of ${whole(held[top.i])}. Over all: ${percent(confidence)} sure, ${percent(accuracy)} right.`;
}

/** @param {import("../answers.d.ts").CalibrationAnswer} answer */
function binTable({ edges, counts: held, mean, share, low, high }) {
  const rows = [...held.keys()].map((i) => [`${exactly(edges[i])} – ${exactly(edges[i + 1])}`, whole(held[i]), percent(mean[i]), percent(share[i]), held[i] ? `${percent(low[i])} – ${percent(high[i])}` : "–"]);
  return table("Reliability by bin", ["Confidence", "Examples", "Sure", "Right", "95 % interval"], rows);
}

/** Right answers upwards, wrong ones below, each with its own scale. @param {{right: Int32Array, wrong: Int32Array}} histogram */
function spread({ right, wrong }) {
  const host = document.createDocumentFragment();
  for (const [name, held] of /** @type {[string, Int32Array][]} */ ([["right", right], ["wrong", wrong]])) {
    const chart = plot({ width: SIZE.width, height: SIZE.height / 2, x: shares(name === "wrong" ? "how sure it is" : ""), y: counts(`${name} answers`, Math.max(...held)), label: `Confidence of the ${name} answers` });
    for (let i = 0; i < held.length; i++) {
      const [left, end] = [chart.x(i / held.length), chart.x((i + 1) / held.length)];
      const title = `${exactly(i / held.length)} to ${exactly((i + 1) / held.length)} sure: ${whole(held[i])} ${name}`;
      if (held[i]) chart.marks.append(drawn("rect", { class: name === "wrong" ? "npm-score-bar-wrong" : "npm-score-bar", x: left + 0.5, width: end - left - 1, y: chart.y(held[i]), height: chart.y(0) - chart.y(held[i]), title }));
    }
    host.append(chart.svg);
  }
  return host;
}

/** Accuracy of the answered against how many are answered. @param {import("../answers.d.ts").CalibrationAnswer} answer @param {number} at */
function coverage({ abstain, n, accuracy }, at) {
  const xs = Array.from(abstain.answered, (/** @type {number} */ k) => k / n);
  const ys = Array.from(abstain.answered, (/** @type {number} */ k, i) => (k ? abstain.hits[i] / k : NaN));
  const least = Math.min(accuracy, ...ys.filter(Number.isFinite));
  const low = Math.max(0, Math.floor(least * 20 - 0.5) / 20);
  const chart = plot({ ...SIZE, height: 250, x: shares("coverage: how many are answered"), y: shares("accuracy of the answered", low), label: `Accuracy against coverage; at the chosen bar ${percent(xs[at])} are answered and ${percent(ys[at])} of these are right` });
  chart.marks.append(drawn("path", { class: "npm-score-line", d: path(chart, xs, ys) }));
  if (Number.isFinite(ys[at])) chart.marks.append(drawn("circle", { class: "npm-score-point", cx: chart.x(xs[at]), cy: chart.y(ys[at]), r: 6 }));
  return chart.svg;
}
