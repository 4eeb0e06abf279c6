// @ts-check
/** Pointer, finger and keys on the board: looking at a place, choosing it, painting and erasing points. */

import { element, setText } from "../../shared/dom/element.js";
import { commit, undo } from "../data/history.js";
import { LIMIT, added, decode, encode, erased, inside, sprayed } from "../data/points.js";
import { acrossOf, downOf, labelColour, radiusFor } from "./dots.js";
import { answerAt, classNames, isNumbers, nearest } from "./scene.js";
import { coordinate, percent, placed } from "./words.js";

const NEAR = 10; // CSS pixels within which a point is meant
const LEAST = 0.12; // radius of the eraser at least
const STEP = 0.1; // of an arrow key
const KEYS = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/** @typedef {import("../data/points.js").Own} Own */

export class Brush {
  /** @type {import("./scene.js").Points | undefined} */
  points;
  /** @type {number | undefined} */
  width;
  /** @type {string} */
  seen;
  /** @type {import("./scene.js").Points | undefined} */
  shown;
  /** @type {HTMLElement} */
  plane;

  /** @param {import("../game/context.js").Context} context @param {import("./card.js").Card} card @param {() => void} onChange */
  constructor(context, card, onChange) {
    this.context = context;
    this.card = card;
    this.onChange = onChange;
    this.version = 0; // of what is painted over the points
    /** @type {Own | null} */
    this.pending = null; // the points while a stroke goes on
    /** @type {[number, number] | null} */
    this.at = null; // the pointer
    /** @type {[number, number] | null} */
    this.cursor = null; // the cross of the arrow keys
    /** @type {[number, number] | null} */
    this.last = null; // where the stroke left something last
    /** @type {DOMRect | undefined} */
    this.box = undefined; // where the board was when the stroke began
    this.pressed = false; // whether a press began on the board
    this.live = element("p", { class: "npp-board-hidden", "aria-live": "polite" });
  }

  /** @param {HTMLElement} plane */
  listen(plane) {
    this.plane = plane;
    plane.addEventListener("pointerdown", (event) => this.press(event));
    plane.addEventListener("pointermove", (event) => this.move(event));
    plane.addEventListener("pointerup", (event) => this.lift(event));
    plane.addEventListener("pointercancel", () => this.finish());
    plane.addEventListener("pointerleave", () => this.leave());
    plane.addEventListener("keydown", (event) => this.key(event));
    plane.addEventListener("blur", () => this.put(null));
  }

