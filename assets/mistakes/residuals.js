// @ts-check
/** Section "Distances": how far a network that predicts a number is off, and where it is off most. */

import { element, setText } from "../shared/dom/element.js";
import { loss, percent, setting, whole } from "../shared/drawing/format.js";
import { drawn } from "../shared/dom/svg.js";
import { Answering } from "./score/answering.js";
import { card, fact, reading, table } from "./score/pieces.js";
import { counts, plot } from "./score/plot.js";

const SIZE = { width: 440, height: 330 };
const ROWS = 20; // of the worst, before more are asked for

/** @typedef {import("./score/plot.js").Axis} Axis */

export class Residuals {
  /** @type {import("./answers.d.ts").ResidualsAnswer} */
  answer;

  /** @param {import("./context.js").Context} context */
  constructor(context) {
    this.rows = ROWS;
    /** @type {Answering<"residuals">} */
    this.answering = new Answering(context, (answer) => this.draw(answer));
    this.says = element("p", { class: "npm-score-says" });
    this.facts = element("dl", { class: "npm-score-facts" });
    this.scatter = element("div");
    this.spread = element("div");
    this.worst = element("div", { class: "npm-score-scroll" });
    this.more = element("button", { type: "button", class: "npi-button", text: "Show more", title: "Lists the next examples, those that are off less", onclick: () => this.lengthen() });
    this.root = element("div", { class: "npm-score" }, this.answering.root);
    this.answering.content.append(
      this.says, this.facts,
      element("div", { class: "npm-score-cards" },
        card("Predicted and true", this.scatter, reading(element("p", { text: "Each dot is one example: how far to the right is its true number, how high the predicted one. On the diagonal the two agree; above it the prediction is too large." }))),
        card("How far off", this.spread, reading(element("p", { text: "Residual = predicted − true. Each column counts the examples whose residual lies in its interval. A heap left or right of 0 means that the network is off in one direction on the whole." }))),
        card("The worst", this.worst, this.more, reading(element("p", { text: "The examples with the largest |predicted − true| of this part, as rows of the data set." })))));
  }

  /** @param {import("./context.js").View} view */
  show(view) {
    this.answering.want(view, { view: "residuals" });
  }

  hide() {
    this.answering.drop();
  }

  /** @param {import("./answers.d.ts").ResidualsAnswer} answer see playground/engine/views/mistakes/residuals.py */
  draw(answer) {
    this.answer = answer;
    const direction = Math.abs(answer.bias) < answer.mae / 10 ? "in no direction on the whole" : `${answer.bias > 0 ? "too high" : "too low"} by ${loss(Math.abs(answer.bias))} on the whole`;
    setText(this.says, `On its ${whole(answer.total)} examples the prediction is off by ${loss(answer.mae)} on average, ${direction}.`);
    this.facts.replaceChildren(
      fact("Mean absolute error", loss(answer.mae), "Mean of |predicted − true|: 0 is best, in the unit of what is predicted"),
      fact("Root mean squared error", loss(answer.rmse), "√ of the mean of (predicted − true)²: large errors weigh more"),
      fact("R²", answer.r2 === null ? "–" : answer.r2.toFixed(3), "1 − Σ(predicted − true)² ÷ Σ(true − mean)²: 1 is best; 0 is no better than always saying the mean"),
      fact("Near", percent(answer.right), "Examples whose prediction is off by at most a tenth of the range of the true numbers"),
    );
    this.scatter.replaceChildren(scatter(answer));
    this.spread.replaceChildren(histogram(answer));
    this.list();
  }

  lengthen() {
    this.rows += ROWS;
    this.list();
  }

  list() {
    const { positions, truth, predicted, rows, columns } = this.answer.worst;
    const names = columns.map((/** @type {string} */ name) => name);
    const some = Array.from(positions).slice(0, this.rows);
    this.worst.replaceChildren(table("The worst examples", ["Example", "True", "Predicted", "Off by", ...names], some.map((position, i) => [
      `${this.answer.split} ${whole(position)}`, loss(truth[i]), loss(predicted[i]), loss(predicted[i] - truth[i]),
      ...names.map((/** @type {string} */ _, /** @type {number} */ k) => setting(rows[i * names.length + k])),
    ])));
    this.more.hidden = positions.length <= this.rows;
  }
}

/** @param {import("./answers.d.ts").ResidualsAnswer} answer */
function scatter({ truth, predicted, mae }) {
  const all = [...truth, ...predicted];
  const [x, y] = ["true", "predicted"].map((label) => spanning(label, Math.min(...all), Math.max(...all)));
  const chart = plot({ ...SIZE, x, y, label: `Predicted against true numbers of ${whole(truth.length)} examples; mean distance ${loss(mae)}` });
  chart.marks.append(drawn("line", { class: "npm-score-ideal", x1: chart.x(x.low), y1: chart.y(x.low), x2: chart.x(x.high), y2: chart.y(x.high) }));
  for (let i = 0; i < truth.length; i++) chart.marks.append(drawn("circle", { class: "npm-residual-dot", cx: chart.x(truth[i]).toFixed(1), cy: chart.y(predicted[i]).toFixed(1), r: truth.length > 1000 ? 1.5 : 2.6 }));
  return chart.svg;
}

/** @param {import("./answers.d.ts").ResidualsAnswer} answer */
function histogram({ edges, counts: found, bias }) {
  const x = spanning("predicted − true", edges[0], edges[edges.length - 1]);
  const chart = plot({ ...SIZE, x, y: counts("examples", Math.max(...found)), label: `Histogram of the residuals, ${loss(bias)} on average` });
  for (let i = 0; i < found.length; i++) {
    const [left, right] = [chart.x(edges[i]), chart.x(edges[i + 1])];
    chart.marks.append(drawn("rect", { class: "npm-score-bar", x: left + 0.5, width: Math.max(right - left - 1, 0.5), y: chart.y(found[i]), height: chart.y(0) - chart.y(found[i]) }));
  }
  chart.marks.append(drawn("line", { class: "npm-score-ideal", x1: chart.x(0), x2: chart.x(0), y1: 10, y2: chart.y(0) }));
  return chart.svg;
}

/** An axis over at least these values, with round numbers. @param {string} label @param {number} low @param {number} high @returns {Axis} */
function spanning(label, low, high) {
  const rough = Math.max(high - low, 1e-6) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? power;
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { label, low: first * step, high: last * step, ticks, says: (value) => String(Number(value.toPrecision(6))) };
}
