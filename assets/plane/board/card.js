// @ts-check
/** The small card about a place or a point: where it is, what it is, what the network says of it. Pinned where it was chosen. */

import { classColour } from "../../shared/drawing/classes.js";
import { element, setText } from "../../shared/dom/element.js";
import { short } from "../../shared/drawing/raster.js";
import { readAnswer } from "./answer.js";
import { labelColour } from "./dots.js";
import { PassDialog } from "./pass.js";
import { answerAt, classNames } from "./scene.js";
import { percent, placed } from "./words.js";

const CALM = 70; // milliseconds that a pointer rests before the engine is asked

/** @typedef {{index: number | null, x: number, y: number}} Place */

export class Card {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {Place | null} */
    this.hovered = null;
    /** @type {import("./answer.js").Answer | null} */
    this.answer = null; // the engine's, about the place on show
    this.stop = () => {};
    this.asked = "";
    this.timer = 0;
    this.where = element("span", { class: "npp-board-card-where" });
    this.title = element("strong");
    this.close = element("button", { type: "button", class: "npp-board-close", "aria-label": "Let go of this point", title: "Close (Escape)", text: "×", onclick: () => context.set({ selection: null }) });
    this.facts = element("dl", { class: "npp-board-facts" });
    this.bars = element("ul", { class: "npp-board-bars" });
    this.more = element("button", { type: "button", class: "npp-board-more", text: "Whole forward pass", title: "Shows every sum from the inputs to the answer, with its numbers", onclick: () => this.open() });
    this.root = element("div", { class: "npp-board-card", hidden: true }, element("div", { class: "npp-board-card-head" }, this.title, this.where, this.close), this.facts, this.bars, this.more);
    this.pass = new PassDialog();
    this.dialog = this.pass.root;
  }

  /** What the pointer is over, null for nothing. @param {Place | null} place */
  hover(place) {
    const same = place && this.hovered && place.x === this.hovered.x && place.y === this.hovered.y;
    if (same || place === this.hovered) return;
    this.hovered = place;
    this.refresh();
  }

  open() {
    this.pass.open();
    this.refresh();
  }

  refresh() {
    if (this.state) this.draw(this.state, this.points);
  }

  /** @param {import("../game/store.js").State} state @param {import("./scene.js").Points | undefined} points */
  draw(state, points) {
    this.state = state;
    this.points = points;
    const chosen = state.selection?.kind === "point" ? state.selection : null;
    const place = this.hovered ?? chosen;
    const pinned = chosen !== null && place === chosen;
    this.root.hidden = !place || !points;
    if (!place || !points) {
      this.follow(null, "");
      if (this.pass.isOpen) this.pass.close();
      return;
    }
    const truth = place.index !== null && place.index < points.count ? points.labels[place.index] : null;
    this.follow({ view: "plane_point", x: place.x, y: place.y, ...(truth === null ? {} : { label: truth }) }, `${state.runId} ${state.when} ${state.frame ? "" : "none"} ${JSON.stringify(state.run ? 0 : state.sketch.blocks)}`);
    this.root.dataset.pinned = String(pinned);
    this.put(place, pinned);
    this.close.hidden = this.more.hidden = !pinned;
    this.more.disabled = !this.answer;
    const isTest = place.index !== null && points.held[place.index];
    setText(this.title, truth === null ? "Place" : isTest ? "Test point" : "Training point");
    setText(this.where, placed(place.x, place.y));
    this.tell(state, points, place, truth);
    if (this.pass.isOpen && this.answer) this.pass.draw(this.answer, { names: classNames(state), titles: titlesOf(state, this.answer.features.ids), numbers: points.numbers, truth, place });
  }

  /** Beside the pointer, or in the corner that is farthest from a chosen point. @param {Place} place @param {boolean} pinned */
  put(place, pinned) {
    const [across, down] = [(place.x + 3) / 6, (3 - place.y) / 6];
    const { style } = this.root;
    const left = pinned ? across > 0.5 : across < 0.5;
    const top = pinned ? down > 0.5 : down < 0.5;
    const gap = "0.9rem";
    style.left = left ? (pinned ? "0.5rem" : `calc(${100 * across}% + ${gap})`) : "auto";
    style.right = left ? "auto" : pinned ? "0.5rem" : `calc(${100 * (1 - across)}% + ${gap})`;
    style.top = top ? (pinned ? "0.5rem" : `calc(${100 * down}% + ${gap})`) : "auto";
    style.bottom = top ? "auto" : pinned ? "0.5rem" : `calc(${100 * (1 - down)}% + ${gap})`;
  }

  /** Asks the engine about a place, and again as the network moves. @param {import("../game/answers.d.ts").Question<"plane_point"> | null} question @param {string} about */
  follow(question, about) {
    const key = question ? `${JSON.stringify(question)} ${about}` : "";
    if (key === this.asked) return;
    this.asked = key;
    this.answer = null;
    this.stop();
    clearTimeout(this.timer);
    this.stop = () => {};
    if (!question) return;
    const take = (/** @type {import("../game/answers.d.ts").PointAnswer} */ body) => {
      if (this.asked !== key) return;
      this.answer = readAnswer(body);
      this.refresh();
    };
    const go = () => (this.stop = this.context.follow(question, take, () => {})); // what the map says stays on the card
    this.timer = window.setTimeout(go, CALM);
  }

  /** @param {import("../game/store.js").State} state @param {import("./scene.js").Points} points @param {Place} place @param {number | null} truth */
  tell(state, points, place, truth) {
    const names = classNames(state);
    const fromMap = answerAt(state, place.x, place.y);
    const { answer } = this;
    /** @type {[string, string, string | null][]} */
    const facts = [];
    if (points.numbers) {
      const value = answer?.value ?? fromMap?.value;
      if (truth !== null) facts.push(["true", short(truth), labelColour(truth, true, state.theme.dark)]);
      if (value !== undefined) facts.push(["predicted", short(value), labelColour(value, true, state.theme.dark)]);
      if (truth !== null && value !== undefined) facts.push(["off by", short(value - truth), null]);
    } else {
      const label = answer?.label ?? fromMap?.label;
      if (truth !== null) facts.push(["true", names[truth] ?? "–", classColour(truth)]);
      if (label !== undefined) facts.push([truth !== null && label !== truth ? "wrongly" : "predicted", names[label] ?? "–", classColour(label)]);
    }
    if (answer && answer.loss !== null && truth !== null) facts.push(["loss", short(answer.loss), null]);
    this.facts.replaceChildren(...facts.flatMap(([name, text, colour]) => [element("dt", { text: name }), element("dd", {}, colour && element("i", { class: "npp-board-sign-dot", style: `--npp-class:${colour}`, "aria-hidden": "true" }), text)]));
    /** @type {ArrayLike<number>} */
    const chances = points.numbers ? [] : (answer?.chances ?? (fromMap && names.length === 2 ? [0, 1].map((i) => (i === fromMap.label ? Number(fromMap.surety) : 1 - Number(fromMap.surety))) : []));
    this.bars.hidden = chances.length === 0;
    this.bars.replaceChildren(...Array.from(chances, (chance, i) => element("li", {},
      element("span", { class: "npp-board-bar-name", text: names[i] ?? "" }),
      element("span", { class: "npp-board-bar-track" }, element("span", { class: "npp-board-bar-fill", style: `width:${100 * chance}%;background:${classColour(i)}` })),
      element("span", { class: "npp-board-bar-share", text: percent(chance) }))));
  }
}

/** @param {import("../game/store.js").State} state @param {string[]} ids @returns {string[]} */
function titlesOf(state, ids) {
  const { ids: known = [], titles = [] } = state.made?.inputs ?? {};
  return ids.map((id) => titles[known.indexOf(id)] ?? id);
}
