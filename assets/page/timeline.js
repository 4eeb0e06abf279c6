// @ts-check
/** Which weights: the present ones, the best, or those at the end of an epoch, by a slider that can play by itself. */

import { element, setAttribute, setText } from "../shared/dom/element.js";
import { icon, setIcon } from "../shared/dom/icons.js";

/** @typedef {"now" | "best" | number} Weights */

const PLAYED = 6000; // milliseconds that a replay takes, whatever the number of epochs
const FASTEST = 150; // milliseconds an epoch is shown at least
const SLOWEST = 700;
const PATIENCE = 2000; // milliseconds a slow answer is waited for before the next is asked

export class Timeline {
  /**
   * @param {(weights: Weights) => void} onChoose
   * @param {() => boolean} [isBusy] whether answers for the last choice are still awaited: the next waits for them
   */
  constructor(onChoose, isBusy = () => false) {
    this.onChoose = onChoose;
    this.isBusy = isBusy;
    /** @type {number[]} */
    this.epochs = [];
    /** @type {Weights} */
    this.weights = "now";
    this.epoch = 0; // of the present weights
    /** @type {number | null} */
    this.bestEpoch = null;
    /** @type {Weights | null} */
    this.wanted = null; // asked for and not yet shown
    this.playing = false;
    this.timer = 0;

    const button = (/** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ onclick) => element("button", { type: "button", class: "npi-button", title, text, onclick });
    this.now = button("Now", "The present weights: the live network while it trains, else the last ones saved", () => this.take("now"));
    this.best = button("Best", "The weights at the end of the epoch with the lowest validation loss", () => this.take("best"));
    this.slider = element("input", {
      type: "range", min: 0, max: 0, step: 1, "aria-label": "Epoch", title: "Left → the weights at the end of an earlier epoch; 0 is before training",
      oninput: () => (this.pause(), this.go(this.epochs[Number(this.slider.value)])),
    });
    this.word = element("span", { text: "Replay" });
    this.play = element("button", { type: "button", class: "npi-button", title: "Goes through the kept epochs from the first to the last → everything below is replayed", onclick: () => (this.playing ? this.pause() : this.start()) }, icon("resume"), this.word);
    this.says = element("output", { class: "npi-timeline-says" });
    this.live = element("span", { class: "npi-live-chip", text: "Live", title: "The run trains: what is shown changes with its weights" });
    this.root = element("div", { class: "npi-timeline", role: "group", "aria-label": "Weights" }, element("span", { class: "npi-quiet", text: "Weights" }),
      element("span", { class: "npi-buttons" }, this.now, this.best, this.play), this.slider, this.says, this.live);
  }

  /**
   * @param {{anatomy: import("../shared/server/anatomy.d.ts").Anatomy | null, weights: Weights, live?: boolean}} view without an anatomy there is nothing to choose
   * @param {number | null} [best] the best epoch, null while there is none
   */
  draw({ anatomy, weights, live = false }, best = null) {
    this.root.hidden = !anatomy;
    if (!anatomy) return this.hide(); // what was wanted was another run's
    this.epochs = anatomy.keyframes;
    this.epoch = anatomy.epoch;
    this.weights = weights;
    this.bestEpoch = best;
    this.best.hidden = best === null && weights !== "best";
    this.slider.hidden = this.play.hidden = this.epochs.length < 2;
    this.live.hidden = !live;
    this.slider.max = String(Math.max(0, this.epochs.length - 1));
    this.face(this.wanted ?? weights);
  }

  /** What the controls say. @param {Weights} weights */
  face(weights) {
    const place = typeof weights === "number" ? this.epochs.indexOf(weights) : weights === "best" ? this.near(this.bestEpoch ?? this.epoch) : this.epochs.length - 1;
    this.slider.value = String(Math.max(0, place));
    const of = weights === "now" ? this.epoch : weights === "best" ? this.bestEpoch : weights;
    const text = of === 0 ? "before training" : of === null ? "" : `epoch ${of}`;
    setText(this.says, text);
    setAttribute(this.slider, "aria-valuetext", `${weights === "now" ? "now, " : weights === "best" ? "best, " : ""}${text}`);
    setAttribute(this.now, "aria-pressed", String(weights === "now"));
    setAttribute(this.best, "aria-pressed", String(weights === "best"));
    this.root.dataset.weights = typeof weights === "number" ? "epoch" : weights;
  }

  /** @param {number} epoch */
  near(epoch) {
    return this.epochs.reduce((best, each, i) => (Math.abs(each - epoch) < Math.abs(this.epochs[best] - epoch) ? i : best), 0);
  }

  /** @param {Weights} weights */
  take(weights) {
    this.pause();
    this.go(weights);
  }

  /** Asks for other weights as soon as the answers for the last ones are in; of several wishes the latest counts. @param {Weights | undefined} weights */
  go(weights) {
    if (weights === undefined) return;
    const waits = this.wanted !== null;
    this.wanted = weights;
    this.face(weights);
    if (!waits) this.ask(performance.now());
  }

  /** @param {number} since */
  ask(since) {
    if (this.wanted === null) return;
    if (this.isBusy() && performance.now() - since < PATIENCE) {
      setTimeout(() => this.ask(since), 30);
      return;
    }
    const { wanted } = this;
    this.wanted = null;
    if (wanted !== this.weights) this.onChoose(wanted);
  }

  start() {
    if (this.epochs.length < 2) return;
    this.playing = true;
    setIcon(this.play, "pause");
    setText(this.word, "Pause");
    const at = typeof this.weights === "number" ? this.epochs.indexOf(this.weights) : -1;
    this.step(at < 0 || at === this.epochs.length - 1 ? 0 : at + 1);
  }

  /** @param {number} place */
  step(place) {
    if (!this.playing) return;
    if (document.hidden) {
      this.timer = window.setTimeout(() => this.step(place), SLOWEST);
      return;
    }
    this.go(this.epochs[place]);
    if (place >= this.epochs.length - 1) return this.pause();
    const wait = Math.min(SLOWEST, Math.max(FASTEST, PLAYED / this.epochs.length));
    this.timer = window.setTimeout(() => this.whenIdle(() => this.step(place + 1), performance.now()), wait);
  }

  /** @param {() => void} then @param {number} since */
  whenIdle(then, since) {
    if (this.playing && this.isBusy() && performance.now() - since < PATIENCE) this.timer = window.setTimeout(() => this.whenIdle(then, since), 30);
    else then();
  }

  pause() {
    this.playing = false;
    clearTimeout(this.timer);
    setIcon(this.play, "resume");
    setText(this.word, "Replay");
  }

  /** The page is left. */
  hide() {
    this.pause();
    this.wanted = null;
  }
}
