// @ts-check
/** What a person takes along or passes on: a link that holds everything, a class view, pictures, the settings, the curves. */

import { element, setText } from "../../shared/dom/element.js";
import { tell } from "../../shared/dom/fault.js";
import { save } from "../../shared/dom/save.js";
import { ClassView } from "./classview.js";
import { hiddenText } from "./controls.js";
import { Dialog } from "../dialog.js";
import { request } from "../game/server.js";

/** @typedef {import("../game/store.js").State} State */

const SAID = 2500; // milliseconds that "Copied" stands

export class Share {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {import("../game/messages.d.ts").Experiment | null} */
    this.experiment = null;
    this.address = element("input", { type: "text", readonly: true, class: "npp-number npp-address", "aria-label": "Link", onfocus: () => this.address.select() });
    this.copy = element("button", { type: "button", class: "npp-button npp-primary", text: "Copy link", onclick: () => this.take() });
    this.facts = element("p", { class: "npp-quiet" });
    this.fault = element("div");
    this.view = new ClassView(() => this.draw());
    this.files = element("div", { class: "npp-buttons" });
    this.dialog = new Dialog("Share",
      element("section", {}, element("h4", { text: "Link" }), element("div", { class: "npp-link" }, this.address, this.copy), this.facts, this.fault),
      element("section", {}, element("h4", { text: "Files" }), this.files),
      element("section", {}, element("h4", { text: "For a class" }), this.view.root));
  }

  async open() {
    const { runId, made } = this.context.state;
    this.view.start(this.context.state.hidden);
    this.found = runId ? null : { experiment: made?.experiment, link: made?.link ?? null, error: made?.link_error ?? null };
    this.draw();
    this.drawFiles();
    this.dialog.open();
    if (!runId) return;
    try {
      this.found = await request(`/api/runs/${encodeURIComponent(runId)}/shared`);
    } catch (error) {
      this.found = { experiment: made?.experiment, link: null, error };
    }
    this.draw();
    this.drawFiles();
  }

  draw() {
    const { experiment, link, error } = this.found ?? {};
    const hide = hiddenText(this.view.hidden);
    this.address.value = link ? `${location.origin}${location.pathname}?x=${link}${hide ? `&hide=${hide}` : ""}` : "";
    this.copy.disabled = !link;
    this.address.placeholder = this.found ? "" : "One moment …";
    const changes = experiment?.changes?.length ?? 0;
    setText(this.facts, link ? `Holds everything: data, network, settings, seed${changes ? `, and ${changes} ${changes === 1 ? "change" : "changes"} made while it trained` : ""}. On the same kind of machine it gives the same curve.` : "");
    tell(this.fault, error ? { ...error, fix: error.fix || "Take the settings as a file instead." } : null);
  }

  drawFiles() {
    const { runId, run } = this.context.state;
    const link = (/** @type {string} */ text, /** @type {string} */ title, /** @type {string} */ name, /** @type {string | null} */ href, /** @type {(() => void) | null} */ onclick = null) =>
      href || onclick ? element("a", { class: "npp-button", href: href ?? "#", download: name, title, text, onclick: onclick ? (event) => (event.preventDefault(), onclick()) : null }) : element("button", { type: "button", class: "npp-button", disabled: true, title: "Train first", text });
    const path = runId && run?.started ? `/api/runs/${encodeURIComponent(runId)}` : null;
    this.files.replaceChildren(
      link("Picture (PNG)", "The map as it is now, large", "playground.png", path && `${path}/plane.png`),
      link("Film (GIF)", "How the map came to be, epoch by epoch", "playground.gif", path && `${path}/training.gif`),
      link("Curves (CSV)", "What was measured of each epoch that was kept", "curves.csv", null, run?.epochs.x.length ? () => save("curves.csv", new Blob([curvesCsv(run.epochs)], { type: "text/csv" })) : null),
      link("Settings (JSON)", "The whole experiment; POST /api/runs takes it", "experiment.json", null, this.found?.experiment ? () => save("experiment.json", new Blob([JSON.stringify(this.found.experiment, null, 2)], { type: "application/json" })) : null),
      link("Script (Python)", "Plain Keras that trains the same network", "train.py", path && `${path}/source`));
  }

  async take() {
    try {
      await navigator.clipboard.writeText(this.address.value);
    } catch {
      this.address.focus();
      this.address.select();
      document.execCommand("copy"); // pages that are not served safely have no clipboard
    }
    setText(this.copy, "Copied");
    setTimeout(() => setText(this.copy, "Copy link"), SAID);
  }
}

/** @param {import("../../shared/run/curve.js").Curve} curve one line for each epoch that was kept */
export function curvesCsv({ x, values }) {
  const names = Object.keys(values);
  const rows = Array.from(x, (epoch, i) => [epoch, ...names.map((name) => (Number.isFinite(values[name][i]) ? values[name][i] : ""))].join(","));
  return [["epoch", ...names].join(","), ...rows, ""].join("\r\n");
}
