// @ts-check
/** Writing DOM down as an expression, and changing it only where something changed. */

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes] `on…` are listeners, `text` the content, the rest attributes; false and null are left out
 * @param {...(Node | string | null)} children
 * @returns {any}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/**
 * Sets the text without touching the DOM when it is the same, so that 30 updates a second cost nothing.
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * @param {Element} node
 * @param {string} name
 * @param {string | null} value null removes the attribute
 */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) === value) return;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

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
