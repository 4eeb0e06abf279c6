// @ts-check
/** The controls that a class view may hide: their ids, as links name them, and what they are called. */

/** @typedef {{id: string, title: string, group: string}} Control */

/** @type {Control[]} */
export const CONTROLS = [
  { id: "data", title: "Choice of the data set", group: "Data" },
  { id: "knobs", title: "Points, classes, noise, share held out", group: "Data" },
  { id: "paint", title: "Your own points", group: "Data" },
  { id: "inputs", title: "Choice of the inputs", group: "Network" },
  { id: "layers", title: "Adding and removing layers and neurons", group: "Network" },
  { id: "activation", title: "Activations", group: "Network" },
  { id: "layer_settings", title: "Settings of a layer", group: "Network" },
  { id: "weights", title: "Editing weights by hand", group: "Network" },
  { id: "output", title: "Output of the network", group: "Network" },
  { id: "rate", title: "Learning rate", group: "Training" },
  { id: "optimizer", title: "Optimizer", group: "Training" },
  { id: "loss", title: "Loss", group: "Training" },
  { id: "batch", title: "Batch size", group: "Training" },
  { id: "penalty", title: "L1 and L2", group: "Training" },
  { id: "seed", title: "New seed", group: "Training" },
  { id: "step", title: "Single steps", group: "Training" },
  { id: "speed", title: "Speed", group: "Training" },
  { id: "scores", title: "Loss and score in numbers", group: "Views" },
  { id: "board_views", title: "Switches of the large map", group: "Views" },
  { id: "curves", title: "Curves", group: "Views" },
  { id: "replay", title: "Replay", group: "Views" },
  { id: "explain", title: "Explanation", group: "Views" },
  { id: "challenges", title: "Challenges", group: "Page" },
  { id: "expert", title: "Switch for experts", group: "Page" },
  { id: "share", title: "Share", group: "Page" },
  { id: "pages", title: "Ways to other pages", group: "Page" },
];

const KNOWN = new Set(CONTROLS.map(({ id }) => id));

/** The ids that a link hides; others are left out. @param {string | null | undefined} text "rate,loss" @returns {Set<string>} */
export function hiddenFrom(text) {
  return new Set((text ?? "").split(",").filter((id) => KNOWN.has(id)));
}

/** @param {Set<string>} hidden @returns {string} */
export function hiddenText(hidden) {
  return CONTROLS.filter(({ id }) => hidden.has(id)).map(({ id }) => id).join(",");
}
