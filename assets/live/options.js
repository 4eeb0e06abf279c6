// @ts-check
/** The row of switches above the charts. They change the drawing only. */

import { element, setText } from "../shared/dom/element.js";
import { segments } from "../shared/dom/segments.js";

/** @typedef {import("./preferences.js").Preferences} Preferences */

/**
 * @param {Preferences} preferences changed in place
 * @param {() => void} onChange
 * @returns {HTMLElement}
 */
export function options(preferences, onChange) {
  const says = element("output", { class: "np-speed-value" });
  const tell = () => setText(says, preferences.smoothing ? preferences.smoothing.toFixed(2) : "off");
  const slider = element("input", {
    type: "range", min: 0, max: 0.99, step: 0.01, value: preferences.smoothing, class: "np-smoothing", "aria-label": "Smoothing",
    oninput: () => {
      preferences.smoothing = Number(slider.value);
      tell();
      onChange();
    },
  });
  tell();
  const unit = segments({
    label: "Across", name: "unit", options: [["step", "Steps"], ["epoch", "Epochs"]], value: preferences.unit, help: "What the horizontal axis counts.",
    onchange: (value) => {
      preferences.unit = value === "epoch" ? "epoch" : "step";
      onChange();
    },
  });
  const scale = segments({
    label: "Loss axis", name: "scale", options: [["linear", "Linear"], ["log", "Log"]], value: preferences.log ? "log" : "linear",
    help: "Logarithmic: equal ratios look equal, so that late progress can be seen.",
    onchange: (value) => {
      preferences.log = value === "log";
      onChange();
    },
  });
  const smoothing = element("label", { class: "np-field", title: "More smoothing → a calmer line that lags behind. The batches themselves stay as they are." }, element("span", { text: "Smoothing" }), slider, says);
  return element("div", { class: "np-options" }, unit, scale, smoothing);
}
