// @ts-check
/** Streamlit's way to the page "Mistakes": `render` is called at mount and at every rerun, its result at unmount. */

import { Panel } from "./panel.js";
import { SECTIONS } from "./sections.js";

/** @type {WeakMap<HTMLElement, Panel>} */
const panels = new WeakMap();

/** @param {{parentElement: HTMLElement, data: any, setTriggerValue: (name: string, value: any) => void}} component data: see playground/ui/mistakes.py */
export function render({ parentElement, data, setTriggerValue }) {
  const panel = panels.get(parentElement) ?? new Panel(SECTIONS);
  panels.set(parentElement, panel);
  if (panel.root.parentElement !== parentElement) parentElement.append(panel.root);
  panel.update(data, (act) => setTriggerValue("act", act));
  return () => {
    panel.close();
    panel.root.remove();
    panels.delete(parentElement);
  };
}
