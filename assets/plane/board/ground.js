// @ts-check
/** The ground of the board: what the network answers everywhere on the plane, as pixels. Pure: arrays in, pixels out. */

import { classColour } from "../../shared/drawing/classes.js";
import { channels, diverging } from "../colours.js";

/** shades: the surer the stronger. hard: only who wins. unsure: how unsure, whoever wins. @typedef {"shades" | "hard" | "unsure"} Look */
/**
 * winner, surety: uint8 (side²) for classes; value: uint8 (side²), 0 … 255 for −1 … 1, for numbers; doubt: uint8, another side², from none to
 * all that there can be.
 * @typedef {{side: number, classes: number, winner?: Uint8Array, surety?: Uint8Array, value?: Uint8Array, doubt?: Uint8Array | null}} Answers
 */

const FINE = 4; // pixels that one value of a hard border gets, each way
const STRONGEST = { light: 0.66, dark: 0.62 }; // share of a class's colour where the network is certain, so that points stand out
const FAINTEST = 0.07; // the same where it has no idea, so that the winner can still be guessed
const ROUNDS = 4; // of a border that is known as steps only
const UNSURE = "#cc79a7";

/** How sure beyond guessing: 0 where all classes are equally likely, 1 where one is certain. @param {number} surety 0 to 255 @param {number} classes */
function beyondGuessing(surety, classes) {
  const guess = 1 / Math.max(classes, 2);
  return Math.min(1, Math.max(0, (surety / 255 - guess) / (1 - guess)));
}

/** @type {Map<string, Uint32Array>} */
const tables = new Map();

/**
 * A pixel for each class and surety: `table[256 * class + surety]`.
 * @param {number} classes
 * @param {Look} look
 * @param {string} background
 * @param {boolean} dark
 */
function classTable(classes, look, background, dark) {
  const key = `${classes} ${look} ${background} ${dark}`;
  let table = tables.get(key);
  if (table) return table;
  table = new Uint32Array(256 * 256);
  const back = channels(background);
  const strongest = dark ? STRONGEST.dark : STRONGEST.light;
  for (let label = 0; label < 256; label++) {
    const front = channels(look === "unsure" ? UNSURE : classColour(label));
    for (let surety = 0; surety < 256; surety++) {
      const sure = beyondGuessing(surety, classes);
      const share = look === "hard" ? strongest * 0.8 : look === "unsure" ? 0.85 * (1 - sure) ** 1.5 : FAINTEST + (strongest - FAINTEST) * sure ** 0.85;
      table[256 * label + surety] = pixel(front, back, share);
    }
  }
  tables.set(key, table);
  return table;
}

/** A pixel for each value: `table[value]`. @param {Look} look @param {string} background @param {boolean} dark */
function valueTable(look, background, dark) {
  const key = `value ${look} ${background} ${dark}`;
  let table = tables.get(key);
  if (table) return table;
  const bytes = new Uint8Array(diverging(dark).buffer);
  const back = channels(background);
  table = Uint32Array.from({ length: 256 }, (_, value) => {
    const at = look === "hard" ? (value < 128 ? 32 : 223) : value;
    return pixel([bytes[4 * at], bytes[4 * at + 1], bytes[4 * at + 2]], back, dark ? 0.66 : 0.8);
  });
  tables.set(key, table);
  return table;
}

/** @param {Uint8Array} doubt @param {{background: string}} theme */
function doubted(doubt, theme) {
  const [front, back] = [channels(UNSURE), channels(theme.background)];
  const table = Uint32Array.from({ length: 256 }, (_, unsure) => pixel(front, back, 0.85 * (unsure / 255) ** 1.5));
  return Uint32Array.from(doubt, (unsure) => table[unsure]);
}

