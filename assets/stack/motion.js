// @ts-check
/** What moves in the stack: rows that glide to new places, and a row that is kept in sight. */

const SETTLING = 4000; // milliseconds in which a page that was asked for something takes its new form, pictures from the engine included

/**
 * Rows glide to their new places, so that the eye can follow.
 * @param {Iterable<{root: HTMLElement}>} rows
 * @param {Map<HTMLElement, number>} tops where they were
 */
export function glide(rows, tops) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const { root } of rows) {
    const by = (tops.get(root) ?? root.offsetTop) - root.offsetTop;
    if (by) root.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: 170, easing: "ease-out" });
  }
}

let release = () => {};

/**
 * Keeps a row in sight while the page around it takes its new form, until the person scrolls.
 * @param {HTMLElement} row
 */
export function reveal(row) {
  release();
  const sizes = new ResizeObserver(() => row.scrollIntoView({ block: "nearest" }));
  for (let at = row.parentElement; at && at !== document.body; at = at.parentElement) sizes.observe(at);
  const watch = new AbortController();
  const timer = setTimeout(() => release(), SETTLING);
  release = () => {
    sizes.disconnect();
    watch.abort();
    clearTimeout(timer);
  };
  for (const gesture of ["wheel", "touchmove", "pointerdown"]) window.addEventListener(gesture, release, { signal: watch.signal, passive: true });
}
