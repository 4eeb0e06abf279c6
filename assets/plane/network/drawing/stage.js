// @ts-check
/** The drawing itself: three canvases one above the other (links, what moves, maps), and a button for every neuron on top. */

import { element, setText } from "../../../shared/dom/element.js";
import { feet, heads } from "./heads.js";
import { nearest } from "./layout.js";
import { widthOf } from "./tones.js";
import { drawLinks, scaleOf } from "./links.js";
import { Flow } from "./flow.js";
import { Maps } from "./maps.js";

/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {{kind: "unit" | "bias", column: number, unit: number}} UnitTarget */
/** What the pointer or the keyboard is on. @typedef {UnitTarget | {kind: "link", link: number}} Target */
/** @typedef {{hover: (target: Target | null, at: DOMRect | null) => void, pick: (target: Target | null) => void}} Host */

const BIAS = 10; // pixels around a bias's dot that count as it

export class Stage {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    this.maps = new Maps();
    this.flow = new Flow();
    this.links = element("canvas", { "aria-hidden": "true" });
    this.flow.canvas.setAttribute("aria-hidden", "true");
    this.maps.canvas.setAttribute("aria-hidden", "true");
    this.above = element("div", { class: "npp-net-above" });
    this.below = element("div", { class: "npp-net-below" });
    this.neurons = element("div", { class: "npp-net-neurons", role: "group", "aria-label": "Neurons. Arrow keys go from one to the next, Enter looks at it closely." });
    this.body = element("div", { class: "npp-net-body" }, this.links, this.flow.canvas, this.maps.canvas, this.neurons);
    this.inner = element("div", { class: "npp-net-inner" }, this.above, this.body, this.below);
    this.scroller = element("div", { class: "npp-net-scroll" }, this.inner);
    const way = (/** @type {string} */ side, /** @type {number} */ by) => element("button", {
      type: "button", class: "npp-net-way", "data-side": side, tabindex: "-1", "aria-hidden": "true", title: by > 0 ? "Shows what is further right" : "Shows what is further left", text: by > 0 ? "›" : "‹",
      onclick: () => this.scroller.scrollBy({ left: by * this.scroller.clientWidth * 0.7, behavior: this.flow.calm.matches ? "auto" : "smooth" }),
    });
    this.root = element("div", { class: "npp-net-window" }, this.scroller, way("left", -1), way("right", 1));
    /** @type {Map<string, HTMLElement>} */
    this.buttons = new Map();
    this.focused = [0, 0]; // column and neuron that the Tab key comes to
    this.body.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => this.move(event));
    this.body.addEventListener("pointerleave", () => this.point(null, null));
    this.body.addEventListener("click", (/** @type {MouseEvent} */ event) => this.click(event));
    this.neurons.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
    this.scroller.addEventListener("scroll", () => { this.edges(); this.point(null, null); }, { passive: true });
    /** @type {string} */
    this.pointed = "";
  }

  /** New neurons, heads and feet; what had the focus has it again. @param {Plan} plan @param {Layout} layout @param {import("./heads.js").Desk} desk @param {(id: string) => string} titleOf */
  lay(plan, layout, desk, titleOf) {
    this.plan = plan;
    this.layout = layout;
    const held = this.inner.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.focus : undefined;
    this.inner.style.width = `${layout.width}px`;
    this.inner.dataset.tight = String(layout.pitch < 90);
    this.body.style.height = `${layout.height}px`;
    this.above.replaceChildren(...heads(plan, layout, desk));
    this.below.replaceChildren(...feet(plan, layout, desk));
    this.buttons.clear();
    const nodes = plan.columns.flatMap((column, at) => Array.from({ length: column.units }, (_, unit) => this.neuron(at, unit, titleOf)).flat());
    this.neurons.replaceChildren(...nodes);
    this.rove(...this.near(this.focused[0], this.focused[1]));
    if (held) /** @type {HTMLElement | null} */ (this.inner.querySelector(`[data-focus="${CSS.escape(held)}"]`))?.focus({ preventScroll: true });
    this.edges();
  }

  /** @param {number} at @param {number} unit @param {(id: string) => string} titleOf */
  neuron(at, unit, titleOf) {
    const layout = /** @type {Layout} */ (this.layout);
    const column = /** @type {Plan} */ (this.plan).columns[at];
    const name = column.kind === "input" ? `Input ${titleOf(column.ids[unit])}` : column.kind === "output" ? (column.units > 1 ? `Output ${unit + 1}` : "Output") : `${column.title}, neuron ${unit + 1}`;
    const place = `left: ${(layout.x[at] - layout.tile / 2).toFixed(1)}px; top: ${(layout.y[at][unit] - layout.tile / 2).toFixed(1)}px; width: ${layout.tile}px; height: ${layout.tile}px`;
    const node = element("button", {
      type: "button", class: "npp-net-neuron", style: place, "aria-label": name, "data-focus": `neuron ${at} ${unit}`, "data-kind": column.kind, tabindex: "-1", "aria-describedby": "npp-net-card", // its text moves with every frame, so it is read once and not announced
      onfocus: () => { this.rove(at, unit); if (node.matches(":focus-visible")) this.point({ kind: "unit", column: at, unit }, node.getBoundingClientRect()); },
      onblur: () => this.point(null, null),
    });
    this.buttons.set(`${at} ${unit}`, node);
    if (column.kind === "hidden") return node;
    const side = column.kind === "input" ? "left" : "right";
    const label = element("span", { class: "npp-net-label", "data-side": side, style: `top: ${layout.y[at][unit].toFixed(1)}px; ${side === "left" ? `width: ${layout.left - 6}px; left: 0` : `left: ${(layout.x[at] + layout.tile / 2 + 7).toFixed(1)}px; width: ${Math.max(0, layout.width - layout.x[at] - layout.tile / 2 - 8).toFixed(1)}px`}` });
    label.dataset.unit = String(unit);
    if (side === "left") label.textContent = titleOf(column.ids[unit]);
    return [node, label];
  }

  /** Names beside the outputs. @param {string[]} names @param {string[]} colours */
  name(names, colours) {
    /** @type {NodeListOf<HTMLElement>} */
    const labels = this.neurons.querySelectorAll('[data-side="right"]');
    for (const label of labels) {
      const unit = Number(label.dataset.unit);
      setText(label, names[unit] ?? "");
      if (label.dataset.colour !== colours[unit]) {
        label.dataset.colour = colours[unit] ?? "";
        label.style.setProperty("--npp-net-class", colours[unit] ?? "transparent");
      }
    }
  }

  /** Sizes all canvases; they hold as many pixels as the screen has. @param {number} density */
  size(density) {
    const { width, height } = /** @type {Layout} */ (this.layout);
    for (const canvas of [this.links, this.flow.canvas, this.maps.canvas]) {
      const [w, h] = [Math.round(width * density), Math.round(height * density)];
      if (canvas.width === w && canvas.height === h) continue;
      canvas.width = w;
      canvas.height = h;
    }
  }

  /** @param {import("./flow.js").Scene} scene @param {import("./links.js").Emphasis} emphasis */
  drawLinks(scene, emphasis) {
    const context = /** @type {CanvasRenderingContext2D} */ (this.links.getContext("2d"));
    context.setTransform(scene.density, 0, 0, scene.density, 0, 0);
    drawLinks(context, { ...scene, emphasis });
    this.widths = Float32Array.from(scene.weights, (weight) => widthOf(weight, scaleOf(scene.plan)));
  }

  /** Rings of what is looked at. @param {Set<string>} chosen keys "column unit" */
  mark(chosen) {
    for (const [key, node] of this.buttons) {
      const is = chosen.has(key);
      if ((node.dataset.chosen === "true") !== is) node.dataset.chosen = String(is);
    }
  }

  /** @param {PointerEvent | MouseEvent} event @returns {{target: Target | null, rect: DOMRect | null}} */
  under(event) {
    const { layout, plan } = this;
    if (!layout || !plan) return { target: null, rect: null };
    const box = this.body.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const half = layout.tile / 2;
    for (let column = 0; column < plan.columns.length; column++) {
      for (let unit = 0; unit < layout.y[column].length; unit++) {
        const [dx, dy] = [x - layout.x[column], y - layout.y[column][unit]];
        const hasBias = column > 0 && Math.hypot(dx + half - 1, dy - half + 1) < BIAS && !(dx > -half + 7 && dy < half - 7);
        if (!hasBias && (Math.abs(dx) > half || Math.abs(dy) > half)) continue;
        const rect = new DOMRect(box.left + layout.x[column] - half, box.top + layout.y[column][unit] - half, layout.tile, layout.tile);
        return { target: { kind: hasBias ? "bias" : "unit", column, unit }, rect };
      }
    }
    const link = nearest(layout, x, y, { reach: 7, widths: this.widths ?? null });
    return link < 0 ? { target: null, rect: null } : { target: { kind: "link", link }, rect: new DOMRect(event.clientX - 4, event.clientY - 4, 8, 8) };
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (event.pointerType === "touch") return;
    const { target, rect } = this.under(event);
    this.body.style.cursor = target ? "pointer" : "";
    this.point(target, rect);
  }

  /** @param {Target | null} target @param {DOMRect | null} rect */
  point(target, rect) {
    const key = JSON.stringify(target);
    if (key === this.pointed) return;
    this.pointed = key;
    this.host.hover(target, rect);
  }

  /** @param {MouseEvent} event */
  click(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest?.(".npp-net-neuron");
    if (event.detail === 0 && button) { // by the keyboard or a screen reader
      const [, column, unit] = (/** @type {HTMLElement} */ (button).dataset.focus ?? "").split(" ").map(Number);
      return this.host.pick({ kind: "unit", column, unit });
    }
    this.host.pick(this.under(event).target);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const [column, unit] = this.near(this.focused[0] + step[0], this.focused[1] + step[1]);
    this.rove(column, unit);
    this.buttons.get(`${column} ${unit}`)?.focus();
  }

  /** The nearest neuron there is. @param {number} column @param {number} unit @returns {[number, number]} */
  near(column, unit) {
    const columns = this.plan?.columns ?? [];
    const at = Math.min(columns.length - 1, Math.max(0, column));
    return [at, Math.min((columns[at]?.units ?? 1) - 1, Math.max(0, unit))];
  }

  /** One neuron is reached by Tab, the others by arrow keys. @param {number} column @param {number} unit */
  rove(column, unit) {
    this.buttons.get(`${this.focused[0]} ${this.focused[1]}`)?.setAttribute("tabindex", "-1");
    this.focused = [column, unit];
    this.buttons.get(`${column} ${unit}`)?.setAttribute("tabindex", "0");
  }

  /** Says by shadows at the sides that there is more to scroll to. */
  edges() {
    const { scrollLeft, scrollWidth, clientWidth } = this.scroller;
    this.root.dataset.more = [scrollLeft > 4 && "left", scrollLeft + clientWidth < scrollWidth - 4 && "right"].filter(Boolean).join(" ");
  }
}
