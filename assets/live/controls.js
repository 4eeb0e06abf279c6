// @ts-check
/** The control bar of a run that goes on: each click answers at once with "…" and settles when the engine's event comes. */

import { element, setAttribute, setText } from "../shared/dom/element.js";
import { setting } from "../shared/drawing/format.js";
import { icon, setIcon } from "../shared/dom/icons.js";
import { learningRate, settingInForce } from "../shared/run/run.js";

/** @typedef {import("../shared/run/run.js").Run} Run */

const PATIENCE = 5000; // milliseconds until an unanswered click is forgotten
const SPEED_EVERY = 200; // milliseconds between two speeds sent while the slider is drawn
const SLOTS = 31; // of the speed slider; the last one is "max"
const LOWEST = 1e-10; // of the learning rate, as in playground/values/command.py
const HIGHEST = 1000;

/** Which statuses allow what; everything else says why not. @type {Record<string, string[]>} */
const ALLOWED = { pause: ["training", "paused"], batch: ["training", "paused"], epoch: ["training", "paused"], stop: ["queued", "starting", "training", "paused"] };
/** @type {Record<string, string>} */
const REASONS = { queued: "The run waits for a free engine.", starting: "The model is being built." };

export class Controls {
  /**
   * @param {(command: object) => boolean} send says whether the command went out
   * @param {() => void} onChange something to draw changed
   */
  constructor(send, onChange) {
    this.send = send;
    this.onChange = onChange;
    /** @type {{name: string, says: string} | null} */
    this.pending = null;
    this.timer = 0;
    this.speedTimer = 0;
    this.speedMoved = 0; // when the slider was last touched, in milliseconds
    this.speedSent = 0;
    /** @type {Run | null} */
    this.run = null;
    this.buttons = {
      pause: this.button("pause", "Pause", "pause", "Space", () => this.toggle()),
      batch: this.button("batch", "Step batch", "batch", "s", () => this.press("batch", "Stepping …", { do: "step", unit: "batch" })),
      epoch: this.button("epoch", "Step epoch", "epoch", "e", () => this.press("epoch", "Stepping …", { do: "step", unit: "epoch" })),
      stop: this.button("stop", "Stop", "stop", "", () => this.press("stop", "Stopping …", { do: "stop" })),
    };
    this.rate = element("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", class: "np-rate", "aria-label": "Learning rate",
      oninput: () => (this.rateTyped = true),
      onkeydown: (event) => this.typeRate(event), onblur: () => this.applyRate(),
    });
    this.rateNote = element("span", { class: "np-note", role: "alert" });
    this.rateLabel = element("label", { class: "np-field" }, element("span", { text: "Learning rate" }), this.rate, this.rateNote);
    this.speed = element("input", {
      type: "range", min: 0, max: SLOTS, step: 1, value: SLOTS, class: "np-speed", "aria-label": "Speed",
      oninput: () => this.applySpeed(),
    });
    this.speedValue = element("output", { class: "np-speed-value" });
    this.speedLabel = element("label", { class: "np-field", title: "Slower steps give time to watch; they do not change the result." },
      element("span", { text: "Speed" }), this.speed, this.speedValue);
    this.root = element("div", { class: "np-controls", role: "toolbar", "aria-label": "Control of the run" },
      element("div", { class: "np-buttons" }, ...Object.values(this.buttons)), this.rateLabel, this.speedLabel);
  }

  /** @type {(name: string, text: string, sign: string, key: string, onclick: () => void) => HTMLButtonElement} */
  button(name, text, sign, key, onclick) {
    return element("button", { type: "button", class: `np-button np-${name}`, "aria-keyshortcuts": key || null, onclick }, icon(sign), element("span", { text }));
  }

  toggle() {
    if (this.run?.status === "paused") this.press("pause", "Resuming …", { do: "resume" });
    else this.press("pause", "Pausing …", { do: "pause" });
  }

  /** A key of the keyboard stands for a button; does nothing when the button is disabled. @param {"pause" | "batch" | "epoch"} name */
  use(name) {
    this.buttons[name].click();
  }

  /** @type {(name: string, says: string, command: object) => void} */
  press(name, says, command) {
    if (this.pending?.name === name || !this.send(command)) return; // Stop is heard while Pause is still on its way
    this.pending = { name, says };
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.settle(), PATIENCE);
    this.onChange();
  }

  /** The answer came (or never will). */
  settle() {
    clearTimeout(this.timer);
    this.pending = null;
    this.rate.classList.remove("np-waiting");
    this.onChange();
  }

  /** The engine refused: what stands in the fields is not in force. */
  refuse() {
    this.settle();
    this.rateTyped = false;
    if (this.run) this.showRate(this.run);
    if (this.run) this.showSpeed(this.run);
  }

  /**
   * @param {Run} run
   * @param {boolean} connected
   * @param {string} fixedRate why the learning rate cannot be set, or ""
   */
  draw(run, connected, fixedRate) {
    this.run = run;
    const paused = run.status === "paused";
    setText(/** @type {Element} */ (this.buttons.pause.lastElementChild), paused ? "Resume" : "Pause");
    setIcon(this.buttons.pause, paused ? "resume" : "pause");
    for (const [name, button] of Object.entries(this.buttons)) {
      const reason = !connected ? "Waiting for the connection." : ALLOWED[name].includes(run.status) ? "" : (REASONS[run.status] ?? "The run has ended.");
      const busy = this.pending?.name === name;
      button.disabled = reason !== "";
      setAttribute(button, "aria-busy", busy ? "true" : null);
      setAttribute(button, "title", reason || HELP[name]);
    }
    const active = connected && (run.status === "training" || paused);
    this.rate.disabled = !active || fixedRate !== "";
    setAttribute(this.rateLabel, "title", fixedRate || (active ? "A higher rate → larger steps: faster, until the loss jumps. Press Enter to apply." : REASONS[run.status] ?? ""));
    this.speed.disabled = !active;
    this.showRate(run);
    this.showSpeed(run);
  }

  /** @param {Run} run */
  showRate(run) {
    if (this.rateTyped) return;
    const text = setting(learningRate(run));
    if (this.rate.value !== text) this.rate.value = text;
    setText(this.rateNote, "");
    setAttribute(this.rate, "aria-invalid", null);
  }

  /** @param {KeyboardEvent} event */
  typeRate(event) {
    if (event.key === "Enter") this.applyRate();
    else if (event.key === "Escape") {
      this.rateTyped = false;
      this.onChange();
    }
  }

  applyRate() {
    if (!this.rateTyped) return;
    const value = Number(this.rate.value.replace(",", "."));
    if (!this.rate.value.trim() || !(value >= LOWEST && value <= HIGHEST)) {
      setAttribute(this.rate, "aria-invalid", "true");
      setText(this.rateNote, `A number from ${LOWEST} to ${HIGHEST}, please.`);
      return;
    }
    this.rateTyped = false;
    setText(this.rateNote, "");
    setAttribute(this.rate, "aria-invalid", null);
    if (setting(value) === setting(this.run && learningRate(this.run)) || !this.send({ do: "set", name: "learning_rate", value })) return this.onChange();
    this.rate.classList.add("np-waiting");
    this.rateTyped = true; // what was typed stays in the field until the engine answers
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.refuse(), PATIENCE);
  }

  /** @param {string} name of the setting that is now in force */
  changed(name) {
    if (name === "learning_rate") this.rateTyped = false;
    this.settle();
  }

  applySpeed() {
    this.speedMoved = Date.now();
    this.saySpeed(speedAt(Number(this.speed.value)));
    this.speedTimer ||= window.setTimeout(() => this.sendSpeed(), Math.max(0, this.speedSent + SPEED_EVERY - Date.now()));
  }

  /** Where the slider stands now: so the last place is always sent, however fast it was drawn. */
  sendSpeed() {
    this.speedTimer = 0;
    this.speedSent = Date.now();
    this.send({ do: "set", name: "speed", value: speedAt(Number(this.speed.value)) });
  }

  /** @param {Run} run */
  showSpeed(run) {
    if (this.speedTimer || Date.now() - this.speedMoved < 700) return; // a slider must not jump back under the hand
    const value = settingInForce(run, "speed") ?? null;
    const slot = String(value === null ? SLOTS : Math.max(0, Math.min(SLOTS - 1, Math.round(10 * Math.log10(value)))));
    if (this.speed.value !== slot) this.speed.value = slot;
    this.saySpeed(value);
  }

  /** @param {number | null} value */
  saySpeed(value) {
    const text = value === null ? "max" : `${setting(value)} / s`;
    setText(this.speedValue, text);
    setAttribute(this.speed, "aria-valuetext", value === null ? "as fast as it can" : `${setting(value)} steps a second`);
  }
}

/** @type {Record<string, string>} */
const HELP = {
  pause: "Pause keeps weights and optimizer state; resume goes on exactly there (Space).",
  batch: "Train one batch, then pause (S).",
  epoch: "Train to the end of the epoch, then pause (E).",
  stop: "End the run here; the weights are kept and tested.",
};

/** Steps a second at a slot: 1 to 1,000 on a logarithmic scale, null at the last. @param {number} slot */
function speedAt(slot) {
  if (slot >= SLOTS) return null;
  return Number((10 ** (slot / 10)).toPrecision(2));
}
