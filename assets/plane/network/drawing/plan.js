// @ts-check
/** What is to be drawn: columns of neurons and the links between them, from a sketch, or from the frame of a moment that is replayed. */

/** A run of kernel rows that read from one column. @typedef {{name: string, from: number, to: number}} Source */
/**
 * name: the layer's, "input" for the features. ids: the features of the first column. block: place in sketch.blocks, -1 where it is none.
 * add: the column whose outputs are added behind this one.
 * @typedef {{name: string, kind: "input" | "hidden" | "output", title: string, units: number, activation: string, block: number, ids: string[],
 *   sources: Source[], add: string | null, norm: boolean, dropout: number}} Column
 */
/** One weight. row: of the kernel of column `to`. skip: it jumps over a layer. @typedef {{from: number, unit: number, to: number, target: number, row: number, skip: boolean}} Link */
/** A sum without weights: outputs of `from` are added behind `to`. @typedef {{from: number, to: number, units: number}} Sum */
/** @typedef {{columns: Column[], links: Link[], sums: Sum[], key: string}} Plan */

export const MOST_BLOCKS = 8;
export const MOST_UNITS = 16;

/** The last word of a Keras name: "relu" of {kind: "activations.relu"}. @param {string | import("../../game/messages.d.ts").Part | null | undefined} part */
export function nameOf(part) {
  return String((typeof part === "string" ? part : part?.kind) || "linear").split(".").pop() ?? "";
}

/** How many units the output has. @param {import("../../game/messages.d.ts").Sketch} sketch @param {import("../../game/messages.d.ts").Made | null} made */
function outputs(sketch, made) {
  if (sketch.output !== "softmax") return 1;
  const classes = made?.classes;
  return Math.max(2, Array.isArray(classes) ? classes.length : Number(classes) || Number(sketch.data?.args?.classes) || 2);
}

/**
 * @param {import("../../game/messages.d.ts").Sketch} sketch
 * @param {import("../../game/messages.d.ts").Made | null} made the server's answer, or null before it comes
 * @returns {Plan}
 */
export function planOfSketch(sketch, made) {
  const ids = sketch.inputs ?? [];
  /** @type {Column[]} */
  const columns = [column({ name: "input", kind: "input", title: "Inputs", units: ids.length, ids })];
  const size = (/** @type {string} */ name) => columns.find((one) => one.name === name)?.units ?? 0;
  for (const [i, block] of (sketch.blocks ?? []).entries()) {
    const before = columns[columns.length - 1].name;
    const skip = columns.some((one) => one.name === block.skip?.from) ? block.skip : null;
    const joined = skip?.join === "concatenate" && skip.from !== before ? [before, skip.from] : [before];
    const added = skip?.join === "add" && size(skip.from) === block.units ? skip.from : null;
    columns.push(column({
      name: block.name, kind: "hidden", title: `Layer ${i + 1}`, units: block.units, activation: nameOf(block.activation), block: i,
      sources: rows(joined, size), add: added, norm: Boolean(block.norm), dropout: block.dropout || 0,
    }));
  }
  const last = columns[columns.length - 1].name;
  columns.push(column({ name: "output", kind: "output", title: "Output", units: outputs(sketch, made), activation: sketch.output, sources: rows([last], size) }));
  return connected(columns);
}

/**
 * The network of a frame, as it was then.
 * @param {import("../../game/messages.d.ts").FrameMeta} meta
 * @param {string[]} ids the features it reads, as far as they are known
 * @returns {Plan}
 */
export function planOfFrame(meta, ids) {
  const width = Math.max(0, ...meta.layers.flatMap((layer) => layer.sources.filter((one) => one.name === "input").map((one) => one.to - one.from)));
  const known = Array.from({ length: width || ids.length }, (_, i) => ids[i] ?? `input ${i + 1}`);
  const columns = [column({ name: "input", kind: "input", title: "Inputs", units: known.length, ids: known })];
  meta.layers.forEach((layer, i) => {
    const last = i === meta.layers.length - 1;
    columns.push(column({
      name: layer.name, kind: last ? "output" : "hidden", title: last ? "Output" : `Layer ${i + 1}`, units: layer.units, activation: nameOf(layer.activation),
      block: last ? -1 : i, sources: layer.sources, add: layer.add ?? null, norm: Boolean(layer.norm), dropout: layer.dropout || 0,
    }));
  });
  return connected(columns);
}

