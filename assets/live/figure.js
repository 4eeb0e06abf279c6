// @ts-check
/** Runs as Plotly figures. Pure: the caller draws them. Raw data is never changed; smoothing and axes are for the eye only. */

import { lastOf, smoothed } from "../shared/run/curve.js";
import { setting, whole } from "../shared/drawing/format.js";

const MAX_RATES = 20; // changes of the learning rate that are marked
const ROOM = 46; // pixels that a label needs

/** @typedef {import("../shared/run/run.js").Run} Run */
/** @typedef {import("../shared/drawing/theme.js").Theme} Theme */
/** @typedef {{metric: import("../shared/run/run.js").Metric, unit: "step" | "epoch", log: boolean, smoothing: number, hidden: Set<string>, width: number, height: number,
 *   coarse: boolean}} View */
/** @typedef {{id: string, name: string, steps_per_epoch: number, epochs: import("../shared/run/curve.js").Curve}} Compared */
/** @typedef {{id: string, label: string, help: string, colour: string, dash: string, mark: string, value: number | undefined, x: ArrayLike<number>,
 *   y: ArrayLike<number>, width: number, opacity: number, shown: string}} Series */

/**
 * The lines of one chart, in drawing order. `x` is in steps.
 * @param {Run} run
 * @param {View} view
 * @param {Theme} theme
 * @param {Compared[]} compared
 * @returns {Series[]}
 */
export function series(run, view, theme, compared) {
  const { name: metric, title } = view.metric;
  const { batches, epochs } = run;
  const raw = batches.values[metric];
  const ends = epochs.values.step ?? new Float32Array(0);
  const line = { dash: "solid", mark: "", opacity: 1, width: 2 };
  /** @type {Series[]} */
  const found = [];
  /** @type {(id: string, label: string, help: string, more: object) => void} */
  const add = (id, label, help, more) => void found.push(/** @type {Series} */ ({ ...line, id, label, help, shown: "all", ...more }));
  add("batch", "each batch", `The ${title.toLowerCase()} of every single batch, as it is.`, {
    colour: theme.training, x: batches.x, y: raw ?? [], value: lastOf(raw), width: 1, opacity: theme.dark ? 0.4 : 0.32,
  });
  const average = smoothed(raw, view.smoothing);
  add("smoothed", "smoothed", "A moving average of the batches. The slider sets how far it looks back.", {
    colour: theme.training, x: batches.x, y: average, value: lastOf(average),
  });
  add("train", "training", "The mean over all batches of an epoch.", {
    colour: theme.epoch, x: ends, y: epochs.values[metric] ?? [], value: lastOf(epochs.values[metric]), mark: "circle", width: 1.2, dash: "dot",
  });
  add("validation", "validation", "Measured after each epoch on examples that are not trained on.", {
    colour: theme.validation, x: ends, y: epochs.values[`val_${metric}`] ?? [], value: lastOf(epochs.values[`val_${metric}`]), mark: "diamond",
    width: 2.4,
  });
  const penalty = metric === "loss" ? batches.values.penalty : undefined;
  if (penalty) {
    add("penalty", "penalty", "The part of the loss that the regularisers add.", {
      colour: theme.penalty, x: batches.x, y: penalty, value: lastOf(penalty), dash: "dash", width: 1.6,
    });
  }
  compared.forEach((other, i) => {
    const column = other.epochs.values[`val_${metric}`];
    add(`run:${other.id}`, other.name, "The validation curve of another run.", {
      colour: theme.compared[i % theme.compared.length], x: other.epochs.values.step ?? [], y: column ?? [], value: lastOf(column), dash: "dash",
      width: 1.4,
    });
  });
  return found;
}

/**
 * @param {Series[]} lines
 * @param {Run} run
 * @param {View} view
 * @param {Theme} theme
 */
export function figure(lines, run, view, theme) {
  const scale = view.unit === "epoch" && run.started ? 1 / run.started.steps_per_epoch : 1;
  return { data: lines.map((one) => trace(one, view, theme, scale)), layout: layout(run, view, theme, scale) };
}

/**
 * @param {Series} one
 * @param {View} view
 * @param {Theme} theme
 * @param {number} scale
 */
function trace(one, view, theme, scale) {
  return {
    type: "scatter",
    name: one.label,
    x: scale === 1 ? one.x : Float64Array.from(one.x, (step) => step * scale),
    y: one.y,
    visible: !view.hidden.has(one.id),
    mode: one.mark ? "lines+markers" : "lines",
    line: { color: one.colour, width: one.width, dash: one.dash },
    marker: { symbol: one.mark || "circle", size: one.y.length > 60 ? 4 : 7, color: one.colour, line: { width: 1, color: theme.background } },
    opacity: one.opacity,
    connectgaps: false,
    hovertemplate: (view.metric.format === "percent" ? "%{y:.1%}" : "%{y:.4~g}") + `<extra>${escaped(shortened(one.label))}</extra>`,
  };
}

/**
 * @param {Run} run
 * @param {View} view
 * @param {Theme} theme
 * @param {number} scale
 */
