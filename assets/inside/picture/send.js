// @ts-check
/** A person's own pictures on their way to the server: made no larger than needed first, for a photograph has 12 megapixels and a network wants a few thousand. */

import { Fault, faultOf } from "../../shared/server/look.js";

const LONGEST = 1024; // pixels of a side that are sent at most
const MOST_BYTES = 10_000_000;
const KINDS = "PNG, JPEG, WebP, GIF or BMP";

/**
 * Sends a picture and gives its id. Raises a Fault where it is none, or too large.
 * @param {Blob} picture
 * @param {{name?: string, instead?: string | null, signal?: AbortSignal}} [options] instead: an earlier picture that this one replaces, a stroke or a moment ago
 * @returns {Promise<string>}
 */
export async function send(picture, { name = "This", instead = null, signal } = {}) {
  const ready = await shrunk(picture, name);
  if (ready.size > MOST_BYTES) throw new Fault({ what: `${name} is too large.`, expected: "at most 10 MB", got: `${(ready.size / 1e6).toFixed(1)} MB`, fix: "Save it smaller." });
  const address = `/api/pictures${instead ? `?instead=${encodeURIComponent(instead)}` : ""}`;
  const answer = await fetch(address, { method: "POST", body: ready, headers: { "Content-Type": "application/octet-stream" }, credentials: "same-origin", signal }).catch((error) => {
    throw error.name === "AbortError" ? error : new Fault({ what: "The picture could not be sent.", fix: "Check that the server runs, and try again." });
  });
  if (!answer.ok) throw await faultOf(answer);
  return (await answer.json()).id;
}

/** @param {Blob} picture @param {string} name */
async function shrunk(picture, name) {
  const bitmap = await createImageBitmap(picture, { imageOrientation: "from-image" }).catch(() => null);
  if (!bitmap) {
    if (/^image\/(png|jpeg|webp|gif|bmp)$/.test(picture.type)) return picture; // the server says what is wrong with it
    throw new Fault({ what: `${name} is not a picture that can be read.`, expected: KINDS, got: picture.type || "a file of another kind", fix: "Save it as PNG or JPEG." });
  }
  const { width, height } = bitmap;
  const scale = LONGEST / Math.max(width, height);
  if (scale >= 1 && picture.size <= MOST_BYTES) return picture;
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * Math.min(1, scale))), Math.max(1, Math.round(height * Math.min(1, scale))));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/png" });
}
