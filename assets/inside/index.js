// @ts-check
/** Streamlit's way to the page "Look inside"; its data: see playground/ui/inside.py. */

import { mounting } from "../page/runpage.js";
import { Panel } from "./panel.js";
import { TABS } from "./tabs.js";

export const render = mounting((data) => new Panel(TABS, data));
