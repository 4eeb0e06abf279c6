// @ts-check
/** The page "Mistakes": which run, which part of the data, which weights, and how many are right; below them the sections, of which one is open. */

import { recall, remember } from "../choices.js";
import { element } from "../element.js";
import { faultBox } from "../fault.js";
import { Absence } from "../inside/absence.js";
import { RunPicker } from "../inside/runpicker.js";
import { TabBar } from "../inside/tabbar.js";
import { Timeline } from "../inside/timeline.js";
import { readTheme } from "../live/theme.js";
import { isPassing, look } from "../look.js";
import { RunList } from "../runlist.js";
import { isActive } from "../status.js";
import { choicesOf, defaultSplit, settled } from "./choosing.js";
import { Context } from "./context.js";
import { Latest } from "./latest.js";
import { One } from "./one.js";
import { Summary } from "./summary.js";

/** @typedef {import("./context.js").View} View */
/** @typedef {import("./context.js").Changes} Changes */
/** @typedef {{run: string | null, edits: any}} Data */

const PAGE = "mistakes";
const SOON = 250; // milliseconds until choices are kept
const AGAIN = 2000; // milliseconds until a run that goes on is asked again for its network and keyframes

export class Panel {
  /** @param {import("./sections.js").SectionEntry[]} sections */
  constructor(sections) {
    this.sections = sections;
    /** @type {Map<string, import("./sections.js").Section>} */
    this.made = new Map();
    /** @type {import("./sections.js").Section | null} */
    this.shown = null;
    /** @type {string | null | undefined} */
    this.given = undefined; // the run that Python named last
    /** @type {any} */
    this.choices = {};
    /** @type {import("../runlist.js").RunRow[]} */
    this.rows = [];
    this.timer = 0;
    this.asleep = false; // the network was not asked for because the page was hidden
    this.keeping = 0;
    this.stop = new AbortController();
    this.tables = new Latest();
    this.asked = ""; // the revision of which the table is, or will be
    this.act = (/** @type {any} */ _) => {};
    /** @type {View} */
    this.view = settled({ run: null, status: "", anatomy: null, choices: {}, theme: null });
    this.context = new Context(this);
    this.build();
    this.list = new RunList((rows, error) => this.know(rows, error));
  }

  build() {
    this.picker = new RunPicker((id) => this.pick(id));
    this.timeline = new Timeline((weights) => this.choose({ weights }), () => this.tables.busy);
    this.summary = new Summary(this.context);
    this.bar = new TabBar(this.sections, (id) => this.choose({ tab: id }));
    this.absence = new Absence((act) => this.act({ do: act, id: this.view.run ?? "" }));
    this.place = element("div", { class: "npi-place", role: "tabpanel", id: "npi-place", tabindex: -1 });
    this.one = new One(this.context);
    this.head = element("header", { class: "npi-head" }, this.picker.root, this.timeline.root);
    this.root = element("section", { class: "npi npm", role: "region", "aria-label": "Mistakes" }, this.head, this.absence.root, this.summary.root, this.bar.root, this.place, this.one.root);
  }

  /**
   * New data from Python: which run is on show, what the next run leaves out, perhaps another theme.
   * @param {Data} data
   * @param {(act: any) => void} act
   */
  update(data, act) {
    this.act = act;
    const theme = readTheme(this.root);
    const repainted = JSON.stringify(theme) !== JSON.stringify(this.view.theme);
    this.view = { ...this.view, theme };
    this.root.style.colorScheme = theme.dark ? "dark" : "light";
    this.root.dataset.dark = String(theme.dark);
    this.one.heed(data.edits ?? null);
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
    remember(PAGE, id, { tab: this.choices.tab }); // or the next run would begin with this one's picture
    this.open(id);
    this.act({ do: "show", id });
  }

  /** Another run on show. @param {string | null} run */
  open(run) {
    this.stop.abort();
    this.stop = new AbortController();
    this.tables.drop();
    this.asked = "";
    this.choices = choicesOf(recall(PAGE, run));
    this.view = settled({ run, status: this.row(run)?.status ?? "", anatomy: null, choices: this.choices, theme: this.view.theme });
    this.settle();
    if (run) this.read();
  }

