/** The histograms of every coordinate of two models, side by side with N(0, 1). */

import { Base } from "../kit/base.js";
import { Choice } from "../kit/controls.js";
import { arrange, inactive, othersOnly } from "../kit/coordinates.js";
import { coordinateName, element, formatNumber, formatScaled } from "../kit/dom.js";
import { bulk, density, Histogram, histogramLegend, topOf } from "../kit/histogram.js";
import { component } from "../kit/mount.js";
import histograms from "../kit/styles/histograms.css";
import { loadEncodings } from "../server/models.js";
import { get, put } from "../state/parameters.js";
import coordinates from "./coordinates.css";

/** @typedef {"common" | "own"} Scale the same range of z on all cards, or each model's own mean and deviation */
/** @typedef {import("../kit/coordinates.js").Judge} Judge */
/** @typedef {import("../kit/mount.js").ModelData & {kind: "ae" | "vae"}} ModelData */
/**
 * @typedef {object} CoordinatesData see ui/components/coordinates.py
 * @property {ModelData} left
 * @property {ModelData} right
 * @property {string} digits
 * @property {number} count of digits
 */

/** Of N(0, 1), and of what has been brought to its mean and deviation. */
const NORMAL_RANGE = 4;
// Float32 codes that differ by less than their own rounding do not differ.
const ROUNDING = 1e-6;
/**
 * What D stays below in 95 % of normal samples: Kolmogorov's, and with mean and deviation estimated Lilliefors'.
 * Stephens (1974), "EDF statistics for goodness of fit and some comparisons", JASA 69, table 1A, cases 0 and 3.
 * @type {Record<Scale, (count: number) => number>}
 */
const CHANCE = {
  common: (count) => 1.358 / (Math.sqrt(count) + 0.12 + 0.11 / Math.sqrt(count)),
  own: (count) => 0.895 / (Math.sqrt(count) - 0.01 + 0.85 / Math.sqrt(count)),
};

/** @extends {Base<CoordinatesData, Judge[]>} */
export class CoordinatesView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root, "The histograms still show");
    /** @type {Judge[]} */
    this.sides = [];
    /** @type {Card[]} by coordinate */
    this.cards = [];
    this.legend = element("p", { class: "legend" });
    this.common = document.createTextNode("");
    this.order = element("select", {
      onchange: () => {
        put("order", this.order.value);
        this.sort();
      },
    });
    this.meaning = element("p", { class: "meaning" });
    this.shown = element("div", { class: "cards" });
    this.hidden = element("div", { class: "cards" });
    this.fold = element("div", {});
    const scales = /** @type {const} */ ([
      ["common", this.common, "All coordinates and both models on the same range of z"],
      ["own", "own sd", "Each in standard deviations from its own mean: the shape alone"],
    ]);
    const onScale = (/** @type {Scale} */ scale) => this.rescale(scale);
    const scale = new Choice("Scale of the histograms", "scale", scales, onScale, { value: get("scale") });
    root.replaceChildren(
      element("header", {}, this.legend, element("label", { class: "order" }, "Order by ", this.order), scale.element),
      this.meaning,
      this.alert.element,
      this.shown,
      this.fold,
    );
  }

  /** @param {CoordinatesData} data */
  take({ left, right }) {
    this.recolourPair(left, right);
  }

  /** @param {CoordinatesData} data */
  key({ left, right, digits, count }) {
    return [left.name, right.name, digits, count];
  }

  /** @param {CoordinatesData} data @returns {Promise<Judge[]>} one where both are the same */
  load({ left, right, digits }) {
    const models = left.name === right.name ? [left] : [left, right];
    return Promise.all(
      models.map(async ({ name, kind }) => ({ name, kind, encodings: await loadEncodings(name, digits) })),
    );
  }

  /** @param {CoordinatesData} data @param {Judge[]} sides */
  build({ count }, sides) {
    this.sides = sides;
    this.count = count;
    this.range = Math.max(NORMAL_RANGE, ...sides.map(({ encodings }) => Math.ceil(reach(encodings))));
    this.arrangement = arrange(sides);
    const dim = Math.max(...sides.map(({ encodings }) => encodings.dim));
    this.cards = Array.from({ length: dim }, (_, i) => new Card(i, sides));
    this.fold.replaceChildren();
    if (this.arrangement.folded.length) this.fold.append(inactive(sides, this.arrangement, this.hidden));
    this.legend.replaceChildren(...histogramLegend(sides));
    this.common.data = `z from ${formatNumber(-this.range, 0)} to ${this.range}`;
    const orders = [
      ["activity", "activity"],
      ["left", `D of ${sides[0].name}`],
    ];
    if (sides[1]) orders.push(["right", `D of ${sides[1].name}`]);
    else if (get("order") === "right") put("order", "left");
    this.order.replaceChildren(...orders.map(([value, words]) => element("option", { value }, words)));
    this.order.value = get("order");
    this.rescale(/** @type {Scale} */ (get("scale")));
  }

  /** @param {Scale} scale */
  rescale(scale) {
    put("scale", scale);
    if (this.range === undefined || this.count === undefined) return;
    const reach = scale === "own" ? NORMAL_RANGE : this.range;
    // The same for all, so that the bell is the same in all.
    const top = topOf(this.cards.flatMap((card) => card.densities(scale)));
    for (const card of this.cards) card.draw(scale, reach, top);
    const [what, samples] = scale === "own" ? ["N(mean, std²)", "normal samples"] : ["N(0, 1)", "samples of N(0, 1)"];
    this.meaning.textContent =
      `D: largest gap between the distribution functions of the codes and of ${what}; ` +
      `below ${formatNumber(CHANCE[scale](this.count), 3)} in 95 % of ${samples} of this size.`;
    this.sort();
  }

  sort() {
    if (!this.arrangement) return;
    const { order, others, folded } = this.arrangement;
    const elements = (/** @type {number[]} */ list) => this.sorted(list).map((i) => this.cards[i].element);
    const used = get("order") === "activity" ? others : order.length;
    this.shown.replaceChildren(...elements(order.slice(0, used)));
    if (used < order.length) this.shown.append(othersOnly(this.sides), ...elements(order.slice(used)));
    this.hidden.replaceChildren(...elements(folded));
  }

  /** @param {number[]} coordinates by activity @returns {number[]} as chosen; what that model has not got comes last */
  sorted(coordinates) {
    const order = get("order");
    if (order === "activity") return coordinates;
    const scale = /** @type {Scale} */ (get("scale"));
    const { encodings } = this.sides[order === "right" ? 1 : 0];
    const gap = (/** @type {number} */ i) => (i < encodings.dim ? gapOf(encodings, i, scale) : -1);
    return [...coordinates].sort((a, b) => gap(b) - gap(a));
  }

  get namesShown() {
    return this.sides.map(({ name }) => name);
  }
}

/**
 * @param {Judge["encodings"]} encodings
 * @returns {number} the least distance from 0 within which all coordinates have their `bulk`
 */
function reach(encodings) {
  const ends = Array.from({ length: encodings.dim }, (_, i) => bulk(encodings, i));
  return Math.max(...ends.flatMap(([low, high]) => [-low, high]));
}

/** One coordinate: the histograms of the models that have it, over N(0, 1), and their numbers. */
class Card {
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
const gapOf = ({ gap, shapeGap }, i, scale) => (scale === "own" ? shapeGap : gap)[i];

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

export default component("coordinates", [histograms, coordinates], (root) => new CoordinatesView(root));
