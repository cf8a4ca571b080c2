/** Draws a plot: points, outlines of Gaussians, axes. */

import { formatNumber } from "../kit/dom.js";
import { ticks } from "../map/layers/axes.js";
import { drawDiscs, parseColour } from "../map/layers/points.js";
import { Space } from "./outlook.js";

/** @typedef {import("./points.js").Points} Points */
/** @typedef {import("./outlook.js").Places} Places */
/** @typedef {import("./outlook.js").Plane} Plane */
/** @typedef {"fitted" | "prior"} Outline */
/**
 * @typedef {object} Look
 * @property {string} text @property {string} faint lines of the grid
 * @property {string} font
 * @property {string} colour of the model
 * @property {string[]} digits colours, #rrggbb
 */
/**
 * @typedef {object} Shown what is switched on, the same in both plots
 * @property {Set<number>} hidden digits
 * @property {Record<Outline, boolean>} outlines
 * @property {Set<number> | null} selected rows
 */
/** @typedef {{points: Points, titles: string[], outlook: Plane | Space}} Figure */

export const OUTLINES = /** @type {const} */ (["fitted", "prior"]);
const DASHES = [6, 4];
const DIM = 0.06;
// From the edge of the box in space to its numbers and to its title.
const TICK_PX = 14;
const TITLE_PX = 32;
// A title stands so far from the rim of the plot at least.
const RIM_PX = 14;
const LAYERS = 1024;
// Of the four edges along an axis, the two where a wall ends: at which ends of the other two axes, see `drawBox`.
const RIMS = [
  [0, 1],
  [1, 0],
];

const scratch = document.createElement("canvas");

/**
 * @param {CanvasRenderingContext2D} g in pixels of the page, from the upper left of the plot
 * @param {Figure} figure @param {Look} look @param {Shown} shown
 * @param {number} ratio pixels of the canvas to one of the page
 */
export function drawFigure(g, figure, look, shown, ratio) {
  const { points, outlook } = figure;
  g.lineJoin = "round";
  g.textBaseline = "middle";
  g.textAlign = "center";
  g.fillStyle = look.text;
  const places = outlook.places(points.axes);
  const drawn = OUTLINES.filter((name) => shown.outlines[name]);
  if (outlook instanceof Space) {
    drawBox(g, figure, outlook, look);
    for (const name of drawn) drawWires(g, figure, name, look, "behind");
    drawPoints(g, figure, places, look, shown, ratio);
    for (const name of drawn) drawWires(g, figure, name, look, "before");
    return;
  }
  drawAxes(g, figure, outlook, look);
  const { left, top, right, bottom } = outlook.frame;
  g.save();
  g.beginPath();
  g.rect(left, top, right - left, bottom - top);
  g.clip();
  drawPoints(g, figure, places, look, shown, ratio);
  for (const name of drawn) drawWires(g, figure, name, look);
  g.restore();
}

/**
 * @param {CanvasRenderingContext2D} g @param {Figure} figure @param {Places} places of its points
 * @param {Look} look @param {Shown} shown @param {number} ratio
 */
function drawPoints(g, { points, outlook }, { x, y, depth }, look, { hidden, selected }, ratio) {
  const { left, top, right, bottom } = outlook.frame;
  const size = { width: Math.round((right - left) * ratio), height: Math.round((bottom - top) * ratio) };
  if (size.width <= 0 || size.height <= 0) return;
  if (scratch.width !== size.width || scratch.height !== size.height) Object.assign(scratch, size);
  const { labels, rows } = points;
  const { radius, opacity } = markerOf(points);
  const paints = look.digits.map((colour) => parseColour(colour, opacity));
  const dim = look.digits.map((colour) => parseColour(colour, DIM));
  drawDiscs(scratch, {
    x: x.map((value) => (value - left) * ratio),
    y: y.map((value) => (value - top) * ratio),
    radius: radius * ratio,
    order: depth ? fromAfar(depth) : points.order,
    paintOf: (n) => (hidden.has(labels[n]) ? null : (selected && !selected.has(rows[n]) ? dim : paints)[labels[n]]),
  });
  g.drawImage(scratch, left, top, right - left, bottom - top);
}

