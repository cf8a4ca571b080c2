/** One coordinate: the histograms of the models that have it, over N(0, 1), and their numbers. */

import { coordinateName, element, formatNumber, formatScaled } from "../kit/dom.js";
import { density, Histogram } from "../kit/histogram.js";

/** @typedef {import("../kit/coordinates.js").Judge} Judge */
/** @typedef {"common" | "own"} Scale the same range of z on all cards, or each model's own mean and deviation */

/** Of N(0, 1), and of what has been brought to its mean and deviation. */
export const NORMAL_RANGE = 4;
// Float32 codes that differ by less than their own rounding do not differ.
const ROUNDING = 1e-6;

export class Card {
  /** @param {number} i coordinate @param {Judge[]} sides those that have it and those that have not, left first */
  constructor(i, sides) {
    this.i = i;
    this.sides = sides;
    this.histogram = new Histogram();
    this.numbers = element("div", { class: "numbers" });
    this.element = element(
      "figure",
      { class: "card", role: "img", "data-coordinate": i },
      this.histogram.element,
      this.numbers,
    );
  }

  /** @param {Scale} scale @returns {(import("../kit/histogram.js").Density | null)[]} null where there is none to draw */
  densities(scale) {
    const { i, sides } = this;
    const own = scale === "own";
    return sides.map(({ encodings }) => {
      if (i >= encodings.dim || (own && isConstant(encodings, i))) return null;
      return density(encodings, i, own ? [encodings.mean[i], encodings.std[i]] : [0, 1]);
    });
  }

  /** @param {Scale} scale @param {number} reach of the axis either way @param {number} top density at the upper edge */
  draw(scale, reach, top) {
    const { i, sides } = this;
    this.histogram.draw(this.densities(scale), -reach, reach, top);
    const head = [coordinateName(i), "mean", "std", "D"].map((words) => element("span", { class: "head" }, words));
    const having = sides.filter(({ encodings }) => i < encodings.dim);
    this.numbers.replaceChildren(...head, ...having.map((side) => row(side, i, scale, sides.indexOf(side))));
    const lines = having.map((side) => inWords(side, i, scale));
    this.element.title = [coordinateName(i), ...lines].join("\n");
    this.element.setAttribute("aria-label", `z ${i}. ${lines.join(". ")}.`);
  }
}

/** @param {Judge["encodings"]} encodings @param {number} i @returns {boolean} whether every digit has the same value */
const isConstant = ({ mean, std }, i) => std[i] <= ROUNDING * Math.abs(mean[i]);

/**
 * @param {Judge["encodings"]} encodings @param {number} i @param {Scale} scale
 * @returns {number} the Kolmogorov distance to N(0, 1), or to the normal of the same mean and deviation
 */
export const gapOf = ({ gap, shapeGap }, i, scale) => (scale === "own" ? shapeGap : gap)[i];

/** @param {Judge} side @param {number} i @param {Scale} scale @param {number} index 0 is the left one */
function row({ name, encodings }, i, scale, index) {
  const { mean, std } = encodings;
  const cell = (/** @type {string} */ kind, /** @type {string} */ words, style = "") =>
    element("span", { class: kind, style: style || null }, words);
  const gap = gapOf(encodings, i, scale);
  const size = Math.max(Math.abs(mean[i]), std[i]);
  const rest = isConstant(encodings, i)
    ? [cell("constant", "constant")]
    : [cell("std", short(std[i], size)), cell("gap", formatNumber(gap, 3), `--gap: ${gap.toFixed(3)}`)];
  return element(
    "div",
    { class: `row ${index ? "right" : "left"}`, "data-model": name },
    element("i", { class: "dot" }),
    cell("mean", short(mean[i], size)),
    ...rest,
  );
}

/** @param {Judge} side @param {number} i @param {Scale} scale */
function inWords({ name, encodings }, i, scale) {
  const { mean, std } = encodings;
  if (isConstant(encodings, i)) return `${name}: constant, ${formatScaled(mean[i], Math.abs(mean[i]))}`;
  const target = scale === "own" ? "the normal of this mean and deviation" : "N(0, 1)";
  return (
    `${name}: mean ${formatScaled(mean[i], std[i])}, standard deviation ${formatScaled(std[i], std[i])}, ` +
    `largest gap to ${target} ${formatNumber(gapOf(encodings, i, scale), 3)}`
  );
}

/**
 * @param {number} value @param {number} scale of it and what stands beside it
 * @returns {string} that is never wider than its column
 */
function short(value, scale) {
  const power = Math.floor(Math.log10(scale));
  return formatScaled(value, scale, power === -1 ? 2 : 2 - power);
}
