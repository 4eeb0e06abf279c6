// @ts-check
/** Streamlit's way to the layer stack: `render` is called at mount and at every rerun, its result at unmount. */

import { Editor } from "./editor.js";

/** @type {WeakMap<HTMLElement, Editor>} */
const editors = new WeakMap();

/** @param {import("./editor.js").Component} component */
export function render(component) {
  const place = component.parentElement;
  let editor = editors.get(place);
  if (!editor) {
    editor = new Editor(place);
    editors.set(place, editor);
  }
  editor.take(component);
  return () => {
    editors.get(place)?.close();
    editors.delete(place);
  };
}