/** @param {Points} points @returns {{radius: number, opacity: number}} the more, the smaller; in pixels */
export function markerOf({ count, dims }) {
  const dense = Math.min(Math.max((Math.log10(count) - Math.log10(500)) / Math.log10(20), 0), 1);
  // In space, what is transparent would show what is behind it.
  if (dims === 3) return { radius: 2.2 - 0.9 * dense, opacity: 1 };
  return { radius: 2.8 - 1.2 * dense, opacity: 0.85 - 0.25 * dense };
}

/** @param {Float32Array} depth @returns {Uint32Array} the farthest first, as far as `LAYERS` tell them apart */
function fromAfar(depth) {
  let [near, far] = [Infinity, -Infinity];
  for (const value of depth) {
    if (value < near) near = value;
    if (value > far) far = value;
  }
  const layer = (/** @type {number} */ value) => Math.floor(((far - value) / (far - near || 1)) * (LAYERS - 1));
  const starts = new Uint32Array(LAYERS + 1);
  for (const value of depth) starts[layer(value) + 1] += 1;
  for (let k = 0; k < LAYERS; k++) starts[k + 1] += starts[k];
  const order = new Uint32Array(depth.length);
  depth.forEach((value, n) => (order[starts[layer(value)]++] = n));
  return order;
}

/**
 * In space, what of it is behind the middle goes below the points, the rest above them.
 * @param {CanvasRenderingContext2D} g @param {Figure} figure @param {Outline} name @param {Look} look
 * @param {"behind" | "before"} [part] in space
 */
function drawWires(g, { points, outlook }, name, look, part) {
  const outline = points.outlines[name];
  if (!outline) return;
  const { x, y, depth } = outlook.places(outline.lines);
  const middle = part ? (outlook.places(outline.mean.map((value) => Float32Array.of(value))).depth?.[0] ?? 0) : 0;
  g.beginPath();
  let isDown = false;
  for (let i = 1; i < x.length; i++) {
    const isPart = !depth || depth[i - 1] + depth[i] > 2 * middle === (part === "behind");
    const isDrawn = isPart && !Number.isNaN(x[i - 1] + x[i]);
    if (isDrawn && !isDown) g.moveTo(x[i - 1], y[i - 1]);
    if (isDrawn) g.lineTo(x[i], y[i]);
    isDown = isDrawn;
  }
  g.strokeStyle = name === "fitted" ? look.colour : look.text;
  g.lineWidth = part ? 1.5 : 2.5;
  g.globalAlpha = part === "behind" ? 0.4 : part ? 0.75 : 1;
  g.setLineDash(name === "prior" ? DASHES : []);
  g.stroke();
  g.setLineDash([]);
  g.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} g @param {Figure} figure @param {Plane} outlook @param {Look} look */
function drawAxes(g, { points, titles }, outlook, look) {
  const { left, top, right, bottom } = outlook.frame;
  const [[x0, x1], [y0, y1]] = outlook.ranges;
  g.font = `11px ${look.font}`;
  g.beginPath();
  g.rect(left, bottom, right - left, 0);
  g.rect(left, top, 0, bottom - top);
  for (const { value, text } of ticks(x0, x1)) {
    const x = left + ((value - x0) / (x1 - x0)) * (right - left);
    g.rect(x, top, 0, bottom - top);
    g.fillText(text, x, bottom + 11);
  }
  g.textAlign = "right";
  for (const { value, text } of ticks(y0, y1)) {
    const y = bottom - ((value - y0) / (y1 - y0)) * (bottom - top);
    g.rect(left, y, right - left, 0);
    g.fillText(text, left - 5, y);
  }
  g.strokeStyle = look.faint;
  g.lineWidth = 1;
  g.stroke();
  g.textAlign = "center";
  g.font = `12px ${look.font}`;
  const [across, up] = axisTitles(points, titles);
  g.fillText(across, (left + right) / 2, bottom + 28);
  g.save();
  g.translate(12, (top + bottom) / 2);
  g.rotate(-Math.PI / 2);
  g.fillText(up, 0, 0);
  g.restore();
}

