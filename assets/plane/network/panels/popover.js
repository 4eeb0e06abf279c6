// @ts-check
/** A panel that opens beside its button, above everything, and stays within the window. */

/**
 * @param {HTMLElement} panel with the attribute popover
 * @param {HTMLElement} button
 * @param {() => void} fill called once it is open
 */
export function openBeside(panel, button, fill) {
  const { left, width, bottom, top } = button.getBoundingClientRect();
  panel.showPopover();
  fill();
  const below = innerHeight - bottom - 14;
  const isBelow = below >= Math.min(panel.scrollHeight, 320) || below >= top;
  panel.style.maxHeight = `${Math.max(180, isBelow ? below : top - 14)}px`;
  panel.style.left = `${Math.max(8, Math.min(innerWidth - panel.offsetWidth - 8, left + width / 2 - panel.offsetWidth / 2))}px`;
  panel.style.top = `${isBelow ? bottom + 6 : Math.max(8, top - panel.offsetHeight - 6)}px`;
  /** @type {HTMLElement | null} */ (panel.querySelector("button:not(:disabled), select, input"))?.focus({ preventScroll: true });
  const closed = (/** @type {ToggleEvent} */ event) => {
    if (event.newState !== "closed") return;
    panel.removeEventListener("toggle", closed);
    if (!document.activeElement || document.activeElement === document.body || panel.contains(document.activeElement)) button.focus?.({ preventScroll: true });
  };
  panel.addEventListener("toggle", closed);
}
