// @ts-check
/** Streamlit's way to the live view: `render` is called at mount and at every rerun, its result at unmount. */

import { Panel } from "./panel.js";
import { plotly } from "./plotly.js";

const GRACE = 3000; // milliseconds a panel outlives its place on the page, for reruns that take it away and put it back

/** @type {Map<string, {panel: Panel, timer: number}>} */
const panels = new Map();

/**
 * @param {import("../shared/streamlit.d.ts").Mount<import("./panel.js").Data & {panel: string, plotly: string}>} component data: see `playground/ui/build/live.py`; plotly: its version
 * @returns {() => void}
 */
export function render({ parentElement, data, setTriggerValue }) {
  plotly(data.plotly).catch(() => {}); // the charts say so
  const held = panels.get(data.panel) ?? { panel: new Panel(data.pages), timer: 0 };
  panels.set(data.panel, held);
  clearTimeout(held.timer);
  const { panel } = held;
  if (panel.root.parentElement !== parentElement) parentElement.append(panel.root);
  panel.update(data, setTriggerValue);
  return () => {
    if (panel.root.parentElement !== parentElement) return; // it already stands somewhere else
    panel.root.remove();
    clearTimeout(held.timer);
    held.timer = window.setTimeout(() => {
      panel.close();
      panels.delete(data.panel);
    }, GRACE);
  };
}
