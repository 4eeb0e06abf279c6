// @ts-check
/** The Runs page: shows the rows that Python gave, keeps active ones fresh from the API, and says what was clicked. */

import { isActive } from "../shared/run/status.js";
import { merged } from "./rows.js";
import { Table } from "./table.js";

/** @typedef {import("./rows.js").Row} Row */

const EVERY_MS = 2000;

/** @type {WeakMap<object, RunsPage>} */
const pages = new WeakMap();

/** @typedef {import("../shared/streamlit.d.ts").Mount<{page: string, pages: import("../shared/dom/pages.js").PageEntry[], rows: import("./rows.js").Row[]}>} Mount */
/** @typedef {import("../shared/server/runlist.js").RunRow} RunRow */

/** @param {Mount} component */
export function render(component) {
  const place = component.parentElement;
  const page = pages.get(place) ?? new RunsPage(place, component.data.pages);
  pages.set(place, page);
  page.show(component);
  return () => {
    page.stop();
    pages.delete(place);
  };
}

class RunsPage {
  /** @type {Mount} */
  component;

  /** @param {HTMLElement} place @param {import("../shared/dom/pages.js").PageEntry[]} pages all there are */
  constructor(place, pages) {
    this.table = new Table(pages, (act) => this.act(act));
    this.timer = 0;
    this.seen = "";
    this.asked = "";
    place.appendChild(this.table.root);
    this.wake = () => !document.hidden && this.poll();
    document.addEventListener("visibilitychange", this.wake);
  }

  /** @param {Mount} component */
  show(component) {
    this.component = component;
    const text = JSON.stringify(component.data.rows);
    if (text !== this.seen) this.table.setRows(component.data.rows);
    this.seen = text;
    this.plan();
  }

  stop() {
    window.clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.wake);
    this.table.root.remove();
  }

  /** @param {{do: string, id: string, name?: string}} act */
  act(act) {
    if (act.do === "delete") this.table.remove(act.id);
    this.seen = ""; // what was changed ahead of Python's answer gives way to it, whatever it says
    this.component.setTriggerValue("act", act);
  }

  plan() {
    window.clearTimeout(this.timer);
    const alive = this.table.rows.some((row) => isActive(row.status));
    if (alive && !document.hidden) this.timer = window.setTimeout(() => this.poll(), EVERY_MS);
  }

  async poll() {
    window.clearTimeout(this.timer);
    const runs = await read();
    if (!this.table.root.isConnected) return;
    if (runs) this.fold(runs);
    this.plan();
  }

  /** Runs that came or went elsewhere are told to Python once: only it can put their settings into words. @param {RunRow[]} runs */
  fold(runs) {
    const known = new Map(runs.map((run) => [run.id, run]));
    this.table.update(this.table.rows.map((row) => (known.has(row.id) ? merged(row, known.get(row.id)) : row)));
    const ids = [...known.keys()].sort().join();
    const same = ids === this.table.rows.map((row) => row.id).sort().join();
    if (!same && ids !== this.asked) this.component.setTriggerValue("act", { do: "refresh", id: "" });
    this.asked = same ? "" : ids;
  }
}

/** @returns {Promise<RunRow[] | null>} null while the server is not reached */
async function read() {
  try {
    const answer = await fetch("/api/runs", { cache: "no-store", credentials: "same-origin" });
    if (!answer.ok) return null;
    return (await answer.json()).runs;
  } catch {
    return null;
  }
}
