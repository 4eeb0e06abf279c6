// @ts-check
/** The page "Look inside": which run, which weights, which picture; below them the tabs, of which one is open. */

import { recall, remember } from "../choices.js";
import { element } from "../element.js";
import { faultBox } from "../fault.js";
import { readTheme } from "../live/theme.js";
import { isPassing, look } from "../look.js";
import { RunList } from "../runlist.js";
import { isActive } from "../status.js";
import { Absence, READING } from "./absence.js";
import { Context } from "./context.js";
import { PictureChooser } from "./picture/chooser.js";
import { RunPicker } from "./runpicker.js";
import { TabBar } from "./tabbar.js";
import { Timeline } from "./timeline.js";

/** @typedef {import("./context.js").View} View */
/** @typedef {import("./context.js").Changes} Changes */
/** @typedef {import("../runlist.js").RunRow} RunRow */
/** @typedef {{run: string | null}} Data */
/** @typedef {{do: "show" | "build" | "mistakes", id: string}} Act */

const PAGE = "inside";
const SOON = 250; // milliseconds until choices are kept
const PATIENCE = 400; // milliseconds until it is said that the network is being read
const RETRY = 2000; // milliseconds until a network that could not be read is asked for again, while its run goes on

export class Panel {
  /** @param {import("./tabs.js").TabEntry[]} tabs */
  constructor(tabs) {
    this.tabs = tabs;
    /** @type {Map<string, import("./tabs.js").Tab>} */
    this.made = new Map();
    /** @type {import("./tabs.js").Tab | null} */
    this.shown = null;
    /** @type {string | null | undefined} */
    this.given = undefined; // the run that Python named last
    /** @type {any} */
    this.choices = {};
    /** @type {RunRow[]} */
    this.rows = [];
    this.absent = false; // it is known that there is no network to show
    this.warming = false; // the last answer was that no engine is there yet
    this.timer = 0;
    this.asleep = false; // the network was not asked for because the page was hidden
    this.closed = false;
    this.keeping = 0;
    this.stop = new AbortController();
    this.act = (/** @type {Act} */ _) => {};
    /** @type {View} */
    this.view = { run: null, status: "", live: false, anatomy: null, picture: { source: "", title: "", prepare: {} }, weights: "now", layer: null, unit: null, theme: /** @type {any} */ (null) };
    this.context = new Context(this);
    this.build();
    this.list = new RunList((rows, error) => this.know(rows, error));
  }

  build() {
    this.picker = new RunPicker((id) => this.pick(id));
    this.timeline = new Timeline((weights) => this.choose({ weights }), () => this.context.isBusy);
    this.chooser = new PictureChooser(this.context);
    this.bar = new TabBar(this.tabs, (id) => this.choose({ tab: id }));
    this.absence = new Absence((act) => this.act({ do: /** @type {any} */ (act), id: this.view.run ?? "" }));
    this.place = element("div", { class: "npi-place", role: "tabpanel", id: "npi-place", tabindex: -1 });
    this.head = element("header", { class: "npi-head" }, this.picker.root, this.timeline.root);
    this.root = element("section", { class: "npi", role: "region", "aria-label": "Look inside" }, this.head, this.absence.root, this.chooser.root, this.bar.root, this.place);
  }

  /**
   * New data from Python: which run is on show, perhaps another theme.
   * @param {Data} data
   * @param {(act: Act) => void} act
   */
  update(data, act) {
    this.act = act;
    const theme = readTheme(this.root);
    const repainted = JSON.stringify(theme) !== JSON.stringify(this.view.theme);
    this.view = { ...this.view, theme };
    this.root.style.colorScheme = theme.dark ? "dark" : "light";
    this.root.dataset.dark = String(theme.dark);
    if (data.run !== this.given) {
      this.given = data.run;
      if (data.run !== this.view.run || !data.run) return this.open(data.run);
    }
    this.keep(); // Streamlit rewrites the address and drops what we keep in it
    if (repainted) this.show();
  }

  /** @param {string} id */
  pick(id) {
    if (id === this.view.run) return;
    const { tab } = this.choices;
    clearTimeout(this.keeping);
    remember(PAGE, id, { tab }); // or the next run would begin with this one's layer
    this.open(id);
    this.act({ do: "show", id });
  }

