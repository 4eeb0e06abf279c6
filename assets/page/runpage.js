// @ts-check
/** What the pages about one run do alike: the run that Python names, its choices kept, its network read again while the run goes on, one of several tabs open. */

import { recall, remember } from "../shared/run/choices.js";
import { element } from "../shared/dom/element.js";
import { faultBox } from "../shared/dom/fault.js";
import { Absence } from "./absence.js";
import { RunPicker } from "./runpicker.js";
import { TabBar } from "./tabbar.js";
import { Timeline } from "./timeline.js";
import { pagesAbout } from "../shared/dom/pages.js";
import { readTheme } from "../shared/drawing/theme.js";
import { Fault, isPassing, look } from "../shared/server/look.js";
import { isActive } from "../shared/run/status.js";

/** @typedef {import("../shared/server/runlist.js").RunRow} RunRow */
/** @typedef {import("../shared/server/anatomy.d.ts").Anatomy} Anatomy */
/** @typedef {import("../shared/drawing/theme.js").Theme} Theme */
/** @typedef {import("./timeline.js").Weights} Weights */
/** What every page about one run knows of it. @typedef {{run: string | null, status: string, anatomy: Anatomy | null, theme: Theme}} RunView */
/**
 * root is put onto the page once and stays. show: when the tab opens, and while it is open whenever its view changed (other weights, a keyframe
 * more, training began or ended), so change what is there in place. hide: stop what moves, it may be shown again.
 * @template View
 * @typedef {{root: HTMLElement, show: (view: View) => void, hide: () => void}} Tab
 */
/**
 * id: in the address. alone: the tab has something to show without any run, its view then has run null and anatomy null. numbers: it is for
 * runs that predict a number instead of a class.
 * @template View, Context
 * @typedef {{id: string, title: string, make: (context: Context) => Tab<View>, alone?: boolean, numbers?: boolean}} TabEntry
 */
/** What Python says: the run on show. @typedef {{page: string, pages: import("../shared/dom/pages.js").PageEntry[], run: string | null}} Data */
/** What Python is told. @typedef {{do: string, [name: string]: unknown}} Act */

const SOON = 250; // milliseconds until choices are kept
const AGAIN = 2000; // milliseconds until a run that goes on is asked again for its network and keyframes

/**
 * Streamlit's way to a page: it calls what is given here at mount and at every rerun, and the result of that at unmount.
 * @template {Data} Given
 * @param {(data: Given) => Page<Given>} make gets the first data
 * @returns {(component: import("../shared/streamlit.d.ts").Mount<Given>) => () => void}
 */
export function mounting(make) {
  /** @type {WeakMap<HTMLElement, Page<Given>>} */
  const pages = new WeakMap();
  return ({ parentElement, data, setTriggerValue }) => {
    const page = pages.get(parentElement) ?? make(data);
    pages.set(parentElement, page);
    if (page.root.parentElement !== parentElement) parentElement.append(page.root);
    page.update(data, (act) => setTriggerValue("act", act));
    return () => {
      page.close();
      page.root.remove();
      pages.delete(parentElement);
    };
  };
}

/** What a tab is shown: there is a network, unless the tab can be alone. @template View @typedef {View & {anatomy: Anatomy}} Ready */

/** @template {RunView} View @param {View} view @returns {view is Ready<View>} */
export function isReady(view) {
  return view.anatomy !== null;
}

/** @template Given @typedef {{root: HTMLElement, update: (data: Given, act: (act: Act) => void) => void, close: () => void}} Page */

/**
 * A page sets `root`, `view`, `context` and `list`, and fills in what is empty here: it shows what follows from a run, its network and the choices.
 * @template {RunView} View
 * @template Context
 */
export class RunPage {
  /** @type {HTMLElement} */
  root;
  /** @type {View} */
  view;
  /** @type {Context} what its tabs may ask for and change */
  context;
  /** @type {import("../shared/server/runlist.js").RunList} */
  list;

