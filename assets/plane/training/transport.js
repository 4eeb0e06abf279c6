// @ts-check
/** Play, step, start over, how fast; where the training stands, in big and calm numbers. */

import { element, setAttribute, setText } from "../../shared/dom/element.js";
import { icon, setIcon } from "../../shared/dom/icons.js";
import { rate, whole } from "../../shared/drawing/format.js";
import { setStatus, statusChip } from "../../shared/run/status.js";
import { Scores } from "./scores.js";

/** @typedef {import("../game/store.js").State} State */

const SPEEDS = [1, 5, 25, 100, 500, null]; // epochs a second; null: as fast as it can
const BUSY = new Set(["training", "beginning", "starting", "queued"]);
const CALM = 250; // milliseconds between two changes of the rate

export class Transport {
  /** @param {import("../game/context.js").Context} context @param {import("../game/game.js").Game} game */
  constructor(context, game) {
    this.context = context;
    this.game = game;
    this.rated = 0;
    const step = (/** @type {string} */ unit) => () => this.step(unit);
    this.play = this.button("play", "Play", "resume", "Space", "Train this network, or pause it", () => game.toggle());
    this.batch = this.button("batch", "Step one batch", "batch", "S", "One batch → one update of all weights, then a pause", step("batch"));
    this.epoch = this.button("epoch", "Step one epoch", "epoch", "E", "To the end of the epoch → every training point used once more, then a pause", step("epoch"));
    this.same = this.button("reset", "Start over", "same", "R", "Back to the first weights of this seed → the same curve again", () => game.reset());
    this.fresh = this.button("fresh", "New seed", "new", "N", "Other first weights and another order of the points → see how much is luck", () => game.reset(Math.floor(Math.random() * 2 ** 31)));
    this.count = element("strong", { class: "npp-count", text: "0" });
    this.pace = element("span", { class: "npp-quiet npp-pace" });
    this.chip = statusChip();
    this.chip.setAttribute("role", "status");
    this.said = element("p", { class: "npp-said", "aria-live": "polite" });
    this.speed = element("input", {
      type: "range", class: "npp-slider", min: 0, max: SPEEDS.length - 1, step: 1, "aria-label": "Speed", oninput: () => game.setSpeed(SPEEDS[Number(this.speed.value)]),
    });
    this.speedText = element("output", { class: "npp-speed-text" });
    this.speedField = element("label", { class: "npp-field npp-speed", title: "Slower → time to watch. The result does not change." }, element("span", { class: "npp-label", text: "Speed" }), this.speed, this.speedText);
    this.scores = new Scores();
    this.root = element("div", { class: "npp-transport" },
      element("div", { class: "npp-buttons", role: "toolbar", "aria-label": "Control of the training" }, this.same, this.play, this.batch, this.epoch, this.fresh),
      element("div", { class: "npp-epochs", title: "An epoch is once through all training points" }, element("span", { class: "npp-label", text: "Epoch" }), this.count, this.pace),
      this.speedField, this.scores.root,
      element("div", { class: "npp-state" }, this.chip, this.said));
  }

  /** @param {string} name @param {string} label @param {string} sign @param {string} key @param {string} title @param {() => void} onclick */
  button(name, label, sign, key, title, onclick) {
    return element("button", { type: "button", class: `npp-button npp-${name}`, "aria-label": label, "aria-keyshortcuts": key, title: `${title} (${key})`, onclick }, icon(sign));
  }

  /** @param {string} unit */
  step(unit) {
    if (this.context.state.when !== "now") this.context.set({ when: "now" });
    this.context.command({ do: "step", unit });
  }

  /** A key stands for a button. @param {string} key @returns {boolean} whether one does */
  use(key) {
    const found = /** @type {Record<string, HTMLButtonElement>} */ ({ " ": this.play, s: this.batch, e: this.epoch, r: this.same, n: this.fresh })[key];
    if (found && !found.hidden) found.click();
    return found !== undefined;
  }

  /** @param {State} state */
  draw(state) {
    const isBusy = BUSY.has(state.status);
    setIcon(this.play, isBusy ? "pause" : "resume");
    setAttribute(this.play, "aria-label", isBusy ? "Pause" : "Play");
    const problem = state.made?.problems?.[0];
    setAttribute(this.play, "title", problem ? `${problem.what} ${problem.fix ?? ""}` : isBusy ? "Pause; weights and optimizer are kept (Space)" : "Train this network (Space)");
    const cannot = !state.made || (problem && !isBusy && state.status !== "paused") || ["queued", "starting"].includes(state.status);
    this.play.disabled = cannot;
    for (const button of [this.batch, this.epoch]) button.disabled = cannot || ["beginning", "interrupted"].includes(state.status); // a step of what is interrupted would begin another run
    this.same.disabled = !state.runId;
    this.batch.hidden = this.epoch.hidden = !this.context.shown("step");
    this.fresh.hidden = !this.context.shown("seed");
    this.speedField.hidden = !this.context.shown("speed");
    this.scores.root.hidden = !this.context.shown("scores");
    setText(this.count, whole(epochOf(state)));
    this.drawPace(state);
    this.drawStatus(state);
    this.drawSpeed(state);
    this.scores.draw(state);
  }

  /** @param {State} state */
  drawPace({ run, status, when }) {
    const a = when === "now" && status === "training" && run?.started && run.progress ? run.progress.steps_per_second / run.started.steps_per_epoch : 0;
    if (a > 0 && performance.now() - this.rated < CALM) return;
    this.rated = a > 0 ? performance.now() : 0;
    setText(this.pace, when !== "now" ? "replayed" : a > 0 ? `${rate(a)} epochs/s` : "");
  }

  /** @param {State} state */
  drawStatus({ status, run, link, said }) {
    this.chip.hidden = status === "new";
    if (status !== "new") setStatus(this.chip, status === "beginning" ? "starting" : status, run?.position ?? 0);
    setText(this.said, link === "lost" ? "Connection lost. Trying again by itself." : said?.text ?? "");
    setAttribute(this.said, "data-kind", link === "lost" ? "restart" : said?.kind ?? null);
  }

  /** @param {State} state */
  drawSpeed({ speed }) {
    const slot = String(SPEEDS.indexOf(speed));
    if (this.speed.value !== slot) this.speed.value = slot;
    setText(this.speedText, speed === null ? "max" : `${speed} epoch${speed === 1 ? "" : "s"}/s`);
    setAttribute(this.speed, "aria-valuetext", speed === null ? "as fast as it can" : `${speed} epochs a second`);
  }
}

/** The epoch on show: of the frame, where the run has moved on already. @param {State} state */
function epochOf({ frame, when, run }) {
  return when !== "now" ? when : run ? Math.max(run.progress?.epoch ?? 0, frame?.meta?.epoch ?? 0) : 0;
}
