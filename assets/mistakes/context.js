// @ts-check
/** What a section may ask for and change: answers about the part of the data and the weights that are chosen, and the choices all share. */

import { faultBox } from "../shared/dom/fault.js";
import { pagesAbout } from "../shared/dom/pages.js";
import { look } from "../shared/server/look.js";

/** The confusion matrix. @typedef {import("./answers.d.ts").MatrixAnswer & Looked & {revision: string, error?: undefined}} Counted */
/** Or why there is none. @typedef {Counted | {split: string, revision: string, error: unknown}} Table */
/** Which examples the gallery shows. among: only these, with a title that says which; ids as "test/45", positions in the part. */
/** @typedef {{only: "wrong" | "right" | "all" | "both", true: number | null, predicted: number | null, sort: "confidence" | "loss" | "margin" | "position", order: "falling" | "rising", page: number, among: {title: string, ids?: string[], positions?: number[]} | null}} Filter */
/**
 * run: its id. status: see status.js. anatomy: the answer of that view, see playground/engine/views/inside/anatomy.py. split: "test", "validation" or
 * "train". weights: "now", "best" or an epoch, as a person chose it; asked: what questions name instead of "now" while the run goes on, so that
 * all answers on the page belong together. table: the answer of the view `matrix`, null until it came; stale while newer weights are asked about.
 * revision: changes whenever predictions may have changed. picture: address of the example that is open ("test:12") or null.
 * @typedef {{run: string | null, status: string, anatomy: import("../shared/server/anatomy.d.ts").Anatomy | null, split: string, weights: "now" | "best" | number, asked: "now" | "best" | number, table: Table | null, stale: boolean, revision: string,
 *   filter: Filter, picture: string | null, theme: import("../shared/drawing/theme.js").Theme}} PageView
 */
/** What a section is shown: the network is known. @typedef {PageView & {anatomy: import("../shared/server/anatomy.d.ts").Anatomy}} View */
/** @typedef {{tab?: string, split?: string, weights?: "now" | "best" | number, picture?: string | null, filter?: Partial<Filter>}} Changes */

/** @typedef {import("./answers.d.ts").Answers} Answers */
/** @typedef {import("../inside/answers.d.ts").Looked} Looked */
/** @template {keyof Answers} View @typedef {import("./answers.d.ts").Question<View>} Question */

/** @param {Table | null} table @returns {table is Counted} */
export function isCounted(table) {
  return table !== null && !table.error;
}

export class Context {
  /** @param {{view: PageView, choose: (changes: Changes) => void, act: (act: import("../page/runpage.js").Act) => void, walk: (positions: ArrayLike<number>) => void, rows: import("../shared/server/runlist.js").RunRow[], page: string, pages: import("../shared/dom/pages.js").PageEntry[], one: import("./one/one.js").One}} host */
  constructor(host) {
    this.host = host;
  }

  /** The run, the part and the weights that are chosen. @returns {View} */
  get view() {
    return /** @type {View} */ (this.host.view); // asked for by sections
  }

  /** The pages about this. @param {string} about */
  pages(about) {
    return pagesAbout(this.host.pages, about).filter(({ key }) => key !== this.host.page);
  }

  /** The runs of this browser, newest first. @returns {import("../shared/server/runlist.js").RunRow[]} */
  get runs() {
    return this.host.rows;
  }

  /**
   * One answer about the run, the part and the weights that are chosen, unless the question names others.
   * @template {keyof Answers} View
   * @param {Question<View>} question `{view: "pairs"}`
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<Answers[View] & Looked>} rejects with a Fault
   */
  ask(question, options) {
    const { run, split, asked } = this.view;
    if (run === null) return Promise.reject(new Error("No run is chosen."));
    const whole = Object.entries({ weights: asked, split, ...question });
    return look(run, Object.fromEntries(whole.filter(([, value]) => value !== null && value !== undefined)), options);
  }

  /** Changes what all sections share; the open one is shown again. @param {Changes} changes */
  choose(changes) {
    this.host.choose(changes);
  }

  /**
   * Goes to the gallery with these examples, and no others: `context.gallery({true: 2, predicted: 1})`.
   * @param {Partial<Filter>} filter what is not named is open
   */
  gallery(filter) {
    const { true: row = null, predicted: column = null } = filter;
    const only = row !== null && column !== null ? (row === column ? "right" : "wrong") : "all";
    this.choose({ tab: "overview", filter: { only, page: 0, among: null, true: null, predicted: null, ...filter } });
  }

  /**
   * Opens one example.
   * @param {number} position in the part
   * @param {ArrayLike<number>} among positions that one can step through from there
   */
  open(position, among) {
    this.host.walk(among);
    this.choose({ picture: `${this.view.split}:${position}` });
  }

  /** When the notes and tags that were just written are kept. */
  async kept() {
    await new Promise((done) => setTimeout(done)); // an example that is being closed writes its own first
    await this.host.one.mark.saving;
  }

  /** Says something to the page's Python. @param {import("../page/runpage.js").Act} act see playground/ui/mistakes.py */
  act(act) {
    this.host.act(act);
  }

  /** @param {unknown} error @returns {HTMLElement} */
  fault(error) {
    return faultBox(error);
  }
}
