// @ts-check
/** How a person's own picture is made to fit the network: which part of it, light on dark or dark on light, where in the frame. */

import { element } from "../../shared/dom/element.js";

/** @typedef {{fit: "crop" | "pad" | "stretch", invert: "auto" | true | false, centre: boolean}} Prepared */

/**
 * What usually suits: a drawing is padded and, for digits and letters, centred the way MNIST's were.
 * @param {import("../../shared/server/anatomy.d.ts").Anatomy} anatomy
 * @param {{drawn?: boolean}} [options]
 * @returns {Prepared}
 */
export function usual(anatomy, { drawn = false } = {}) {
  const signs = anatomy.classes.length > 0 && anatomy.classes.every((/** @type {string} */ name) => name.length === 1);
  return { fit: drawn ? "pad" : "crop", invert: "auto", centre: signs };
}

export class Prepare {
  /** @param {(prepared: Prepared) => void} onChange */
  constructor(onChange) {
    const changed = () => onChange(this.value());
    const select = (/** @type {string} */ label, /** @type {string} */ title, /** @type {[string, string][]} */ options) =>
      element("select", { "aria-label": label, title, onchange: changed }, ...options.map(([value, text]) => element("option", { value, text })));
    this.fit = select("Fit", "How a picture that is not square becomes so", [["crop", "Crop to the middle"], ["pad", "Pad at the sides"], ["stretch", "Stretch"]]);
    this.invert = select("Invert", "Light becomes dark and dark light, as the pictures are that the network learnt from", [["auto", "Invert if needed"], ["true", "Invert"], ["false", "Do not invert"]]);
    this.centre = element("input", { type: "checkbox", onchange: changed });
    this.centred = element("label", { class: "npi-check", title: "Cut out, brought to 20 of 28 pixels and moved so that its centre of mass is in the middle, as MNIST's digits were" }, this.centre, "Centre by mass");
    this.root = element("div", { class: "npi-prepare", role: "group", "aria-label": "How the picture is prepared" }, this.fit, this.invert, this.centred);
  }

  /** @returns {Prepared} */
  value() {
    const invert = this.invert.value === "auto" ? "auto" : this.invert.value === "true";
    return { fit: /** @type {Prepared["fit"]} */ (this.fit.value), invert, centre: this.centre.checked };
  }

  /** @param {Partial<Prepared>} prepared @param {import("../../shared/server/anatomy.d.ts").Anatomy} anatomy */
  draw({ fit = "crop", invert = "auto", centre = false }, anatomy) {
    this.fit.value = fit;
    this.invert.value = String(invert);
    this.centre.checked = centre;
    this.invert.hidden = this.centred.hidden = anatomy.input_shape[2] !== 1; // colours are never inverted by themselves, and nothing is centred there
  }
}
