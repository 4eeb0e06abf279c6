// @ts-check
/** A choice of a few, all in sight. */

import { element } from "./element.js";

/**
 * A set of segments of which one is chosen: native radio buttons, so arrow keys and screen readers work by themselves.
 * @param {{label: string, name: string, options: [string, string][], value: string, help: string, onchange: (value: string) => void}} choice
 */
export function segments({ label, name, options, value, help, onchange }) {
  const group = `${name}-${Math.random().toString(36).slice(2)}`;
  const inputs = options.map(([key, text]) =>
    element("label", {}, element("input", { type: "radio", name: group, value: key, checked: key === value, onchange: () => onchange(key) }), element("span", { text })),
  );
  return element(
    "fieldset",
    { class: "np-segments", title: help },
    element("legend", { text: label }),
    element("span", { class: "np-segments-row" }, ...inputs),
  );
}
