// @ts-check
/** Pictures from a person's disk or clipboard: chosen, dropped or pasted; several stand side by side. */

import { element, setAttribute } from "../../shared/dom/element.js";
import { faultBox } from "../../shared/dom/fault.js";
import { Fault } from "../../shared/server/look.js";
import { usual } from "./prepare.js";
import { send } from "./send.js";

const PLACE = "np.pictures"; // in the browser tab's storage: what was sent from here
const MOST = 24; // sent at once, and shown side by side

/** @typedef {{id: string, name: string}} Sent */

export class UploadSource {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.files = element("input", { type: "file", accept: "image/png,image/jpeg,image/webp,image/gif,image/bmp", multiple: true, hidden: true, onchange: () => this.take([...(this.files.files ?? [])]) });
    this.zone = element("button", { type: "button", class: "npi-drop", title: "Choose pictures from this computer → the network looks at them", onclick: () => this.files.click() },
      element("strong", { text: "Choose pictures" }), element("span", { class: "npi-quiet", text: "or drop them here, or paste one. PNG, JPEG, WebP, GIF or BMP." }));
    this.strip = element("div", { class: "npi-strip", role: "listbox", "aria-label": "Your pictures", tabindex: 0 });
    this.says = element("div", { "aria-live": "polite" });
    this.root = element("div", { class: "npi-source" }, this.files, this.zone, this.strip, this.says);
    this.paste = (/** @type {ClipboardEvent} */ event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      this.take(files);
    };
    this.zone.addEventListener("dragover", (/** @type {DragEvent} */ event) => (event.preventDefault(), this.zone.classList.add("npi-over")));
    this.zone.addEventListener("dragleave", () => this.zone.classList.remove("npi-over"));
    this.zone.addEventListener("drop", (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      this.zone.classList.remove("npi-over");
      this.take([...(event.dataTransfer?.files ?? [])]);
    });
    this.listens = false;
    this.filled = ""; // what the strip shows
  }

  /** @param {import("../context.js").View} view */
  show(view) {
    if (!this.listens) document.addEventListener("paste", this.paste);
    this.listens = true;
    this.fill(view.picture.source);
  }

  /** @param {File[]} files */
  async take(files) {
    this.files.value = "";
    /** @type {any[]} */
    const faults = [];
    if (files.length > MOST) faults.push(new Fault({ what: `Only the first ${MOST} pictures were taken.`, got: String(files.length) }));
    let first = true;
    for (const [i, file] of files.slice(0, MOST).entries()) {
      this.says.replaceChildren(element("p", { class: "npi-quiet", text: `Sending ${i + 1} of ${Math.min(files.length, MOST)} …` }));
      try {
        const sent = { id: await send(file, { name: file.name }), name: file.name };
        keep([sent, ...kept().filter(({ id }) => id !== sent.id)]);
        const { view } = this.context.host;
        if (!this.root.isConnected || !view.anatomy) continue; // the person is elsewhere by now; it waits in the strip
        if (first) this.choose(sent);
        else this.fill(view.picture.source);
        first = false;
      } catch (error) {
        faults.push(error);
      }
    }
    this.says.replaceChildren(...faults.map(faultBox));
  }

  /** @param {Sent} sent */
  choose({ id, name }) {
    const { view } = this.context;
    const prepare = view.picture.source.startsWith("upload:") && Object.keys(view.picture.prepare).length ? view.picture.prepare : usual(view.anatomy);
    this.context.choose({ picture: { source: `upload:${id}`, title: name, prepare } });
  }

  /** @param {string} source the picture on show */
  fill(source) {
    const sent = kept();
    const now = JSON.stringify([sent, source]);
    if (now === this.filled) return; // pictures stay, and do not flicker
    this.filled = now;
    this.strip.hidden = sent.length === 0;
    this.strip.replaceChildren(...sent.map((each) => {
      const image = element("img", { src: addressOf(each.id), alt: "", onerror: () => this.drop(each.id) });
      return element("div", { id: `npi-sent-${each.id}`, class: "npi-thumb", role: "option", title: each.name, "aria-label": each.name, "aria-selected": String(source === `upload:${each.id}`), onclick: () => this.choose(each) }, image);
    }));
    const shown = sent.find(({ id }) => source === `upload:${id}`);
    setAttribute(this.strip, "aria-activedescendant", shown ? `npi-sent-${shown.id}` : null);
  }

  /** The server keeps a person's newest pictures only. One that is not there for another reason stays in the list. @param {string} id */
  async drop(id) {
    const answer = await fetch(addressOf(id), { method: "HEAD", credentials: "same-origin" }).catch(() => null);
    if (answer?.status !== 404) return;
    keep(kept().filter((each) => each.id !== id));
    this.fill(this.context.host.view.picture.source);
  }

  /** @param {number} by one picture on or back */
  step(by) {
    const sent = kept();
    const at = sent.findIndex(({ id }) => this.context.host.view.picture.source === `upload:${id}`);
    if (sent.length) this.choose(sent[(at + by + sent.length) % sent.length]);
  }

  hide() {
    document.removeEventListener("paste", this.paste);
    this.listens = false;
  }
}

/** @param {string} id */
const addressOf = (id) => `/api/pictures/${id}.png`;

/** @returns {Sent[]} */
function kept() {
  try {
    const found = JSON.parse(sessionStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => /^\w+$/.test(each?.id)) : [];
  } catch {
    return [];
  }
}

/** @param {Sent[]} sent */
function keep(sent) {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(sent.slice(0, MOST)));
  } catch {
    // Storage is switched off: the picture on show is enough.
  }
}