/** @param {Partial<Column>} given @returns {Column} */
function column(given) {
  return { name: "", kind: "hidden", title: "", units: 0, activation: "linear", block: -1, ids: [], sources: [], add: null, norm: false, dropout: 0, ...given };
}

/** @param {string[]} names @param {(name: string) => number} size @returns {Source[]} */
function rows(names, size) {
  let from = 0;
  return names.map((name) => ({ name, from, to: (from += size(name)) }));
}

/** @param {Column[]} columns @returns {Plan} */
function connected(columns) {
  /** @type {Link[]} */
  const links = [];
  /** @type {Sum[]} */
  const sums = [];
  columns.forEach((one, to) => {
    for (const source of one.sources) {
      const from = columns.findIndex((other) => other.name === source.name);
      if (from < 0) continue;
      const skip = to - from > 1;
      for (let row = source.from; row < source.to; row++) {
        for (let target = 0; target < one.units; target++) links.push({ from, unit: row - source.from, to, target, row, skip });
      }
    }
    const from = one.add === null ? -1 : columns.findIndex((other) => other.name === one.add);
    if (from >= 0) sums.push({ from, to, units: Math.min(one.units, columns[from].units) });
  });
  const key = JSON.stringify(columns.map((one) => [one.name, one.title, one.units, one.sources, one.add, one.ids]));
  return { columns, links, sums, key };
}

/**
 * What a frame says about the neurons and links of a plan. Where the two differ for a moment (a neuron was just added), it says nothing
 * rather than something wrong: -1 and NaN.
 */
export class Reading {
  /** @param {Plan} plan @param {import("../../game/messages.d.ts").Frame | null} frame @param {string[]} ids the features that the frame's network reads */
  constructor(plan, frame, ids) {
    this.plan = plan;
    this.frame = frame;
    /** @type {(import("../../game/messages.d.ts").FrameLayer | null)[]} by column: the frame's layer of that name */
    this.layers = plan.columns.map((one) => frame?.meta?.layers?.find((layer) => layer.name === one.name) ?? null);
    const inputs = plan.columns[0].ids;
    this.places = inputs.map((id) => ids.indexOf(id));
    this.maps = frame?.units?.length ? frame.units.length / Math.max(1, frame.lows?.length ?? 1) : 0;
  }

  /** The neuron's place among the frame's maps, -1 without one. @param {number} at @param {number} unit */
  map(at, unit) {
    const layer = this.layers[at];
    return this.maps && layer && layer.first !== null && unit < layer.units ? layer.first + unit : -1;
  }

  /** The row of the frame's kernel for a link, -1 where it has none. @param {Link} link */
  row(link) {
    const layer = this.layers[link.to];
    if (!layer?.kernel || link.target >= layer.kernel[2]) return -1;
    const source = layer.sources.find((one) => one.name === this.plan.columns[link.from].name);
    if (!source) return -1;
    const unit = link.from === 0 ? this.places[link.unit] ?? -1 : link.unit;
    return unit < 0 || source.from + unit >= source.to ? -1 : source.from + unit;
  }

  /** The link's place in the frame's weights, -1 where it has none. @param {Link} link */
  place(link) {
    const row = this.row(link);
    const kernel = this.layers[link.to]?.kernel;
    if (row < 0 || !kernel) return -1;
    const [offset, , columns] = kernel;
    return offset + row * columns + link.target;
  }

  /** @param {Link} link */
  weight(link) {
    const place = this.place(link);
    return place < 0 || !this.frame ? NaN : this.frame.weights[place];
  }

  /** NaN where it is not known or the layer has none. @param {number} at @param {number} unit */
  bias(at, unit) {
    const layer = this.layers[at];
    return !this.frame || !layer || layer.bias === null || unit >= layer.units ? NaN : this.frame.weights[layer.bias + unit];
  }
}
