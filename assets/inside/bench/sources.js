// @ts-check
/** Where pictures come from: the run, the data sets that are here, a file. A file is read in the browser and never leaves it. */

import { Fault, faultOf } from "../../shared/server/look.js";
import { decode } from "../../shared/server/wire.js";
import { blank } from "./math/arithmetic.js";

/** @typedef {import("./math/arithmetic.js").Grid} Grid */
/** @typedef {{name: string, title: string}} DataSet */

const SIDE = 256; // pixels at most
const HEAVY = 40 * 1024 * 1024; // bytes of a file

/**
 * The picture that is chosen on the page, before the network's own preprocessing.
 * @param {import("../context.js").Context} context
 * @returns {Promise<Grid>}
 */
export async function runPicture(context) {
  const { original } = await context.ask({ view: "picture" });
  return gridOf(original, original.shape);
}

/** The data sets of pictures that are on this machine. @returns {Promise<DataSet[]>} */
export async function dataSets() {
  const answer = await asked("/api/data");
  const { data } = await answer.json();
  return data.filter((/** @type {{kind: string, ready: boolean}} */ item) => item.kind === "pictures" && item.ready);
}

/**
 * A few pictures of a data set, one of each class first.
 * @param {string} name
 * @returns {Promise<{pictures: Grid[], titles: string[]}>}
 */
export async function samples(name) {
  const { pictures, labels, classes } = decode(await (await asked(`/api/data/${encodeURIComponent(name)}/pictures`)).arrayBuffer());
  const [count, ...shape] = pictures.shape;
  const size = pictures.length / count;
  const one = (/** @type {number} */ k) => gridOf(pictures.subarray(k * size, (k + 1) * size), shape);
  return { pictures: Array.from({ length: count }, (_, k) => one(k)), titles: [...labels].map((label) => classes[label]) };
}

/** @param {string} address */
async function asked(address) {
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => {
    throw new Fault({ what: "The server does not answer.", fix: "Check that it runs, or use a pattern." });
  });
  if (!answer.ok) throw await faultOf(answer);
  return answer;
}

/**
 * A picture file made small enough for the bench, as the text that the browser tab keeps.
 * @param {File} file
 * @returns {Promise<string>} a data address of PNG
 */
export async function readFile(file) {
  if (file.size > HEAVY) throw new Fault({ what: "The file is too large.", expected: "at most 40 MB", got: `${Math.round(file.size / 1024 / 1024)} MB`, fix: "Choose a smaller picture." });
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Fault({ what: "The file could not be read as a picture.", expected: "PNG, JPEG, GIF, WebP or another format that browsers show", got: file.name, fix: "Save it as PNG and try again." });
  });
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  draw(canvas, bitmap);
  bitmap.close();
  return canvas.toDataURL("image/png");
}

/**
 * @param {string} address what `readFile` gave
 * @returns {Promise<Grid>}
 */
export async function keptFile(address) {
  const image = new Image();
  image.src = address;
  await image.decode().catch(() => {
    throw new Fault({ what: "The kept picture is damaged.", fix: "Choose the file again." });
  });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const { data } = draw(canvas, image).getImageData(0, 0, canvas.width, canvas.height);
  const grid = blank(canvas.height, canvas.width, 3);
  for (let k = 0; k < canvas.width * canvas.height; k++) grid.values.set(data.subarray(4 * k, 4 * k + 3), 3 * k);
  return isGrey(grid) ? { ...grid, channels: 1, values: grid.values.filter((_, k) => k % 3 === 0) } : grid;
}

/** Over white, where it is transparent. @param {HTMLCanvasElement} canvas @param {CanvasImageSource} image */
function draw(canvas, image) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context;
}

/** @param {Grid} grid of three channels */
function isGrey({ values }) {
  for (let k = 0; k < values.length; k += 3) if (values[k] !== values[k + 1] || values[k] !== values[k + 2]) return false;
  return true;
}

/** @param {ArrayLike<number>} values @param {number[]} shape height, width, channels @returns {Grid} */
function gridOf(values, [height, width, channels]) {
  return { values: Float32Array.from(values), height, width, channels };
}
