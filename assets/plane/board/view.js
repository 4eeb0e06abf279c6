// @ts-check
/** The board: what the network answers everywhere on the plane, the points on it, and what a pointer or a key asks about them. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { drawAxes, drawNumbers } from "./axes.js";
import { Brush } from "./brush.js";
import { Card } from "./card.js";
import { contour, pathOf } from "./contour.js";
import { drawCrosses, drawPoints } from "./dots.js";
import { ground, leadsOf } from "./ground.js";
import { Legend } from "./legend.js";
import { Overlays } from "./overlays.js";
import { classCount, frameOf, isNumbers, pointsOf, wrongOnes } from "./scene.js";
import { Switches } from "./switches.js";
import { spoken } from "./words.js";

const LAYERS = ["ground", "overlay", "points", "crosses", "marks"];
const SHARPEST = 2; // device pixels a CSS pixel that are worth their time
const LEVELS = [-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75]; // of a number's contour lines

export class Board {
  /** @type {number | undefined} */
  scale;
  /** @type {Uint8Array | null} */
  wrong;
  /** @type {HTMLCanvasElement | undefined} */
  small;

  /** @param {import("../game/context.js").Context} context what the page hands to its parts */
  constructor(context) {
    this.context = context;
    /** @type {import("../game/store.js").State | null} */
    this.state = null;
    /** @type {Record<string, unknown[]>} */
    this.drawn = {}; // what each canvas was drawn from
    this.size = 0;
    this.switches = new Switches(context, () => this.refresh());
    this.overlays = new Overlays(context, () => this.refresh());
    this.legend = new Legend();
    this.card = new Card(context);
    this.brush = new Brush(context, this.card, () => this.refresh());

    this.canvases = Object.fromEntries(LAYERS.map((name) => [name, element("canvas", { class: `npp-board-${name}`, "aria-hidden": "true" })]));
    this.pens = Object.fromEntries(LAYERS.map((name) => [name, /** @type {CanvasRenderingContext2D} */ (this.canvases[name].getContext("2d"))]));
    this.chip = element("span", { class: "npp-board-chip", hidden: true });
    this.note = element("p", { class: "npp-board-note", hidden: true });
    this.picture = element("div", { class: "npp-board-picture", role: "img" }, ...Object.values(this.canvases));
    this.plane = element("div", { class: "npp-board-plane", tabindex: "0", role: "application", "aria-roledescription": "board", "aria-describedby": "npp-board-keys" }, this.picture, this.chip, this.note, this.card.root);
    this.keys = element("p", { class: "npp-board-hidden", id: "npp-board-keys", text: "Arrow keys move a cross over the plane, with Shift in larger steps. Enter looks at the place; while you paint it paints a point, Delete erases and Control Z takes back. Escape lets go." });
    this.root = element("section", { class: "npp-board", "aria-label": "Decision map" }, this.plane, this.keys, this.brush.live, this.legend.root, this.switches.root, this.overlays.said, this.card.dialog);
    this.brush.listen(this.plane);
    new ResizeObserver(() => this.resize()).observe(this.plane);
  }

  resize() {
    const width = this.plane.clientWidth;
    const scale = Math.min(SHARPEST, window.devicePixelRatio || 1);
    const size = Math.round(width * scale);
    if (size === this.size || size === 0) return;
    [this.size, this.scale, this.drawn] = [size, scale, {}];
    for (const canvas of Object.values(this.canvases)) canvas.width = canvas.height = size;
    this.refresh();
  }

  /** Draws again what a switch, a pointer or an answer changed. */
  refresh() {
    if (this.state) this.draw(this.state);
  }

  /** @param {import("../game/store.js").State} state */
  draw(state) {
    this.state = state;
    if (!state.sketch || !state.theme) return;
    const points = this.brush.stroked(pointsOf(state));
    this.keepUp(state, points);
    const { theme } = state;
    const frame = frameOf(state);
    const options = this.switches.values;
    if (this.isNew("wrong", [frame?.guesses, points])) this.wrong = wrongOnes(points, frame?.guesses);
    this.switches.draw(state, this.wrong);
    this.overlays.draw(state, options);
    this.legend.draw(state, options);
    this.card.draw(state, points);
    this.brush.draw(state, points, this.size / (this.scale ?? 1));
    this.say(state, points);
    if (!this.size) return;
    const place = { size: this.size, scale: this.scale ?? 1, theme };
    const shown = { training: options.training, test: options.test, wrongOnly: options.wrong };
    const show = JSON.stringify(shown);
    const marked = options.crosses ? this.wrong : null;
    this.layer("ground", [frame, theme, options.look, options.lines, options.grid, points.numbers, this.overlays.doubt], (pen) => this.drawGround(pen, state, place));
    this.layer("overlay", [this.overlays.version, theme], (pen) => this.overlays.paint(pen, place));
    this.layer("points", [points, points.held, theme, show, options.wrong ? this.wrong : null], (pen) => drawPoints(pen, points, { ...place, shown, wrong: this.wrong }));
    this.layer("crosses", [points, theme, show, marked], (pen) => drawCrosses(pen, points, { ...place, shown, wrong: marked }));
    this.layer("marks", [this.brush.version, theme, options.grid], (pen) => {
      if (options.grid) drawNumbers(pen, place);
      this.brush.paint(pen, place);
    });
  }

  /** A chosen point may have moved, or gone with the data that it was of. @param {import("../game/store.js").State} state @param {import("./scene.js").Points} points */
  keepUp({ selection, sketch, made }, points) {
    if (selection?.kind !== "point" || selection.index === null || !this.isNew("chosen", [selection, points, sketch.data.name])) return;
    if (made && sketch.data.name !== "points" && made.sketch && made.sketch.data.name !== sketch.data.name) return; // its points are on their way
    const [x, y] = [points.xy[2 * selection.index], points.xy[2 * selection.index + 1]];
    if (selection.index >= points.count) this.context.set({ selection: null });
    else if (x !== selection.x || y !== selection.y) this.context.set({ selection: { ...selection, x, y } });
  }

  /** Whether these are others than those before, of this name. @param {string} name @param {unknown[]} from */
  isNew(name, from) {
    const before = this.drawn[name];
    if (before && before.length === from.length && before.every((value, i) => value === from[i])) return false;
    this.drawn[name] = from;
    return true;
  }

  /** @param {string} name @param {unknown[]} from what it shows: it is drawn again where that changed @param {(pen: CanvasRenderingContext2D) => void} paint */
  layer(name, from, paint) {
    if (!this.isNew(name, from)) return;
    const pen = this.pens[name];
    pen.clearRect(0, 0, this.size, this.size);
    paint(pen);
  }

  /** @param {CanvasRenderingContext2D} pen @param {import("../game/store.js").State} state @param {{size: number, scale: number, theme: import("../../shared/drawing/theme.js").Theme}} place */
  drawGround(pen, state, place) {
    const frame = frameOf(state);
    const { theme, size } = place;
    const { look, lines, grid } = this.switches.values;
    const map = frame?.value ?? frame?.winner;
    pen.fillStyle = theme.background;
    pen.fillRect(0, 0, size, size);
    if (frame?.meta.finite === false) hatch(pen, place);
    else if (frame && map) {
      const side = Math.round(Math.sqrt(map.length));
      const classes = frame.value ? 0 : Math.max(2, classCount(state));
      const answers = { side, classes, winner: frame.winner, surety: frame.surety, value: frame.value, doubt: this.overlays.doubt };
      const leads = leadsOf(answers, look, lines);
      this.spread(pen, ground(answers, look, theme, leads), size);
      if (lines) drawLines(pen, answers, leads, place);
    }
    drawAxes(pen, { ...place, fine: grid });
  }

  /** Pixels of the ground over the whole board, smoothly. @param {CanvasRenderingContext2D} pen @param {{pixels: Uint32Array<ArrayBuffer>, side: number, inset: number}} raster @param {number} size */
  spread(pen, { pixels, side, inset }, size) {
    if (!side) return;
    this.small ??= document.createElement("canvas");
    const context = /** @type {CanvasRenderingContext2D} */ (this.small.getContext("2d"));
    if (this.small.width !== side) this.small.width = this.small.height = side;
    context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), side, side), 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.imageSmoothingQuality = "medium";
    pen.drawImage(this.small, inset, inset, side - 2 * inset, side - 2 * inset, 0, 0, size, size);
  }

  /** The words on and about the board. @param {import("../game/store.js").State} state @param {import("./scene.js").Points} points */
  say(state, points) {
    const replayed = typeof state.when === "number";
    this.chip.hidden = !replayed;
    if (replayed) setText(this.chip, `Epoch ${state.when.toLocaleString("en-US")}`);
    const note = noteOf(state, points);
    this.note.hidden = !note;
    setText(this.note, note?.text ?? "");
    setAttribute(this.note, "data-kind", note?.kind ?? null);
    setAttribute(this.plane, "data-painting", state.painting ? (state.painting.erase ? "erase" : "paint") : null);
    if (!this.isNew("words", [Math.floor(performance.now() / 1000), state.when, points])) return; // a second is often enough for words
    const words = spoken(state, this.wrong);
    setAttribute(this.picture, "aria-label", words);
    setAttribute(this.plane, "aria-label", isNumbers(state) ? "Board of predictions" : "Board of answers");
  }
}

