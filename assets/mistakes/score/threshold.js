// @ts-check
/** Section "Threshold": one class against the rest, and what follows from the probability at which a yes begins. */

import { element, setText } from "../../shared/dom/element.js";
import { percent, whole } from "../../shared/drawing/format.js";
import { drawn } from "../../shared/dom/svg.js";
import { Answering } from "./answering.js";
import { card, fact, field, reading, table } from "./pieces.js";
import { path, plot, shares } from "./plot.js";
import { ORDER, WORDS, consequence, dot, expected, people } from "./population.js";

const SIZE = { width: 440, height: 330 };
const MOST_PEOPLE = 1e9;

export class Threshold {
  /** @type {{roc: ReturnType<typeof curve>, pr: ReturnType<typeof curve>}} */
  curves;
  /** @type {{sensitivity: number, specificity: number}} */
  rates;
  /** @type {HTMLElement} */
  crowdTitle;

  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.positive = -1;
    this.at = -1; // number of the threshold
    this.classes = "";
    /** @type {Answering<"threshold">} */
    this.answering = new Answering(context, (answer) => this.draw(answer));

    this.choice = element("select", { "aria-label": "Class", onchange: () => this.choose(Number(this.choice.value)) });
    this.slider = element("input", { type: "range", min: 0, max: 1, step: 1, value: 0, "aria-label": "Threshold", oninput: () => this.move(Number(this.slider.value)) });
    this.value = element("output", {});
    this.says = element("p", { class: "npm-score-says", "aria-live": "polite" });
    this.rocArea = element("p", { class: "npi-quiet" });
    this.prArea = element("p", { class: "npi-quiet" });
    this.roc = element("div");
    this.rocReading = element("p");
    this.pr = element("div");
    this.prReading = element("p");
    this.four = element("div");
    this.facts = element("dl", { class: "npm-score-facts npm-score-facts-small" });
    this.n = element("input", { type: "number", min: 100, max: MOST_PEOPLE, step: 100, value: 10000, oninput: () => this.foresee() });
    this.prevalence = element("input", { type: "number", min: 0, max: 100, step: "any", oninput: () => this.foresee() });
    this.crowd = element("div", { class: "npm-score-crowd" });
    this.outlook = element("p", { "aria-live": "polite" });
    const controls = element("div", { class: "npm-score-controls" },
      field("Flag", "Which class counts as a yes; all others count as no", this.choice),
      field("from", "A higher threshold flags less: fewer false alarms, more are missed", this.slider, this.value));
    const rates = element("div", { class: "npm-score-controls" },
      field("People", "How many the network judges", this.n),
      field("of whom", "The rarer it is, the more of the flagged are flagged wrongly, at the same error rates", this.prevalence, element("span", { text: "% are positive" })));
    this.answering.content.append(this.says,
      element("div", { class: "npm-score-cards" },
        card("At this threshold", this.four, this.facts, reading(element("p", { text: "Every example whose probability for the class is at least the threshold is flagged. Rows are the truth, columns what is said. This is not the network's own answer, which is the most probable of all classes." }))),
        this.crowdCard(rates),
        card("ROC curve", this.rocArea, this.roc, reading(this.rocReading)),
        card("Precision and recall", this.prArea, this.pr, reading(this.prReading))));
    this.root = element("div", { class: "npm-score" }, controls, this.answering.root);
  }

  /** @param {Element} rates */
  crowdCard(rates) {
    this.crowdTitle = element("h4", { text: "What this means for 10,000 people" });
    return element("section", { class: "npm-score-card" }, this.crowdTitle, rates, this.crowd, this.outlook,
      reading(element("p", { text: "Expected numbers: positives = people × share, flagged rightly = positives × recall, flagged wrongly = negatives × (1 − specificity), each rounded. One dot stands for a hundredth of the people. A face recognition that wrongly matches 5 % of the innocent sounds good; among 10,000 innocent people it accuses 500." })));
  }

  /** @param {import("../context.js").View} view */
  show(view) {
    this.view = view;
    const classes = view.anatomy.classes;
    if (this.classes !== classes.join("\n")) {
      this.classes = classes.join("\n");
      this.choice.replaceChildren(...classes.map((/** @type {string} */ name, /** @type {number} */ i) => element("option", { value: i, text: name })));
      this.choose(classes.length === 2 ? 1 : 0);
    } else this.ask();
  }

  hide() {
    this.answering.drop();
  }

  /** @param {number} positive */
  choose(positive) {
    this.positive = positive;
    this.prevalence.value = "";
    this.choice.value = String(positive);
    this.ask();
  }

  ask() {
    if (this.view) this.answering.want(this.view, { view: "threshold", positive: this.positive });
  }

  /** @param {import("../answers.d.ts").ThresholdAnswer} answer */
  draw(answer) {
    this.answer = answer;
    const { thresholds, positives, n, roc, pr, name } = answer;
    this.slider.max = String(thresholds.length - 1);
    if (this.at < 0) this.at = thresholds.findIndex((/** @type {number} */ t) => t >= 0.5 - 1e-9);
    this.slider.value = String(this.at);
    if (this.prevalence.value === "") this.prevalence.value = String(Number(((100 * positives) / n).toPrecision(3)));
    const label = (/** @type {string} */ kind, /** @type {string} */ area) => `${kind} of ${name} against the rest, ${area}`;
    this.curves = {
      roc: curve(roc, { x: shares("false alarms: flagged among the rest"), y: shares(`recall: flagged among ${clipped(name)}`), label: label("ROC curve", `area ${roc.auc.toFixed(4)}`), ideal: [[0, 0], [1, 1]] }),
      pr: curve(pr, { x: shares(`recall: flagged among ${clipped(name)}`), y: shares("precision: right among flagged"), label: label("Precision–recall curve", `average precision ${pr.ap.toFixed(4)}`), ideal: [[0, positives / n], [1, positives / n]] }),
    };
    this.roc.replaceChildren(this.curves.roc.chart.svg);
    this.pr.replaceChildren(this.curves.pr.chart.svg);
    setText(this.rocArea, `area ${roc.auc.toFixed(4)}; guessing has 0.5`);
    setText(this.prArea, `average precision ${pr.ap.toFixed(4)}; guessing has ${(positives / n).toFixed(4)}`);
    setText(this.rocReading, `The line goes through all thresholds. Up: how many of the ${whole(positives)} examples of ${name} are flagged; right: how many of the other ${whole(n - positives)} are flagged too. The area below it is ${roc.auc.toFixed(4)}: so often does an example of ${name} get a higher probability than one of the rest. The dashed line is guessing, 0.5.`);
    setText(this.prReading, `Recall as before; up: how many of those flagged are ${name}. Average precision Σ (Rₙ − Rₙ₋₁)·Pₙ = ${pr.ap.toFixed(4)}. The dashed line is guessing: ${percent(positives / n)}, the share of ${name} in this part. Where a class is rare this curve tells more than the other one.`);
    this.move(this.at);
  }

  /** @param {number} at */
  move(at) {
    if (!this.answer) return; // the slider stands there before its answer
    this.at = at;
    const { thresholds, tp: hits, fp: alarms, positives, n, name } = this.answer;
    const [tp, fp] = [hits[at], alarms[at]];
    const four = { tp, fp, fn: positives - tp, tn: n - positives - fp };
    this.rates = { sensitivity: tp / positives, specificity: four.tn / (n - positives) };
    const text = `${Number((thresholds[at] * 100).toFixed(2))} %`;
    setText(this.value, text);
    this.slider.setAttribute("aria-valuetext", text);
    const precision = tp + fp ? tp / (tp + fp) : NaN;
    const { sensitivity: recall, specificity } = this.rates;
    setText(this.says, `Flagged as “${name}” from ${text} on: ${whole(tp)} of ${whole(positives)} are found, ${whole(four.fn)} missed; ${whole(fp)} of the other ${whole(n - positives)} are flagged wrongly.`);
    this.four.replaceChildren(matrix(four, name));
    this.facts.replaceChildren(
      fact("Precision", percent(precision), `right among flagged: ${tp} ÷ (${tp} + ${fp})`),
      fact("Recall", percent(recall), `found among ${name}: ${tp} ÷ ${positives}; also called sensitivity or true positive rate`),
      fact("Specificity", percent(specificity), `left alone among the rest: ${four.tn} ÷ ${n - positives}; 1 − false positive rate`),
      fact("F1", percent((2 * tp) / (2 * tp + fp + four.fn)), `harmonic mean of precision and recall: 2·${tp} ÷ (2·${tp} + ${fp} + ${four.fn})`),
    );
    this.curves.roc.mark(1 - specificity, recall);
    this.curves.pr.mark(recall, precision);
    this.foresee();
  }

  /** What to expect among many. */
  foresee() {
    if (!this.answer) return;
    const [n, percentage] = [Number(this.n.value), Number(this.prevalence.value)];
    const fits = Number.isInteger(n) && n >= 1 && n <= MOST_PEOPLE && this.prevalence.value !== "" && percentage >= 0 && percentage <= 100;
    if (!fits) {
      this.crowd.replaceChildren();
      setText(this.outlook, `Say a whole number of people, at most ${whole(MOST_PEOPLE)}, and a share from 0 to 100 %.`);
      return;
    }
    const { name } = this.answer;
    const four = expected({ n, prevalence: percentage / 100, ...this.rates });
    setText(this.crowdTitle, `What this means for ${whole(n)} people`);
    const words = consequence(four, name);
    const legend = element("ul", { class: "npm-score-crowd-legend" }, ...ORDER.map((kind) => {
      const sign = drawn("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" }, dot(kind, 10, 10));
      return element("li", {}, sign, element("strong", { text: whole(four[kind]) }), element("span", { text: WORDS[kind] }));
    }));
    this.crowd.replaceChildren(people(four, words), legend);
    setText(this.outlook, words);
  }
}

