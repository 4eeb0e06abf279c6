// @ts-check
/** Which key does what in the stack. */

/**
 * @typedef {{step: (by: number) => void, edge: (last: boolean) => void, move: (by: number) => void, remove: () => void, duplicate: () => void,
 *   undo: () => void, redo: () => void, open: () => void, form: () => void, toggle: () => void}} Deeds
 */

/** The deed a key stands for, or null. @param {KeyboardEvent} event @param {Deeds} deeds @returns {(() => void) | null} */
export function deed(event, deeds) {
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const by = key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0;
  if (by && (event.altKey || (control && event.shiftKey))) return () => deeds.move(by);
  if (by && !control) return () => deeds.step(by);
  if (control && key === "z") return event.shiftKey ? deeds.redo : deeds.undo;
  if (control && key === "y") return deeds.redo;
  if (control && key === "d") return deeds.duplicate;
  if (control || event.altKey) return null;
  if (key === "Home" || key === "End") return () => deeds.edge(key === "End");
  if (key === "Delete" || key === "Backspace") return deeds.remove;
  if (key === "+" || key === "Insert") return deeds.open;
  if (key === "Enter") return deeds.form;
  return null;
}

export const HELP =
  "Arrow keys choose a layer, Alt with arrows moves it, Delete removes it, Control D duplicates it, plus adds one behind it, " +
  "Enter goes to its arguments, Control Z undoes.";
