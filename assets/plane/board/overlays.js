// @ts-check
/** What the engine is asked for and drawn over the map: gradient arrows, the pieces on which a network is linear. */

import { element, setText } from "../../element.js";
import { acrossOf, downOf } from "./dots.js";

export class Overlays {
  /** @param {any} context @param {() => void} onChange */
  constructor(context, onChange) {
    this.context = context;
    this.onChange = onChange;
    this.version = 0;
    /** @type {Record<string, {body: any, error: any, stop: () => void}>} */
    this.open = {};
    this.said = element("p", { class: "npp-board-said", role: "status", hidden: true });
  }

  /** @param {any} state @param {Record<string, any>} options */
  draw(state, options) {
    for (const name of ["arrows", "regions"]) {
      const isWanted = options[name] && this.context.shown("board_views") && (state.frame || this.open[name]);
      if (isWanted && !this.open[name]) this.ask(name);
      if (!isWanted && this.open[name]) this.close(name);
    }
    const words = this.words();
    this.said.hidden = !words;
    setText(this.said, words);
  }

  /** @param {string} name */
  ask(name) {
    const entry = (this.open[name] = { body: null, error: null, stop: () => {} });
    const put = (/** @type {any} */ patch) => {
      Object.assign(entry, patch);
      this.version++;
      this.onChange();
    };
    entry.stop = this.context.follow({ view: `plane_${name}` }, (/** @type {any} */ body) => put({ body, error: null }), (/** @type {any} */ error) => put({ body: null, error }));
  }

  /** @param {string} name */
  close(name) {
    this.open[name].stop();
    delete this.open[name];
    this.version++;
  }

  words() {
    const { regions, arrows } = this.open;
    const fault = regions?.error ?? arrows?.error;
    if (fault) return [fault.what ?? fault.message, fault.fix].filter(Boolean).join(" ");
    const count = regions?.body?.count;
    return count === undefined || count === null ? "" : `${count.toLocaleString("en-US")} linear regions on the plane: on each, the network is one linear function.`;
  }

  /** @param {CanvasRenderingContext2D} pen @param {{size: number, scale: number, theme: any}} place */
  paint(pen, place) {
    const { regions, arrows } = this.open;
    if (regions?.body) drawRegions(pen, regions.body, place);
    if (arrows?.body) drawArrows(pen, arrows.body, place);
  }
}

/** Lines between neighbours of different regions. @param {CanvasRenderingContext2D} pen @param {any} body @param {{size: number, scale: number, theme: any}} place */
function drawRegions(pen, body, { size, scale, theme }) {
  const { regions } = body;
  const side = Math.round(Math.sqrt(regions.length));
  const step = size / side;
  const path = new Path2D();
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const at = row * side + column;
      if (column + 1 < side && regions[at] !== regions[at + 1]) path.rect((column + 1) * step - scale / 2, row * step, scale, step);
      if (row + 1 < side && regions[at] !== regions[at + side]) path.rect(column * step, (row + 1) * step - scale / 2, step, scale);
    }
  }
  pen.save();
  pen.fillStyle = theme.text;
  pen.globalAlpha = 0.5;
  pen.fill(path);
  pen.restore();
}

/** @param {CanvasRenderingContext2D} pen @param {any} body @param {{size: number, scale: number, theme: any}} place */
function drawArrows(pen, body, { size, scale, theme }) {
  const { xy, gradient } = body;
  const count = xy.length / 2;
  const room = (0.8 * size) / Math.sqrt(count);
  let longest = 0;
  for (let i = 0; i < count; i++) longest = Math.max(longest, Math.hypot(gradient[2 * i], gradient[2 * i + 1]));
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
