// @ts-check
/** What the Playground knows at a moment, in one value that is replaced and never changed; who asks is told which fields are new. */

/** @typedef {import("../../shared/run/run.js").Run} Run */
/** @typedef {import("../../shared/drawing/theme.js").Theme} Theme */
/** @typedef {{kind: "unit", layer: string, unit: number} | {kind: "link", layer: string, row: number, column: number} | {kind: "bias", layer: string, unit: number} |
 *   {kind: "point", index: number | null, x: number, y: number}} Selection */
/** @typedef {import("./messages.d.ts").Sketch} Sketch */
/** @typedef {import("./messages.d.ts").Made} Made */
/** @typedef {import("./messages.d.ts").Choices} Choices */
/** @typedef {import("./messages.d.ts").Frame} Frame */
/** What the brush does: it paints a class or a value, or it erases. size: its radius. @typedef {{class?: number, value?: number, size: number, erase: boolean}} Painting */
/** An error to be told: a Fault, or what the server says of one. @typedef {import("./messages.d.ts").Said & {status?: number, message?: string}} Wrong */
/**
 * sketch: what a person edits. made: what the server says of it. choices: everything selectable. Sketch and theme are null until they are
 * known; nothing is drawn before. frame: maps and weights on show; live, or replayed when `when` is an epoch.
 * run: null before the first play. status: "new", "beginning", or the run's. keyframes: epochs that can be replayed.
 * speed: epochs a second, null for as fast as it can. keep: a change of the network keeps what was learned.
 * hidden: ids of controls that a class view hides. said: what the last change did. fault: what is wrong now.
 * @typedef {{sketch: Sketch, made: Made | null, choices: Choices | null, frame: Frame | null, run: Run | null, runId: string | null, when: "now" | number, status: string, link: string,
 *   keyframes: number[], selection: Selection | null, painting: Painting | null, hidden: Set<string>, expert: boolean, keep: boolean, theme: Theme,
 *   speed: number | null,
 *   said: {kind: string, text: string} | null, fault: Wrong | null, busy: boolean, challenge: import("../learn/challenges.js").Challenge | null}} State
 */

/** @returns {State} */
function emptyState() {
  return {
    sketch: /** @type {any} */ (null), made: null, choices: null, frame: null, run: null, runId: null, when: "now", status: "new", link: "open",
    keyframes: [], selection: null, painting: null, hidden: new Set(), expert: false, keep: true, theme: /** @type {any} */ (null),
    speed: null, said: null, fault: null, busy: false, challenge: null,
  };
}

export class Store {
  /** @param {(patch: Partial<State>) => void} onChange */
  constructor(onChange) {
    this.state = emptyState();
    this.onChange = onChange;
  }

  /** @param {Partial<State>} patch */
  set(patch) {
    this.state = { ...this.state, ...patch };
    this.onChange(patch);
  }
}
