// @ts-check
/** The runs of this browser, read from the API and kept fresh while one of them goes on. */

import { Fault, faultOf } from "./look.js";
import { isActive } from "../run/status.js";

/** @typedef {{id: string, name: string, status: string, position: number, created: number, epoch: number, epochs: number, data: string, data_title?: string, metrics: import("../run/run.js").Metric[], summary: Record<string, any>, error: any}} RunRow */

const EVERY_MS = 2000;

export class RunList {
  /** @param {(rows: RunRow[] | null, error: Fault | null) => void} onRows newest first, null while none could be read */
  constructor(onRows) {
    this.onRows = onRows;
    /** @type {RunRow[] | null} */
    this.rows = null;
    this.timer = 0;
    this.open = true;
    this.wake = () => !document.hidden && this.read();
    document.addEventListener("visibilitychange", this.wake);
    this.read();
  }

  /** Reads them now; again every two seconds while a run goes on or the server does not answer. */
  async read() {
    clearTimeout(this.timer);
    let fault = null;
    try {
      this.rows = await runs();
    } catch (error) {
      fault = error instanceof Fault ? error : new Fault({ what: "The server does not answer.", fix: "This page tries again by itself." });
    }
    if (!this.open) return;
    clearTimeout(this.timer);
    if ((fault || this.rows?.some((row) => isActive(row.status))) && !document.hidden) this.timer = window.setTimeout(() => this.read(), EVERY_MS);
    this.onRows(this.rows, fault);
  }

  close() {
    this.open = false;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.wake);
  }
}

/** @returns {Promise<RunRow[]>} */
async function runs() {
  const answer = await fetch("/api/runs", { cache: "no-store", credentials: "same-origin" });
  if (!answer.ok) throw await faultOf(answer);
  return (await answer.json()).runs;
}
