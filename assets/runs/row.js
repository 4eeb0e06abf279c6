// @ts-check
/** One run as a table row (a card where it is narrow): built once, changed only where its data changed, so that focus stays. */

import { drawn } from "../shared/dom/svg.js";
import { element, setAttribute, setText } from "../shared/dom/element.js";
import { duration, formatOf, whole } from "../shared/drawing/format.js";
import { isActive, setStatus, statusChip } from "../shared/run/status.js";
import { icon } from "../shared/dom/icons.js";
import { pagesAbout, symbol } from "../shared/dom/pages.js";
import { ago, exactly, polyline } from "./rows.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {(act: {do: string, id: string, name?: string}) => void} Act */

const WIDTH = 64; // of the small curve
const HEIGHT = 20;
const MAX_NAME = 120;

export class RowView {
  /** @param {Row} row @param {import("../shared/dom/pages.js").PageEntry[]} pages all there are @param {Act} act */
  constructor(row, pages, act) {
    this.row = row;
    this.pages = pages;
    this.act = act;
    this.open = element("button", { type: "button", class: "np-runs-open", onclick: () => this.say("open") });
    this.title = element("div", { class: "np-runs-title" }, this.open);
    this.settings = element("div", { class: "np-runs-settings" });
    this.fault = element("div", { class: "np-runs-fault" });
    this.chip = statusChip();
    this.curve = curve();
    this.measure = element("small", { class: "np-runs-measure" });
    this.cells = Object.fromEntries(["best", "last", "test", "epochs", "duration", "created"].map((name) => [name, element("span")]));
    this.actions = element("td", { class: "np-runs-actions", role: "cell" }, this.buttons());
    const { best, last, test, epochs, duration, created } = this.cells;
    this.root = element(
      "tr",
      { role: "row", class: "np-runs-row" },
      element("th", { scope: "row", role: "rowheader", class: "np-runs-name" }, this.title, this.settings, this.fault),
      element("td", { role: "cell", class: "np-runs-status" }, this.chip),
      cell("Best validation", this.curve.svg, best, this.measure),
      cell("Last validation", last),
      cell("Test", test),
      cell("Epochs", epochs),
      cell("Duration", duration),
      cell("Started", created),
      this.actions,
    );
    this.draw(row);
  }

  /** @param {Row} row */
  draw(row) {
    this.row = row;
    const { best, last, test, epochs, duration: time, created } = this.cells;
    const show = formatOf(row.metric);
    setText(this.open, row.name);
    setAttribute(this.open, "title", `Open ${row.name}`);
    setText(this.settings, unbroken(row.parameters ? `${row.settings} · ${whole(row.parameters)} parameters` : row.settings));
    setAttribute(this.settings, "title", row.network);
    setText(this.fault, row.error);
    setStatus(this.chip, row.status, row.position);
    setAttribute(this.curve.line, "points", polyline(row.curve, WIDTH, HEIGHT));
    setText(best, show(row.best));
    setText(last, show(row.last));
    setText(test, show(row.test));
    for (const score of [best, last, test]) setAttribute(score, "title", `${row.metric.title}. ${row.metric.help}`);
    setText(this.measure, row.best === null ? "" : row.metric.short.toLowerCase());
    setText(epochs, `${whole(row.epoch)} / ${whole(row.epochs)}`);
    setText(time, row.seconds ? duration(row.seconds) : "–");
    setText(created, ago(row.created, Date.now() / 1000));
    setAttribute(created, "title", exactly(row.created));
    for (const button of this.actions.querySelectorAll("[data-verb]")) setAttribute(button, "aria-label", `${button.getAttribute("data-verb")} ${row.name}`);
  }

  /** @param {string} verb */
  say(verb) {
    this.act({ do: verb, id: this.row.id });
  }

  buttons() {
    const button = (/** @type {Element} */ sign, /** @type {string} */ verb, /** @type {string} */ help, /** @type {() => void} */ onclick) =>
      element("button", { type: "button", class: "np-runs-button", title: help, "data-verb": verb, onclick }, sign);
    const looks = pagesAbout(this.pages, "run").map(({ key, title, icon: sign, help }) => button(symbol(sign), `${title}:`, `${title}: ${help}`, () => this.say(key)));
    return element(
      "div",
      { class: "np-runs-buttons" },
      ...looks,
      button(icon("rename"), "Rename", "Rename", () => this.rename()),
      button(icon("copy"), "Duplicate into Build", "Duplicate into Build: start from these settings", () => this.say("duplicate")),
      button(icon("trash"), "Delete", "Delete", () => this.ask()),
    );
  }

  /** The name becomes a field: Enter keeps what was typed, Escape the old one. */
  rename() {
    const input = element("input", { type: "text", class: "np-runs-input", maxlength: MAX_NAME, value: this.row.name, "aria-label": "New name" });
    const done = () => {
      this.title.replaceChildren(this.open);
      this.open.focus();
    };
    const save = () => {
      const name = input.value.trim();
      if (!name) return input.focus();
      if (name !== this.row.name) {
        this.draw({ ...this.row, name });
        this.act({ do: "rename", id: this.row.id, name });
      }
      done();
    };
    input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      event.stopPropagation(); // a letter typed here is no shortcut of the page
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // or the same Enter would click the name, which has the focus next
      event.key === "Enter" ? save() : done();
    });
    const keep = element("button", { type: "button", class: "np-runs-small np-runs-primary", text: "Save", onclick: save });
    const leave = element("button", { type: "button", class: "np-runs-small", text: "Cancel", onclick: done });
    this.title.replaceChildren(element("span", { class: "np-runs-renaming" }, input, keep, leave));
    input.focus();
    input.select();
  }

  /** Deleting cannot be undone, so it asks, and the harmless answer has the focus. */
  ask() {
    const end = () => {
      this.root.classList.remove("np-runs-asked");
      question.remove();
      /** @type {HTMLElement | null} */ (this.actions.querySelector('[data-verb="Delete"]'))?.focus();
    };
    const sure = () => this.say("delete");
    const running = isActive(this.row.status) ? "It is stopped first. " : "";
    const text = `Delete this run? ${running}Its curves and weights will be gone for good.`;
    const keep = element("button", { type: "button", class: "np-runs-small", text: "Keep", onclick: end });
    const question = element(
      "div",
      { class: "np-runs-question", role: "group", "aria-label": text },
      element("span", { text }),
      element("button", { type: "button", class: "np-runs-small np-runs-danger", text: "Delete", onclick: sure }),
      keep,
    );
    question.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && end());
    this.actions.append(question);
    this.root.classList.add("np-runs-asked");
    keep.focus();
  }
}

/** Lines break between settings, never within one. @param {string} text */
const unbroken = (text) => text.split(" · ").map((setting) => setting.replaceAll(" ", "\u00a0")).join("\u00a0· ");

/** @param {string} label shown in a card, where there is no header @param {...Node} children */
function cell(label, ...children) {
  return element("td", { role: "cell", class: "np-runs-number", "data-label": label }, ...children);
}

function curve() {
  const line = drawn("polyline");
  return { line, svg: drawn("svg", { class: "np-runs-curve", viewBox: `-2 -2 ${WIDTH + 4} ${HEIGHT + 4}`, "aria-hidden": "true" }, line) };
}
