// @ts-check
/** Why a page about one run has nothing to show, and the way on from there. */

import { element } from "../shared/dom/element.js";
import { faultBox } from "../shared/dom/fault.js";
import { Fault } from "../shared/server/look.js";
import { isActive } from "../shared/run/status.js";

/** @typedef {import("../shared/server/runlist.js").RunRow} RunRow */
/** @typedef {{title: string, text: string, build: string}} Reason */

/** What stands there while the network is read: an engine may have to load a large data set first. */
export const READING = { status: 0, reading: true };

/**
 * The reason in words, or null where the error speaks for itself.
 * @param {unknown} error why the run's network could not be read, or READING
 * @param {RunRow | null} row the run on show, null where it is not in the list
 * @param {boolean} none there are no runs at all
 * @returns {Reason | null}
 */
function reasonOf(error, row, none) {
  if (none) return { title: "No runs yet", text: "Stack a few layers and press Train: its network can be looked into from the first step on, while it learns.", build: "Build a network" };
  const status = error instanceof Fault ? error.status : null;
  if (status === 404 && !row) return { title: "There is no such run", text: "It was deleted, or it belongs to somebody else. Choose one of your own above, or train a new one.", build: "Open Build" };
  if (!error || (!row && error !== READING)) return null;
  if (row?.status === "queued") return { title: "This run waits in line", text: "Its network appears here as soon as training begins.", build: "" };
  if (row?.status === "starting") return { title: "This run is starting", text: "Its network appears here in a moment.", build: "" };
  if (error === READING) return { title: "Reading the network", text: "An engine opens the run and its data. A large data set takes a while the first time.", build: "" };
  if (status === 409 && row && !isActive(row.status)) return { title: "This run kept no weights", text: `It ended (${row.status}) before the first were saved, so there is no network to look into. Train it again on the Build page, or choose another run above.`, build: "Open Build" };
  return null;
}

export class Absence {
  /** @param {() => void} onBuild the person wants to build a network */
  constructor(onBuild) {
    this.onBuild = onBuild;
    this.root = element("div", { class: "npi-absence", role: "status", hidden: true });
    this.seen = "";
  }

  /**
   * @param {unknown} error why the network of the run on show cannot be read, or null
   * @param {RunRow | null} [row] the run on show
   * @param {boolean} [none] there are no runs
   */
  draw(error, row = null, none = false) {
    const reason = reasonOf(error, row, none);
    const now = JSON.stringify([reason, error instanceof Error ? { ...error, message: error.message } : error]);
    if (now === this.seen) return;
    this.seen = now;
    this.root.hidden = !reason && !error;
    if (reason) {
      const button = reason.build && element("button", { type: "button", class: "npi-button npi-primary", text: reason.build, onclick: this.onBuild });
      this.root.replaceChildren(element("h3", { text: reason.title }), element("p", { text: reason.text }), ...(button ? [button] : []));
    } else this.root.replaceChildren(...(error ? [faultBox(error)] : []));
  }
}
