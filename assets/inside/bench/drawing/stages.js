// @ts-check
/** The arrays side by side: the input with the window on it, the results, the way back. */

import { element } from "../../../shared/dom/element.js";
import { largest } from "../math/arithmetic.js";
import { NO_PADS } from "./drawing.js";
import { isSymmetric } from "../math/kernels.js";
import { inputTones, resultTones } from "../model.js";
import { Stage } from "./stage.js";
import { symmetric } from "./shade.js";
import { transposed } from "../math/transposed.js";
import { number } from "../words.js";

/** @typedef {import("../model.js").Work} Work */
/** @typedef {import("../model.js").Cell} Cell */
/** @typedef {import("../model.js").Tones} Tones */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("./drawing.js").Mark} Mark */
/** @typedef {import("../math/arithmetic.js").Grid} Grid */
/** copy: the cell is one of the input. shown: so many cells of the result are there yet. @typedef {{state: State, done: Work, cell: Cell, at: [number, number], copy: boolean, shown: number, theme: import("../../../shared/drawing/theme.js").Theme, isPicture: boolean}} Scene */

const TITLES = /** @type {Record<string, string>} */ ({ convolution: "Cross-correlation (Keras)", max: "Largest of each window", average: "Mean of each window", transposed: "Transposed convolution" });

export class Stages {
  /** @param {(cell: [number, number], how: "hover" | "choose" | "leave", onInput: boolean) => void} onpoint */
  constructor(onpoint) {
    const pointed = (/** @type {string} */ name, onInput = false) => new Stage({ name, onpoint: (cell, how) => onpoint(cell, how, onInput) });
    this.input = new Stage({ name: "input" });
    this.copied = pointed("source", true); // the input of a transposed convolution is pointed at
    this.output = pointed("output");
    this.other = pointed("other");
    this.apart = pointed("difference");
    this.back = new Stage({ name: "back" });
    this.matrix = new Stage({ name: "matrix" });
    this.root = element("div", { class: "npi-bench-stages" }, ...[this.input, this.copied, this.output, this.other, this.apart, this.back, this.matrix].map(({ root }) => root));
  }

  /** @param {Scene} scene @returns {Tones} of the input */
  draw(scene) {
    const { state, done, isPicture } = scene;
    const input = inputTones(done.x, isPicture);
    this.root.dataset.line = String(state.line);
    this.root.dataset.operation = state.operation;
    const backward = state.operation === "transposed";
    const seen = /** @type {[Stage, boolean][]} */ ([
      [this.input, !backward], [this.copied, backward], [this.output, true], [this.other, Boolean(done.other)], [this.apart, Boolean(done.apart)],
      [this.back, Boolean(done.back)], [this.matrix, Boolean(done.matrix)],
    ]);
    for (const [stage, isSeen] of seen) stage.root.hidden = !isSeen;
    if (backward) this.drawTransposed(scene, input);
    else this.drawWindow(scene, input);
    return input;
  }

  /** Convolution and pooling: a window on the input, a cell of the output. @param {Scene} scene @param {Tones} input */
  drawWindow({ state, done, cell, at, shown, theme }, input) {
    const { x, rows, columns, output, other, apart, back } = done;
    const { line } = state;
    const pooling = state.operation !== "convolution";
    const window = /** @type {Mark} */ ({ row: at[0] * rows.stride - rows.before, column: at[1] * columns.stride - columns.before, height: rows.extent, width: columns.extent, kind: "box" });
    const thin = rows.dilation > 1 || columns.dilation > 1 ? cell.products.map(({ row, column }) => /** @type {Mark} */ ({ row, column, kind: "thin" })) : [];
    const from = done.switches ? Math.floor(done.switches[(at[0] * output.width + at[1]) * x.channels + cell.channel] / x.channels) : -1;
    const dot = from < 0 ? [] : [/** @type {Mark} */ ({ row: Math.floor(from / x.width), column: from % x.width, kind: "dot" })];
    const pads = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
    const size = (/** @type {Grid} */ grid) => (line ? `${grid.width} values` : `${grid.height} by ${grid.width} cells`);
    const under = line && !pooling ? cell.products.map(({ column, weight }) => ({ column, value: weight })) : undefined;
    this.input.draw({
      title: "Input", label: `Input, ${size(x)}. The window lies at ${line ? `place ${window.column}` : `row ${window.row}, column ${window.column}`}.`, line, theme,
      note: under ? `Below: the kernel${state.flipped ? ", flipped," : ""} where it lies.` : "",
      facts: { grid: x, tones: input, pads, unused: [rows.unused, columns.unused], marks: [window, ...thin, ...dot], shown: Infinity, zero: pooling ? "" : "0", extent: extentOf(done), under },
    });
    const extent = extentOf(done);
    const scale = { reach: Math.max(largest(output), other ? largest(other) : 0), input };
    const reach = line ? ends([...output.values, ...(other?.values ?? []), ...(apart?.values ?? [])]) : undefined;
    const one = /** @type {Mark[]} */ ([{ row: at[0], column: at[1], kind: "box" }]);
    const result = (/** @type {Stage} */ stage, /** @type {Grid} */ grid, /** @type {string} */ title, /** @type {Tones} */ tones, note = "") => {
      const value = grid.values[(at[0] * grid.width + at[1]) * grid.channels + cell.channel];
      const place = line ? `Place ${at[1]}` : `Row ${at[0]}, column ${at[1]}`;
      stage.draw({ title, note, line, theme, at, label: `${title}, ${size(grid)}. ${place}: ${number(value)}. Arrow keys choose another cell.`, facts: { grid, tones, pads: NO_PADS, unused: [0, 0], marks: one, shown, zero: "", extent, reach } });
    };
    const tonesOf = (/** @type {Grid} */ grid) => (pooling ? { ...input, values: grid.values } : resultTones(grid, state.range, scale));
    result(this.output, output, TITLES[state.operation], tonesOf(output), x.channels > 1 && !pooling && state.range === "signed" ? "Middle grey is 0." : "");
    if (other && apart) {
      const most = largest(apart);
      result(this.other, other, "Convolution (flipped)", tonesOf(other));
      result(this.apart, apart, "Difference", { values: apart.values, ...symmetric([most]) }, most > 0 ? "The first minus the second." : isSymmetric(done.kernel) ? "None: the kernel is the same when turned." : "None on this input.");
    }
    if (back) this.drawBack({ state, done, dot, window, back, input, theme });
  }

