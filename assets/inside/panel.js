// @ts-check
/** The page "Look inside": which run, which weights, which picture; below them the tabs, of which one is open. */

import { element } from "../shared/dom/element.js";
import { RunPage } from "../page/runpage.js";
import { RunList } from "../shared/server/runlist.js";
import { READING } from "../page/absence.js";
import { Context } from "./context.js";
import { Failure } from "../page/failure.js";
import { PictureChooser } from "./picture/chooser.js";

/** @typedef {import("../shared/server/anatomy.d.ts").Anatomy} Anatomy */
/** @typedef {import("./context.js").PageView} PageView */
/** @typedef {import("./context.js").Changes} Changes */
/** @typedef {import("../shared/server/runlist.js").RunRow} RunRow */

const PATIENCE = 400; // milliseconds until it is said that the network is being read

/** @extends {RunPage<PageView, Context>} */
export class Panel extends RunPage {
  /** @param {import("./tabs.js").TabEntry[]} tabs @param {any} data the first from Python */
  constructor(tabs, data) {
    super(tabs, data);
    this.absent = false; // it is known that there is no network to show
    this.warming = false; // the last answer was that no engine is there yet
    /** @type {PageView} */
    this.view = { run: null, status: "", live: false, anatomy: null, picture: { source: "", title: "", prepare: {} }, weights: "now", layer: null, unit: null, theme: /** @type {any} */ (null) }; // read when the page stands; nothing is shown before
    this.context = new Context(this);
    this.chooser = new PictureChooser(this.context);
    this.failure = new Failure();
    this.root = element("section", { class: "npi", role: "region", "aria-label": this.title }, element("h2", { class: "npi-hidden", text: this.title }), this.head, this.failure.root, this.absence.root, this.chooser.root, this.bar.root, this.place);
    this.list = new RunList((rows, error) => this.know(rows, error));
  }

  /** @override */
  get isBusy() {
    return this.context.isBusy;
  }

  /** @override @param {string | null} run @param {Record<string, any>} choices */
  begin(run, choices) {
    this.choices = { ...choices, tab: this.bar.known(choices.tab) };
    this.view = { ...this.view, run, anatomy: null, status: "", live: false };
    this.absent = run === null;
    this.absence.draw(null);
    this.settle();
    this.show();
    this.keep();
  }

  /** @override */
  async read() {
    const { signal } = this.stop;
    const slow = window.setTimeout(() => signal.aborted || this.warming || this.view.anatomy || this.absence.draw(READING, this.row(this.view.run)), PATIENCE);
    await super.read().finally(() => clearTimeout(slow));
  }

  /** @override @param {Anatomy} anatomy */
  learn(anatomy) {
    this.absent = this.warming = false;
    const same = JSON.stringify(anatomy.keyframes) === JSON.stringify(this.view.anatomy?.keyframes);
    this.view = { ...this.view, anatomy };
    this.settle();
    if (!same) this.show();
  }

  /** @override @param {unknown} error @param {{waits: boolean, gone: boolean}} why */
  miss(error, { waits, gone }) {
    if (gone) this.view = { ...this.view, anatomy: null }; // deleted meanwhile
    this.warming = waits;
    this.absent = !this.view.anatomy && !waits; // or the bench would open for the seconds until an engine is there
    if (!this.view.anatomy) this.absence.draw(error, this.row(this.view.run));
    this.show();
  }

  /** @param {RunRow[] | null} rows @param {Error | null} error */
  know(rows, error) {
    this.rows = rows ?? [];
    this.picker.draw(rows, this.view.run);
    const before = this.view.status;
    this.settle();
    const newest = rows?.find((row) => row.epoch > 0) ?? rows?.[0];
    if (!this.view.run && newest) return this.pick(newest.id); // Python knew of none yet
    if (!this.view.run) this.absence.draw(error, null, rows?.length === 0);
    if (this.asleep && !document.hidden) this.read(); // the list is read as soon as the page is seen again
    if (before === this.view.status || !this.view.run) return;
    if (before || !this.view.anatomy) this.read(); // its beginning or end changes what can be looked at
    this.show();
  }

  /** Makes the view out of what is chosen, as far as it fits the network. */
  settle() {
    const { anatomy } = this.view;
    const status = this.row(this.view.run)?.status ?? "";
    const has = (/** @type {string | null} */ name) => anatomy === null || anatomy.layers.some((layer) => layer.name === name);
    const { weights = "now", layer = null, unit = null, picture, prepare = {} } = this.choices;
    const kept = typeof weights !== "number" || anatomy === null || anatomy.keyframes.includes(weights);
    const right = kept ? weights : "now";
    const source = fitting(picture, anatomy);
    const title = source === this.view.picture.source ? this.view.picture.title : source;
    this.view = {
      ...this.view, status, weights: right, live: status === "training" && right === "now",
      layer: has(layer) ? layer : null, unit: has(layer) ? unit : null, picture: { source, title, prepare },
    };
    this.picker.draw(this.rows, this.view.run);
    this.timeline.draw(this.view, this.row(this.view.run)?.summary?.best_epoch ?? null);
    this.failure.draw(this.row(this.view.run), this.view);
  }

  /** @override @param {Changes} changes */
  choose(changes) {
    if (this.closed) return; // an answer that came late: the address is another page's by now
    const { picture, ...others } = changes;
    const chosen = typeof picture === "string" ? { picture } : picture ? { picture: picture.source, prepare: picture.prepare } : {};
    this.choices = { ...this.choices, ...others, ...chosen };
    this.settle();
    if (picture && typeof picture !== "string" && picture.title) this.view.picture.title = picture.title;
    this.keep();
    this.show();
  }

  /** Shows the open tab what is chosen. @override */
  show() {
    if (!this.view.theme) return;
    const ready = this.view.anatomy !== null;
    this.root.dataset.state = ready ? "ready" : "empty";
    const entry = this.tabs.find(({ id }) => id === this.bar.draw(this.choices.tab, ready, this.absent));
    this.chooser.show(this.view);
    this.turnTo(entry, ready || Boolean(entry?.alone));
  }

  /** @override */
  close() {
    super.close();
    this.chooser.hide();
  }
}

/**
 * The address of a picture that there is: the chosen one, or the first of the test part.
 * @param {string | undefined} source
 * @param {Anatomy | null} anatomy
 */
function fitting(source, anatomy) {
  if (!anatomy) return source ?? "";
  const [split, position] = (source ?? "").split(":");
  if (split === "upload" || Number(position) < (anatomy.examples[split] ?? 0)) return source ?? "";
  const first = ["test", "validation", "train"].find((name) => anatomy.examples[name] > 0);
  return first ? `${first}:0` : "";
}
