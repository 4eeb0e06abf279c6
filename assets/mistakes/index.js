// @ts-check
/** Streamlit's way to the page "Mistakes"; its data: see playground/ui/mistakes.py. */

import { mounting } from "../page/runpage.js";
import { Panel } from "./panel.js";
import { SECTIONS } from "./sections.js";

export const render = mounting((/** @type {import("./panel.js").Data} */ data) => new Panel(SECTIONS, data));
