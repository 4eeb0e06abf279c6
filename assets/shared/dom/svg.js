// @ts-check
/** Writing SVG down as an expression. */

const SPACE = "http://www.w3.org/2000/svg";

/**
 * An SVG node.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | null | undefined>} [attributes] `text` is the content, `title` what a pointer is told; null and undefined are left out
 * @param {...Element} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function drawn(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name === "text") node.textContent = String(value);
    else if (name !== "title") node.setAttribute(name, String(value));
  }
  node.append(...children);
  if (attributes.title) node.prepend(drawn("title", { text: attributes.title }));
  return node;
}
