// @ts-check
/** Streamlit's way to the page "Mistakes": `render` is called at mount and at every rerun, its result at unmount. */

import { element } from "../element.js";

/** @type {WeakMap<HTMLElement, HTMLElement>} */
const roots = new WeakMap();

/** @param {{parentElement: HTMLElement, data: {run: string | null}, setTriggerValue: (name: string, value: any) => void}} component data: see playground/ui/mistakes.py */
export function render({ parentElement }) {
  const root = roots.get(parentElement) ?? element("section", { class: "npm", role: "region", "aria-label": "Mistakes" });
  roots.set(parentElement, root);
  if (root.parentElement !== parentElement) parentElement.append(root);
  return () => {
    root.remove();
    roots.delete(parentElement);
  };
}
