/** The answers of the engine's views about mistakes: `playground/engine/views/mistakes/`. Their docstrings say more. */

import type { PictureAnswer, WhyAnswer } from "../inside/answers.d.ts";
import type { Anatomy } from "../shared/server/anatomy.d.ts";
import type { Shaped } from "../shared/server/shaped.d.ts";

/** What each view answers, by its name. */
export interface Answers {
  anatomy: Anatomy;
  picture: Stored;
  why: WhyAnswer;
  why_at_length: WhyAnswer;
  answers: AnswersAnswer;
  calibration: CalibrationAnswer;
  gallery: GalleryAnswer;
  groups: GroupsAnswer;
  history: HistoryAnswer;
  matrix: MatrixAnswer;
  one: OneAnswer;
  pairs: PairsAnswer;
  residuals: ResidualsAnswer;
  sheet: SheetAnswer;
  threshold: ThresholdAnswer;
}

/** A view by its name, with its arguments; null and undefined count as left out. */
export type Question<View extends keyof Answers = keyof Answers> = { view: View; [argument: string]: unknown };

/** Of pictures (k, h, w, c), of a table rows as stored (k, columns). */
export type Examples = Shaped<Uint8Array> | Shaped<Float32Array>;

/** Examples are "pool/place". */
export interface AnswersAnswer {
  classes: string[];
  pool: string;
  places: Int32Array;
  truth: Int32Array;
  labels: Int32Array;
  confidence: Float32Array;
  loss: Float32Array;
  top?: Shaped<Int32Array>;
  probabilities?: Shaped<Float32Array>;
}

export interface CalibrationAnswer {
  n: number;
  classes: string[];
  scores_are: string;
  /** Bins of equal width; NaN where one is empty. */
  edges: Float64Array;
  counts: Int32Array;
  hits: Int32Array;
  mean: Float32Array;
  share: Float32Array;
  low: Float32Array;
  high: Float32Array;
  ece: number;
  mce: number;
  accuracy: number;
  confidence: number;
  abstain: { thresholds: Float64Array; answered: Int32Array; hits: Int32Array };
  histogram: { right: Int32Array; wrong: Int32Array };
  brier: number;
  log_loss: number;
}

export interface GalleryAnswer {
  split: string;
  total: number;
  page: number;
  pages: number;
  size: number;
  counts: { wrong: number; right: number; all: number };
  /** Positions of all of them in order. */
  list: Int32Array;
  pictures: Examples;
  positions: Int32Array;
  examples: string[];
  truth: Int32Array;
  labels: Int32Array;
  top_labels: Shaped<Int32Array>;
  top: Shaped<Float32Array>;
  confidence: Float32Array;
  margin: Float32Array;
  loss: Float32Array;
}

export interface GroupsAnswer {
  split: string;
  by: string;
  options: GroupOption[];
  total: number;
  groups: Group[];
  positions: Int32Array[];
  left_out: number;
  /** Groups of fewer examples are too small to be compared. */
  small: number;
  gap: Gap | null;
}

export interface GroupOption {
  by: string;
  title: string;
  explanation: string;
  /** Whether values are cut into equal parts. */
  is_cut: boolean;
}

export interface Group {
  name: string;
  low: number | null;
  high: number | null;
  n: number;
  right: number;
  share: number;
  interval: [number, number];
}

/** The largest difference. interval: 95 %; together: the same for all pairs at once; null where groups overlap. */
export interface Gap {
  best: string;
  worst: string;
  pairs: number;
  difference: number;
  interval: [number, number] | null;
  together: [number, number] | null;
}

export interface HistoryAnswer {
  source: string;
  label: number | null;
  epochs: Int32Array;
  probabilities: Shaped<Float32Array>;
}

export interface MatrixAnswer {
  split: string;
  /** Rows true, columns predicted. */
  counts: Shaped<Int32Array>;
  precision: Float32Array;
  recall: Float32Array;
  f1: Float32Array;
  support: Int32Array;
  right: number;
  total: number;
  accuracy: number;
  interval: [number, number];
  loss: number;
  scores_are: string;
}

/** Of an example of the data: there are no others on this page. */
export type Stored = PictureAnswer & { label: number; example: string };

export interface OneAnswer {
  source: string;
  title: string;
  original: Shaped<Uint8Array> | Shaped<Float32Array>;
  label: number;
  predicted: number;
  probabilities: Float32Array;
  confidence: number;
  margin: number;
  loss: number;
  example: string;
  scores_are: string;
  nearest: Nearest;
  doubt: Doubt | null;
}

export interface Nearest {
  positions: Int32Array;
  labels: Int32Array;
  distances: Float32Array;
  pictures: Examples;
  examples: string[];
  layer: string;
  features: number;
  compared: number;
}

export interface Doubt {
  is_doubted: boolean;
  other: number;
  label_probability: number;
  label_threshold: number;
  other_probability: number;
  other_threshold: number;
  agreeing: number;
  neighbours: number;
  split: string;
}

export interface PairsAnswer {
  split: string;
  total: number;
  ordered: { true: Int32Array; predicted: Int32Array; count: Int32Array; share: Float32Array };
  unordered: { first: Int32Array; second: Int32Array; count: Int32Array; there: Int32Array; back: Int32Array; share: Float32Array };
  ordered_total: number;
  unordered_total: number;
  mistakes: number;
}

/** Residual: predicted − true. */
export interface ResidualsAnswer {
  split: string;
  total: number;
  mae: number;
  rmse: number;
  bias: number;
  r2: number | null;
  right: number;
  positions: Int32Array;
  truth: Float32Array;
  predicted: Float32Array;
  edges: Float32Array;
  counts: Int32Array;
  worst: { positions: Int32Array; truth: Float32Array; predicted: Float32Array; rows: Shaped<Float32Array>; columns: string[] };
}

export interface SheetAnswer {
  png: Uint8Array<ArrayBuffer>;
  count: number;
  total: number;
}

export interface ThresholdAnswer {
  positive: number;
  name: string;
  n: number;
  positives: number;
  roc: { x: Float32Array; y: Float32Array; auc: number };
  pr: { x: Float32Array; y: Float32Array; ap: number };
  thresholds: Float64Array;
  tp: Int32Array;
  fp: Int32Array;
}
