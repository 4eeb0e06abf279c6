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
import { isPassing, look } from "../shared/server/look.js";
import { isActive } from "../shared/run/status.js";

/** @typedef {import("../shared/server/runlist.js").RunRow} RunRow */
/** @typedef {{root: HTMLElement, show: (view: any) => void, hide: () => void}} Tab */
/** @typedef {{id: string, title: string, make: (context: any) => Tab}} TabEntry */
/** @typedef {{parentElement: HTMLElement, data: any, setTriggerValue: (name: string, value: any) => void}} Mount */

const SOON = 250; // milliseconds until choices are kept
const AGAIN = 2000; // milliseconds until a run that goes on is asked again for its network and keyframes

/**
 * Streamlit's way to a page: it calls what is given here at mount and at every rerun, and the result of that at unmount.
 * @param {(data: any) => RunPage} make gets the first data
 * @returns {(component: Mount) => () => void}
 */
export function mounting(make) {
  /** @type {WeakMap<HTMLElement, RunPage>} */
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

/** A page has `root`, `view`, `context` and `list` of its own, and says what follows: `begin` (a run), `learn` (its network), `miss` (why there is none), `choose`, `show`. */
export class RunPage {
  /**
   * @param {TabEntry[]} tabs
   * @param {{page: string, pages: import("../shared/dom/pages.js").PageEntry[]}} data from Python: the page's key, by which its choices are kept too, and all pages
   */
  constructor(tabs, { page, pages }) {
    this.page = page;
    this.pages = pages;
    this.title = pages.find(({ key }) => key === page)?.title ?? "";
    this.tabs = tabs;
    /** @type {Map<string, Tab>} */
    this.made = new Map();
    /** @type {Tab | null} */
    this.shown = null;
    /** @type {string | null | undefined} */
    this.given = undefined; // the run that Python named last
    /** @type {any} */
    this.choices = {};
    /** @type {RunRow[]} */
    this.rows = [];
    this.timer = 0;
    this.asleep = false; // the network was not asked for because the page was hidden
    this.closed = false;
    this.keeping = 0;
    this.stop = new AbortController();
    this.act = (/** @type {any} */ _) => {};
    this.picker = new RunPicker((id) => this.pick(id));
    this.timeline = new Timeline((weights) => this.choose({ weights }), () => this.isBusy);
    this.bar = new TabBar(tabs, (id) => this.choose({ tab: id }));
    this.absence = new Absence(() => this.act({ do: pagesAbout(pages, "build")[0].key, id: this.view.run ?? "" }));
    this.place = element("div", { class: "npi-place", role: "tabpanel", id: "npi-place", tabindex: -1 });
    this.head = element("header", { class: "npi-head" }, this.picker.root, this.timeline.root);
  }

  /**
   * New data from Python: which run is on show, perhaps another theme.
   * @param {any} data
   * @param {(act: any) => void} act
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
      gone = /** @type {any} */ (error).status === 404;
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

  /** Lays the tab in its place and shows it what is chosen. @param {TabEntry | undefined} entry the one that is chosen @param {boolean} isReady whether it has anything to show */
  turnTo(entry, isReady) {
    const tab = entry && isReady ? this.make(entry) : null;
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

  /** @param {TabEntry} entry */
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
