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

/** @typedef {import("../page/runpage.js").TabEntry<import("./context.js").View, import("./context.js").Context>} TabEntry */

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
