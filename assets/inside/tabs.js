// @ts-check
/** The tabs of the page, in their order. One line each. */

import { BenchTab } from "./bench/tab.js";
import { CellTab } from "./cell.js";
import { FiltersTab } from "./filters.js";
import { LikesTab } from "./likes.js";
import { MapsTab } from "./maps.js";
import { TimeTab } from "./overtime.js";
import { StepsTab } from "./steps.js";
import { WhyTab } from "./why.js";

/**
 * id: in the address. alone: the tab has something to show without any run, its view then has run null and anatomy null.
 * @typedef {{id: string, title: string, make: (context: import("./context.js").Context) => Tab, alone?: boolean}} TabEntry
 */
/**
 * root is put onto the page once and stays. show: when the tab opens, and while it is open whenever its view changed (another picture, other
 * weights, a keyframe more, training began or ended), so change what is there in place. hide: stop what moves, it may be shown again.
 * @typedef {{root: HTMLElement, show: (view: import("./context.js").View) => void, hide: () => void}} Tab
 */

/** @type {TabEntry[]} */
export const TABS = [
  { id: "maps", title: "Feature maps", make: (context) => new MapsTab(context) },
  { id: "filters", title: "Filters", make: (context) => new FiltersTab(context) },
  { id: "cell", title: "One cell", make: (context) => new CellTab(context) },
  { id: "steps", title: "Step by step", make: (context) => new StepsTab(context) },
  { id: "why", title: "Why this answer", make: (context) => new WhyTab(context) },
  { id: "likes", title: "What a unit likes", make: (context) => new LikesTab(context) },
  { id: "time", title: "Over time", make: (context) => new TimeTab(context) },
  { id: "bench", title: "Kernel bench", make: (context) => new BenchTab(context), alone: true },
];