  /** Another run on show. @param {string | null} run */
  open(run) {
    this.stop.abort();
    this.stop = new AbortController();
    this.choices = recall(PAGE, run);
    this.choices.tab = this.bar.known(this.choices.tab);
    this.view = { ...this.view, run, anatomy: null, status: "", live: false };
    this.absent = run === null;
    this.absence.draw(null);
    this.settle();
    this.show();
    this.keep();
    if (run) this.read();
  }

  /** The network of the run on show; asked again while the run goes on, for it learns and its keyframes grow. */
  async read() {
    const { run } = this.view;
    const { signal } = this.stop;
    clearTimeout(this.timer);
    this.asleep = false;
    if (!run) return;
    let [again, gone] = [false, false];
    const slow = window.setTimeout(() => signal.aborted || this.warming || this.view.anatomy || this.absence.draw(READING, this.row()), PATIENCE);
    try {
      const anatomy = await look(run, { view: "anatomy" }, { signal });
      this.absent = this.warming = false;
      this.absence.draw(null);
      const same = JSON.stringify(anatomy.keyframes) === JSON.stringify(this.view.anatomy?.keyframes);
      this.view = { ...this.view, anatomy };
      this.settle();
      if (!same) this.show();
    } catch (error) {
      if (signal.aborted) return;
      gone = /** @type {any} */ (error).status === 404;
      if (gone) this.view = { ...this.view, anatomy: null }; // deleted meanwhile
      this.warming = again = isPassing(error);
      this.absent = !this.view.anatomy && !again; // or the bench would open for the seconds until an engine is there
      if (!this.view.anatomy) this.absence.draw(error, this.row());
      this.show();
    } finally {
      clearTimeout(slow);
    }
    if (again || isActive(this.view.status) || (!this.view.status && !gone)) this.timer = window.setTimeout(() => (document.hidden ? (this.asleep = true) : this.read()), RETRY);
  }

  /** @param {RunRow[] | null} rows @param {any} error */
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

  row() {
    return this.rows.find((row) => row.id === this.view.run) ?? null;
  }

  /** Makes the view out of what is chosen, as far as it fits the network. */
  settle() {
    const { anatomy } = this.view;
    const status = this.row()?.status ?? "";
    const has = (/** @type {any} */ name) => anatomy === null || anatomy.layers.some((/** @type {any} */ layer) => layer.name === name);
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
    this.timeline.draw(this.view, this.row()?.summary?.best_epoch ?? null);
  }

  /** @param {Changes} changes */
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

  /** Soon: browsers allow an address only a few changes a second, and a replay makes more. */
  keep() {
    clearTimeout(this.keeping);
    this.keeping = window.setTimeout(() => remember(PAGE, this.view.run, this.choices), SOON);
  }

  /** Shows the open tab what is chosen. */
  show() {
    if (!this.view.theme) return;
    const ready = this.view.anatomy !== null;
    this.root.dataset.state = ready ? "ready" : "empty";
    const entry = this.tabs.find(({ id }) => id === this.bar.draw(this.choices.tab, ready, this.absent));
    this.chooser.show(this.view);
    const tab = entry && (ready || entry.alone) ? this.make(entry) : null;
    if (tab !== this.shown) {
      this.shown?.hide();
      this.shown = tab;
      this.place.replaceChildren(...(tab ? [tab.root] : []));
    }
    if (entry) this.place.setAttribute("aria-labelledby", `npi-tab-${entry.id}`);
    try {
      tab?.show(this.view);
    } catch (error) {
      console.error(error);
      this.shown = null;
      this.place.replaceChildren(faultBox(error));
    }
  }

  /** @param {import("./tabs.js").TabEntry} entry */
  make(entry) {
    const tab = this.made.get(entry.id) ?? entry.make(this.context);
    this.made.set(entry.id, tab);
    return tab;
  }

  close() {
    this.closed = true;
    this.stop.abort();
    clearTimeout(this.timer);
    if (this.keeping) remember(PAGE, this.view.run, this.choices, { away: true }); // the address is another page's by now
    clearTimeout(this.keeping);
    this.list.close();
    this.shown?.hide();
    this.chooser.hide();
    this.timeline.hide();
  }
}

/**
 * The address of a picture that there is: the chosen one, or the first of the test part.
 * @param {string | undefined} source
 * @param {any} anatomy
 */
function fitting(source, anatomy) {
  if (!anatomy) return source ?? "";
  const [split, position] = (source ?? "").split(":");
  if (split === "upload" || Number(position) < (anatomy.examples[split] ?? 0)) return source ?? "";
  const first = ["test", "validation", "train"].find((name) => anatomy.examples[name] > 0);
  return first ? `${first}:0` : "";
}
