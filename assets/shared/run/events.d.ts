/** What comes over the live view's socket: the events of `playground/values/events.py`, and what `playground/lab/live/feed.py` says besides. */

import type { Fault, Picture, Progress, Run, Started } from "./run.js";

export type Message =
  /** The whole run, first of all and whenever something was missed. */
  | { type: "Snapshot"; run: Run }
  | ({ type: "Started"; changes?: Run["changes"] | null } & Started)
  | ({ type: "Progress" } & Progress)
  | ({ type: "Picture" } & Picture)
  | { type: "BatchPoints"; steps: Int32Array; values: Record<string, Float32Array> }
  | { type: "EpochPoint"; epoch: number; step: number; values: Record<string, number> }
  /** Of many epochs those that the curve keeps; last and best are over all of them. */
  | { type: "EpochPoints"; epochs: Int32Array; steps: Int32Array; values: Record<string, Float32Array>; last: Record<string, number>; best: Record<string, number> }
  | { type: "Paused"; epoch: number; step: number }
  | { type: "Resumed" }
  /** kept, says: what became of what was learned. started: fields of Started that are others now. */
  | { type: "Changed"; name: string; value: unknown; step: number | null; kept: string; says: string; started: Partial<Started> }
  | { type: "Saved"; epoch: number; step: number }
  | { type: "Done"; stopped: boolean; summary: Run["summary"] }
  | { type: "Failed"; error: Fault; summary: Run["summary"] }
  | { type: "Interrupted"; error: Fault | null }
  | { type: "Status"; status: string; position: number; error: Fault | null; summary: Run["summary"] }
  /** A command was not carried out. */
  | { type: "Refused"; error: Fault }
  | { type: "Deleted" };