  get painting() {
    const { painting, sketch, when } = this.context.state;
    return painting && sketch?.data.name === "points" && typeof when !== "number" ? painting : null;
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  place(event) {
    const box = this.box ?? this.plane.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * 6 - 3, 3 - ((event.clientY - box.top) / box.height) * 6];
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button || isWithin(event, this.card.root)) return;
    this.put(null);
    const [x, y] = this.place(event);
    this.pressed = true;
    if (!this.painting) return;
    event.preventDefault();
    this.plane.focus({ preventScroll: true });
    this.plane.setPointerCapture(event.pointerId);
    this.begin();
    this.leaveMark(x, y);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (isWithin(event, this.card.root)) return this.leave();
    this.at = this.place(event);
    if (this.pending) {
      const moves = event.getCoalescedEvents?.() ?? [];
      for (const each of moves.length ? moves : [event]) this.leaveMark(...this.place(each));
    } else if (!this.painting && event.pointerType !== "touch") this.card.hover(this.meant(...this.at));
    this.version++;
    this.onChange();
  }

  /** @param {PointerEvent} event */
  lift(event) {
    if (event.button || isWithin(event, this.card.root)) return;
    if (this.pending) return this.finish();
    if (this.pressed && !this.painting) this.choose(...this.place(event));
  }

  leave() {
    if (this.pending) return;
    this.pressed = false;
    this.at = null;
    this.card.hover(null);
    this.version++;
    this.onChange();
  }

  /** The point or the place that is meant. @param {number} x @param {number} y */
  meant(x, y) {
    if (!inside(x, y) || !this.points) return null;
    const index = nearest(this.points, x, y, (NEAR * 6) / (this.width || 400));
    if (index === null) return { index, x, y };
    return { index, x: this.points.xy[2 * index], y: this.points.xy[2 * index + 1] };
  }

  /** @param {number} x @param {number} y */
  choose(x, y) {
    const meant = this.meant(x, y);
    this.card.hover(null);
    if (meant) this.context.set({ selection: { kind: "point", ...meant } });
  }

  begin() {
    const { data } = this.context.state.sketch;
    this.pending = decode(data.args?.points ?? "", isNumbers(this.context.state));
    this.box = this.plane?.getBoundingClientRect(); // a page that moves in the middle of a stroke does not bend it
    this.before = this.pending;
    this.last = null;
  }

  /** Points all along the way from the last place, however fast the pointer went. @param {number} x @param {number} y */
  leaveMark(x, y) {
    const { painting } = this;
    if (!this.pending || !painting) return;
    const apart = Math.max(LEAST, painting.size * 0.6);
    const [fromX, fromY] = this.last ?? [x, y];
    const count = Math.floor(Math.hypot(x - fromX, y - fromY) / apart);
    if (!this.last) this.mark(x, y, painting);
    for (let i = 1; i <= count; i++) {
      const share = (i * apart) / Math.hypot(x - fromX, y - fromY);
      this.mark(fromX + share * (x - fromX), fromY + share * (y - fromY), painting);
    }
    this.version++;
    this.onChange();
  }

  /** @param {number} x @param {number} y @param {import("../game/store.js").Painting} painting */
  mark(x, y, painting) {
    if (!this.pending) return;
    if (painting.erase) this.pending = erased(this.pending, x, y, Math.max(LEAST, painting.size));
    else this.pending = added(this.pending, sprayed(x, y, painting.size), this.label(painting));
    this.last = [x, y];
  }

  /** What painted points are: a value, or a class that there is. @param {import("../game/store.js").Painting} painting */
  label(painting) {
    return painting.value ?? Math.min(painting.class ?? 0, (this.context.state.sketch.data.args?.classes ?? 2) - 1);
  }

  /** The stroke's end: its points become part of the sketch. */
  finish() {
    const { pending, before } = this;
    if (!pending) return;
    this.pending = null;
    this.box = undefined;
    const { state } = this.context;
    if (pending !== before && this.painting) commit(this.context, { ...state.sketch.data.args, points: encode(pending, isNumbers(state)) });
    setText(this.live, pending.labels.length >= LIMIT ? `${LIMIT} points: no more fit. Erase some to paint others.` : `${pending.labels.length} points`);
    this.onChange();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.target !== this.plane) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "z" && this.painting) {
      event.preventDefault();
      return undo(this.context);
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [x, y] = this.cursor ?? [0, 0];
    const step = STEP * (event.shiftKey ? 5 : 1);
    if (KEYS[event.key]) this.put([held(x + KEYS[event.key][0] * step), held(y + KEYS[event.key][1] * step)]);
    else if (event.key === "Enter") this.enter(x, y);
    else if (["Delete", "Backspace"].includes(event.key) && this.painting) this.stroke(x, y, true);
    else if (event.key === "Escape") this.escape();
    else return;
    event.preventDefault();
    event.stopPropagation(); // the page has other uses for some of them
  }

  /** @param {number} x @param {number} y */
  enter(x, y) {
    if (!this.cursor) return this.put([x, y]); // first the cross, for nobody sees yet where it stands
    if (this.painting) this.stroke(x, y, this.painting.erase);
    else this.choose(x, y);
  }

  /** One point by key. @param {number} x @param {number} y @param {boolean} erases */
  stroke(x, y, erases) {
    const { painting } = this;
    this.begin();
    if (!this.pending || !painting) return;
    this.pending = erases ? erased(this.pending, x, y, LEAST) : added(this.pending, [x, y], this.label(painting));
    this.finish();
  }

  escape() {
    this.put(null);
    if (this.context.state.selection?.kind === "point") this.context.set({ selection: null });
  }

  /** @param {[number, number] | null} cursor */
  put(cursor) {
    if (!cursor && !this.cursor) return;
    this.cursor = cursor;
    this.version++;
    if (cursor) setText(this.live, this.spoken(...cursor));
    if (cursor && !this.painting) this.card.hover(this.meant(...cursor));
    else if (!cursor) this.card.hover(null);
    this.onChange();
  }

  /** @param {number} x @param {number} y */
  spoken(x, y) {
    const { state } = this.context;
    const answer = answerAt(state, x, y);
    if (!answer) return placed(x, y);
    if (answer.value !== undefined) return `${placed(x, y)}: ${coordinate(answer.value)}`;
    return `${placed(x, y)}: ${classNames(state)[answer.label]}, ${percent(answer.surety)}`;
  }

  /** The points as a stroke that goes on has them so far. @param {import("./scene.js").Points} points */
  stroked(points) {
    if (!this.pending) return points;
    if (this.shown?.key !== this.pending) this.shown = { ...points, ...this.pending, held: new Uint8Array(this.pending.labels.length), count: this.pending.labels.length, key: this.pending };
    return this.shown;
  }

  /** @param {import("../game/store.js").State} state @param {import("./scene.js").Points} points @param {number} width CSS pixels */
  draw(state, points, width) {
    const key = JSON.stringify([state.selection, state.painting, typeof state.when]);
    if (key !== this.seen) this.version++;
    this.seen = key;
    this.points = points;
    this.width = width;
  }

  /** The chosen point, the keys' cross, the brush. @param {CanvasRenderingContext2D} pen @param {{size: number, scale: number, theme: import("../../shared/drawing/theme.js").Theme}} place */
  paint(pen, { size, scale, theme }) {
    const { selection } = this.context.state;
    const round = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ radius, /** @type {string} */ colour) => {
      for (const [ink, width] of [[theme.background, 4], [colour, 2]]) {
        pen.strokeStyle = /** @type {string} */ (ink);
        pen.lineWidth = Number(width) * scale;
        pen.beginPath();
        pen.arc(acrossOf(x, size), downOf(y, size), radius, 0, 2 * Math.PI);
        pen.stroke();
      }
    };
    if (selection?.kind === "point") round(selection.x, selection.y, (radiusFor(this.points?.count ?? 0, size / scale) + 4) * scale, theme.text);
    const { painting } = this;
    if (painting && this.at) {
      const radius = Math.max(painting.erase ? LEAST : 0.05, painting.size);
      round(...this.at, (radius / 6) * size, painting.erase ? theme.text : labelColour(painting.value ?? painting.class ?? 0, painting.value !== undefined, theme.dark));
    }
    if (this.cursor) cross(pen, acrossOf(this.cursor[0], size), downOf(this.cursor[1], size), scale, theme);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} scale @param {import("../../shared/drawing/theme.js").Theme} theme */
function cross(pen, x, y, scale, theme) {
  for (const [ink, width] of [[theme.background, 4], [theme.text, 1.6]]) {
    pen.strokeStyle = /** @type {string} */ (ink);
    pen.lineWidth = Number(width) * scale;
    pen.beginPath();
    pen.moveTo(x - 9 * scale, y);
    pen.lineTo(x + 9 * scale, y);
    pen.moveTo(x, y - 9 * scale);
    pen.lineTo(x, y + 9 * scale);
    pen.stroke();
  }
}

/** On the plane, in whole hundredths. @param {number} value */
const held = (value) => Math.round(100 * Math.max(-3, Math.min(3, value))) / 100;

/** @param {Event} event @param {HTMLElement} node */
const isWithin = (event, node) => event.target instanceof Node && node.contains(event.target);
