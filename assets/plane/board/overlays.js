// @ts-check
/** What the engine is asked for and drawn over the map: gradient arrows, the pieces on which a network is linear; also doubt by dropout. */

import { element, setText } from "../../shared/dom/element.js";
import { channels } from "../colours.js";
import { acrossOf, downOf } from "./dots.js";

/** @typedef {import("../game/answers.d.ts").ArrowsAnswer} ArrowsAnswer */
/** @typedef {import("../game/answers.d.ts").RegionsAnswer} RegionsAnswer */
/** @typedef {import("../game/answers.d.ts").UnsureAnswer} UnsureAnswer */
/** What the engine answered last, or why it did not. @template Body @typedef {{body: Body | null, error: import("../game/store.js").Wrong | null, stop: () => void}} Overlay */
/** @typedef {"arrows" | "regions" | "unsure"} Name */

export class Overlays {
  /** @param {import("../game/context.js").Context} context @param {() => void} onChange */
  constructor(context, onChange) {
    this.context = context;
    this.onChange = onChange;
    this.version = 0;
    /** @type {{arrows?: Overlay<ArrowsAnswer>, regions?: Overlay<RegionsAnswer>, unsure?: Overlay<UnsureAnswer>}} */
    this.open = {};
    this.said = element("p", { class: "npp-board-said", role: "status", hidden: true });
  }

  /** @param {import("../game/store.js").State} state @param {import("./switches.js").Options} options */
  draw(state, options) {
    const wanted = { arrows: options.arrows, regions: options.regions, unsure: options.look === "unsure" && hasDropout(state.frame) };
    for (const [name, isOn] of /** @type {[Name, unknown][]} */ (Object.entries(wanted))) {
      const isWanted = isOn && this.context.shown("board_views") && (state.frame || this.open[name]);
      if (isWanted && !this.open[name]) this.ask(name);
      if (!isWanted && this.open[name]) this.close(name);
    }
    const words = this.words();
    this.said.hidden = !words;
    setText(this.said, words);
  }

  /** Doubt everywhere as thinned networks show it, null where none was asked for. @returns {Uint8Array | null} */
  get doubt() {
    return this.open.unsure?.body?.map ?? null;
  }

  /** @param {Name} name */
  ask(name) {
    const entry = (this.open[name] = { body: null, error: null, stop: () => {} });
    const put = (/** @type {object} */ patch) => {
      Object.assign(entry, patch);
      this.version++;
      this.onChange();
    };
    entry.stop = this.context.follow({ view: `plane_${name}` }, (body) => put({ body, error: null }), (error) => put({ body: null, error }));
  }

  /** @param {Name} name */
  close(name) {
    this.open[name]?.stop();
    delete this.open[name];
    this.version++;
  }

  words() {
    const { regions, arrows, unsure } = this.open;
    const fault = regions?.error ?? arrows?.error ?? unsure?.error;
    if (fault) return [fault.what ?? fault.message, fault.fix].filter(Boolean).join(" ");
    const said = [];
    if (regions?.body) said.push(`${regions.body.count.toLocaleString("en-US")} linear regions: on each, the network is one linear function of ${regions.body.linear_inputs ? "x and y" : "its inputs"}.`);
    if (arrows?.body) said.push("Arrows point to where the answer gets surer fastest; longer: steeper.");
    if (unsure?.body && unsure.body.samples > 1) said.push(`Doubt from ${unsure.body.samples} networks thinned by dropout.`);
    return said.join(" ");
  }

  /** @param {CanvasRenderingContext2D} pen @param {{size: number, scale: number, theme: import("../../shared/drawing/theme.js").Theme}} place */
  paint(pen, place) {
    const { regions, arrows } = this.open;
    if (regions?.body) drawRegions(pen, regions.body, place);
    if (arrows?.body) drawArrows(pen, arrows.body, place);
  }
}

/** @param {import("../game/messages.d.ts").Frame | null} frame */
const hasDropout = (frame) => Boolean(frame?.meta?.layers?.some((layer) => layer.dropout > 0));

/** Borders between regions, and a shade of its own for each. @param {CanvasRenderingContext2D} pen @param {RegionsAnswer} body @param {{size: number, scale: number, theme: import("../../shared/drawing/theme.js").Theme}} place */
function drawRegions(pen, { regions }, { size, theme }) {
  const side = Math.round(Math.sqrt(regions.length));
  const small = document.createElement("canvas");
  small.width = small.height = side;
  const context = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
  const image = context.createImageData(side, side);
  const ink = channels(theme.text);
  for (let i = 0; i < regions.length; i++) {
    const isBorder = ((i + 1) % side && regions[i] !== regions[i + 1]) || (i + side < regions.length && regions[i] !== regions[i + side]);
    image.data.set(ink, 4 * i);
    image.data[4 * i + 3] = isBorder ? 150 : (regions[i] * 41) % 36;
  }
  context.putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(small, 0.5, 0.5, side - 1, side - 1, 0, 0, size, size); // its corners are places, as those of all maps
}

/** @param {CanvasRenderingContext2D} pen @param {ArrowsAnswer} body @param {{size: number, scale: number, theme: import("../../shared/drawing/theme.js").Theme}} place */
function drawArrows(pen, body, { size, scale, theme }) {
  const { xy, gradient, longest } = body;
  const count = xy.length / 2;
  const room = (0.8 * size) / Math.sqrt(count);
  if (!(longest > 0)) return;
  const path = new Path2D();
  for (let i = 0; i < count; i++) {
    const [dx, dy] = [gradient[2 * i], -gradient[2 * i + 1]];
    const steep = Math.hypot(dx, dy);
    const length = room * Math.sqrt(steep / longest); // roots, so that small ones can be seen too
    if (!(length > 2 * scale)) continue;
    const [ux, uy] = [dx / steep, dy / steep];
    const [x, y] = [acrossOf(xy[2 * i], size) - (ux * length) / 2, downOf(xy[2 * i + 1], size) - (uy * length) / 2];
    const [tipX, tipY] = [x + ux * length, y + uy * length];
    const head = Math.min(4 * scale, 0.45 * length);
    path.moveTo(x, y);
    path.lineTo(tipX, tipY);
    path.moveTo(tipX - head * (ux + 0.6 * uy), tipY - head * (uy - 0.6 * ux));
    path.lineTo(tipX, tipY);
    path.lineTo(tipX - head * (ux - 0.6 * uy), tipY - head * (uy + 0.6 * ux));
  }
  pen.save();
  pen.lineCap = pen.lineJoin = "round";
  for (const [ink, width, alpha] of [[theme.background, 3, 0.6], [theme.text, 1.3, 0.75]]) {
    pen.strokeStyle = /** @type {string} */ (ink);
    pen.lineWidth = Number(width) * scale;
    pen.globalAlpha = Number(alpha);
    pen.stroke(path);
  }
  pen.restore();
}
