// @ts-check
/** The loss's gradient for every weight, followed only while somebody looks at it. */

/** @typedef {import("../../game/answers.d.ts").GradientsAnswer} GradientsAnswer */

export class Gradients {
  /** @param {import("../../game/context.js").Context} context */
  constructor(context) {
    this.context = context;
    /** @type {GradientsAnswer | null} */
    this.answer = null;
    this.stop = () => {};
  }

  /** @param {() => void} changed */
  open(changed) {
    this.close();
    this.stop = this.context.follow({ view: "plane_gradients" }, (body) => {
      this.answer = body;
      changed();
    }, () => {});
  }

  close() {
    this.stop();
    this.stop = () => {};
    this.answer = null;
  }
}

/** @param {GradientsAnswer | null} answer @param {number} place among the frame's weights, -1 where it has none */
export function gradientAt(answer, place) {
  const found = answer?.gradients;
  return place < 0 || !found || place >= found.length ? NaN : found[place];
}