/**
 * The three walls behind the points.
 * @param {CanvasRenderingContext2D} g @param {Figure} figure @param {Space} outlook @param {Look} look
 */
function drawBox(g, { points, titles }, outlook, look) {
  const { width, height } = outlook.size;
  const { bounds, middle, seen } = outlook;
  // Of each axis, the end whose wall is seen from within, and the other.
  const ends = bounds.map(([low, high], k) => (seen[k] > middle[k] ? [low, high] : [high, low]));
  const pixels = (/** @type {number[][]} */ places) => {
    const { x, y } = outlook.places([0, 1, 2].map((axis) => places.map((place) => place[axis])));
    return places.map((_, i) => [x[i], y[i]]);
  };
  const [[centreX, centreY]] = pixels([middle]);
  g.strokeStyle = look.faint;
  g.lineWidth = 1;
  for (const axis of [0, 1, 2]) {
    const others = [0, 1, 2].filter((other) => other !== axis);
    // On the edge along this axis where walls of the others end.
    const on = (/** @type {number} */ value, /** @type {number} */ first, /** @type {number} */ second) => {
      const place = [value, value, value];
      place[others[0]] = ends[others[0]][first];
      place[others[1]] = ends[others[1]][second];
      return place;
    };
    const marks = ticks(...bounds[axis]);
    const edges = RIMS.map(([first, second]) => pixels(marks.map(({ value }) => on(value, first, second))));
    const corner = pixels(marks.map(({ value }) => on(value, 0, 0)));
    g.beginPath();
    for (const edge of edges) {
      edge.forEach(([x, y], i) => {
        g.moveTo(x, y);
        g.lineTo(corner[i][0], corner[i][1]);
      });
    }
    g.stroke();
    // Numbers stand below, those of the upright axis to the left.
    const middles = pixels(RIMS.map(([first, second]) => on(middle[axis], first, second)));
    const weight = (/** @type {number[]} */ [x, y]) => (axis === 2 ? -x : y);
    const best = weight(middles[0]) > weight(middles[1]) ? 0 : 1;
    const [x, y] = middles[best];
    const far = Math.max(1, Math.hypot(x - centreX, y - centreY));
    const [outX, outY] = [(x - centreX) / far, (y - centreY) / far];
    g.font = `11px ${look.font}`;
    marks.forEach(({ text }, i) => {
      const [tickX, tickY] = edges[best][i];
      g.fillText(text, tickX + TICK_PX * outX, tickY + TICK_PX * outY);
    });
    const lines = axisTitles(points, titles)[axis].split(" · ");
    const half = Math.max(...lines.map((line) => g.measureText(line).width)) / 2;
    const away = TITLE_PX + half * Math.abs(outX);
    const titleX = Math.min(Math.max(x + away * outX, half), width - half);
    const titleY = Math.min(Math.max(y + away * outY, RIM_PX), height - RIM_PX);
    lines.forEach((line, k) => g.fillText(line, titleX, titleY + 14 * (k - (lines.length - 1) / 2)));
  }
}

/**
 * @param {Pick<Points, "share">} points @param {string[]} titles
 * @returns {string[]} such as "PC 1 · 12.4 %", where the share of the variance is known
 */
export const axisTitles = ({ share }, titles) =>
  titles.map((title, k) => (share ? `${title} · ${formatNumber(100 * share[k], 1)} %` : title));
