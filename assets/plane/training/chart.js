// @ts-check
/** Curves over epochs as one drawing on a canvas: pure, from plain columns. A landing page cannot wait for a library of charts. */

/** @typedef {{x: ArrayLike<number>, y: ArrayLike<number>, colour: string, width: number, dash?: number[], opacity?: number}} Line */
/** @typedef {{lines: Line[], marks: {x: number, text: string}[], cursor: number | null, hover: number | null, log: boolean, percent: boolean, end: number}} Picture */
/** @typedef {{text: string, muted: string, grid: string, background: string, font: string}} Ink */

const LEFT = 46;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 22;

/** The values that the axis spans. @param {Picture} picture @returns {[number, number]} */
export function span({ lines, log, percent }) {
  let [low, high] = [Infinity, -Infinity];
  for (const { y } of lines) {
    for (let i = 0; i < y.length; i++) {
      const value = y[i];
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return percent ? [0, 1] : log ? [0.01, 1] : [0, 1];
  if (log) return low === high ? [low / 2, high * 2] : [low, high];
  if (percent) return [Math.min(0.5, Math.floor(low * 10) / 10), 1];
  return [0, high > 0 ? high * 1.05 : 1];
}

/** About `count` round numbers from low to high. @param {number} low @param {number} high @param {number} count */
export function ticks(low, high, count) {
  const raw = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= raw) ?? raw;
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-6; i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}

/**
 * @param {CanvasRenderingContext2D} pen scaled to CSS pixels
 * @param {number} width @param {number} height
 * @param {Picture} picture
 * @param {Ink} ink
 */
export function drawChart(pen, width, height, picture, ink) {
  const [low, high] = span(picture);
  const end = Math.max(picture.end, 1e-9);
  const across = (/** @type {number} */ x) => LEFT + (x / end) * (width - LEFT - RIGHT);
  const scale = picture.log ? Math.log : (/** @type {number} */ value) => value;
  const [bottom, top] = [scale(low), scale(high)];
  const down = (/** @type {number} */ y) => height - BOTTOM - ((scale(y) - bottom) / (top - bottom || 1)) * (height - TOP - BOTTOM);
  pen.clearRect(0, 0, width, height);
  drawGrid(pen, { width, height, low, high, end, across, down }, picture, ink);
  for (const mark of picture.marks) upright(pen, across(mark.x), height, ink.muted, [2, 3], 1);
  pen.save();
  pen.beginPath();
  pen.rect(LEFT, TOP - 4, width - LEFT - RIGHT + 4, height - TOP - BOTTOM + 8);
  pen.clip();
  for (const line of picture.lines) drawLine(pen, line, across, down, picture.log);
  pen.restore();
  if (picture.hover !== null) upright(pen, across(picture.hover), height, ink.muted, [], 1);
  if (picture.cursor !== null) upright(pen, across(picture.cursor), height, ink.text, [], 1.5);
}

/** @param {CanvasRenderingContext2D} pen @param {{width: number, height: number, low: number, high: number, end: number, across: (x: number) => number, down: (y: number) => number}} room @param {Picture} picture @param {Ink} ink */
function drawGrid(pen, { width, height, low, high, end, across, down }, picture, ink) {
  pen.font = `11px ${ink.font}`;
  pen.lineWidth = 1;
  pen.setLineDash([]);
  const rows = picture.log ? decades(low, high) : ticks(low, high, height > 150 ? 5 : 3);
  for (const value of rows) {
    const y = Math.round(down(value)) + 0.5;
    pen.strokeStyle = ink.grid;
    pen.beginPath();
    pen.moveTo(LEFT, y);
    pen.lineTo(width - RIGHT, y);
    pen.stroke();
    pen.fillStyle = ink.muted;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    pen.fillText(picture.percent ? `${Math.round(value * 100)} %` : short(value), LEFT - 7, y);
  }
  pen.textBaseline = "alphabetic";
  if (!picture.lines.length) {
    pen.textAlign = "center";
    pen.fillText("Press Play", (LEFT + width - RIGHT) / 2, (TOP + height - BOTTOM) / 2 - 8);
    return;
  }
  for (const value of ticks(0, end, width > 420 ? 6 : 4)) {

    pen.textAlign = value === 0 ? "left" : across(value) > width - 30 ? "right" : "center";
    pen.fillText(value.toLocaleString("en-US"), across(value), height - 6);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {Line} line @param {(x: number) => number} across @param {(y: number) => number} down @param {boolean} log */
function drawLine(pen, { x, y, colour, width, dash = [], opacity = 1 }, across, down, log) {
  pen.strokeStyle = colour;
  pen.globalAlpha = opacity;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.lineJoin = "round";
  pen.beginPath();
  let isOpen = false;
  let [first, count] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const value = y[i];
    if (!Number.isFinite(value) || (log && value <= 0)) {
      isOpen = false;
      continue;
    }
    if (isOpen) pen.lineTo(across(x[i]), down(value));
    else pen.moveTo(across(x[i]), down(value));
    if (count++ === 0) first = i;
    isOpen = true;
  }
  pen.stroke();
  if (count === 1) {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(across(x[first]), down(y[first]), 3, 0, 2 * Math.PI);
    pen.fill();
  }
  pen.globalAlpha = 1;
  pen.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} height @param {string} colour @param {number[]} dash @param {number} width */
function upright(pen, x, height, colour, dash, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(x, TOP - 4);
  pen.lineTo(x, height - BOTTOM);
  pen.stroke();
  pen.setLineDash([]);
}

/** @param {number} low @param {number} high */
function decades(low, high) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of high / low < 30 ? [1, 2, 5] : [1]) {
      const value = Number(`${digit}e${power}`);
      if (value >= low * 0.999 && value <= high * 1.001) found.push(value);
    }
  }
  return found.length > 8 ? found.filter((_, i) => i % Math.ceil(found.length / 8) === 0) : found;
}

/** @param {number} value */
function short(value) {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(0) : String(Number(value.toPrecision(3)));
}

/** Which epoch a place on the drawing means. @param {number} left CSS pixels from the canvas's left edge @param {number} width @param {number} end */
export function epochAt(left, width, end) {
  return Math.min(end, Math.max(0, ((left - LEFT) / (width - LEFT - RIGHT)) * end));
}
