// @ts-check
/** Draws no more often than people can read: at once where the last time is long enough ago, else once a little later. */

export class Calm {
  /** @param {number} every milliseconds between two drawings @param {() => void} draw of what is newest then */
  constructor(every, draw) {
    this.every = every;
    this.draw = draw;
    this.drawn = -Infinity;
    this.timer = 0;
  }

  ask() {
    const wait = this.drawn + this.every - performance.now();
    if (wait <= 0) this.now();
    else if (!this.timer) this.timer = window.setTimeout(() => this.now(), wait);
  }

  /** However short ago the last time was. */
  now() {
    this.close();
    this.drawn = performance.now();
    this.draw();
  }

  close() {
    clearTimeout(this.timer);
    this.timer = 0;
  }
}
