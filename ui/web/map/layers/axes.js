/** Ticks in the unit of the codes, and where N(0, I) lies. */

import { formatScaled } from "../../kit/dom.js";

/** @typedef {import("../plane.js").Plane} Plane */
/** @typedef {import("../viewport.js").Viewport} Viewport */

const TICKS = 5;
const TICK = 4;
const INK = "rgb(255 255 255 / 80%)";
const FAINT = { ink: INK, edge: "rgb(0 0 0 / 75%)", rim: 1.5 };
const PLATE = "rgb(11 14 20 / 65%)";
const PLATE_PAD = 2;
// Kept free at the ends of an axis for its name, and in the corner between the two.
const FREE = [30, 44];
const SMALLEST_CIRCLE = 3;

/**
 * @param {CanvasRenderingContext2D} g in pixels of the page
 * @param {number} size of the square
 * @param {Pick<Plane, "unit" | "axisNames">} plane @param {Viewport} viewport @param {string} font a family
 */
export function drawAxes(g, size, plane, viewport, font) {
  g.font = `10px ${font}`;
  const [low, high] = [viewport.at([0, size], size), viewport.at([size, 0], size)].map((place) => plane.unit(place));
  const position = (/** @type {number} */ value, /** @type {number} */ axis) =>
    ((value - low[axis]) / (high[axis] - low[axis])) * size;

  g.textAlign = "center";
  g.textBaseline = "alphabetic";
  for (const { value, text } of ticks(low[0], high[0])) {
    const x = position(value, 0);
    line(g, x, size, x, size - TICK);
    if (x > FREE[0] && x < size - FREE[1]) write(g, text, x, size - TICK - 3);
  }
  g.textAlign = "left";
  g.textBaseline = "middle";
  for (const { value, text } of ticks(low[1], high[1])) {
    const y = size - position(value, 1);
    line(g, 0, y, TICK, y);
    if (y > FREE[0] && y < size - FREE[0]) write(g, text, TICK + 3, y);
  }
  const [across, up] = plane.axisNames;
  write(g, up, TICK + 3, 12);
  g.textAlign = "right";
  g.textBaseline = "alphabetic";
  write(g, across, size - 6, size - TICK - 3);
}

/**
 * Where the standard normal lies, seen in the plane: its mean, and the circle that holds 95 % of it there.
 * @param {CanvasRenderingContext2D} g @param {number} size
 * @param {import("../plane.js").Prior} prior @param {Viewport} viewport @param {string} font a family
 */
export function drawPrior(g, size, prior, viewport, font) {
  const [x, y] = viewport.pixel(prior.place, size);
  const radius = (prior.radius * viewport.scale * size) / 2;
  g.beginPath();
  g.moveTo(x - 4, y);
  g.lineTo(x + 4, y);
  g.moveTo(x, y - 4);
  g.lineTo(x, y + 4);
  strokeTwice(g, 1.25, FAINT);
  if (radius < SMALLEST_CIRCLE) return;
  g.beginPath();
  g.setLineDash([5, 4]);
  g.arc(x, y, radius, 0, 2 * Math.PI);
  strokeTwice(g, 1.25, FAINT);
  g.setLineDash([]);
  g.font = `10px ${font}`;
  g.textAlign = "left";
  g.textBaseline = "alphabetic";
  const name = "95 % of N(0, I)";
  const [left, base] = [x + radius * Math.SQRT1_2 + 4, y - radius * Math.SQRT1_2 - 3];
  // Whole, where a part of it would be seen.
  write(g, name, left < size ? Math.min(left, size - g.measureText(name).width - 4) : left, base);
}

/** @param {number} low @param {number} high @returns {{value: number, text: string}[]} round numbers between */
export function ticks(low, high) {
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * /** @type {number} */ ([1, 2, 5, 10].find((factor) => factor * power >= rough));
  const digits = -Math.floor(Math.log10(step) + 1e-9);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, k) => {
    const value = (first + k) * step;
    return { value, text: formatScaled(value, Math.max(Math.abs(low), Math.abs(high)), digits) };
  });
}

/**
 * Light on dark, to be seen on anything.
 * @param {CanvasRenderingContext2D} g @param {number} width
 * @param {{ink?: string, edge?: string, rim?: number, dashes?: number[]}} [look] by how much the dark is wider
 */
export function strokeTwice(g, width, { ink = "#fff", edge = "#000", rim = 2, dashes } = {}) {
  g.strokeStyle = edge;
  g.lineWidth = width + rim;
  g.stroke();
  if (dashes) g.setLineDash(dashes);
  g.strokeStyle = ink;
  g.lineWidth = width;
  g.stroke();
  if (dashes) g.setLineDash([]);
}

/** @param {CanvasRenderingContext2D} g @param {number} x @param {number} y @param {number} x2 @param {number} y2 */
function line(g, x, y, x2, y2) {
  g.beginPath();
  g.moveTo(x, y);
  g.lineTo(x2, y2);
  strokeTwice(g, 1, FAINT);
}

/**
 * On a plate of its own: there may be anything behind.
 * @param {CanvasRenderingContext2D} g @param {string} text @param {number} x @param {number} y
 */
function write(g, text, x, y) {
  const box = g.measureText(text);
  const [left, top] = [x - box.actualBoundingBoxLeft, y - box.actualBoundingBoxAscent];
  const width = box.actualBoundingBoxLeft + box.actualBoundingBoxRight;
  const height = box.actualBoundingBoxAscent + box.actualBoundingBoxDescent;
  g.fillStyle = PLATE;
  g.fillRect(left - PLATE_PAD, top - PLATE_PAD, width + 2 * PLATE_PAD, height + 2 * PLATE_PAD);
  g.fillStyle = INK;
  g.fillText(text, x, y);
}