  /**
   * @param {TabEntry<Ready<View>, Context>[]} tabs
   * @param {{page: string, pages: import("../shared/dom/pages.js").PageEntry[]}} data from Python: the page's key, by which its choices are kept too, and all pages
   */
  constructor(tabs, { page, pages }) {
    this.page = page;
    this.pages = pages;
    this.title = pages.find(({ key }) => key === page)?.title ?? "";
    this.tabs = tabs;
    /** @type {Map<string, Tab<Ready<View>>>} */
    this.made = new Map();
    /** @type {Tab<Ready<View>> | null} */
    this.shown = null;
    /** @type {string | null | undefined} */
    this.given = undefined; // the run that Python named last
    /** @type {Record<string, any>} */
    this.choices = {}; // as an address may have them: any name, any value
    /** @type {RunRow[]} */
    this.rows = [];
    this.timer = 0;
    this.asleep = false; // the network was not asked for because the page was hidden
    this.closed = false;
    this.keeping = 0;
    this.stop = new AbortController();
    this.act = (/** @type {Act} */ _) => {};
    this.picker = new RunPicker((id) => this.pick(id));
    this.timeline = new Timeline((weights) => this.choose({ weights }), () => this.isBusy);
    this.bar = new TabBar(tabs, (id) => this.choose({ tab: id }));
    this.absence = new Absence(() => this.act({ do: pagesAbout(pages, "build")[0].key, id: this.view.run ?? "" }));
    this.place = element("div", { class: "npi-place", role: "tabpanel", id: "npi-place", tabindex: -1 });
    this.head = element("header", { class: "npi-head" }, this.picker.root, this.timeline.root);
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

  /** Whether answers for the last choice are still awaited. */
  get isBusy() {
    return false;
  }

  /** Another run begins to be shown, or none. @param {string | null} _run @param {Record<string, any>} _choices kept ones */
  begin(_run, _choices) {}

  /** The network of the run on show came. @param {Anatomy} _anatomy */
  learn(_anatomy) {}

  /** It did not. @param {unknown} _error @param {{waits: boolean, gone: boolean}} _why waits: it is asked for again; gone: there is no such run */
  miss(_error, _why) {}

  /** @param {{weights?: Weights, tab?: string}} _changes */
  choose(_changes) {}

  /** Shows everything what is chosen. */
  show() {}

  /** @param {string} id */
  pick(id) {
    if (id === this.view.run) return;
    clearTimeout(this.keeping);
    remember(this.page, id, { tab: this.choices.tab }); // or the next run would begin with this one's layer or picture
    this.open(id);
    this.act({ do: "show", id });
  }

  /** Another run on show. @param {string | null} run */
  open(run) {
    this.stop.abort();
    this.stop = new AbortController();
    this.begin(run, recall(this.page, run));
    if (run) this.read();
  }

  /** The network of the run on show; asked again while the run goes on, for it learns and its keyframes grow. */
  async read() {
    const { run } = this.view;
    const { signal } = this.stop;
    let [waits, gone] = [false, false];
    clearTimeout(this.timer);
    this.asleep = false;
    if (!run) return;
    try {
      const anatomy = await look(run, { view: "anatomy" }, { signal });
      this.absence.draw(null);
      this.learn(anatomy);
    } catch (error) {
      if (signal.aborted) return;
      waits = isPassing(error);
      gone = error instanceof Fault && error.status === 404;
      this.miss(error, { waits, gone });
    }
    if (waits || isActive(this.view.status) || (!this.view.status && !gone)) this.timer = window.setTimeout(() => (document.hidden ? (this.asleep = true) : this.read()), AGAIN);
  }

  /** @param {string | null} run */
  row(run) {
    return this.rows.find((row) => row.id === run) ?? null;
  }

  /** What of the choices is worth keeping. @returns {Record<string, any>} */
  kept() {
    return this.choices;
  }

  /** Soon: browsers allow an address only a few changes a second, and a replay makes more. */
  keep() {
    clearTimeout(this.keeping);
    this.keeping = window.setTimeout(() => this.remember(), SOON);
  }

  remember(away = false) {
    this.keeping = 0;
    remember(this.page, this.view.run, this.kept(), { away });
  }

  /** Lays the tab in its place and shows it what is chosen. @param {TabEntry<Ready<View>, Context> | undefined} entry the one that is chosen @param {boolean} isReady whether it has anything to show */
  turnTo(entry, isReady) {
    const tab = entry && isReady ? this.make(entry) : null;
    if (tab !== this.shown) {
      this.shown?.hide();
      this.shown = tab;
      this.place.replaceChildren(...(tab ? [tab.root] : []));
    }
    if (entry) this.place.setAttribute("aria-labelledby", `npi-tab-${entry.id}`);
    try {
      tab?.show(/** @type {Ready<View>} */ (this.view));
    } catch (error) {
      console.error(error);
      this.shown = null;
      this.place.replaceChildren(faultBox(error));
    }
  }

  /** @param {TabEntry<Ready<View>, Context>} entry */
  make(entry) {
    const tab = this.made.get(entry.id) ?? entry.make(this.context);
    this.made.set(entry.id, tab);
    return tab;
  }

  close() {
    this.closed = true;
    this.stop.abort();
    clearTimeout(this.timer);
    clearTimeout(this.keeping);
    if (this.keeping) this.remember(true); // the address is another page's by now
    this.list.close();
    this.shown?.hide();
    this.timeline.hide();
  }
}
