/** The answers of the engine's views of a network on the plane: `playground/engine/views/plane/`. */

import type { Anatomy } from "../../shared/server/anatomy.d.ts";
import type { Frame, FrameMeta, Source } from "./messages.d.ts";

/** What each view answers, by its name. */
export interface Answers {
  anatomy: Anatomy;
  plane: { arrays: Omit<Frame, "meta">; meta: FrameMeta };
  plane_point: PointAnswer;
  plane_unit: UnitAnswer;
  plane_warp: WarpAnswer;
  plane_gradients: GradientsAnswer;
  plane_arrows: ArrowsAnswer;
  plane_regions: RegionsAnswer;
  plane_unsure: UnsureAnswer;
}

/** A view by its name, with its arguments. */
export type Question<View extends keyof Answers = keyof Answers> = { view: View; [argument: string]: unknown };

/** The view `plane_point`. */
export interface PointAnswer {
  x: number;
  y: number;
  features: { ids: string[]; values: Float32Array };
  layers: PointLayer[];
  /** Of a classifier. */
  probabilities?: Float32Array;
  predicted?: number;
  margin?: number;
  /** In bits. */
  entropy?: number;
  /** Of a number. */
  value?: number;
  /** With a label. */
  loss?: number;
  gradient?: { x: number; y: number };
}

export interface PointLayer {
  name: string;
  activation: string;
  sources: Source[];
  inputs: Float32Array;
  /** Row by row. */
  kernel: Float32Array;
  bias: Float32Array | null;
  /** inputs · kernel + bias */
  sums: Float32Array;
  activated: Float32Array;
  norm: Norm[] | null;
  output: Float32Array;
  /** How the loss changes with each sum; null without a label. */
  slopes: Float32Array | null;
}

/** Of batch normalization scale and shift: it gives scale·a + shift. */
export interface Norm {
  kind: string;
  scale?: number;
  shift?: number;
}

/** The view `plane_unit`. */
export interface UnitAnswer {
  layer: string;
  unit: number;
  map: Uint8Array;
  low: number;
  high: number;
  inputs: { name: string; unit: number | null; weight: number }[];
  bias: number | null;
  activation: string;
  norm: Norm | null;
  add: { name: string; unit: number } | null;
  dropout: number;
  points: number;
  sum: Spread | null;
  output: Spread | null;
  zeros: number;
  dead: boolean;
  /** null where units have no slope of their own. */
  saturated: number | null;
}

export interface Spread {
  low: number;
  mean: number;
  high: number;
}

/** The view `plane_warp`. */
export interface WarpAnswer {
  layer: string;
  axes: "pca" | [number, number];
  grid: Float32Array & { shape: number[] };
  points: Float32Array;
  low: Float32Array;
  high: Float32Array;
  winner?: Uint8Array;
  value?: Float32Array;
  components?: Float32Array;
  mean?: Float32Array;
  explained?: Float32Array;
}

/** The view `plane_gradients`, in the order of a frame's weights. */
export interface GradientsAnswer {
  gradients: Float32Array;
  loss: number;
  points: number;
}

/** The view `plane_arrows`. */
export interface ArrowsAnswer {
  xy: Float32Array;
  gradient: Float32Array;
  longest: number;
}

/** The view `plane_regions`. */
export interface RegionsAnswer {
  regions: Uint8Array & { shape: number[] };
  count: number;
  patterns: number;
  bends: number;
  linear_inputs: boolean;
}

/** The view `plane_unsure`. */
export interface UnsureAnswer {
  map: Uint8Array & { shape: number[] };
  high: number;
  samples: number;
  mean: number;
  apart: number | null;
}
