/** The network and the run as the views of the engine describe them: `playground/engine/views/inside/anatomy.py`. */
export interface Anatomy {
  layers: AnatomyLayer[];
  input_shape: number[];
  /** Empty where the run predicts a number. */
  classes: string[];
  /** How many examples each part has; a part that the data lack is left out. */
  examples: Record<string, number>;
  data: string;
  kind: "pictures" | "table";
  columns: string[];
  /** Whether the network gets columns with mean 0 and deviation 1. */
  standardised: boolean;
  /** The epochs whose weights are kept, ascending. */
  keyframes: number[];
  /** Whose weights the answer is about. */
  epoch: number;
  epochs: number;
  loss: string;
  scores_are: string;
}

export interface AnatomyLayer {
  name: string;
  /** The class of Keras, as "Conv2D". */
  kind: string;
  purpose: string;
  /** Without the batch. */
  shape: number[];
  parameters: number;
  activation: string | null;
  kernel: number[] | null;
  /** The layers it reads. */
  inputs: string[];
}
