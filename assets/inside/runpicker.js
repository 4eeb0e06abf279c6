// @ts-check
/** Which run: a button that says the run on show and opens a list to search in. */

import { element } from "../element.js";

export class RunPicker {
  /** @param {(id: string) => void} onPick */
  constructor(onPick) {
    this.select = element("select", { "aria-label": "Run", title: "Another run → everything below shows its network", onchange: () => onPick(this.select.value) });
    this.root = element("div", { class: "npi-runs" }, this.select);
    this.seen = "";
  }

  /** @param {import("../runlist.js").RunRow[] | null} rows @param {string | null} run @param {any} _error */
  draw(rows, run, _error) {
    const now = JSON.stringify([rows?.map(({ id, name, status }) => [id, name, status]), run]);
    if (now === this.seen) return;
    this.seen = now;
    this.select.replaceChildren(...(rows ?? []).map(({ id, name, status }) => element("option", { value: id, text: `${name} · ${status}`, selected: id === run })));
    this.root.hidden = !rows?.length;
  }
}
