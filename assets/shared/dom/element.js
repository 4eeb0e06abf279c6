// @ts-check
/** Writing DOM down as an expression, and changing it only where something changed. */

/**
 * Listeners by `on` and the event's name, which hear of the element itself; anything else is an attribute.
 * @template {HTMLElement} Node
 * @typedef {{[Name in keyof HTMLElementEventMap as `on${Name}`]?: ((event: HTMLElementEventMap[Name] & {currentTarget: Node}) => void) | null | undefined} & {[name: string]: unknown}} Attributes
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes<HTMLElementTagNameMap[Tag]>} [attributes] `on…` are listeners, `text` the content, the rest attributes; false, null and undefined are left out
 * @param {...(Node | string | null | undefined | false)} children text is set as text, never parsed; null, undefined, false and "" are left out
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "text") node.textContent = String(value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
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