  /** @param {{state: State, done: Work, dot: Mark[], window: Mark, back: Grid, input: Tones, theme: import("../../../shared/drawing/theme.js").Theme}} what */
  drawBack({ state, done, dot, window, back, input, theme }) {
    const isMax = state.operation === "max";
    const title = isMax ? "Unpooled by the switches" : "Spread over the windows";
    this.back.draw({
      title, line: state.line, theme, label: `${title}, ${back.height} by ${back.width}.`,
      note: isMax ? "Each value is back where it came from." : "Each mean fills its window.",
      facts: { grid: back, tones: { ...input, values: back.values }, pads: NO_PADS, unused: [0, 0], marks: isMax ? dot : [inside(window, done.x)], shown: Infinity, zero: "", extent: extentOf(done) },
    });
  }

  /** The input lays copies of the kernel on the output. @param {Scene} scene @param {Tones} input */
  drawTransposed({ state, done, cell, at, copy, shown, theme }, input) {
    const { x, rows, columns, kernel, output, matrix } = done;
    const { line } = state;
    const one = /** @type {Mark} */ ({ row: at[0], column: at[1], kind: "box" });
    const copied = /** @type {Mark} */ ({ row: at[0] * rows.stride - rows.before, column: at[1] * columns.stride - columns.before, height: rows.extent, width: columns.extent, kind: "box" });
    const place = line ? `place ${at[1]}` : `row ${at[0]}, column ${at[1]}`;
    this.copied.draw({
      title: "Input", line, theme, at: copy ? at : [0, 0], label: `Input. ${copy ? `${place} is chosen. ` : ""}Arrow keys choose a value and show its copy.`,
      note: "Point at a value to see its copy of the kernel.",
      facts: { grid: x, tones: input, pads: NO_PADS, unused: [0, 0], marks: copy ? [one] : bounds(cell.products), shown: Infinity, zero: "", extent: extentOf(done) },
    });
    const soFar = copy && shown < Infinity ? transposed(x, kernel, rows, columns, shown) : output;
    const tones = { ...resultTones(output, state.range, { reach: largest(output), input }), ...(soFar !== output && { values: resultTones(soFar, state.range, { reach: largest(output), input }).values }) };
    const pads = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
    const cut = pads.top + pads.bottom + pads.left + pads.right > 0;
    this.output.draw({
      title: TITLES.transposed, line, theme, at: copy ? [0, 0] : at, label: `Transposed convolution. ${copy ? "" : `${place}: ${number(cell.value)}. `}Arrow keys choose another cell.`,
      note: cut ? "The hatched border is cut off." : "",
      facts: {
        grid: soFar, tones, pads, unused: [0, 0], marks: copy ? [copied] : [one], shown: !copy && shown < Infinity ? shown : Infinity, zero: "", extent: extentOf(done),
        reach: line ? ends([...output.values]) : undefined,
      },
    });
    if (!matrix) return;
    const index = at[0] * (copy ? x.width : output.width) + at[1];
    const stripe = /** @type {Mark} */ (copy ? { row: index, column: 0, width: matrix.width, kind: "box" } : { row: 0, column: index, height: matrix.height, kind: "box" });
    this.matrix.draw({
      title: "Matrix C of the convolution that goes back", line: false, theme, label: `The matrix of the forward convolution, ${matrix.height} by ${matrix.width}.`,
      note: `Output = Cᵀ · input, both written as one column. Row r is the copy of input value r${copy ? "" : "; the marked column is the sum of this cell"}.`,
      facts: { grid: matrix, tones: { values: matrix.values, ...symmetric(kernel.values) }, pads: NO_PADS, unused: [0, 0], marks: [stripe], shown: Infinity, zero: "" },
    });
  }
}

/** Rows and columns of the larger of input and output, padding and what is cut off included. @param {Work} done @returns {[number, number]} */
const extentOf = ({ x, output, rows, columns }) => [Math.max(x.height, output.height) + rows.before + rows.after, Math.max(x.width, output.width) + columns.before + columns.after];

/** Lowest and highest of a signal's values and 0. @param {number[]} values @returns {[number, number]} */
const ends = (values) => [Math.min(0, ...values), Math.max(0, ...values)];

/** One box around all places. @param {import("../math/arithmetic.js").Term[]} products @returns {Mark[]} */
function bounds(products) {
  if (!products.length) return [];
  const [rows, columns] = [products.map(({ row }) => row), products.map(({ column }) => column)];
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  return [{ row: top, column: left, height: Math.max(...rows) - top + 1, width: Math.max(...columns) - left + 1, kind: "box" }];
}

/** The part of a window that lies on the array. @param {Mark} mark @param {Grid} grid @returns {Mark} */
function inside({ row, column, height = 1, width = 1, kind }, grid) {
  const [top, left] = [Math.max(0, row), Math.max(0, column)];
  return { row: top, column: left, height: Math.min(grid.height, row + height) - top, width: Math.min(grid.width, column + width) - left, kind };
}
