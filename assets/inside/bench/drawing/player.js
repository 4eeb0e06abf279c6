// @ts-check
/** Walks the window over all cells, one after the other. */

import { element, setText } from "../../../shared/dom/element.js";
import { icon, setIcon } from "../../../shared/dom/icons.js";

const PAUSE = 260; // milliseconds on a cell
const LONGEST = 120; // cells visited; of more, some are left out

export class Player {
  /** @param {(at: number | null) => void} onwalk the number of the cell, row by row; null at the end */
  constructor(onwalk) {
    this.onwalk = onwalk;
    this.timer = 0;
    this.count = 0;
    this.at = 0;
    this.word = element("span", { text: "Play" });
    this.play = element("button", { type: "button", class: "npi-button", title: "The window walks over all cells; what it has not reached yet is empty.", onclick: () => (this.isPlaying ? this.stop() : this.start()) }, icon("resume"), this.word);
    this.next = element("button", { type: "button", class: "npi-button", text: "Next cell", title: "One cell further, row by row.", onclick: () => (this.stop(), this.onwalk((this.at + 1) % this.count)) });
    this.says = element("span", { class: "npi-quiet npi-bench-count" });
    this.root = element("div", { class: "npi-buttons npi-bench-player" }, this.play, this.next, this.says);
  }

  get isPlaying() {
    return this.timer !== 0;
  }

  /** @param {{count: number, at: number, what: string}} where at: from 0 */
  draw({ count, at, what }) {
    this.count = count;
    this.at = at;
    setText(this.says, `Cell ${(at + 1).toLocaleString("en-US")} of ${count.toLocaleString("en-US")} of the ${what}`);
  }

  start() {
    let at = -1;
    this.sign("pause", "Pause");
    const jump = Math.ceil(this.count / LONGEST);
    const step = () => {
      at = at < 0 ? 0 : at + jump;
      if (at >= this.count) return this.stop();
      this.onwalk(at);
    };
    this.timer = window.setInterval(step, PAUSE);
    step();
  }

  stop() {
    if (!this.isPlaying) return;
    clearInterval(this.timer);
    this.timer = 0;
    this.sign("resume", "Play");
    this.onwalk(null);
  }

  /** @param {string} sign @param {string} word */
  sign(sign, word) {
    setIcon(this.play, sign);
    setText(this.word, word);
  }
}
