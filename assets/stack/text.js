// @ts-check
/** Numbers, sizes and shapes as people read them. */

const GROUPED = new Intl.NumberFormat("en");

/** @param {number} n */
export const whole = (n) => GROUPED.format(n);

/** `1234567` → `1.23 M`; below ten thousand in full. @param {number} n */
export function short(n) {
  if (n < 1e4) return whole(n);
  const [unit, sign] = n < 1e6 ? [1e3, "k"] : n < 1e9 ? [1e6, "M"] : [1e9, "G"];
  return `${(n / unit).toPrecision(3)} ${sign}`;
}

/** @param {number} n bytes */
export function bytes(n) {
  if (n < 1000) return `${n} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(units.length, Math.floor(Math.log10(n) / 3));
  const value = n / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`;
}

/** `[28, 28, 16]` → `28 × 28 × 16`. @param {number[]} shape */
export const times = (shape) => shape.map(whole).join(" × ");

/** What a shape is called. @param {number[]} shape */
export const noun = (shape) => (shape.length === 1 ? (shape[0] === 1 ? "1 value" : `${whole(shape[0])} values`) : times(shape));

/** @param {number} n @param {string} one @param {string} many */
export const count = (n, one, many = `${one}s`) => `${whole(n)} ${n === 1 ? one : many}`;

/** An element with attributes and children; text is set as text, never parsed.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node | string | null | undefined | false)} children */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(.../** @type {(Node | string)[]} */ (children.filter((child) => child || child === "")));
  return node;
}

const PATHS = {
  grip: "M9 5h.01M9 12h.01M9 19h.01M15 5h.01M15 12h.01M15 19h.01",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  power: "M12 4v8M7.5 6.8a7 7 0 1 0 9 0",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  plus: "M12 5v14M5 12h14",
  undo: "M8 5 4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "m16 5 4 4-4 4M20 9H10a6 6 0 0 0 0 12h3",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 20 20",
  close: "M6 6l12 12M18 6 6 18",
  warn: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.4v.1",
};

/** A small line icon. @param {keyof typeof PATHS} name */
export function icon(name) {
  const holder = document.createElement("span");
  holder.className = "nps-icon";
  holder.setAttribute("aria-hidden", "true");
  holder.innerHTML = `<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="${name === "grip" ? 2.6 : 1.8}" stroke-linecap="round" stroke-linejoin="round"><path d="${PATHS[name]}"/></svg>`;
  return holder;
}
