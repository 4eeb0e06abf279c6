// @ts-check
/** Play, step, start over, how fast; where the training stands, in big and calm numbers. */

import { element, setAttribute, setText } from "../element.js";
import { icon, setIcon } from "../icons.js";
import { whole } from "../live/format.js";

/** @typedef {import("./store.js").State} State */

const WORDS = /** @type {Record<string, string>} */ ({
  new: "Ready", beginning: "Starting …", queued: "Waiting in line", starting: "Starting …", training: "Training", paused: "Paused",
  done: "Done", stopped: "Stopped", failed: "Failed", interrupted: "Interrupted",
});

export class Transport {
  /** @param {import("./context.js").Context} context @param {import("./game.js").Game} game */
  constructor(context, game) {
    this.context = context;
    this.game = game;
    const button = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ sign, /** @type {string} */ key, /** @type {string} */ title, /** @type {() => void} */ onclick) =>
      element("button", { type: "button", class: `npp-button npp-${name}`, "aria-label": label, "aria-keyshortcuts": key, title: `${title} (${key})`, onclick }, icon(sign));
    const step = (/** @type {string} */ unit) => () => context.command({ do: "step", unit });
    this.play = button("play", "Play", "resume", "Space", "Train this network, or pause it", () => game.playing.toggle());
    this.batch = button("step", "Step one batch", "batch", "S", "One batch → one update of the weights, then a pause", step("batch"));
    this.epoch = button("step", "Step one epoch", "epoch", "E", "To the end of the epoch → every training point used once, then a pause", step("epoch"));
    this.same = button("reset", "Start over", "same", "R", "Back to the first weights of this seed → the same curve again", () => game.reset());
    this.fresh = button("seed", "New seed", "new", "N", "Other first weights and another order → see how much is luck", () => game.reset(Math.floor(Math.random() * 2 ** 31)));
    this.status = element("span", { class: "npp-status", role: "status" });
    this.count = element("span", { class: "npp-count" });
    this.root = element("div", { class: "npp-transport", role: "toolbar", "aria-label": "Control of the training" }, this.same, this.play, this.batch, this.epoch, this.fresh, this.count, this.status);
  }

  /** A key stands for a button. @param {string} key @returns {boolean} whether one does */
  use(key) {
    const found = /** @type {Record<string, HTMLButtonElement>} */ ({ " ": this.play, s: this.batch, e: this.epoch, r: this.same, n: this.fresh })[key];
    found?.click();
    return found !== undefined;
  }

  /** @param {State} state */
  draw(state) {
    const isPlaying = ["training", "beginning", "starting", "queued"].includes(state.status);
    setIcon(this.play, isPlaying ? "pause" : "resume");
    setAttribute(this.play, "aria-label", isPlaying ? "Pause" : "Play");
    setText(this.status, WORDS[state.status] ?? state.status);
    setText(this.count, `Epoch ${whole(state.when === "now" ? state.run?.progress?.epoch ?? 0 : state.when)}`);
  }
}
