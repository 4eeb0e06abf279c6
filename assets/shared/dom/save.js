// @ts-check
/** Hands a file to the person at the screen, as a link that downloads does. */

import { element } from "./element.js";

const LONG = 60_000; // milliseconds until the browser has surely begun to read it

/** @param {string} name @param {Blob} blob */
export function save(name, blob) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), LONG);
}