function layout(run, view, theme, scale) {
  const font = { family: theme.font, color: theme.muted, size: 12 };
  const axis = { gridcolor: theme.grid, linecolor: theme.grid, zeroline: false, tickfont: font, automargin: false };
  const logarithmic = view.log && view.metric.name === "loss";
  const total = run.started ? run.started.epochs * run.started.steps_per_epoch * scale : 1;
  const empty = run.batches.x.length === 0 && run.epochs.x.length === 0;
  const best = bestLine(run, theme, scale);
  const rates = rateLines(run, view, theme, scale);
  return {
    width: view.width,
    height: view.height,
    margin: { l: 50, r: 14, t: 22, b: 42 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, color: theme.text, size: 12 },
    showlegend: false,
    hovermode: "x unified",
    hoverlabel: { bgcolor: theme.background, bordercolor: theme.border, font: { family: theme.font, color: theme.text, size: 12 } },
    dragmode: view.coarse ? false : "zoom",
    modebar: { bgcolor: "rgba(0,0,0,0)", color: theme.muted, activecolor: theme.text },
    uirevision: run.id,
    xaxis: {
      ...axis,
      title: { text: view.unit, font, standoff: 6 },
      rangemode: "tozero",
      nticks: view.width < 420 ? 5 : 8,
      tickformat: ",~r",
      unifiedhovertitle: { text: view.unit === "epoch" ? "epoch %{x:.2f}" : "step %{x:,d}" },
      uirevision: `${run.id} ${view.unit}`,
      ...(empty ? { range: [0, total] } : {}),
    },
    yaxis: {
      ...axis,
      type: logarithmic ? "log" : "linear",
      exponentformat: "power",
      nticks: 6,
      tickformat: view.metric.format === "percent" ? ".0%" : logarithmic ? "~g" : "",
      dtick: logarithmic ? "D2" : undefined,
      rangemode: view.metric.better === "lower" ? "tozero" : "normal",
      autorangeoptions: view.metric.format === "percent" ? { clipmax: 1.02, clipmin: -0.02 } : {},
      uirevision: `${run.id} ${logarithmic}`,
      ...(empty ? { range: [0, 1] } : {}),
    },
    shapes: [...best.shapes, ...rates.shapes],
    annotations: [...best.annotations, ...rates.annotations],
  };
}

/**
 * @param {Run} run
 * @param {Theme} theme
 * @param {number} scale
 */
function bestLine(run, theme, scale) {
  const epoch = run.summary.best_epoch;
  if (!epoch || !run.started) return { shapes: [], annotations: [] };
  const step = epoch * run.started.steps_per_epoch;
  const share = step / Math.max(reached(run), step);
  return {
    shapes: [{ type: "line", xref: "x", yref: "paper", x0: step * scale, x1: step * scale, y0: 0, y1: 1, line: { color: theme.best, width: 1.5, dash: "dashdot" }, layer: "below" }],
    annotations: [
      {
        xref: "x", yref: "paper", x: step * scale, y: 1, yanchor: "bottom", xanchor: share > 0.75 ? "right" : share < 0.25 ? "left" : "center",
        text: `best epoch: ${epoch}`, showarrow: false, font: { family: theme.font, size: 12, color: theme.best }, borderpad: 2,
      },
    ],
  };
}

/**
 * Where the learning rate was changed by hand: the last ones, each with the rate that it was set to, where there is room for the number.
 * The number stands where curves seldom are: at the top where lower is better, else at the bottom.
 * @param {Run} run
 * @param {View} view
 * @param {Theme} theme
 * @param {number} scale
 */
function rateLines(run, view, theme, scale) {
  const changes = run.changes.filter(([, name]) => name === "learning_rate").slice(-MAX_RATES);
  const room = (reached(run) * ROOM) / Math.max(view.width - 64, 1);
  const place = view.metric.better === "lower" ? { y: 1, yanchor: "top" } : { y: 0, yanchor: "bottom" };
  let free = Infinity; // from the right, for the newest changes matter most
  const labels = changes.toReversed().filter(([step]) => step + room <= free && ((free = step), true));
  const colour = theme.muted;
  return {
    shapes: changes.map(([step]) => ({ type: "line", xref: "x", yref: "paper", x0: step * scale, x1: step * scale, y0: 0, y1: 1, line: { color: colour, width: 1, dash: "dot" }, layer: "below" })),
    annotations: labels.map(([step, , rate]) => ({
      xref: "x", yref: "paper", x: step * scale, ...place, xanchor: step > reached(run) - room ? "right" : "left", text: setting(rate), showarrow: false,
      font: { family: theme.font, size: 11, color: colour }, borderpad: 2, hovertext: `Learning rate ${setting(rate)} from step ${whole(step)} on`,
    })),
  };
}

/** The last step on the axis. @param {Run} run */
function reached(run) {
  const total = run.started ? run.started.epochs * run.started.steps_per_epoch : 1;
  return Math.max(run.batches.x.at(-1) ?? 0, total / 1000);
}

/** @param {string} text */
const shortened = (text) => (text.length > 26 ? `${text.slice(0, 25)}…` : text);

/** Plotly reads a little HTML in labels; a run's name is nobody's HTML. @param {string} text */
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/%\{/g, "% {");
