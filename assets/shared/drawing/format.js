// @ts-check
/** Numbers as people read them. Every function takes undefined and null and answers with a dash. */

const DASH = "–";

/** @param {number | null | undefined} value */
const missing = (value) => value === null || value === undefined || !Number.isFinite(value);

/** 12,345 @param {number | null | undefined} value */
export function whole(value) {
  return missing(value) ? DASH : Math.round(/** @type {number} */ (value)).toLocaleString("en-US");
}

/** Three significant digits, never 1e+3: 0.0123, 4.56, 1,230. @param {number | null | undefined} value */
export function rate(value) {
  if (missing(value)) return DASH;
  const number = /** @type {number} */ (value);
  if (number >= 100) return whole(number);
  return number >= 10 ? number.toFixed(1) : number >= 1 ? number.toFixed(2) : number >= 0.001 ? number.toFixed(3) : number === 0 ? "0" : number.toExponential(1);
}

/** Always four decimals, so that columns stand still: 0.1234. @param {number | null | undefined} value */
export function loss(value) {
  if (missing(value)) return DASH;
  const number = /** @type {number} */ (value);
  return Math.abs(number) >= 1000 ? number.toExponential(2) : Math.abs(number) >= 0.0001 || number === 0 ? number.toFixed(4) : number.toExponential(1);
}

/** 97.3 % @param {number | null | undefined} value 0 to 1 */
export function percent(value) {
  return missing(value) ? DASH : `${(/** @type {number} */ (value) * 100).toFixed(1)} %`;
}

/** How a metric's numbers are written. @param {{format: string}} metric @returns {(value: number | null | undefined) => string} */
export function formatOf({ format }) {
  return format === "percent" ? percent : loss;
}

/** As a person would type it: 0.001, 2e-7. @param {number | null | undefined} value */
export function setting(value) {
  return missing(value) ? DASH : String(Number(/** @type {number} */ (value).toPrecision(4)));
}

/** 0.4 s, 12 s, 3 min 05 s, 1 h 02 min. @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (missing(seconds)) return DASH;
  const total = Math.max(0, /** @type {number} */ (seconds));
  if (total < 10) return `${total.toFixed(1)} s`;
  if (total < 60) return `${Math.round(total)} s`;
  const whole = Math.round(total);
  const pad = (/** @type {number} */ n) => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}
