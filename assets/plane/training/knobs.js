// @ts-check
/** The arguments of a Keras object as small fields behind one button, made from what the server says of each. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";

/** @typedef {import("../game/messages.d.ts").Param} Param */
/** @typedef {import("../game/messages.d.ts").Value} Value */

export class Knobs {
  /** @param {string} title @param {(args: import("../game/messages.d.ts").Args) => void} onchange */
  constructor(title, onchange) {
    this.onchange = onchange;
    this.shown = "";
    this.list = element("div", { class: "npp-knobs-list" });
    this.summary = element("summary", { class: "npp-button", title }, element("span", { text: "Knobs" }));
    const beside = (/** @type {PointerEvent} */ event) => !this.root.contains(/** @type {Node} */ (event.composedPath()[0])) && this.close();
    const listen = () => (this.root.open ? document.addEventListener("pointerdown", beside) : document.removeEventListener("pointerdown", beside));
    this.root = element("details", { class: "npp-knobs", ontoggle: listen, onkeydown: (event) => event.key === "Escape" && this.close() }, this.summary, this.list);
  }

  close() {
    this.root.open = false;
  }

  /** @param {Param[]} params @param {import("../game/messages.d.ts").Args} args @param {boolean} disabled */
  draw(params, args, disabled) {
    const knobs = params.filter(({ name }) => name !== "learning_rate");
    const now = JSON.stringify([knobs, args, disabled]);
    if (now === this.shown || (this.root.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement && document.activeElement.type === "text")) return;
    this.shown = now;
    const changed = knobs.filter(({ name }) => name in args).length;
    setText(/** @type {Element} */ (this.summary.firstElementChild), changed ? `Knobs, ${changed} changed` : "Knobs");
    setAttribute(this.summary, "aria-disabled", knobs.length ? null : "true");
    this.list.replaceChildren(...knobs.map((knob) => this.row(knob, args, disabled)));
  }

  /** @param {Param} knob @param {import("../game/messages.d.ts").Args} args @param {boolean} disabled */
  row(knob, args, disabled) {
    const value = knob.name in args ? args[knob.name] : knob.default;
    const title = knob.name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
    const give = (/** @type {Value} */ next) => this.onchange({ [knob.name]: next });
    const input = knob.type === "bool" ? toggle(value, disabled, give) : knob.type === "choice" ? choice(knob, value, disabled, give) : number(knob, value, disabled, give);
    input.setAttribute("aria-label", title);
    return element("label", { class: "npp-knob", title: knob.help }, element("span", { text: title }), input);
  }
}

/** @param {Value} value @param {boolean} disabled @param {(value: boolean) => void} give */
function toggle(value, disabled, give) {
  const input = element("input", { type: "checkbox", role: "switch", class: "npp-switch", checked: value === true, disabled, onchange: () => give(input.checked) });
  return input;
}

/** @param {Param} knob @param {Value} value @param {boolean} disabled @param {(value: Value) => void} give */
function choice({ options = [] }, value, disabled, give) {
  const select = element("select", { class: "npp-select", disabled, onchange: () => give(options[select.selectedIndex]) }, ...options.map((option) => element("option", { text: String(option ?? "none"), selected: option === value })));
  return select;
}

/** @param {Param} knob @param {Value} value @param {boolean} disabled @param {(value: number | null) => void} give */
function number(knob, value, disabled, give) {
  const read = () => {
    const text = field.value.trim().replace(",", ".");
    const found = text === "" ? null : Number(text);
    const fits = found === null ? knob.optional === true : found >= (knob.low ?? -Infinity) && found <= (knob.high ?? Infinity) && (knob.type !== "int" || Number.isInteger(found));
    setAttribute(field, "aria-invalid", fits ? null : "true");
    if (fits) give(found);
  };
  const field = element("input", { type: "text", inputmode: "decimal", autocomplete: "off", class: "npp-number", value: value ?? "", placeholder: "none", disabled, onchange: read });
  return field;
}
