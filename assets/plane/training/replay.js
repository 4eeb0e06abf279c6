// @ts-check
/** The slider over the epochs that were kept: moves map, neurons, weights and curves together, also while training goes on. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { icon, setIcon } from "../../shared/dom/icons.js";
import { whole } from "../../shared/drawing/format.js";

/** @typedef {import("../game/store.js").State} State */

const PLAYED = 8000; // milliseconds that a replay takes, whatever the number of epochs
const FASTEST = 90; // milliseconds an epoch is shown at least
const SLOWEST = 600;

export class Replay {
  /** @param {import("../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.playing = false;
    this.timer = 0;
    this.word = element("span", { text: "Replay" });
    this.play = element("button", { type: "button", class: "npp-button", title: "Goes through the kept epochs from the first to the last → see how it learned", onclick: () => (this.playing ? this.pause() : this.start()) }, icon("resume"), this.word);
    this.slider = element("input", {
      type: "range", class: "npp-slider npp-replay-slider", min: 0, max: 0, step: 1, "aria-label": "Epoch on show", title: "Left → the network at the end of an earlier epoch; 0 is before training",
      oninput: () => {
        this.pause();
        this.go(Number(this.slider.value));
      },
    });
    this.says = element("output", { class: "npp-replay-says" });
    this.now = element("button", { type: "button", class: "npp-button", text: "Now", title: "Back to the present network", onclick: () => {
      this.pause();
      context.set({ when: "now" });
    } });
    this.root = element("div", { class: "npp-replay", role: "group", "aria-label": "Replay" }, this.play, this.slider, this.says, this.now);
  }

  get epochs() {
    return this.context.state.keyframes;
  }

  /** The last place of the slider is the present. @param {number} place */
  go(place) {
    this.context.set({ when: place >= this.epochs.length ? "now" : this.epochs[place] });
  }

  start() {
    const { when } = this.context.state;
    const at = when === "now" ? -1 : this.epochs.findLastIndex((epoch) => epoch <= when);
    this.playing = true;
    this.step(at + 1 >= this.epochs.length ? 0 : at + 1);
  }

  /** @param {number} place */
  step(place) {
    if (!this.playing) return;
    const { busy } = this.context.state;
    if (!busy && !document.hidden) {
      this.go(place);
      if (place >= this.epochs.length) return this.pause();
      place++;
    }
    this.timer = window.setTimeout(() => this.step(place), busy ? 30 : Math.min(SLOWEST, Math.max(FASTEST, PLAYED / this.epochs.length)));
  }

  pause() {
    this.playing = false;
    clearTimeout(this.timer);
  }

  close() {
    this.pause();
  }

  /** @param {State} state */
  draw(state) {
    const { keyframes, when, run } = state;
    this.root.hidden = !this.context.shown("replay");
    const isEmpty = keyframes.length < 2;
    if (isEmpty && this.playing) this.pause();
    this.root.dataset.when = when === "now" ? "now" : "epoch";
    for (const control of [this.play, this.slider, this.now]) control.disabled = isEmpty;
    setIcon(this.play, this.playing ? "pause" : "resume");
    setText(this.word, this.playing ? "Pause" : "Replay");
    setAttribute(this.now, "aria-pressed", String(when === "now"));
    const place = when === "now" ? keyframes.length : keyframes.findLastIndex((epoch) => epoch <= when);
    if (this.slider.max !== String(keyframes.length)) this.slider.max = String(keyframes.length);
    if (this.slider.value !== String(place)) this.slider.value = String(place);
    const text = when !== "now" ? (when === 0 ? "before training" : `epoch ${whole(when)}`) : isEmpty ? "Epochs to replay appear here as it trains" : `now, epoch ${whole(run?.progress?.epoch)}`;
    setText(this.says, text);
    setAttribute(this.slider, "aria-valuetext", text);
  }
}
