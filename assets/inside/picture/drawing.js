// @ts-check
/** A sheet of paper: what is drawn goes to the network while it is drawn. */

import { element } from "../../shared/dom/element.js";
import { faultBox } from "../../shared/dom/fault.js";
import { isAbort } from "../../shared/server/look.js";
import { usual } from "./prepare.js";
import { send } from "./send.js";

const SIDE = 256; // pixels of the paper
const CALM = 120; // milliseconds after a movement until the drawing is sent
const INK = "#111111";
const PAPER = "#ffffff";

export class DrawSource {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.erases = false;
    this.timer = 0;
    this.sending = false;
    this.again = false;
    /** @type {string | null} */
    this.last = null; // the id of what was sent last

    this.paper = element("canvas", { class: "npi-paper", width: SIDE, height: SIDE, role: "img", "aria-label": "Paper to draw on, with mouse, finger or pen", onpointerdown: (event) => this.begin(event), onpointermove: (event) => this.stroke(event) });
    this.brush = element("input", { type: "range", min: 4, max: 48, value: 20, "aria-label": "Width of the brush", title: "Wider → thicker strokes; about a twelfth of the paper looks like a training digit" });
    this.ink = element("input", { type: "color", value: INK, "aria-label": "Colour of the brush", title: "Colour of the brush" });
    this.inked = element("label", { class: "npi-check" }, "Colour", this.ink);
    this.eraser = element("button", { type: "button", class: "npi-button", "aria-pressed": "false", text: "Eraser", title: "Strokes take away", onclick: () => this.erase(!this.erases) });
    const clear = element("button", { type: "button", class: "npi-button", text: "Clear", title: "An empty sheet", onclick: () => this.clear() });
    this.fault = element("div");
    this.tools = element("div", { class: "npi-draw-tools" }, element("p", { class: "npi-quiet", text: "Draw here: the network answers as you draw." }),
      element("span", { class: "npi-prepare" }, element("label", { class: "npi-check" }, "Brush", this.brush), this.inked, this.eraser, clear), this.fault);
    this.root = element("div", { class: "npi-source npi-draw" }, this.paper, this.tools);
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.paper.getContext("2d"));
    this.blank();
  }

  /** @param {import("../context.js").View} view */
  show(view) {
    this.inked.hidden = view.anatomy.input_shape[2] === 1;
  }

  blank() {
    this.pen.fillStyle = PAPER;
    this.pen.fillRect(0, 0, SIDE, SIDE);
  }

  clear() {
    this.blank();
    this.erase(false);
    this.soon();
  }

  /** @param {boolean} on */
  erase(on) {
    this.erases = on;
    this.eraser.setAttribute("aria-pressed", String(on));
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (event.button) return;
    event.preventDefault();
    this.paper.setPointerCapture(event.pointerId);
    this.from = this.place(event);
    this.line(this.from, event);
  }

  /** @param {PointerEvent} event */
  stroke(event) {
    if (!this.from || !this.paper.hasPointerCapture(event.pointerId)) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const each of moves.length ? moves : [event]) this.line(this.place(each), each);
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  place(event) {
    const box = this.paper.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  }

  /** @param {[number, number]} to @param {PointerEvent} event */
  line(to, event) {
    const { pen } = this;
    const from = this.from ?? to;
    pen.strokeStyle = this.erases ? PAPER : this.inked.hidden ? INK : this.ink.value;
    pen.lineWidth = Number(this.brush.value) * (this.erases ? 1.6 : event.pointerType === "pen" ? 0.5 + event.pressure : 1);
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(to[0], to[1] + (from === to ? 0.01 : 0)); // a dot
    pen.stroke();
    this.from = to;
    this.soon();
  }

  soon() {
    if (!this.timer) this.timer = window.setTimeout(() => this.send(), CALM);
  }

  async send() {
    this.timer = 0;
    this.again = this.sending;
    if (this.sending) return;
    this.sending = true;
    try {
      const picture = await new Promise((resolve) => this.paper.toBlob(resolve, "image/png"));
      this.last = await send(picture, { name: "The drawing", instead: this.last });
      this.fault.replaceChildren();
      const { view } = this.context.host;
      if (this.root.isConnected && view.anatomy) {
        const kept = view.picture.title === TITLE ? view.picture.prepare : usual(view.anatomy, { drawn: true });
        this.context.choose({ picture: { source: `upload:${this.last}`, title: TITLE, prepare: kept } });
      }
    } catch (error) {
      if (!isAbort(error)) this.fault.replaceChildren(faultBox(error));
    }
    this.sending = false;
    if (this.again) this.send();
  }

  hide() {
    clearTimeout(this.timer);
    this.timer = 0;
  }
}

const TITLE = "Your drawing";
