// @ts-check
/** Edits of a sketch's hidden layers, as functions from blocks to blocks. Names are identities: they stay, so that what was learnt finds its layer again. */

import { MOST_BLOCKS, MOST_UNITS } from "./drawing/plan.js";

/** @typedef {import("../game/messages.d.ts").Block} Block */

/** A name no block has. @param {Block[]} blocks */
function fresh(blocks) {
  let number = 1;
  while (blocks.some((block) => block.name === `hidden_${number}`)) number++;
  return `hidden_${number}`;
}

/**
 * A new layer at this place, like the one before it.
 * @param {Block[]} blocks
 * @param {number} at
 * @returns {Block[]}
 */
export function inserted(blocks, at) {
  if (blocks.length >= MOST_BLOCKS) return blocks;
  const like = blocks[at - 1] ?? blocks[at];
  const block = { name: fresh(blocks), units: like?.units ?? 4, activation: like?.activation ?? "tanh", initializer: like?.initializer ?? null, l1: like?.l1 ?? 0, l2: like?.l2 ?? 0, norm: false, dropout: 0, skip: null };
  return [...blocks.slice(0, at), block, ...blocks.slice(at)];
}

/** @param {Block[]} blocks @param {number} at @returns {Block[]} */
export function removed(blocks, at) {
  return fitting(blocks.filter((_, i) => i !== at));
}

/** @param {Block[]} blocks @param {number} at @param {Partial<Block>} patch more or fewer neurons than there can be are brought back @returns {Block[]} */
export function changed(blocks, at, patch) {
  const units = Math.min(MOST_UNITS, Math.max(1, patch.units ?? blocks[at].units));
  return fitting(blocks.map((block, i) => (i === at ? { ...block, ...patch, units } : block)));
}

/**
 * Another output. A loss that was the usual one of the output before becomes the usual one of the new; what somebody chose stays, where it fits.
 * @param {import("../game/store.js").State} state
 * @param {string} output
 */
export function withOutput({ sketch, made, choices }, output) {
  const usual = (made && choices?.usual_losses[made.task]) ?? {};
  const follows = usual[output] && sketch.training.loss.kind === usual[sketch.output];
  return { output, ...(follows ? { training: { loss: { kind: usual[output], args: {} } } } : {}) };
}

/** Skip links that lead nowhere any more go; so do sums of layers that are not equally wide. @param {Block[]} blocks @returns {Block[]} */
function fitting(blocks) {
  return blocks.map((block, i) => {
    const from = block.skip && block.skip.from !== "input" ? blocks.findIndex((other) => other.name === block.skip?.from) : -1;
    const lost = block.skip && block.skip.from !== "input" && (from < 0 || from >= i || (block.skip.join === "add" && blocks[from].units !== block.units));
    return lost ? { ...block, skip: null } : block;
  });
}

/** The layers whose outputs may be joined to the layer before: those further back. @param {Block[]} blocks @param {number} at */
export function joinable(blocks, at) {
  return at === 0 ? [] : [{ name: "input", title: "the inputs" }, ...named(blocks).slice(0, at - 1)];
}

/** The layers whose outputs may be added to this layer's own: earlier ones that are equally wide. @param {Block[]} blocks @param {number} at @param {number} inputs how many the network has */
export function addable(blocks, at, inputs) {
  const first = inputs === blocks[at].units ? [{ name: "input", title: "the inputs" }] : [];
  return [...first, ...named(blocks).slice(0, at).filter((_, i) => blocks[i].units === blocks[at].units)];
}

/** @param {Block[]} blocks */
function named(blocks) {
  return blocks.map((block, i) => ({ name: block.name, title: `layer ${i + 1}` }));
}
