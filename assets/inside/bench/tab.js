// @ts-check
/** The tab "Kernel bench": any input, any kernel, and how each number comes about. All arithmetic is done here, in the browser. */

import { element, setText } from "../../shared/dom/element.js";
import { CellPanel } from "./drawing/cell.js";
import { choiceField } from "./forms/fields.js";
import { Input } from "./input.js";
import { InputForm } from "./forms/inputform.js";
import { KernelForm } from "./forms/kernelform.js";
import { cellOf, copyOf, work } from "./model.js";
import { Player } from "./drawing/player.js";
import { readFile } from "./sources.js";
import { Stages } from "./drawing/stages.js";
import { checked, keep, recalled } from "./state.js";
import { StepsForm } from "./forms/stepsform.js";
import { placeSentence } from "./words.js";
import { Workings } from "./workings.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("../context.js").PageView} View */

export class BenchTab {
  /** @param {import("../context.js").Context} context */
  constructor(context) {
    this.context = context;
    this.state = recalled();
    /** @type {[number, number] | null} */
    this.hover = null; // where the pointer is, and on which array
    this.hoverInput = false;
    this.input = new Input(context, () => this.compute());
    const change = (/** @type {Partial<State>} */ changes) => this.change(changes);
    this.inputForm = new InputForm(change, (file) => this.read(file));
    this.kernelForm = new KernelForm(change);
    this.stepsForm = new StepsForm(change);
    this.stages = new Stages((cell, how, onInput) => this.point(cell, how, onInput));
    this.panel = new CellPanel();
    this.player = new Player((cell) => this.walk(cell));
    this.workings = new Workings();
    /** @type {import("../../shared/drawing/theme.js").Theme | null} */
    this.theme = null;
    /** @type {import("./model.js").Work | null} */
    this.done = null;
    /** @type {unknown} */
    this.fileError = null;
    this.frame = 0;

    const field = (/** @type {string} */ label, /** @type {string} */ help, /** @type {[string, string][]} */ options, /** @type {(value: any) => void} */ onchange) => choiceField({ label, help, options, onchange });
    this.fields = {
      operation: field("Do", "What is done with the input.", [["convolution", "Convolution"], ["max", "Max pooling"], ["average", "Average pooling"], ["transposed", "Transposed convolution"]],
        (operation) => change({ operation, input: false })),
      line: field("On", "The same arithmetic on a picture or on a row of numbers.", [["plane", "a picture"], ["line", "a signal"]], (value) => change({ line: value === "line" })),
      range: field("Show results", "With sign: blue below 0, orange above. Absolute: without the sign. Clipped: cut to the input's own range, as a picture file would be.",
        [["signed", "With sign"], ["absolute", "Absolute"], ["clipped", "Clipped"]], (range) => change({ range })),
      flipped: field("Take apart", "Which of the two results the sum below is written out for.", [["false", "Cross-correlation"], ["true", "Convolution"]], (value) => change({ flipped: value === "true" })),
      channel: field("Channel", "Which channel the sum below is written out for.", [["0", "Red"], ["1", "Green"], ["2", "Blue"]], (value) => change({ channel: Number(value) })),
    };
    const { operation, line, range, flipped, channel } = this.fields;
    this.problem = element("div", { class: "np-fault", role: "status" });
    this.results = element("div", { class: "npi-bench-results" }, this.stages.root, element("div", { class: "npi-bench-bar" }, this.player.root, flipped.root, channel.root), this.panel.root);
    this.ranges = element("div", { class: "npi-bench-bar" }, range.root);
    this.main = element("div", { class: "npi-bench-main" }, this.ranges, this.problem, this.results, this.workings.root);
    this.settings = element("div", { class: "npi-bench-settings" }, this.inputForm.root, this.kernelForm.root, this.stepsForm.root);
    this.root = element("section", { class: "npi-bench", "aria-label": "Kernel bench" },
      element("div", { class: "npi-bench-bar npi-bench-what" }, operation.root, line.root), element("div", { class: "npi-bench-body" }, this.settings, this.main));
  }

  /** @param {View} view */
  show(view) {
    const hadRun = this.input.hasRun;
    const same = this.input.view?.picture.source === view.picture.source && this.input.view?.run === view.run;
    this.input.view = view;
    this.theme = view.theme;
    if (!this.done || hadRun !== this.input.hasRun || !same) this.compute();
    else this.draw();
  }

