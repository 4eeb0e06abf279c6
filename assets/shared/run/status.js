// @ts-check
/** The states of a run: one word and one colour each, the same wherever a run is shown. Told apart with any colour vision, on light and on dark. */

/** @type {Record<string, {word: string, colour: string, moves?: boolean}>} */
export const STATUS = {
  queued: { word: "Queued", colour: "#8a93a8" },
  starting: { word: "Starting", colour: "#56b4e9", moves: true },
  training: { word: "Training", colour: "#0d86cc", moves: true },
  paused: { word: "Paused", colour: "#e69f00" },
  done: { word: "Done", colour: "#009e73" },
  stopped: { word: "Stopped", colour: "#7d8596" },
  failed: { word: "Failed", colour: "#d55e00" },
  interrupted: { word: "Interrupted", colour: "#cc79a7" },
};

/** @param {string} status */
export function isActive(status) {
  return ["queued", "starting", "training", "paused"].includes(status);
}

/**
 * What the chip says: the word, and the place in the queue where there is one.
 * @param {string} status
 * @param {number} [position] from 1
 */
export function statusText(status, position = 0) {
  const word = STATUS[status]?.word ?? status;
  return status === "queued" && position > 0 ? `${word}, place ${position}` : word;
}

/**
 * A coloured dot and a word. `.np-status` is styled here, so that every chip looks the same.
 * @returns {HTMLElement}
 */
export function statusChip() {
  const chip = document.createElement("span");
  const dot = document.createElement("span");
  const word = document.createElement("span");
  chip.style.cssText =
    "display:inline-flex;align-items:center;gap:0.45em;padding:0.12em 0.65em 0.12em 0.5em;border-radius:999px;" +
    "font-size:0.82em;font-weight:500;line-height:1.6;white-space:nowrap;" +
    "background:color-mix(in srgb, var(--np-status) 14%, transparent);";
  dot.style.cssText = "flex:none;width:0.55em;height:0.55em;border-radius:50%;background:var(--np-status);";
  dot.setAttribute("aria-hidden", "true");
  chip.className = "np-status";
  chip.append(dot, word);
  return chip;
}

/**
 * Shows a status on a chip made by `statusChip`; touches the page only where something changed.
 * @param {HTMLElement} chip
 * @param {string} status
 * @param {number} [position]
 */
export function setStatus(chip, status, position = 0) {
  const [dot, word] = /** @type {HTMLElement[]} */ ([...chip.children]);
  const text = statusText(status, position);
  if (word.textContent !== text) word.textContent = text;
  if (chip.dataset.status === status) return;
  chip.dataset.status = status;
  chip.style.setProperty("--np-status", STATUS[status]?.colour ?? "#8a93a8");
  for (const animation of dot.getAnimations()) animation.cancel();
  if (STATUS[status]?.moves && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
    dot.animate([{ opacity: 1 }, { opacity: 0.25 }, { opacity: 1 }], { duration: 1400, iterations: Infinity });
  }
}