/** @param {string} name */
const clipped = (name) => (name.length > 14 ? `${name.slice(0, 13)}…` : name);

/**
 * A curve with a point that moves.
 * @param {{x: ArrayLike<number>, y: ArrayLike<number>}} points
 * @param {{x: import("./plot.js").Axis, y: import("./plot.js").Axis, label: string, ideal: [number, number][]}} frame ideal: the dashed line
 */
function curve(points, { ideal: [from, to], ...frame }) {
  const chart = plot({ ...SIZE, ...frame });
  const point = drawn("circle", { class: "npm-score-point", r: 6 });
  chart.marks.append(
    drawn("line", { class: "npm-score-ideal", x1: chart.x(from[0]), y1: chart.y(from[1]), x2: chart.x(to[0]), y2: chart.y(to[1]) }),
    drawn("path", { class: "npm-score-line", d: path(chart, points.x, points.y) }), point);
  const mark = (/** @type {number} */ x, /** @type {number} */ y) => {
    const there = Number.isFinite(x) && Number.isFinite(y);
    point.setAttribute("visibility", there ? "visible" : "hidden");
    if (!there) return;
    point.setAttribute("cx", String(chart.x(x)));
    point.setAttribute("cy", String(chart.y(y)));
  };
  return { chart, mark };
}

/** The confusion of four. @param {import("./population.js").Four} four @param {string} name */
function matrix({ tp, fp, fn, tn }, name) {
  const cell = (/** @type {number} */ count, /** @type {keyof typeof WORDS} */ kind) => element("span", { class: `npm-score-four-${kind}` }, element("strong", { text: whole(count) }), element("small", { text: WORDS[kind] }));
  const found = table("Confusion at this threshold, rows true", ["", "flagged", "not flagged"], [[name, cell(tp, "tp"), cell(fn, "fn")], ["the rest", cell(fp, "fp"), cell(tn, "tn")]]);
  found.classList.add("npm-score-four");
  return found;
}
