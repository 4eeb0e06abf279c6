// @ts-check
/** The sections of the page, in their order. One line each. */

import { Classwise } from "./classwise.js";
import { Overview } from "./overview.js";
import { Residuals } from "./residuals.js";
import { Compare } from "./score/compare.js";
import { Confidence } from "./score/confidence.js";
import { Groups } from "./score/groups.js";
import { Threshold } from "./score/threshold.js";

/** A section asks again only when `view.revision` is another. @typedef {import("../page/runpage.js").TabEntry<import("./context.js").View, import("./context.js").Context>} SectionEntry */

/** @type {SectionEntry[]} */
export const SECTIONS = [
  { id: "overview", title: "Overview", make: (context) => new Overview(context) },
  { id: "classes", title: "Pairs and classes", make: (context) => new Classwise(context) },
  { id: "confidence", title: "Confidence", make: (context) => new Confidence(context) },
  { id: "threshold", title: "Threshold", make: (context) => new Threshold(context) },
  { id: "groups", title: "Groups", make: (context) => new Groups(context) },
  { id: "distances", title: "Distances", numbers: true, make: (context) => new Residuals(context) },
  { id: "compare", title: "Compare", make: (context) => new Compare(context) },
];
