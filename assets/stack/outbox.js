// @ts-check
/**
 * Edits on their way to Python. Each carries a number; all that Python has not yet acknowledged go along with every message, so that
 * an edit lost when a script run is cut short arrives with the next one, and Python leaves out those it has seen.
 *
 * @typedef {import("./model.js").Op} Op
 */

const PATIENCE = 2500; // ms without an answer before everything unanswered is sent again

export class Outbox {
  /** @param {(value: object) => void} send */
  constructor(send) {
    this.send = send;
    this.client = crypto.getRandomValues(new Uint32Array(2)).join("-");
    /** @type {{seq: number, op: Op}[]} */
    this.pending = [];
    this.seq = 0;
    this.timer = 0;
    this.tries = 0;
  }

  /** @param {Op} op */
  put(op) {
    this.pending.push({ seq: ++this.seq, op });
    this.tries = 0;
    this.#post();
  }

  /** What Python has dealt with. @param {{client: string, seq: number} | null} seen */
  acknowledge(seen) {
    if (seen?.client === this.client) this.pending = this.pending.filter((edit) => edit.seq > seen.seq);
    if (!this.pending.length) clearTimeout(this.timer);
  }

  close() {
    clearTimeout(this.timer);
  }

  #post() {
    clearTimeout(this.timer);
    this.send({ client: this.client, edits: this.pending });
    this.timer = window.setTimeout(() => this.pending.length && this.tries++ < 5 && this.#post(), PATIENCE * (this.tries + 1));
  }
}
