// @ts-check
/** The colours of classes, the same wherever a class is shown: those of `playground/ui/colours.py`. */

const CLASSES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a500", "#7b6cc4", "#8a8f98", "#8c564b"];

/** From the eleventh class on they begin again. @param {number} label */
export function classColour(label) {
  return CLASSES[label % CLASSES.length];
}
