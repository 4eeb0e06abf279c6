/** The answers of the engine's views that look inside: `playground/engine/views/inside/`. Their docstrings say more. */

import type { Anatomy } from "../shared/server/anatomy.d.ts";
import type { Shaped } from "../shared/server/shaped.d.ts";

/** What each view answers, by its name. */
export interface Answers {
  anatomy: Anatomy;
  picture: PictureAnswer;
  thumbnails: ThumbnailsAnswer;
  maps: MapsAnswer;
  filters: FiltersAnswer;
  cell: CellAnswer;
  cell_maps: CellMapsAnswer;
  steps: StepsAnswer;
  why: WhyAnswer;
  why_at_length: WhyAnswer;
  units: UnitsAnswer;
  top: TopAnswer;
  unit_occlusion: OcclusionAnswer;
  ascent: AscentAnswer;
  over_time: OverTimeAnswer;
}

/** A view by its name, with its arguments; null and undefined count as left out. */
export type Question<View extends keyof Answers = keyof Answers> = { view: View; [argument: string]: unknown };

/** Whose weights an answer is about. */
export interface Looked {
  weights: { kind: string; epoch: number; step: number };
}

export type Floats = Shaped<Float32Array>;
export type Bytes = Shaped<Uint8Array>;

export interface PictureAnswer {
  /** As it came, and as the network gets it. */
  original: Bytes | Floats;
  input: Floats;
  /** How the one became the other. */
  steps: string[];
  /** null of a person's own picture, as is example, the id in the data set. */
  label: number | null;
  title: string;
  probabilities: Float32Array;
  example: string | null;
}

export interface ThumbnailsAnswer {
  /** Pictures (k, h, w, c) or rows (k, columns). */
  pictures: Bytes | Floats;
  positions: Int32Array;
  labels: Int32Array;
  total: number;
}

export interface MapsAnswer {
  layers: LayerMaps[];
  /** The smallest and largest value in all layers but the input and the last one. */
  network: [number, number];
  probabilities: Float32Array;
  label: number | null;
  left_out: string;
}

export interface LayerMaps {
  name: string;
  kind: string;
  shape: number[];
  form: "maps" | "sequence" | "vector";
  maps: Floats;
  first: number;
  channels: number;
  /** Of a channel. */
  cells: number;
  /** A pixel is the mean of block × block cells. */
  block: number;
  low: Float32Array;
  high: Float32Array;
  mean: Float32Array;
  zeros: Float32Array;
  broken: Int32Array;
  slice: number;
  slices: number;
  tensor: string;
  /** The layer whose values these are unchanged. */
  same: string | null;
}

export interface FiltersAnswer {
  layer: string;
  kind: string;
  tensors: TensorFacts[];
  weight: string;
  form: "filters" | "matrix" | "vector";
  forms: ("filters" | "matrix" | "vector")[];
  /** filters: (k, inputs, depth, rows, columns); matrix: (inputs, outputs); vector: (n,). */
  values: Floats;
  before: Floats | null;
  numbers: Int32Array;
  total: number;
  inputs: number;
  first: number;
  inputs_first: number;
  norms: Float32Array;
  changes: Float32Array | null;
  reach: number;
  network_reach: number;
  histogram: { edges: Float32Array; now: Int32Array; before: Int32Array | null };
  against: number | null;
  picture: { name: string; shape: number[] } | null;
  gates: string[];
  sharing: Sharing | null;
  bias: Float32Array | null;
}

export interface TensorFacts {
  name: string;
  shape: number[];
  count: number;
  trainable: boolean;
  low: number | null;
  high: number | null;
  mean: number | null;
  deviation: number | null;
  norm: number | null;
  near: number | null;
  change: number | null;
  /** Values that are not finite. */
  broken: number;
}

export interface Sharing {
  shared: number;
  shared_formula: string;
  alone: number;
  alone_formula: string;
  dense: number;
  dense_formula: string;
}

/** From the first to before the end, along one axis. */
export type Interval = [number, number];

export interface CellMapsAnswer {
  layer: string;
  kind: string;
  unit: number;
  units: number;
  shape: number[];
  output: Floats;
  slice: number;
  inputs: CellInput[];
  overhang: Interval[];
  at: number[];
}

export interface CellInput {
  layer: string;
  shape: number[];
  maps: Floats;
  channels: Int32Array;
  total: number;
}

/** How one value comes about: `playground/engine/arithmetic/`. What else is there follows from the family. */
export type CellAnswer = CellFacts & Partial<Omit<Weighted, keyof CellFacts> & Omit<Vector, keyof CellFacts> & Omit<Curve, keyof CellFacts> & Omit<Dropped, keyof CellFacts>> & {
  /** Of a pooling, rows, columns, depths; null where it is too large. */
  patch?: Floats | null;
  count?: number;
  winner?: number[];
  total?: number;
  numbers?: Record<string, number>;
  over?: string;
  terms?: { layer: string; value: number }[];
  source?: { layer: string; index: number[] } | null;
};

export interface CellFacts {
  layer: string;
  kind: string;
  at: number[];
  unit: number;
  shape: number[];
  value: number;
  recomputed: number | null;
  formula: string[];
  family: "weighted" | "pooling" | "normalisation" | "merge" | "carried" | "input" | "dropout" | "pointwise" | "vector" | "other";
  window: Interval[];
  sizes: string[];
  precision?: string;
  field: Interval[] | null;
  field_whole: Interval[];
  field_size: number[];
  activation?: string | null;
}

