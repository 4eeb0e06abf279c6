// @ts-check
/** Streamlit's way to the Playground: `render` is called at mount and at every rerun, its result at unmount. */

import { Panel } from "./panel.js";

const GRACE = 3000; // milliseconds the page outlives its place, for reruns that take it away and put it back

/** @type {{panel: Panel | null, timer: number}} */
const held = { panel: null, timer: 0 };

/**
 * @param {import("../shared/streamlit.d.ts").Mount<import("./panel.js").Data>} component
 * @returns {() => void}
 */
export function render({ parentElement, data, setTriggerValue }) {
  clearTimeout(held.timer);
  const panel = (held.panel ??= new Panel(data.pages));
  const isNew = panel.root.parentElement !== parentElement;
  if (isNew) parentElement.append(panel.root);
  panel.update(data, (act) => setTriggerValue("act", act));
  if (isNew) panel.keep(); // what it could not tell while it stood nowhere
  return () => {
    if (panel.root.parentElement !== parentElement) return; // it already stands somewhere else
    panel.root.remove();
    panel.leave();
    clearTimeout(held.timer);
    held.timer = window.setTimeout(() => {
      panel.close();
      if (held.panel === panel) held.panel = null;
    }, GRACE);
  };
}
