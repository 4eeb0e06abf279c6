// @ts-check
/**
 * Reads the messages of `playground/values/wire.py`: uint32 header length, JSON header, then arrays at multiples of 8.
 * Arrays become typed-array views of the message, so nothing is copied.
 */

/** @type {Record<string, any>} */
const VIEWS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint32: Uint32Array,
  bool: Uint8Array,
};

/**
 * The body of one message. An array of more than one dimension also carries its `shape`.
 * @param {ArrayBuffer} message
 * @returns {any}
 * @throws {RangeError | SyntaxError | TypeError} when the bytes are not a wire message
 */
export function decode(message) {
  const length = new DataView(message).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(message, 4, length)));
  let offset = 4 + length;
  const arrays = header.arrays.map((/** @type {{dtype: string, shape: number[]}} */ { dtype, shape }) => {
    const View = VIEWS[dtype];
    if (!View) throw new TypeError(`The wire does not carry ${dtype}.`);
    const count = shape.reduce((product, n) => product * n, 1);
    const array = new View(message, offset, count);
    offset += Math.ceil(array.byteLength / 8) * 8;
    return shape.length > 1 ? Object.assign(array, { shape }) : array;
  });
  return lower(header.body, arrays);
}

/**
 * @param {unknown} value
 * @param {unknown[]} arrays
 * @returns {any}
 */
function lower(value, arrays) {
  if (Array.isArray(value)) return value.map((item) => lower(item, arrays));
  if (value === null || typeof value !== "object") return value;
  const body = /** @type {Record<string, unknown>} */ (value);
  const names = Object.keys(body);
  if (names.length === 1 && names[0] === "$array") return arrays[Number(body.$array)];
  return Object.fromEntries(names.map((name) => [name, lower(body[name], arrays)]));
}
