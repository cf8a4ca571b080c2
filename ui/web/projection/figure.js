/** Traces and layouts for Plotly. Pure: arrays in, descriptions out. */

import { formatNumber } from "../kit/dom.js";

/** @typedef {import("./data.js").Points} Points */
/**
 * @typedef {object} Look
 * @property {string} text @property {string} faint lines of the grid
 * @property {string} font @property {string} background
 * @property {string} colour of the model
 * @property {string[]} digits colours
 */
/**
 * @typedef {object} Shown what is switched on, the same in both plots
 * @property {Set<number>} hidden digits
 * @property {boolean} fitted @property {boolean} prior the outlines
 * @property {Set<number> | null} selected rows
 */
/** @typedef {{x?: [number, number], y?: [number, number], camera?: object}} Outlook on the points */

export const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);
/** Traces after those of the digits. */
export const OUTLINES = /** @type {const} */ (["fitted", "prior"]);

const AXES = /** @type {const} */ (["x", "y", "z"]);
const DIM = 0.06;
const MARGIN = 0.03;
const MANY = 2000;
// The longest side, so that the default camera has all of it in view.
const BOX = 1.08;
export const CAMERA = {
  eye: { x: 1.55, y: 1.55, z: 1.05 },
  center: { x: 0, y: 0, z: -0.15 },
  up: { x: 0, y: 0, z: 1 },
};

/**
 * @param {Points} points @param {Look} look @param {Shown} shown
 * @param {boolean} gl
 * @returns {object[]} one a digit, then `OUTLINES`, where there are any
 */
export function traces(points, look, shown, gl) {
  const type = points.dims === 3 ? "scatter3d" : gl ? "scattergl" : "scatter";
  const coordinates = (/** @type {Float32Array[]} */ arrays) =>
    Object.fromEntries(arrays.map((array, axis) => [AXES[axis], array]));
  const clouds = DIGITS.map((digit) => ({
    type,
    mode: "markers",
    ...coordinates(points.ofDigit(digit)),
    hoverinfo: "none",
    visible: !shown.hidden.has(digit),
    marker: { ...markerOf(points), color: look.digits[digit], line: { width: 0 } },
    ...(points.dims === 2 && {
      selectedpoints: selectedPoints(points, digit, shown.selected),
      selected: { marker: { opacity: 1 } },
      unselected: { marker: { opacity: DIM } },
    }),
  }));
  const lines = OUTLINES.filter((name) => points[name]).map((name) => ({
    type,
    mode: "lines",
    ...coordinates(/** @type {Float32Array[]} */ (points[name])),
    hoverinfo: "skip",
    visible: shown[name],
    line: {
      color: name === "fitted" ? look.colour : look.text,
      width: points.dims === 3 ? 3 : 2.5,
    },
    ...(points.dims === 3 && { opacity: 0.75 }),
  }));
  return [...clouds, ...lines];
}

/**
 * @param {Points} points @param {number} digit @param {Set<number> | null} selected
 * @returns {number[] | null} indices among the digit's points; null where nothing is selected
 */
export function selectedPoints(points, digit, selected) {
  if (!selected) return null;
  const indices = [];
  for (let at = points.starts[digit]; at < points.starts[digit + 1]; at++) {
    if (selected.has(points.rows[at])) indices.push(at - points.starts[digit]);
  }
  return indices;
}

/** @param {Points} points @returns {{x: [number, number], y: [number, number], z?: [number, number]}} with all in view */
export function homeRanges(points) {
  const ranges = points.bounds.map(([low, high]) => {
    const margin = high > low ? MARGIN * (high - low) : 0.5;
    return [low - margin, high + margin];
  });
  return /** @type {any} */ (Object.fromEntries(ranges.map((range, axis) => [AXES[axis], range])));
}

/**
 * Every axis is drawn to the same scale, and no range follows what is switched on: else the legend would move the view.
 * @param {Points} points @param {string[]} titles @param {Look} look
 * @param {Outlook} outlook kept from before
 * @param {string | false} tool Plotly's dragmode
 * @param {{width: number, height: number}} size in pixels
 */
export function layout(points, titles, look, outlook, tool, size) {
  const home = homeRanges(points);
  // In space a title stands at the end of its axis, and a long one beyond the edge.
  const titleOf = (/** @type {number} */ k) =>
    axisTitle(titles[k], points.share?.[k], points.dims === 3 ? "<br>" : " · ");
  const axis = (/** @type {number} */ k) => ({
    title: { text: titleOf(k), standoff: 6, font: { size: points.dims === 3 ? 11 : 12 } },
    gridcolor: look.faint,
    zerolinecolor: look.faint,
    linecolor: look.faint,
    tickfont: { size: 11 },
    showspikes: false,
    autorange: false,
  });
  const common = {
    ...size,
    autosize: false,
    showlegend: false,
    hovermode: "closest",
    hoverdistance: 12,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: look.font, size: 12, color: look.text },
  };
  if (points.dims === 3) {
    const spans = AXES.map((name) => (home[name]?.[1] ?? 0) - (home[name]?.[0] ?? 0));
    const scale = BOX / Math.max(...spans);
    return {
      ...common,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      scene: {
        ...Object.fromEntries(AXES.map((name, k) => [`${name}axis`, { ...axis(k), range: home[name], nticks: 6 }])),
        aspectmode: "manual",
        aspectratio: { x: scale * spans[0], y: scale * spans[1], z: scale * spans[2] },
        camera: outlook.camera ?? CAMERA,
        dragmode: tool,
      },
    };
  }
  return {
    ...common,
    margin: { l: 48, r: 10, t: 8, b: 40 },
    dragmode: tool,
    xaxis: { ...axis(0), range: outlook.x ?? home.x, constrain: "range" },
    yaxis: { ...axis(1), range: outlook.y ?? home.y, constrain: "range", scaleanchor: "x" },
  };
}

/**
 * @param {string} title @param {number | undefined} share @param {string} [between]
 * @returns {string} such as "PC 1 · 12.4 %"
 */
export const axisTitle = (title, share, between = " · ") =>
  share === undefined ? title : `${title}${between}${formatNumber(100 * share, 1)} %`;

/** @param {Points} points @returns {{size: number, opacity: number, symbol: string}} the more, the smaller; size in pixels */
function markerOf({ count, dims }) {
  const dense = Math.min(Math.max((Math.log10(count) - Math.log10(500)) / Math.log10(20), 0), 1);
  // In space, what is transparent would hide what is in front of it.
  if (dims === 2) return { size: 5.6 - 2.4 * dense, opacity: 0.85 - 0.25 * dense, symbol: "circle" };
  // A circle is thirty triangles: without a graphics card they take three times as long as squares.
  return { size: 2.1 - dense, opacity: 1, symbol: count > MANY ? "square" : "circle" };
}
