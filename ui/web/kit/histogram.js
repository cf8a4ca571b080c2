/** Where each model's codes are on one coordinate, over N(0, 1): behind a slider, or on its own. */

import { element, svg } from "./dom.js";
import { glossed } from "./glosses.js";

const WIDTH = 100;
const HEIGHT = 40;
// The peak of N(0, 1) always fits; a spike of a collapsed coordinate may leave the top.
const LOWEST_TOP = 0.42;
const HIGHEST_TOP = 1.2;
// What may lie beyond either end of an axis: one far digit would make all the others a spike.
const BEYOND = 0.0025;
// Beyond, N(0, 1) lies flat.
const TAIL = 4;

/** @typedef {{edges: Float64Array, density: Float64Array}} Density */

export class Histogram {
  constructor() {
    this.areas = [svg("path", { class: "left" }), svg("path", { class: "right" })];
    this.normal = svg("path", { class: "normal" });
    this.element = svg(
      "svg",
      { class: "histogram", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ...this.areas,
      this.normal,
    );
  }

  /**
   * @param {(Density | null)[]} densities of the left and the right model, null where it lacks the coordinate
   * @param {number} min of the axis, below 0 @param {number} max
   * @param {number} [top] density at the upper edge
   */
  draw(densities, min, max, top = topOf(densities)) {
    const x = (/** @type {number} */ value) => (((value - min) / (max - min)) * WIDTH).toFixed(2);
    const y = (/** @type {number} */ density) => (HEIGHT * (1 - Math.min(density / top, 1))).toFixed(2);
    densities.forEach((item, side) => this.areas[side].setAttribute("d", item ? steps(item, x, y) : ""));
    const [from, to] = [Math.max(min, -TAIL), Math.min(max, TAIL)];
    const curve = [min, ...Array.from({ length: 65 }, (_, k) => from + (k / 64) * (to - from)), max];
    this.normal.setAttribute("d", `M${curve.map((u) => `${x(u)} ${y(normalDensity(u))}`).join("L")}`);
  }
}

/**
 * @param {import("../nn/encodings.js").Encodings} encodings
 * @param {number} i coordinate
 * @returns {[number, number]} all codes lie between, but for at most `BEYOND` either side, to a bin
 */
export function bulk({ histogram, edges, bins }, i) {
  const edge = edges.subarray(i * (bins + 1), (i + 1) * (bins + 1));
  const share = (/** @type {number} */ k) => histogram[i * bins + k] * (edge[k + 1] - edge[k]);
  let [low, high] = [0, bins - 1];
  for (let tail = share(low); tail <= BEYOND; tail += share(++low));
  for (let tail = share(high); tail <= BEYOND; tail += share(--high));
  return [edge[low], edge[high + 1]];
}

/** @param {(Density | null)[]} densities @returns {number} where a picture of them ends */
export function topOf(densities) {
  let top = LOWEST_TOP;
  for (const item of densities) if (item) top = Math.max(top, ...item.density);
  return Math.min(top, HIGHEST_TOP);
}

/**
 * @param {import("../nn/encodings.js").Encodings} encodings
 * @param {number} i coordinate
 * @param {[number, number]} scale z = origin + value * step
 * @returns {Density} of the coordinate in the unit of the sliders
 */
export function density({ histogram, edges, bins }, i, [origin, step]) {
  return {
    edges: Float64Array.from({ length: bins + 1 }, (_, k) => (edges[i * (bins + 1) + k] - origin) / step),
    density: Float64Array.from({ length: bins }, (_, k) => histogram[i * bins + k] * step),
  };
}

/**
 * @param {Density} item
 * @param {(value: number) => string} x
 * @param {(density: number) => string} y
 */
function steps({ edges, density }, x, y) {
  let path = `M${x(edges[0])} ${y(0)}`;
  density.forEach((value, k) => void (path += `V${y(value)}H${x(edges[k + 1])}`));
  return `${path}V${y(0)}Z`;
}

/** @param {number} u */
const normalDensity = (u) => Math.exp(-0.5 * u * u) / Math.sqrt(2 * Math.PI);

/** @param {{name: string}[]} sides the left and the right model @returns {HTMLElement[]} whose colour is whose, and the bell */
export const histogramLegend = (sides) => [
  ...sides.map(({ name }, side) =>
    element(
      "span",
      { class: side ? "right" : "left", title: name },
      element("i", { class: "dot" }),
      element("span", { class: "short" }, name),
    ),
  ),
  element("span", { class: "normal" }, element("i", { class: "curve" }), ...glossed("N(0, 1)", "prior")),
];
