/** What the server says to the Playground: sketches, what follows from them, what can be chosen, and frames of a network. */

/** A Keras object by name: `playground/values/spec.py`. */
export interface Part {
  kind: string;
  args?: Args;
}

/** Arguments by name; what values they take is the catalogue's to say. */
// deno-lint-ignore no-explicit-any
export type Args = Record<string, any>;

/** What a person edits: `playground/plane/sketch.py`. */
export interface Sketch {
  data: SketchData;
  inputs: string[];
  blocks: Block[];
  output: string;
  training: SketchTraining;
}

export interface SketchData {
  name: string;
  args: Args;
  /** The share that is held out. */
  test: number;
  seed: number;
}

export interface SketchTraining {
  optimizer: Part;
  loss: Part;
  batch_size: number;
  epochs: number;
  seed: number;
}

/** A hidden layer: `playground/plane/blocks.py`. */
export interface Block {
  name: string;
  units: number;
  activation: string | Part;
  initializer: Part | null;
  l1: number;
  l2: number;
  norm: boolean;
  dropout: number;
  skip: Skip | null;
}

export interface Skip {
  from: string;
  join: string;
}

/** Fields of a sketch; data and training are merged field by field. */
export type Patch = Partial<Omit<Sketch, "data" | "training">> & { data?: Partial<SketchData>; training?: Partial<SketchTraining> };

/** An experiment as JSON, `playground/values/spec.py`: handed on as it is, but for what is read here. */
export interface Experiment {
  training: { optimizer: Part; [field: string]: unknown };
  /** Planned ones. */
  changes?: { step: number; name: string; value: unknown }[];
  [field: string]: unknown;
}

/** The answer of `POST /api/plane`: `playground/web/api/plane.py`. */
export interface Made {
  sketch: Sketch;
  experiment: Experiment;
  link: string | null;
  link_error: Said | null;
  /** How a run that goes on gets there; null where none does. */
  way: Way | null;
  /** Trainable ones. */
  weights: number;
  /** x0, y0, x1, … */
  xy: Float32Array;
  /** Class or value each. */
  labels: Int32Array | Float32Array;
  /** 1 for test. */
  held: Uint8Array;
  classes: string[];
  task: "classifier" | "regressor";
  /** The main one first. */
  metrics: import("../../shared/run/run.js").Metric[];
  inputs: Inputs;
  said: string[];
  /** Why it cannot be trained as it is. */
  problems: Said[];
  limits: { blocks: number; units: number; classes: number[]; outputs: string[] };
}

export interface Way {
  kind: "same" | "warm" | "restart";
  commands: { do: "set"; name: "network" | "training" | "learning_rate"; value: unknown }[];
  why: string;
}

/** An error as JSON: `playground/values/errors.py`. */
export interface Said {
  what: string;
  expected?: string;
  got?: string;
  fix?: string;
  kind?: string;
}

/** All features that a network may be given, with their maps. */
export interface Inputs {
  ids: string[];
  titles: string[];
  formulas: string[];
  maps: Uint8Array & { shape: number[] };
  lows: Float32Array;
  highs: Float32Array;
}

/** The answer of `GET /api/plane/choices`: `playground/web/api/offers.py`. */
export interface Choices {
  data: DataOffer[];
  features: FeatureOffer[];
  activations: Offer[];
  initializers: Offer[];
  optimizers: Offer[];
  /** By task and output. */
  losses: Record<string, Record<string, LossOffer[]>>;
  usual_losses: Record<string, Record<string, string>>;
  first: Sketch;
}

export interface DataOffer {
  name: string;
  title: string;
  help: string;
  task: string;
  knobs: Record<string, { low: number; high: number; default: number }>;
  thumb: { xy: number[]; labels: number[] };
}

export interface FeatureOffer {
  id: string;
  title: string;
  formula: string;
  low: number;
  high: number;
}

export interface Offer {
  kind: string;
  title: string;
  purpose: string;
  summary: string;
  help: string;
  args: Args;
  params: Param[];
}

/** An argument that is a number, a switch or a name. */
export interface Param {
  name: string;
  help: string;
  default: Value;
  first: boolean;
  type: "bool" | "int" | "float" | "choice";
  low?: number | null;
  high?: number | null;
  usual?: number[] | null;
  log?: boolean;
  options?: Value[];
  optional?: boolean;
}

export type Value = string | number | boolean | null;

export interface LossOffer {
  kind: string;
  title: string;
  valid: boolean;
  reason: string;
}

/** A network's drawing at a moment: `playground/engine/plane/plane.py`. Maps have values of 0 to 255. */
export interface Frame {
  /** One map after the other, of all units of the layers in turn. */
  units: Uint8Array;
  /** What 0 and 255 stand for in each map. */
  lows: Float32Array;
  highs: Float32Array;
  /** Kernels row by row. */
  weights: Float32Array;
  /** Of the points. */
  guesses: Uint8Array | Float32Array;
  /** Of a classifier. */
  winner?: Uint8Array;
  surety?: Uint8Array;
  /** Of a number. */
  value?: Uint8Array;
  meta: FrameMeta;
}

export interface FrameMeta {
  layers: FrameLayer[];
  epoch: number;
  step: number;
  loss: Scores;
  penalty: number;
  parameters: number;
  finite: boolean;
  left_out: string;
}

/** NaN where a part has no points. */
export interface Scores {
  train: number;
  test: number;
}

export interface FrameLayer {
  name: string;
  units: number;
  /** Where its maps begin; null where none are drawn. */
  first: number | null;
  activation: string;
  /** Offset in the weights, rows, columns. */
  kernel: [number, number, number] | null;
  bias: number | null;
  sources: Source[];
  add: string | null;
  norm: boolean;
  dropout: number;
}

/** Rows of a kernel that take one layer's outputs, or the features, called "input". */
export interface Source {
  name: string;
  from: number;
  to: number;
}