/** One pixel in memory order. @param {number[]} front @param {number[]} back @param {number} share of the front */
function pixel(front, back, share) {
  const [r, g, b] = front.map((value, i) => Math.round(value * share + back[i] * (1 - share)));
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/**
 * The pixels of the ground, row by row from the top: side × side, or finer where borders are to be hard.
 * @param {Answers} answers
 * @param {Look} look
 * @param {{background: string, dark: boolean}} theme
 * @param {Float32Array[]} [leads] of the classes, where they are known already
 * @returns {{pixels: Uint32Array<ArrayBuffer>, side: number, inset: number}} inset: how much of a pixel at the rim lies beyond the plane, whose corners are values
 */
export function ground(answers, look, theme, leads = leadsOf(answers, look)) {
  const { side, classes, winner, surety, value, doubt } = answers;
  if (doubt && look === "unsure") return { pixels: doubted(doubt, theme), side: Math.round(Math.sqrt(doubt.length)), inset: 0.5 };
  if (value) {
    const table = valueTable(look === "unsure" ? "shades" : look, theme.background, theme.dark);
    return { pixels: Uint32Array.from(value, (v) => table[v]), side, inset: 0.5 };
  }
  if (!winner || !surety) return { pixels: new Uint32Array(0), side: 0, inset: 0 };
  const table = classTable(classes, look, theme.background, theme.dark);
  if (look === "hard") return hardened(answers, winner, table, leads);
  const pixels = new Uint32Array(side * side);
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[(winner[i] << 8) | surety[i]];
  return { pixels, side, inset: 0.5 };
}

/**
 * Winners on a finer raster: between values each class's lead is interpolated in both directions, so that borders have no steps.
 * @param {Answers} answers @param {Uint8Array} winner @param {Uint32Array} table @param {Float32Array[]} leads
 */
function hardened({ side }, winner, table, leads) {
  const fine = side * FINE;
  const pixels = new Uint32Array(fine * fine);
  for (let y = 0; y < fine; y++) {
    const row = ((y + 0.5) / fine) * (side - 1);
    const top = Math.floor(row);
    for (let x = 0; x < fine; x++) {
      const column = ((x + 0.5) / fine) * (side - 1);
      const left = Math.floor(column);
      const at = top * side + left;
      const right = at + (left + 1 < side ? 1 : 0);
      const down = top + 1 < side ? side : 0;
      let best = winner[at];
      if (winner[right] !== best || winner[at + down] !== best || winner[right + down] !== best) best = leading(leads, at, right, down, column - left, row - top);
      pixels[y * fine + x] = table[(best << 8) | 255];
    }
  }
  return { pixels, side: fine, inset: 0 };
}

/** The lead of each class, where a map is to have hard borders or lines on them. @param {Answers} answers @param {Look} look @param {boolean} [lines] */
export function leadsOf(answers, look, lines = false) {
  return answers.winner && (lines || look === "hard") ? Array.from({ length: answers.classes }, (_, label) => lead(answers, label)) : [];
}

/** @param {Float32Array[]} leads @param {number} at @param {number} right @param {number} down @param {number} across @param {number} below */
function leading(leads, at, right, down, across, below) {
  let [best, most] = [0, -Infinity];
  for (let label = 0; label < leads.length; label++) {
    const field = leads[label];
    const above = field[at] * (1 - across) + field[right] * across;
    const under = field[at + down] * (1 - across) + field[right + down] * across;
    const value = above * (1 - below) + under * below;
    if (value > most) [best, most] = [label, value];
  }
  return best;
}

/**
 * By how much class `label` leads at each value: above 0 where it wins, and 0 on its border. Of two classes it is known exactly; of more only
 * the winner's chance is, so there the border is that of the winners, rounded.
 * @param {Answers} answers
 * @param {number} label
 * @returns {Float32Array} (side²)
 */
export function lead({ classes, winner, surety, side }, label) {
  const field = new Float32Array(side * side);
  if (!winner || !surety) return field;
  for (let i = 0; i < field.length; i++) {
    const margin = classes === 2 ? Math.max(0.5, 2 * surety[i] - 255) : 1;
    field[i] = winner[i] === label ? margin : -margin;
  }
  const rounds = classes === 2 ? 1 : ROUNDS; // chances come in 255 steps, which shows where they hardly change
  return Array.from({ length: rounds }).reduce((/** @type {Float32Array} */ sofar) => rounded(sofar, side), field);
}

/** A weighted mean of each value and its neighbours, (1 2 1) in both directions. @param {Float32Array} field @param {number} side */
function rounded(field, side) {
  const [across, found] = [new Float32Array(field.length), new Float32Array(field.length)];
  for (let row = 0; row < field.length; row += side) {
    for (let i = row; i < row + side; i++) across[i] = (field[i > row ? i - 1 : i] + 2 * field[i] + field[i + 1 < row + side ? i + 1 : i]) / 4;
  }
  for (let i = 0; i < field.length; i++) found[i] = (across[i < side ? i : i - side] + 2 * across[i] + across[i + side < field.length ? i + side : i]) / 4;
  return found;
}
