// @ts-check
/** The Playground's screen: lays out its parts, draws them at most 30 times a second, and tells Streamlit what is on show. */

import { element } from "../shared/dom/element.js";
import { frames } from "../shared/drawing/frames.js";
import { readTheme } from "../shared/drawing/theme.js";
import { Board } from "./board/view.js";
import { Challenges } from "./learn/challenges.js";
import { contextOf } from "./game/context.js";
import { hiddenFrom } from "./share/controls.js";
import { Curves } from "./training/curves.js";
import { DataView } from "./data/view.js";
import { Explain } from "./learn/explain.js";
import { Game } from "./game/game.js";
import { NetworkView } from "./network/view.js";
import { Notices } from "./notices.js";
import { pagesAbout } from "../shared/dom/pages.js";
import { prefer, preferences } from "./game/preferences.js";
import { Replay } from "./training/replay.js";
import { canonical } from "./game/server.js";
import { Share } from "./share/share.js";
import { Transport } from "./training/transport.js";
import { Tuning } from "./training/tuning.js";
import { Ways } from "./share/ways.js";

/** What Python says, see `playground/ui/plane.py`. turn: of what it was told last. hide: what a class view hides. @typedef {{page: string, pages: import("../shared/dom/pages.js").PageEntry[], experiment: import("./game/messages.d.ts").Experiment, run: string | null, turn: number, hide: string, error: import("./game/store.js").Wrong | null}} Data */
/** What Python is told. @typedef {{do: string, experiment?: import("./game/messages.d.ts").Experiment, id: string, turn: number}} Act */
/** A part of the page. It is drawn with the whole state, and knows by itself what of it is new. @typedef {{root: HTMLElement, draw: (state: import("./game/store.js").State) => void, close?: () => void}} Part */

const SOON = 400; // milliseconds after the last change until Streamlit hears of it

export class Panel {
  /** @param {import("../shared/dom/pages.js").PageEntry[]} pages all there are */
  constructor(pages) {
    this.turn = 0; // counts what Streamlit was told, to know its echo from what others changed
    this.told = "";
    this.given = "";
    this.keeping = 0;
    this.act = (/** @type {Act} */ _) => {};
    this.game = new Game((patch) => this.changed(patch));
    this.context = contextOf(this.game);
    this.frames = frames(() => this.draw());

    const { context } = this;
    this.transport = new Transport(context, this.game);
    const [tuning, notices, data, network] = [new Tuning(context), new Notices(context, this.game), new DataView(context), new NetworkView(context)];
    const [board, replay, curves, explain] = [new Board(context), new Replay(context), new Curves(context), new Explain(context)];
    const [challenges, share] = [new Challenges(context, this.game, () => this.transport?.play.focus()), new Share(context)];
    const ways = new Ways(context, pages, { challenges: () => challenges.open(), share: () => share.open(), go: (page) => this.go(page) });
    const [{ title }] = pagesAbout(pages, "plane");
    /** @type {Part[]} */
    this.parts = [this.transport, tuning, challenges, notices, ways, data, network, board, replay, curves, explain];
    const area = (/** @type {string} */ name, /** @type {Part[]} */ ...parts) => element("div", { class: `npp-area npp-area-${name}` }, ...parts.map((part) => part.root));
    this.root = element("section", { class: "npp", role: "region", "aria-label": title },
      element("h2", { class: "npp-unseen", text: title }),
      element("div", { class: "npp-grid" }, element("div", { class: "npp-area npp-area-top" }, ways.root, this.transport.root, tuning.root, challenges.root, notices.root), area("data", data), area("network", network), area("board", board), area("replay", replay), area("curves", curves), area("explain", explain)), challenges.dialog.root, share.dialog.root);
    this.pressed = (/** @type {KeyboardEvent} */ event) => this.key(event);
    window.addEventListener("keydown", this.pressed, true); // before Streamlit, to which R means something else
    this.game.store.set(preferences());
  }

  /**
   * New data from Python: what the address says, perhaps another theme.
   * @param {Data} data
   * @param {(act: Act) => void} act
   */
  update(data, act) {
    this.act = act;
    const theme = readTheme(this.root);
    this.root.style.colorScheme = theme.dark ? "dark" : "light";
    this.root.dataset.dark = String(theme.dark);
    this.game.store.set({ theme, hidden: hiddenFrom(data.hide) });
    const given = canonical([data.experiment, data.run]);
    const isFirst = this.given === "";
    if (isFirst) this.turn = data.turn;
    if (!isFirst && data.error && data.turn === this.turn) return this.game.store.set({ fault: data.error }); // what was told is refused, and stays on the screen
    if (!isFirst && (data.turn < this.turn || given === this.told || given === this.given)) return; // its echo
    this.given = this.told = given;
    const loaded = this.game.load({ experiment: data.experiment, run: data.run });
    if (data.error) loaded.then(() => this.game.store.set({ fault: data.error })); // then, for what is loaded well takes faults away
  }

  /** @param {Partial<import("./game/store.js").State>} patch */
  changed(patch) {
    this.frames?.ask();
    if ("made" in patch || "runId" in patch) this.keep();
    if ("expert" in patch || "keep" in patch) prefer(this.game.store.state);
  }

  /** Soon, and once for many changes: a script run at each would cost more than it is worth. */
  keep() {
    clearTimeout(this.keeping);
    this.keeping = window.setTimeout(() => this.tell(), SOON);
  }

  tell() {
    clearTimeout(this.keeping);
    this.keeping = 0;
    const { made, runId } = this.game.store.state;
    if (!made) return;
    const now = canonical([made.experiment, runId]);
    if (now === this.told) return;
    this.told = this.given = now;
    this.act({ do: "keep", experiment: made.experiment, id: runId ?? "", turn: ++this.turn });
  }

  /** To another page, with what is on show here. @param {string} page */
  go(page) {
    clearTimeout(this.keeping);
    const { made, runId } = this.game.store.state;
    this.act({ do: page, experiment: made?.experiment, id: runId ?? "", turn: ++this.turn });
  }

  draw() {
    const { state } = this.game.store;
    if (!this.root.isConnected || !state.theme) return;
    this.root.dataset.state = state.status;
    this.root.dataset.data = ["data", "knobs", "paint"].some((id) => this.context.shown(id)) ? "shown" : "hidden"; // a class view may leave nothing of the column
    for (const part of this.parts ?? []) {
      try {
        part.draw(state);
      } catch (error) {
        console.error(error); // one part that fails leaves the others alive
      }
    }
  }

  /** Keys are heard wherever nothing else wants them. @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
    const isOurs = target === document.body || target === document.documentElement || this.root.contains(target);
    if (!isOurs || !this.root.isConnected || event.repeat || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.root.querySelector("dialog[open]") || target.closest?.("input:not([type=range]):not([type=checkbox]), textarea, select, [role=textbox], [role=application], canvas[tabindex]")) return;
    if (event.key === " " && target.closest?.("button, summary, input, [role=button], [role=tab], [role=radio], a, [tabindex='0']")) return;
    if (!this.transport?.use(event.key.toLowerCase())) return;
    event.preventDefault(); // space would scroll the page
    event.stopPropagation();
  }

  /** The place on the page goes, and with it whom to tell; where it comes back, `keep` is called again. */
  leave() {
    clearTimeout(this.keeping);
  }

  close() {
    window.removeEventListener("keydown", this.pressed, true);
    clearTimeout(this.keeping);
    for (const part of this.parts) part.close?.();
    this.frames.stop();
    this.game.close();
  }
}
