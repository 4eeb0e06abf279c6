// @ts-check
/** What the next run shall do with an example: leave it out, or learn it with another label. Python changes the experiment on Build. */

import { element, setText } from "../../shared/dom/element.js";
import { tell } from "../../shared/dom/fault.js";

/** @typedef {{data: string, excluded: string[], relabelled: Record<string, number>, error: {what: string, kind?: string} | null}} Edits */

export class NextRun {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Edits | null} */
    this.edits = null;
    this.example = "";
    this.leave = element("button", { type: "button", class: "npi-button", text: "Leave out", title: "The next run is trained and tested without this example; the split of all others stays", onclick: () => this.act({ do: "exclude" }) });
    this.label = element("select", { "aria-label": "New label", title: "The label that this example bears in the next run", onchange: () => this.label.value && this.act({ do: "relabel", label: Number(this.label.value) }) });
    this.back = element("button", { type: "button", class: "npi-button", text: "Use it as it is", title: "Takes back what was decided for this example", onclick: () => this.act({ do: "restore" }) });
    const [editor] = context.pages("build");
    this.build = element("button", { type: "button", class: "npi-button", text: `Go to ${editor.title}`, title: "Train the next run there", onclick: () => this.context.act({ do: editor.key, id: "" }) });
    this.says = element("p", { role: "status" });
    this.fault = element("div");
    this.anyway = element("button", { type: "button", class: "npi-button", text: "Put this run's settings onto Build, and do it", title: "Replaces the experiment on Build by the one that made this run; undo there brings yours back", onclick: () => this.act({ ...this.last, fresh: true }) });
    this.refused = ""; // the example of which something was refused
    /** @type {import("../../page/runpage.js").Act} */
    this.last = { do: "" };
    this.root = element("section", { class: "npm-next", "aria-label": "In the next run" }, element("h4", { text: "In the next run" }), element("div", { class: "npi-buttons" }, this.leave, this.label, this.back), this.says, this.fault, this.anyway, this.build);
  }

  clear() {
    this.example = "";
    this.root.hidden = true;
  }

  /** @param {import("../answers.d.ts").Stored} body @param {import("../context.js").View} view */
  show(body, { anatomy }) {
    this.example = body.example ?? "";
    this.root.hidden = !body.example;
    this.classes = anatomy.classes;
    this.data = anatomy.data;
    this.own = body.label;
    this.label.replaceChildren(element("option", { value: "", text: "Relabel …" }), ...anatomy.classes.flatMap((name, k) => (k === body.label ? [] : [element("option", { value: k, text: name })])));
    this.label.hidden = anatomy.classes.length < 2;
    this.draw();
  }

  /** @param {Edits | null} edits what the experiment on Build says now */
  heed(edits) {
    this.edits = edits;
    if (edits?.error) this.refused = this.example;
    this.draw();
  }

  draw() {
    const { edits, example } = this;
    if (!example) return;
    const mine = edits && edits.data === this.data ? edits : null;
    const out = mine?.excluded.includes(example) ?? false;
    const label = mine?.relabelled[example];
    const decided = out || label !== undefined;
    const had = document.activeElement;
    this.leave.disabled = out;
    this.label.value = label === undefined ? "" : String(label);
    this.back.hidden = this.build.hidden = !decided;
    if (had === this.leave && out) this.back.focus(); // what cannot be pressed any more hears no keys
    if (had === this.back && !decided) this.leave.focus();
    setText(this.says, out ? "Left out: the experiment on Build no longer has this example." : label !== undefined ? `Relabelled: on Build this example is ${this.classes?.[label] ?? label} now.` : "");
    const error = this.refused === example ? edits?.error : null;
    tell(this.fault, error);
    this.anyway.hidden = error?.kind !== "conflict";
  }

  /** @param {import("../../page/runpage.js").Act} act what is to be done with the example on show */
  act(act) {
    this.last = act;
    this.context.act({ ...act, id: this.context.view.run, example: this.example });
  }
}
