// @ts-check
/** A note and tags on one example, kept by the server for this browser's owner: see `/api/marks/{data}` in docs/api.md. */

import { element, setText } from "../../shared/dom/element.js";
import { faultOf } from "../../shared/server/look.js";

const REST = 800; // milliseconds after the last key until it is kept

export class Mark {
  constructor() {
    this.note = element("textarea", { rows: 2, maxlength: 500, placeholder: "What is special about it?", "aria-label": "Note", title: "A note on this example, kept with the data set: it outlives runs", oninput: () => this.wait(), onblur: () => this.save() });
    this.tags = element("input", { type: "text", placeholder: "blurred, cut off", "aria-label": "Tags, separated by commas", title: "Tags, separated by commas → the section Groups can compare them", list: "npm-tags", oninput: () => this.wait(), onblur: () => this.save() });
    this.known = element("datalist", { id: "npm-tags" });
    this.says = element("span", { class: "npi-quiet", role: "status" });
    this.root = element("section", { class: "npm-mark", "aria-label": "Note and tags" }, element("h4", { text: "Note and tags" }, this.says), this.note, this.tags, this.known);
    this.timer = 0;
    this.data = "";
    this.example = "";
    this.kept = "";
    /** @type {Promise<unknown>} */
    this.saving = Promise.resolve();
    /** @type {Map<string, Promise<any>>} */
    this.lists = new Map(); // data set → its marks as they were when first asked for
    /** @type {Map<string, {note: string, tags: string[]}>} */
    this.own = new Map();
  }

  clear() {
    this.save();
    this.example = "";
  }

  /** @param {string} data @param {string | null} example */
  async show(data, example) {
    if (example === this.example) return;
    this.root.hidden = !example;
    this.data = data;
    this.example = example ?? "";
    this.put({ note: "", tags: [] });
    setText(this.says, "");
    try {
      await this.read(data);
      if (example === this.example) this.put(this.own.get(`${data} ${example}`) ?? { note: "", tags: [] });
    } catch (error) {
      setText(this.says, /** @type {import("../../shared/dom/fault.js").Said} */ (error).what ?? "Notes cannot be read at the moment.");
    }
  }

  /** @param {{note: string, tags: string[]}} mark */
  put({ note, tags }) {
    this.note.value = note;
    this.tags.value = tags.join(", ");
    this.kept = this.text();
  }

  /** All marks of a data set, once. @param {string} data */
  read(data) {
    const known = this.lists.get(data) ?? fetch(`/api/marks/${encodeURIComponent(data)}`, { cache: "no-store", credentials: "same-origin" }).then(async (answer) => {
      if (!answer.ok) throw await faultOf(answer);
      const body = await answer.json();
      for (const mark of body.marks) this.own.set(`${data} ${mark.example}`, mark);
      this.known.replaceChildren(...Object.keys(body.tags).map((value) => element("option", { value })));
    });
    this.lists.set(data, known);
    known.catch(() => this.lists.delete(data));
    return known;
  }

  text() {
    return JSON.stringify([this.note.value.trim(), this.tags.value.split(",").map((/** @type {string} */ tag) => tag.trim()).filter(Boolean)]);
  }

  wait() {
    clearTimeout(this.timer);
    setText(this.says, "");
    this.timer = window.setTimeout(() => this.save(), REST);
  }

  async save() {
    clearTimeout(this.timer);
    const text = this.text();
    const { data, example } = this;
    if (!example || text === this.kept) return;
    this.kept = text;
    const [note, tags] = JSON.parse(text);
    this.own.set(`${data} ${example}`, { note, tags });
    const before = this.saving;
    const put = async () => {
      await before; // so that the last one written is the last one kept
      return fetch(`/api/marks/${encodeURIComponent(data)}`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ example, note, tags }), credentials: "same-origin" }).catch(() => null);
    };
    const saving = (this.saving = put());
    const answer = await saving;
    const wrong = answer?.ok ? "" : answer ? (await faultOf(answer)).message : "Not kept: the server does not answer.";
    if (example !== this.example || text !== this.text()) return;
    if (wrong) this.kept = ""; // the next change tries again
    setText(this.says, wrong || "Kept.");
  }
}