  /** The network of the run on show; asked again while the run goes on, for its keyframes grow. */
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
      this.view = { ...this.view, anatomy };
      this.settle();
    } catch (error) {
      if (signal.aborted) return;
      if (!this.view.anatomy) this.absence.draw(error, this.row(run));
      waits = isPassing(error);
      gone = /** @type {any} */ (error).status === 404;
      this.settle();
    }
    if (waits || isActive(this.view.status) || (!this.view.status && !gone)) this.timer = window.setTimeout(() => (document.hidden ? (this.asleep = true) : this.read()), AGAIN);
  }

  /** @param {import("../runlist.js").RunRow[] | null} rows @param {any} error */
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

  /** @param {string | null} run */
  row(run) {
    return this.rows.find((row) => row.id === run) ?? null;
  }

  /** Makes the view out of what is chosen, as far as it fits, asks for the table where it is another one, and shows all. */
  settle() {
    const { run, anatomy, theme, table } = this.view;
    const status = this.view.status || anatomy?.status || "";
    const next = settled({ run, status, anatomy, choices: this.choices, theme });
    const same = table && table.revision === next.revision;
    this.view = { ...next, table: table && table.split === next.split ? table : null, stale: !same };
    this.picker.draw(this.rows, run);
    this.timeline.draw(this.view, this.row(run)?.summary?.best_epoch ?? null);
    if (anatomy && this.asked !== next.revision) this.count(next.revision);
    this.show();
  }

  /** The confusion matrix, by which everything else goes. @param {string} revision */
  count(revision) {
    this.asked = revision;
    const done = (/** @type {any} */ table) => {
      if (this.asked !== revision) return;
      this.view = { ...this.view, table: { ...table, revision }, stale: false };
      this.show();
    };
    this.tables.ask((signal) => this.context.ask({ view: "matrix" }, { signal }), done, (error) => done({ split: this.view.split, error }));
  }

  /** @param {Changes} changes */
  choose(changes) {
    const { filter, ...others } = changes;
    const asksOthers = filter && !("page" in filter);
    this.choices = { ...this.choices, ...others, filter: { ...this.choices.filter, ...(asksOthers ? { page: 0 } : {}), ...filter } };
    if ("split" in changes) this.choices = { ...this.choices, picture: null, filter: { ...this.choices.filter, page: 0, among: null } };
    this.settle();
    this.keep();
  }

  /** Soon: browsers allow an address only a few changes a second, and a replay makes more. */
  keep() {
    clearTimeout(this.keeping);
    this.keeping = window.setTimeout(() => this.remember(), SOON);
  }

  remember(away = false) {
    this.keeping = 0;
    const { filter = {}, ...others } = this.choices;
    const { among, ...kept } = filter; // too long for an address
    remember(PAGE, this.view.run, { ...others, ...kept, page: kept.page || null }, { away });
  }

  /** What one steps through from an open example. @param {ArrayLike<number>} positions */
  walk(positions) {
    this.one.among = positions;
  }

  /** Shows everything what is chosen. */
  show() {
    if (!this.view.theme) return;
    const ready = this.view.anatomy !== null;
    this.root.dataset.state = ready ? "ready" : "empty";
    this.summary.show(this.view);
    const entry = this.sections.find(({ id }) => id === this.bar.draw(this.choices.tab ?? this.sections[0].id, ready));
    const section = entry && ready ? this.make(entry) : null;
    if (section !== this.shown) {
      this.shown?.hide();
      this.shown = section;
      this.place.replaceChildren(...(section ? [section.root] : []));
    }
    if (entry) this.place.setAttribute("aria-labelledby", `npi-tab-${entry.id}`);
    try {
      section?.show(this.view);
    } catch (error) {
      console.error(error);
      this.shown = null;
      this.place.replaceChildren(faultBox(error));
    }
    this.one.show(this.view);
  }

  /** @param {import("./sections.js").SectionEntry} entry */
  make(entry) {
    const section = this.made.get(entry.id) ?? entry.make(this.context);
    this.made.set(entry.id, section);
    return section;
  }

  close() {
    this.stop.abort();
    this.tables.drop();
    clearTimeout(this.timer);
    clearTimeout(this.keeping);
    if (this.keeping) this.remember(true); // the address is another page's by now
    this.list.close();
    this.shown?.hide();
    this.timeline.hide();
    this.one.close();
  }
}
