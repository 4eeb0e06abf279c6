// @ts-check
/** Points from a CSV file and into one; the server reads and writes them. */

import { Fault, faultOf } from "../../shared/server/look.js";
import { save } from "../../shared/dom/save.js";
import { request } from "../game/server.js";

const MOST = 52_428_800; // bytes that are sent at all

/** @param {Blob} file @returns {Promise<{data: Pick<import("../game/messages.d.ts").SketchData, "name" | "args">, said: string[]}>} rejects with a Fault */
export async function imported(file) {
  if (file.size > MOST) throw new Fault({ what: "This file is too large.", expected: "at most 50 MB", got: `${Math.round(file.size / 1e6)} MB`, fix: "Take fewer rows: 5,000 are enough here." });
  const { data, said } = await request("/api/plane/points", { body: file, type: "text/csv" });
  return { data, said: said ?? [] };
}

/** Saves the points of a sketch as a file. @param {import("../game/messages.d.ts").Sketch} sketch @returns {Promise<void>} rejects with a Fault */
export async function exported(sketch) {
  const answer = await fetch("/api/plane/points.csv", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ sketch }), credentials: "same-origin" }).catch(() => {
    throw new Fault({ what: "The server does not answer.", fix: "Try again in a moment." });
  });
  if (!answer.ok) throw await faultOf(answer);
  save(`${sketch.data.name}.csv`, await answer.blob());
}
