// @ts-check
/** The frame of the plane: a fine grid, the two axes and their numbers. */

import { acrossOf, downOf } from "./dots.js";

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{size: number, scale: number, theme: {text: string, background: string, font: string, dark: boolean}, fine: boolean}} options fine: also the lines between whole numbers
 */
export function drawAxes(pen, { size, scale, theme, fine }) {
  pen.save();
  pen.strokeStyle = pen.fillStyle = theme.text;
  for (let tick = -3; tick <= 3; tick += fine ? 0.5 : 1) {
    const isWhole = Number.isInteger(tick);
    if (!fine && tick !== 0) continue;
    pen.globalAlpha = tick === 0 ? 0.28 : isWhole ? 0.16 : 0.08;
    pen.lineWidth = scale;
    pen.beginPath();
    const at = Math.round(acrossOf(tick, size)) + (scale % 2) / 2;
    const down = Math.round(downOf(tick, size)) + (scale % 2) / 2;
    pen.moveTo(at, 0);
    pen.lineTo(at, size);
    pen.moveTo(0, down);
    pen.lineTo(size, down);
    pen.stroke();
  }
  pen.restore();
}

/**
 * Numbers along both axes, on a soft halo so that they can be read on any ground.
 * @param {CanvasRenderingContext2D} pen
 * @param {{size: number, scale: number, theme: {text: string, background: string, font: string}}} options
 */
export function drawNumbers(pen, { size, scale, theme }) {
  pen.save();
  pen.font = `${11 * scale}px ${theme.font}`;
  pen.fillStyle = theme.text;
  pen.strokeStyle = theme.background;
  pen.lineWidth = 3 * scale;
  pen.lineJoin = "round";
  pen.globalAlpha = 0.85;
  const write = (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) => {
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
  };
  for (const tick of [-2, -1, 1, 2]) {
    const text = String(tick).replace("-", "−");
    pen.textAlign = "center";
    pen.textBaseline = "bottom";
    write(text, acrossOf(tick, size), size - 4 * scale);
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    write(text, 5 * scale, downOf(tick, size));
  }
  pen.font = `italic 600 ${12 * scale}px ${theme.font}`;
  pen.textAlign = "right";
  pen.textBaseline = "bottom";
  write("x", size - 6 * scale, size - 4 * scale);
  pen.textAlign = "left";
  pen.textBaseline = "top";
  write("y", 6 * scale, 5 * scale);
  pen.restore();
}
