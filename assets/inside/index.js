// @ts-check
/** Streamlit's way to the page "Look inside": `render` is called at mount and at every rerun, its result at unmount. */

import { Panel } from "./panel.js";
import { TABS } from "./tabs.js";

/** @type {WeakMap<HTMLElement, Panel>} */
const panels = new WeakMap();

/** @param {{parentElement: HTMLElement, data: any, setTriggerValue: (name: string, value: any) => void}} component data: see playground/ui/inside.py */
export function render({ parentElement, data, setTriggerValue }) {
  const panel = panels.get(parentElement) ?? new Panel(TABS);
  panels.set(parentElement, panel);
  if (panel.root.parentElement !== parentElement) parentElement.append(panel.root);
  panel.update(data, (act) => setTriggerValue("act", act));
  return () => {
    panel.close();
    panel.root.remove();
    panels.delete(parentElement);
  };
}
