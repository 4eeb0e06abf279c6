// @ts-check
/** Holds what lies on the bench: asks for pictures where they have to be asked for, keeps what it has been given. */

import { grey, shrink } from "./math/arithmetic.js";
import { pattern } from "./math/patterns.js";
import { dataSets, keptFile, runPicture, samples } from "./sources.js";

/** @typedef {import("./math/arithmetic.js").Grid} Grid */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("../context.js").PageView} View */

export class Input {
  /** @param {import("../context.js").Context} context @param {() => void} onready something new has come */
  constructor(context, onready) {
    this.context = context;
    this.onready = onready;
    /** @type {View | null} */
    this.view = null;
    /** @type {import("./sources.js").DataSet[] | null} */
    this.sets = null;
    /** @type {Map<string, {pictures: Grid[], titles: string[]}>} */
    this.samples = new Map();
    this.asked = ""; // what the newest request is for
    /** @type {{key: string, grid: Grid | null, error: unknown}} */
    this.came = { key: "", grid: null, error: null };
  }

  /** Whether the run on show has a picture. */
  get hasRun() {
    return this.view?.anatomy?.kind === "pictures";
  }

  /** Where the input really comes from: without a run there is none of its pictures. @param {State} state */
  source(state) {
    return state.source === "run" && !this.hasRun ? "pattern" : state.source;
  }

  /**
   * The input as the bench works on it: grey or coloured, shrunk, whole numbers. Null while it is on its way, or where there is none.
   * @param {State} state
   * @returns {Grid | null}
   */
  grid(state) {
    if (state.line) return { values: Float32Array.from(state.signal.values), height: 1, width: state.signal.values.length, channels: 1 };
    const source = this.source(state);
    if (source === "numbers") return { ...state.numbers, values: Float32Array.from(state.numbers.values), channels: 1 };
    if (source === "pattern") return pattern(state.pattern, state.detail);
    const raw = this.raw(state, source);
    if (!raw) return null;
    const small = shrink(state.colour === "grey" ? grey(raw) : raw, state.detail);
    return { ...small, values: small.values.map(Math.round) };
  }

  /** The picture as it came; asks for it where it has not. @param {State} state @param {string} source @returns {Grid | null} */
  raw(state, source) {
    const key = this.key(state, source);
    if (this.came.key === key) return this.came.grid;
    if (this.asked !== key) this.ask(state, source, key);
    return this.came.key.startsWith(`${source} `) ? this.came.grid : null; // the picture before, until the new one has come
  }

  /** @param {State} state @param {string} source */
  key(state, source) {
    if (source === "run") return `run ${this.view?.run} ${this.view?.picture.source} ${JSON.stringify(this.view?.picture.prepare)}`;
    return source === "sample" ? `sample ${state.data} ${state.index}` : `file ${state.file}`;
  }

  /** @param {State} state @param {string} source @param {string} key */
  async ask(state, source, key) {
    this.asked = key;
    /** @type {{key: string, grid: Grid | null, error: unknown}} */
    const came = { key, grid: null, error: null };
    try {
      if (source === "run") came.grid = await runPicture(this.context);
      else if (source === "file") came.grid = state.file ? await keptFile(state.file) : null;
      else came.grid = await this.sample(state);
    } catch (error) {
      came.error = error;
    }
    if (this.asked !== key) return; // another one is wanted by now
    this.came = came;
    this.onready();
  }

  /** @param {State} state */
  async sample(state) {
    this.sets ??= await dataSets();
    const name = this.data(state);
    if (!name) return null;
    const found = this.samples.get(name) ?? (await samples(name));
    this.samples.set(name, found);
    return found.pictures[Math.min(state.index, found.pictures.length - 1)];
  }

  /** The chosen data set if it is here, else the first. @param {State} state */
  data(state) {
    return (this.sets?.find(({ name }) => name === state.data) ?? this.sets?.[0])?.name ?? "";
  }

  /** Why there is nothing, in this state. @param {State} state */
  error(state) {
    const source = this.source(state);
    if (state.line || source === "numbers" || source === "pattern" || this.came.key !== this.key(state, source)) return null;
    return this.came.error;
  }
}
