// @ts-check
/** The page "Mistakes": which run, which part of the data, which weights, and how many are right; below them the sections, of which one is open. */

import { element } from "../shared/dom/element.js";
import { RunPage } from "../page/runpage.js";
import { RunList } from "../shared/server/runlist.js";
import { choicesOf, settled } from "./choosing.js";
import { Context } from "./context.js";
import { Latest } from "./latest.js";
import { One } from "./one/one.js";
import { Summary } from "./summary.js";

/** @typedef {import("../shared/server/anatomy.d.ts").Anatomy} Anatomy */
/** @typedef {import("./context.js").PageView} PageView */
/** @typedef {import("./context.js").Changes} Changes */
/** @typedef {import("./answers.d.ts").MatrixAnswer & import("./context.js").Looked} Answer */
/** @typedef {{page: string, pages: import("../shared/dom/pages.js").PageEntry[], run: string | null, edits: import("./one/nextrun.js").Edits | null}} Data */

/** @extends {RunPage<PageView, Context>} */
export class Panel extends RunPage {
  /** @param {import("./sections.js").SectionEntry[]} sections @param {any} data the first from Python */
  constructor(sections, data) {
    super(sections, data);
    this.tables = new Latest();
    this.asked = ""; // the revision of which the table is, or will be
    /** @type {PageView} */
    this.view = settled({ run: null, status: "", anatomy: null, choices: {}, theme: null });
    this.context = new Context(this);
    this.summary = new Summary(this.context);
    /** @type {One} */
    this.one = new One(this.context);
    this.root = element("section", { class: "npi npm", role: "region", "aria-label": this.title }, element("h2", { class: "npi-hidden", text: this.title }), this.head, this.absence.root, this.summary.root, this.bar.root, this.place, this.one.root);
    this.list = new RunList((rows, error) => this.know(rows, error));
  }

  /** @override */
  get isBusy() {
    return this.tables.busy;
  }

  /**
   * New data from Python: which run is on show, what the next run leaves out, perhaps another theme.
   * @override
   * @param {Data} data
   * @param {(act: import("../page/runpage.js").Act) => void} act
   */
  update(data, act) {
    this.one.heed(data.edits ?? null);
    super.update(data, act);
  }

  /** @override @param {string | null} run @param {Record<string, any>} choices */
  begin(run, choices) {
    this.tables.drop();
    this.asked = "";
    this.choices = choicesOf(choices);
    this.view = settled({ run, status: this.row(run)?.status ?? "", anatomy: null, choices: this.choices, theme: this.view.theme });
    this.settle();
  }

  /** @override @param {Anatomy} anatomy */
  learn(anatomy) {
    this.view = { ...this.view, anatomy };
    this.settle();
  }

  /** @override @param {unknown} error */
  miss(error) {
    if (!this.view.anatomy) this.absence.draw(error, this.row(this.view.run));
    this.settle();
  }

  /** @param {import("../shared/server/runlist.js").RunRow[] | null} rows @param {Error | null} error */
  know(rows, error) {
    this.rows = rows ?? [];
    this.picker.draw(rows, this.view.run);
    const status = this.row(this.view.run)?.status ?? "";
    if (!rows && error && !this.view.anatomy) this.absence.draw(error);
    else if (rows && !this.view.run) this.absence.draw(null, null, rows.length === 0);
    if (!this.view.run) return;
    if (this.asleep && !document.hidden) this.read(); // the list is read as soon as the page is seen again
    if (status === this.view.status) return this.show(); // a section may list the runs
    this.view = { ...this.view, status };
    this.read();
    this.settle();
  }

  /** Makes the view out of what is chosen, as far as it fits, asks for the table where it is another one, and shows all. */
  settle() {
    const { run, anatomy, theme, table } = this.view;
    const next = settled({ run, status: this.view.status, anatomy, choices: this.choices, theme });
    const same = table && table.revision === next.revision;
    this.view = { ...next, table: table && table.split === next.split ? table : null, stale: !same };
    this.picker.draw(this.rows, run);
    this.timeline.draw(this.view, this.row(run)?.summary?.best_epoch ?? null);
    const isOfNumbers = anatomy?.classes.length === 0;
    this.bar.suits = (tab) => Boolean(tab.numbers) === isOfNumbers;
    if (anatomy && !isOfNumbers && this.asked !== next.revision) this.count(next.revision);
    this.show();
  }

  /** The confusion matrix, by which everything else goes. @param {string} revision */
  count(revision) {
    this.asked = revision;
    const done = (/** @type {Answer | {split: string, error: unknown}} */ answer) => {
      if (this.asked !== revision) return;
      this.view = { ...this.view, table: { ...answer, revision }, stale: false };
      this.show();
    };
    this.tables.ask((signal) => this.context.ask({ view: "matrix" }, { signal }), done, (error) => done({ split: this.view.split, error }));
  }

  /** @override @param {Changes} changes */
  choose(changes) {
    if (this.closed) return; // an answer that came late: the address is another page's by now
    const { filter, ...others } = changes;
    const asksOthers = filter && !("page" in filter);
    this.choices = { ...this.choices, ...others, filter: { ...this.choices.filter, ...(asksOthers ? { page: 0 } : {}), ...filter } };
    if ("split" in changes) this.choices = { ...this.choices, picture: null, filter: { ...this.choices.filter, page: 0, among: null } };
    this.settle();
    this.keep();
  }

  /** Without what is too long for an address. @override */
  kept() {
    const { filter: { among: _, ...filter } = {}, ...others } = this.choices;
    return { ...others, ...filter, page: filter.page || null };
  }

  /** What one steps through from an open example. @param {ArrayLike<number>} positions */
  walk(positions) {
    this.one.among = positions;
  }

  /** Shows everything what is chosen. @override */
  show() {
    if (!this.view.theme) return;
    const ready = this.view.anatomy !== null;
    this.root.dataset.state = ready ? "ready" : "empty";
    this.summary.show(this.view);
    const entry = this.tabs.find(({ id }) => id === this.bar.draw(this.choices.tab ?? this.tabs[0].id, ready));
    this.turnTo(entry, ready);
    this.one.show(this.view);
  }

  /** @override */
  close() {
    super.close();
    this.tables.drop();
    this.one.close();
  }
}