  hide() {
    this.player.stop();
  }

  /** @param {Partial<State>} changes */
  change(changes) {
    this.player.stop();
    this.hover = null;
    this.state = keep(checked({ ...this.state, ...changes }));
    this.compute();
  }

  compute() {
    const x = this.input.grid(this.state);
    this.done = x && work(this.state, x);
    this.draw();
  }

  /** @param {File} file */
  async read(file) {
    try {
      this.fileError = null;
      this.change({ source: "file", file: await readFile(file) });
    } catch (error) {
      this.fileError = error;
      this.draw();
    }
  }

  /** @param {[number, number]} cell @param {"hover" | "choose" | "leave"} how @param {boolean} onInput */
  point(cell, how, onInput) {
    if (this.player.isPlaying) {
      if (how !== "choose") return;
      this.player.stop();
    }
    this.hover = how === "hover" ? cell : null;
    this.hoverInput = onInput;
    if (how === "choose") this.state = keep({ ...this.state, cell, input: onInput });
    this.drawSoon();
  }

  /** The player has come to a cell, or to the end. @param {number | null} at */
  walk(at) {
    if (at !== null) {
      const input = this.state.operation === "transposed";
      const width = input ? this.done?.x.width : this.done?.output.width;
      this.state = { ...this.state, input, cell: /** @type {[number, number]} */ ([Math.floor(at / (width ?? 1)), at % (width ?? 1)]) };
    } else keep(this.state);
    this.drawSoon();
  }

  drawSoon() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const { state, theme, done } = this;
    if (!theme) return;
    const error = this.fileError ?? this.input.error(state);
    const offer = {
      run: this.input.hasRun, source: this.input.source(state), sets: this.input.sets ?? [], samples: this.input.samples.get(this.input.data(state)) ?? null,
      fault: error ? this.context.fault(error) : null, channels: this.input.came.grid?.channels ?? 1,
    };
    this.inputForm.draw({ ...state, data: this.input.data(state) }, offer, theme.dark);
    this.kernelForm.draw(state, theme.dark);
    this.stepsForm.draw(state);
    const pooling = state.operation === "max" || state.operation === "average";
    this.kernelForm.root.hidden = pooling;
    for (const [name, value] of Object.entries({ operation: state.operation, line: state.line ? "line" : "plane", range: state.range, flipped: String(state.flipped), channel: String(state.channel) })) {
      this.fields[/** @type {"range"} */ (name)].set(value);
    }
    this.ranges.hidden = pooling || state.line || !done;
    this.fields.flipped.root.hidden = state.operation !== "convolution";
    this.fields.channel.root.hidden = !done || done.x.channels === 1;
    const problem = !done ? (error ? "" : offer.source === "file" && !state.file ? "Choose a picture file." : offer.source === "sample" && this.input.sets?.length === 0 ? "No data set of pictures is on this machine. Take a pattern instead." : "The picture is on its way.") : done.problem;
    setText(this.problem, problem);
    this.problem.hidden = !problem;
    this.results.hidden = !done || Boolean(done.problem);
    this.workings.draw(state, done);
    if (done && !done.problem) this.drawResults(done, theme);
  }

  /** @param {import("./model.js").Work} done @param {import("../../shared/drawing/theme.js").Theme} theme */
  drawResults(done, theme) {
    const { state } = this;
    const copy = state.operation === "transposed" && (this.hover ? this.hoverInput : state.input);
    const array = copy ? done.x : done.output;
    const [i, j] = this.hover ?? state.cell;
    const at = /** @type {[number, number]} */ ([Math.min(i, array.height - 1), Math.min(j, array.width - 1)]);
    const cell = copy ? copyOf(state, done, at) : cellOf(state, done, at);
    const count = at[0] * array.width + at[1] + 1;
    this.player.draw({ count: array.height * array.width, at: count - 1, what: copy ? "input" : "output" });
    const tones = this.stages.draw({ state, done, cell, at, copy, shown: this.player.isPlaying ? count : Infinity, theme, isPicture: !state.line && this.input.source(state) !== "numbers" });
    this.panel.draw({
      cell, quiet: this.player.isPlaying, operation: state.operation, flipped: state.flipped, copy, line: state.line, channels: done.x.channels,
      kernelWidth: done.kernel.width, places: copy ? "" : placeSentence(state, done, cell), input: tones, theme,
    });
  }
}
