// @ts-check
/**
 * The network as the editor draws it: pure functions from what Python last said and the edits it has not answered yet.
 *
 * @typedef {{name: string, kind: string, title: string, purpose: string, brief: string, active: boolean, inputs: string[],
 *   shape: number[] | null, parameters: number | null, trainable: number, memory: number, tip: string, stale?: boolean}} LayerRow
 * @typedef {{index: number, what: string, layer: string, severity: string, fix: string}} Problem
 * @typedef {{kind: string, title: string, purpose: string, summary: string, stem: string, brief: string, rank: number, usual: number,
 *   merges: boolean}} PaletteEntry
 * @typedef {{op: string, name?: string, kind?: string, at?: number, to?: number, as?: string, index?: number, label?: string}} Op
 * @typedef {{layers: LayerRow[], selected: string | null}} View
 */

/** The name Keras would give: `dense`, `dense_1` … @param {string} stem @param {Iterable<string>} taken */
export function freeName(stem, taken) {
  const names = new Set(taken);
  let number = 0;
  while (names.has(number ? `${stem}_${number}` : stem)) number += 1;
  return number ? `${stem}_${number}` : stem;
}

/** What a name begins with, its number taken off. @param {string} name */
export const stemOf = (name) => name.replace(/_\d+$/, "");

/** The lowest and highest place a layer can be moved to. @param {LayerRow[]} layers @param {string} name @returns {[number, number]} */
export function reach(layers, name) {
  const inputs = layers.find((layer) => layer.name === name)?.inputs ?? [];
  const rest = layers.filter((layer) => layer.name !== name);
  let low = 0;
  let high = rest.length;
  rest.forEach((layer, at) => {
    if (inputs.includes(layer.name)) low = Math.max(low, at + 1);
    if (layer.inputs.includes(name)) high = Math.min(high, at);
  });
  return [low, high];
}

/** The view after one more edit. Edits that cannot be foreseen (undo, fix) change nothing until Python answers.
 * @param {View} view @param {Op} op @param {PaletteEntry[]} palette @returns {View} */
export function apply(view, op, palette) {
  const { layers } = view;
  const at = layers.findIndex((layer) => layer.name === op.name);
  if (op.op === "select") return at >= 0 || !op.name ? { layers, selected: op.name ?? null } : view;
  if (op.op === "add") return added(view, op, palette);
  if (at < 0) return view;
  const layer = layers[at];
  switch (op.op) {
    case "remove": {
      const rest = layers.filter((other) => other !== layer);
      return { layers: doubted(rest, at), selected: view.selected === layer.name ? null : view.selected };
    }
    case "duplicate": {
      const copy = { ...layer, name: op.as ?? layer.name, inputs: [], stale: true };
      return { layers: doubted([...layers.slice(0, at + 1), copy, ...layers.slice(at + 1)], at + 1), selected: copy.name };
    }
    case "toggle":
      return { ...view, layers: doubted(layers.map((other) => (other === layer ? { ...layer, active: !layer.active } : other)), at) };
    case "move": {
      const to = op.to ?? at;
      const rest = layers.filter((other) => other !== layer);
      return { ...view, layers: doubted([...rest.slice(0, to), layer, ...rest.slice(to)], Math.min(at, to)) };
    }
    default:
      return view;
  }
}

/** @param {View} view @param {Op} op @param {PaletteEntry[]} palette @returns {View} */
function added(view, op, palette) {
  const entry = palette.find((other) => other.kind === op.kind);
  if (!entry || !op.name) return view;
  const at = op.at ?? view.layers.length;
  const { kind, title, purpose, brief } = entry;
  const row = { kind, title, purpose, brief, name: op.name, active: true, inputs: [], shape: null, parameters: null, trainable: 0, memory: 0, tip: "" };
  return { layers: doubted([...view.layers.slice(0, at), row, ...view.layers.slice(at)], at), selected: op.name };
}

/** Rows without figures, because the engine has not answered yet, keep what was last known of them, marked as doubtful.
 * @param {LayerRow[]} layers @param {Map<string, LayerRow>} known @returns {LayerRow[]} */
export function recalled(layers, known) {
  return layers.map((layer) => {
    const last = known.get(layer.name);
    if (!last || last.kind !== layer.kind || layer.parameters !== null) return layer;
    const { name, kind, title, purpose, brief, active, inputs } = layer;
    return { ...last, name, kind, title, purpose, brief, active, inputs, stale: true };
  });
}

/** Figures from here on may no longer hold. @param {LayerRow[]} layers @param {number} from */
const doubted = (layers, from) => layers.map((layer, at) => (at < from ? layer : { ...layer, stale: true }));
