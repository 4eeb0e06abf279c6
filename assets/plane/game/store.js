// @ts-check
/** What the Playground knows at a moment, in one value that is replaced and never changed; who asks is told which fields are new. */

/** @typedef {import("../../shared/run/run.js").Run} Run */
/** @typedef {import("../../shared/drawing/theme.js").Theme} Theme */
/** @typedef {{kind: "unit", layer: string, unit: number} | {kind: "link", layer: string, row: number, column: number} | {kind: "bias", layer: string, unit: number} |
 *   {kind: "point", index: number | null, x: number, y: number}} Selection */
/**
 * sketch: what a person edits, see playground/plane/sketch.py. made: the last answer of POST /api/plane. choices: everything selectable.
 * frame: maps and weights on show, `{units, lows, highs, winner, surety, weights, guesses, meta}`; live, or replayed when `when` is an epoch.
 * run: null before the first play. status: "new", "beginning", or the run's. keyframes: epochs that can be replayed.
 * speed: epochs a second, null for as fast as it can. keep: a change of the network keeps what was learned.
 * hidden: ids of controls that a class view hides. said: what the last change did. fault: what is wrong now.
 * @typedef {{sketch: any, made: any, choices: any, frame: any, run: Run | null, runId: string | null, when: "now" | number, status: string, link: string,
 *   keyframes: number[], selection: Selection | null, painting: any, hidden: Set<string>, expert: boolean, keep: boolean, theme: Theme,
 *   speed: number | null,
 *   said: {kind: string, text: string} | null, fault: any, busy: boolean, challenge: any}} State
 */

/** @returns {State} */
function emptyState() {
  return {
    sketch: null, made: null, choices: null, frame: null, run: null, runId: null, when: "now", status: "new", link: "open",
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