/** Of a sum: rows, columns, pages. */
export interface Weighted extends CellFacts {
  patch: Floats;
  mask: Bytes;
  kernel: Floats;
  products: Floats;
  pages: Int32Array;
  channels: Int32Array;
  depths: number;
  channel_of: Int32Array;
  first: number;
  sums: Float32Array;
  shares: Float32Array;
  order: Int32Array;
  mixing: Float32Array | null;
  bias: number | null;
  /** The activation. */
  before: number;
}

/** All units of a softmax together, and the unit's own place among them. */
export interface Vector extends CellFacts {
  place: number;
  vector: { z: Float32Array; raised: Float32Array; values: Float32Array; largest: number; sum: number; count: number };
}

/** An activation's graph. */
export interface Curve extends CellFacts {
  before: number;
  curve: { x: Float32Array; y: Float32Array };
}

export interface Dropped extends CellFacts {
  draws: Float32Array;
  means: Float32Array;
  rate: number;
  masks: Floats | null;
}

export interface StepsAnswer {
  stages: Stage[];
  /** What the gradient is of, in words, and how large it is. */
  target: string;
  value: number;
  label: number | null;
  class: number | null;
  outputs: Float32Array;
  probabilities: Float32Array;
  scores_are: string;
}

export interface Stage {
  name: string;
  kind: string;
  shape: number[];
  inputs: string[];
  parameters: number;
  activation: string | null;
  channels: Int32Array;
  maps: Floats;
  block: number;
  low: number | null;
  high: number | null;
  mean: number | null;
  zeros: number;
  /** null where nothing flows back. */
  gradient: { maps: Floats; low: number; high: number; norm: number } | null;
  /** The norm of the gradient by its weights. */
  weights: number | null;
}

export interface WhyAnswer {
  /** 0 to 1: (height, width) or (columns,). */
  heat: Floats;
  values: Floats;
  raw: Floats | null;
  signed: boolean;
  low: number;
  high: number;
  most: number;
  is_empty: boolean;
  method: "gradcam" | "saliency" | "smoothgrad" | "integrated" | "occlusion";
  class: number;
  classes: string[];
  label: number | null;
  probabilities: Float32Array;
  input: Floats;
  score_is: string;
  formula: string;
  numbers: WhyNumbers;
  layer: string | null;
  layers: string[];
}

/** The numbers of a method's formula; which are there follows from the method. */
export interface WhyNumbers {
  score: number;
  peak: number;
  channels: Int32Array;
  weights: Float32Array;
  means: Float32Array;
  all_channels: number;
  samples: number;
  sigma: number;
  sum: number;
  baseline_score: number;
  difference: number;
  gap: number;
  steps: number;
  baseline: string;
  probability: number;
  at: [number, number];
  patch: number;
  stride: number;
  patches: number;
}

export interface UnitFacts {
  layer: string;
  units: number;
  shape: number[];
  is_last: boolean;
  values_are: string;
  split: string;
  examples: number;
  /** Height and width of what a cell sees; null where the data are no pictures. */
  field: [number, number] | null;
}

export interface UnitsAnswer extends UnitFacts {
  crops?: Bytes[];
  rows?: Floats;
  first: number;
  high: Float32Array;
  low: Float32Array;
  active: Float32Array;
  favourite: Int32Array;
}

export interface TopAnswer extends UnitFacts {
  unit: number;
  by: string;
  high: number;
  low: number;
  active: number;
  is_dead: boolean;
  is_constant: boolean;
  per_class: Float32Array;
  most: Ranking;
  least: Ranking;
}

export type Ranking = RankedPictures | RankedRows;

export interface Ranked {
  positions: Int32Array;
  labels: Int32Array;
  values: Float32Array;
}

export interface RankedPictures extends Ranked {
  pictures: Bytes;
  size: [number, number];
  /** What the strongest cell sees: top, left, bottom, right. */
  fields: Shaped<Int32Array>;
  maps: Floats | null;
}

export interface RankedRows extends Ranked {
  pictures?: undefined;
  rows: Floats;
}

export interface OcclusionAnswer {
  layer: string;
  unit: number;
  input: Floats;
  values: Floats;
  signed: boolean;
  high: number;
  is_empty: boolean;
  answer: number;
  map: Floats | null;
  formula: string;
  numbers: { peak: number; patch?: number; stride?: number; patches?: number };
}

export interface AscentAnswer {
  layer: string;
  unit: number;
  picture: Floats;
  step: number;
  of: number;
  is_done: boolean;
  curve: Float32Array;
  answer: number;
  mean: number;
  aim_is: string;
  aim: "all" | "cell";
  field: number[] | null;
  restraint: Record<string, number>;
}

export interface OverTimeAnswer {
  epochs: Int32Array;
  kept: number;
  examples: number;
  part: string;
  loss: Float32Array;
  accuracy: Float32Array;
  layers: LayerHistory[];
}

export interface LayerHistory {
  name: string;
  kind: string;
  weights: Histograms | null;
  activations: Histograms;
  norm: Float32Array | null;
  distance: Float32Array | null;
  gradient: Float32Array | null;
  zeros: Float32Array;
}

/** On the same intervals for all epochs. counted: how many values, of all of them. */
export interface Histograms {
  edges: Float32Array;
  counts: Shaped<Int32Array>;
  counted: number;
  of: number;
}
