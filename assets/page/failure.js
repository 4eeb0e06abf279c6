// @ts-check
/** The line below the head of a page that says why a run failed, and whose weights are on show all the same. */

import { element, setText } from "../shared/dom/element.js";

export class Failure {
  constructor() {
    this.root = element("p", { class: "npi-failure", role: "status", hidden: true });
  }

  /**
   * @param {import("../shared/server/runlist.js").RunRow | null} row the run on show
   * @param {{anatomy: import("../shared/server/anatomy.d.ts").Anatomy | null, weights: import("./timeline.js").Weights}} view
   */
  draw(row, { anatomy, weights }) {
    const text = row?.status === "failed" && anatomy ? said(row.error, weights === "now" ? anatomy.epoch : null) : "";
    this.root.hidden = !text;
    setText(this.root, text);
  }
}

/** @param {{what?: string, fix?: string} | null | undefined} error @param {number | null} epoch the last saved; null: other weights are on show */
function said(error, epoch) {
  const why = [error?.what, error?.fix].filter(Boolean).join(" ");
  const shown = epoch === null ? "" : ` Shown are its last saved weights (${epoch > 0 ? `epoch ${epoch}` : "before training"}).`;
  return `This run failed${why ? `: ${why}` : "."}${shown}`;
}
