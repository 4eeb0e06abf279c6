// @ts-check
/** What a neuron computes, written out with its present numbers. */

import { short } from "../../../shared/drawing/raster.js";

/** @typedef {import("../drawing/plan.js").Plan} Plan */
/** One summand: what it is called, its weight, and its link. @typedef {{name: string, weight: number, link: number}} Term */
/** sources: which letter stands for which layer. @typedef {{terms: Term[], bias: number, activation: string, sources: {letter: string, title: string}[], add: string}} Formula */

const LETTERS = ["a", "c", "d"];
const DIGITS = "₀₁₂₃₄₅₆₇₈₉";

/** 12 → ₁₂ @param {number} number */
function subscript(number) {
  return [...String(number)].map((digit) => DIGITS[Number(digit)]).join("");
}

/**
 * @param {import("../drawing/plan.js").Reading} reading
 * @param {number} column
 * @param {number} unit
 * @param {(id: string) => string} titleOf the name of an input
 * @returns {Formula}
 */
export function formulaOf(reading, column, unit, titleOf) {
  const { plan } = reading;
  const one = plan.columns[column];
  const letters = one.sources.filter((source) => source.name !== "input").map((source) => source.name);
  const letterOf = (/** @type {string} */ name) => LETTERS[letters.indexOf(name)] ?? "u";
  /** @type {Term[]} */
  const terms = [];
  plan.links.forEach((link, i) => {
    if (link.to !== column || link.target !== unit) return;
    const from = plan.columns[link.from];
    const name = from.kind === "input" ? titleOf(from.ids[link.unit]) : letterOf(from.name) + subscript(link.unit + 1);
    terms.push({ name, weight: reading.weight(link), link: i });
  });
  const titles = (/** @type {string} */ name) => plan.columns.find((other) => other.name === name)?.title ?? name;
  return {
    terms, bias: reading.bias(column, unit), activation: one.activation,
    sources: letters.map((name) => ({ letter: letterOf(name), title: titles(name) })),
    add: one.add ? titles(one.add) : "",
  };
}

/** a = tanh(0.31·x − 1.20·y + 0.05), at most `most` summands, the largest. @param {Formula} formula @param {number} [most] */
export function written({ terms, bias, activation }, most = 6) {
  const shown = terms.length <= most ? terms : [...terms].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, most).sort((a, b) => a.link - b.link);
  const parts = shown.map(({ name, weight }) => ({ text: `${figure(Math.abs(weight))}·${name}`, minus: weight < 0 }));
  if (shown.length < terms.length) parts.push({ text: `${terms.length - shown.length} smaller ones`, minus: false });
  if (!Number.isNaN(bias)) parts.push({ text: figure(Math.abs(bias)), minus: bias < 0 });
  const sum = parts.map(({ text, minus }, i) => (i ? (minus ? " − " : " + ") : minus ? "−" : "") + text).join("") || "0";
  return activation === "linear" ? `a = ${sum}` : `a = ${activation}(${sum})`;
}

/** Two decimals where they say something. @param {number} value */
export function figure(value) {
  if (!Number.isFinite(value)) return "?";
  const size = Math.abs(value);
  return size === 0 || (size >= 0.01 && size < 100) ? value.toFixed(2).replace(/^-/, "−") : short(value);
}

/** As few digits as will do on a neuron: 0.42, −1.3e3, and 0.00 for next to nothing. @param {number} value */
export function brief(value) {
  if (!Number.isFinite(value) || Math.abs(value) >= 100) return short(value);
  return value.toFixed(2).replace(/^-0\.00$/, "0.00").replace(/^-/, "−");
}
