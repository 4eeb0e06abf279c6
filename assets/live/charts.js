// @ts-check
/** One chart on its card: title, a legend that shows the present values and switches lines off, and the Plotly drawing. */

import { element, setAttribute, setText } from "../shared/dom/element.js";
import { figure, series } from "./figure.js";
import { formatOf } from "../shared/drawing/format.js";
import { plotly } from "./plotly.js";

/** @typedef {import("../shared/run/run.js").Run} Run */
/** @typedef {import("../shared/run/run.js").Metric} Metric */
/** @typedef {import("./figure.js").View} View */
/** @typedef {import("./figure.js").Series} Series */
/** @typedef {import("../shared/drawing/theme.js").Theme} Theme */

const CONFIG = {
  displaylogo: false,
  responsive: false,
  doubleClick: "reset",
};
const FINE = { displayModeBar: "hover", modeBarButtons: [["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]] };
const COARSE = { displayModeBar: true, modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]] }; // a finger's drag scrolls the page

export class Chart {
  /** @param {() => void} onChange a line was switched, or the size changed: draw again */
  constructor(onChange) {
    /** @type {Metric | null} */
    this.metric = null;
    this.onChange = onChange;
    /** @type {Set<string>} */
    this.hidden = new Set();
    /** @type {Map<string, {button: HTMLElement, key: HTMLElement, label: HTMLElement, value: HTMLElement}>} */
    this.keys = new Map();
    this.legend = element("div", { class: "np-legend", role: "group" });
    this.host = element("div", { class: "np-plot", role: "img" });
    this.heading = element("h4");
    this.card = element("section", { class: "np-card np-chart" }, this.heading, this.legend, this.host);
    this.width = 0;
    this.sizes = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry.contentRect.width);
      if (width === this.width) return;
      this.width = width;
      onChange();
    });
    this.sizes.observe(this.host);
    /** @type {any} */
    this.library = null;
    plotly().then(
      (library) => {
        this.library = library;
        onChange();
      },
      (error) => setText(this.host, `${error.message} Reload the page.`),
    );
  }

  /** What the chart is about; without a metric it is not there. @param {Metric | undefined} metric */
  measure(metric) {
    this.card.hidden = !metric;
    this.metric = metric ?? null;
    if (!metric) return;
    setText(this.heading, metric.title);
    setAttribute(this.heading, "title", metric.help);
    setAttribute(this.legend, "aria-label", `Lines of the chart of the ${metric.title.toLowerCase()}`);
  }

  /**
   * @param {Run} run
   * @param {Omit<View, "metric" | "hidden" | "width" | "height">} view
   * @param {Theme} theme
   * @param {import("./figure.js").Compared[]} compared
   */
  draw(run, view, theme, compared) {
    if (!this.metric) return;
    const whole = /** @type {View} */ ({ ...view, metric: this.metric, hidden: this.hidden, width: this.width, height: this.host.clientHeight });
    const lines = series(run, whole, theme, compared);
    this.drawLegend(lines, formatOf(this.metric));
    if (!this.library || this.width < 50) return;
    const { data, layout } = figure(lines, run, whole, theme);
    this.library.react(this.host, data, layout, { ...CONFIG, ...(view.coarse ? COARSE : FINE) });
  }

  /** @param {Series[]} lines @param {(value: number | undefined) => string} show */
  drawLegend(lines, show) {
    const ids = new Set(lines.map((line) => line.id));
    for (const [id, key] of this.keys) {
      if (ids.has(id)) continue;
      key.button.remove();
      this.keys.delete(id);
    }
    for (const line of lines) {
      const { button, key, label, value } = this.keys.get(line.id) ?? this.addKey(line);
      setAttribute(key, "style", `--np-key: ${line.colour}`);
      setText(label, line.label);
      setText(value, show(line.value));
      setAttribute(button, "aria-pressed", String(!this.hidden.has(line.id)));
    }
  }

  /** @param {Series} line */
  addKey(line) {
    const key = element("span", { class: `np-key np-key-${line.id.split(":")[0]}`, "aria-hidden": "true" });
    const label = element("span", { class: "np-key-label" });
    const value = element("span", { class: "np-key-value" });
    const toggle = () => {
      if (!this.hidden.delete(line.id)) this.hidden.add(line.id);
      this.onChange();
    };
    const button = element("button", { type: "button", class: "np-legend-entry", title: `${line.help} Click to hide or show.`, onclick: toggle }, key, label, value);
    this.legend.append(button);
    const entry = { button, key, label, value };
    this.keys.set(line.id, entry);
    return entry;
  }

  /**
   * The chart in words, with its numbers, for those who do not see it.
   * @param {Run} run
   */
  describe(run) {
    if (!this.metric) return;
    const show = formatOf(this.metric);
    const { title, name } = this.metric;
    const { summary } = run;
    const parts = [`${title} chart after ${run.progress?.step ?? 0} steps`];
    if (Number.isFinite(summary[name])) parts.push(`training ${show(summary[name])}`);
    if (Number.isFinite(summary[`val_${name}`])) parts.push(`validation ${show(summary[`val_${name}`])}`);
    if (summary.best_epoch) parts.push(`lowest validation loss at epoch ${summary.best_epoch}`);
    setAttribute(this.host, "aria-label", parts.join(", "));
  }

  close() {
    this.sizes.disconnect();
    this.library?.purge(this.host);
  }
}