/** What the board has to say of itself: why it shows no map, or what to do. @param {import("../game/store.js").State} state @param {import("./scene.js").Points} points */
function noteOf(state, points) {
  const frame = frameOf(state);
  const isOwn = state.sketch.data.name === "points";
  if (isOwn && points.count === 0) return { kind: "empty", text: state.painting ? "Click or drag here to paint points." : "No points yet. Choose Paint and draw some here." };
  if (frame?.meta?.finite === false) return { kind: "broken", text: "The network's numbers are no longer finite (NaN): nothing can be drawn." };
  const problem = state.made?.problems?.[0];
  if (problem) return { kind: "problem", text: [problem.what, problem.fix].filter(Boolean).join(" ") };
  return frame ? null : { kind: "late", text: "The map appears as soon as an engine is ready." };
}

/** Borders between classes, or lines of equal value. @param {CanvasRenderingContext2D} pen @param {import("./ground.js").Answers} answers @param {Float32Array[]} leads @param {{size: number, scale: number, theme: import("../../shared/drawing/theme.js").Theme}} place */
function drawLines(pen, answers, leads, { size, scale, theme }) {
  pen.save();
  pen.strokeStyle = theme.text;
  pen.lineJoin = pen.lineCap = "round";
  if (answers.value) {
    for (const level of LEVELS) {
      pen.globalAlpha = level === 0 ? 0.6 : 0.22;
      pen.lineWidth = (level === 0 ? 1.4 : 1) * scale;
      pen.stroke(pathOf(contour(answers.value, answers.side, ((level + 1) / 2) * 255), size));
    }
  } else {
    pen.globalAlpha = 0.5;
    pen.lineWidth = 1.3 * scale;
    for (const lead of answers.classes === 2 ? leads.slice(1) : leads) pen.stroke(pathOf(contour(lead, answers.side), size)); // two classes share their border
  }
  pen.restore();
}

/** @param {CanvasRenderingContext2D} pen @param {{size: number, scale: number, theme: import("../../shared/drawing/theme.js").Theme}} place */
function hatch(pen, { size, scale, theme }) {
  pen.save();
  pen.strokeStyle = theme.text;
  pen.globalAlpha = 0.18;
  pen.lineWidth = 2 * scale;
  pen.beginPath();
  for (let at = -size; at < size; at += 10 * scale) {
    pen.moveTo(at, size);
    pen.lineTo(at + size, 0);
  }
  pen.stroke();
  pen.restore();
}
