/**
 * z of both models, moved together: one over all pages, with its undo and redo, and what the link says of it.
 *
 * Each model takes the first numbers of its side, as many as it has coordinates; what is behind them stays for a larger one.
 */

import { MOST_CODES } from "../nn/config.js";
import { digit, turnTo } from "./digit.js";
import { formatZ } from "./live_link.js";
import { get, put, refuse } from "./parameters.js";

/** @typedef {"z" | "sd"} Unit of the sliders: z itself, or each model's own standard deviations from its mean */
/** @typedef {{mean: ArrayLike<number>, std: ArrayLike<number>}} Scale */
/** @typedef {[Float64Array, Float64Array]} ZPair left, right */
/** @typedef {{name: string, dim: number, classes?: number}[]} Models left, right */
/**
 * @typedef {object} Step
 * @property {ZPair} numbers @property {[number, number]} chosen
 * @property {[number, number]} known how many meant something
 * @property {number} digit
 */
/** @typedef {Step & {touched: number, past: Step[], future: Step[]}} Mark */

const UNDO_LIMIT = 300;
// Of the widest coordinate's deviation: below it a coordinate has collapsed, and a step in its own would move nothing.
const COLLAPSED = 1e-4;
// Half of the link's last digit, and a little.
const ROUNDING = 5.1e-6;
const KEYS = /** @type {const} */ (["z", "z2"]);

export class Z {
  constructor() {
    /** @type {ZPair} */
    this.numbers = [new Float64Array(MOST_CODES), new Float64Array(MOST_CODES)];
    /** Of each side, how many somebody has chosen; a page opens with what it likes for the others. @type {[number, number]} */
    this.chosen = [0, 0];
    /** The view that shows z, if one does: it says when the models change. @type {object | null} */
    this.holder = null;
    /** Those of the page. @type {Models | null} */
    this.noted = null;
    /** @type {string[]} */
    this.names = [];
    /** @type {[number, number]} */
    this.dims = [0, 0];
    /** What class-conditional models draw, as of the latest change, and whether one of these is such a model. */
    this.digit = 0;
    this.turns = false;
    /** @type {Scale[]} */
    this.scales = [];
    /** @type {number[]} */
    this.widest = [];
    /** @type {Unit} */
    this.unit = "z";
    this.touched = 0;
    /** @type {Step[]} */
    this.past = [];
    /** @type {Step[]} */
    this.future = [];
    /** @type {string | null} */
    this.gesture = null;
  }

  /** What the models take. @returns {ZPair} */
  get z() {
    return this.visible(this.numbers);
  }

  get isChosen() {
    return this.chosen[0] + this.chosen[1] > 0;
  }

  /** How many coordinates the larger model has. */
  get dim() {
    return Math.max(...this.dims);
  }

  /** The models of the page; those of a view that still shows others stay. @param {Models} sides */
  note(sides) {
    this.noted = sides;
    if (!this.holder) this.follow(sides);
  }

  /** @param {object} view that shows z of its own models until `release` @param {Models} sides */
  hold(view, sides) {
    this.holder = view;
    this.digit = digit();
    this.turns = sides.some(({ classes }) => classes);
    this.follow(sides);
  }

  /** @param {object} view */
  release(view) {
    this.endGesture();
    if (this.holder !== view) return;
    this.holder = null;
    if (this.noted) this.follow(this.noted);
  }

  /** Other models: where they have changed sides, so do their numbers. @param {Models} sides */
  follow(sides) {
    const [left, right] = sides.map(({ name }) => name);
    const [before, beforeRight] = this.names;
    if (left === before && right === beforeRight && sides.every(({ dim }, side) => dim === this.dims[side])) return;
    const isFirst = this.names.length === 0;
    if (left !== right && left === beforeRight && right === before) this.swap();
    this.names = [left, right];
    this.dims = [sides[0].dim, sides[1].dim];
    this.gesture = null;
    if (isFirst) this.read();
    this.tell();
  }

  /** What the link says, where it says as many numbers as the models have coordinates. */
  read() {
    KEYS.forEach((key, side) => {
      const numbers = get(key) ? get(key).split("_").map(Number) : [];
      if (numbers.length === this.dims[side]) this.take(side, numbers);
      else if (numbers.length) refuse(key, `${this.dims[side]} numbers, one for each code of ${this.names[side]}`);
    });
    if (this.chosen[0] && !this.chosen[1] && this.dims[0] === this.dims[1]) this.take(1, this.z[0]);
  }

  /** @param {number} side @param {ArrayLike<number>} numbers from now on chosen */
  take(side, numbers) {
    this.numbers[side].set(numbers);
    this.chosen[side] = Math.max(this.chosen[side], numbers.length);
  }

  /** @param {[Scale, Scale]} scales the models' own means and deviations */
  measure(scales) {
    this.scales = scales;
    this.widest = scales.map(({ std }) => Math.max(...Array.from(std)));
  }

  /** @param {number} side @returns {ArrayLike<number> | null} its z; null where nobody has chosen all of it */
  whole(side) {
    return this.chosen[side] >= this.dims[side] ? this.z[side] : null;
  }

  /** Opens with these where nobody has chosen z, or not all of a side. @param {[ArrayLike<number>, ArrayLike<number>]} z */
  open(z) {
    z.forEach((numbers, side) => {
      const fitting = Array.from(numbers).slice(0, this.dims[side]);
      if (!this.whole(side)) this.numbers[side].set(fitting);
      for (const step of [...this.past, ...this.future]) {
        step.numbers[side].set(fitting.slice(step.known[side]), step.known[side]);
        step.known[side] = Math.max(step.known[side], fitting.length);
      }
    });
    if (this.isChosen) this.choose();
  }

  /** z as it is: a hand left it there. */
  choose() {
    for (const side of [0, 1]) this.chosen[side] = Math.max(this.chosen[side], this.dims[side]);
    this.tell();
  }

  /** The link follows. */
  tell() {
    const [left, right] = [0, 1].map((side) => (this.isChosen && this.whole(side) ? formatZ(this.z[side]) : ""));
    put("z", left);
    put("z2", right === left ? "" : right);
  }

  /** @param {number} side 0 or 1 @param {number} i @returns {boolean} */
  has(side, i) {
    return i < this.dims[side];
  }

  /** @param {number} i @returns {number} the side that the slider's thumb shows: the left one where it has the coordinate */
  lead(i) {
    return this.has(0, i) ? 0 : 1;
  }

  /** @param {number} side @param {number} i @returns {[number, number]} z = origin + value * step */
  scale(side, i) {
    if (this.unit === "z") return [0, 1];
    const { mean, std } = this.scales[side];
    return [mean[i], std[i] > COLLAPSED * this.widest[side] ? std[i] : this.widest[side] || 1];
  }

  /** @param {number} side @param {number} i @param {number} value in the unit of the sliders @returns {number} z */
  at(side, i, value) {
    const [origin, step] = this.scale(side, i);
    return origin + value * step;
  }

  /** @param {number} side @param {number} i @returns {number} in the unit of the sliders */
  value(side, i) {
    const [origin, step] = this.scale(side, i);
    return (this.numbers[side][i] - origin) / step;
  }

  /**
   * Moves coordinate i of one side to `value`, and of the other side by the same amount, in the unit of the sliders.
   * @param {number} i @param {number} value @param {number} [side] one that has the coordinate
   */
  move(i, value, side = this.lead(i)) {
    const { numbers } = this;
    const other = 1 - side;
    const equal = this.has(other, i) && this.unit === "z" && numbers[0][i] === numbers[1][i];
    const shift = value - this.value(side, i);
    numbers[side][i] = this.at(side, i, value);
    // Sums of differences would drift apart in the last bits.
    if (equal) numbers[other][i] = numbers[side][i];
    else if (this.has(other, i)) numbers[other][i] += shift * this.scale(other, i)[1];
    this.touched = i;
  }

  /** Puts coordinate i of both models where the slider says 0. @param {number} i */
  reset(i) {
    for (const side of [0, 1]) if (this.has(side, i)) this.numbers[side][i] = this.scale(side, i)[0];
    this.touched = i;
  }

  /** Puts every coordinate of both models where the sliders say 0. */
  resetAll() {
    for (const side of [0, 1]) this.z[side].forEach((_, i, z) => void (z[i] = this.scale(side, i)[0]));
  }

  /** @param {[ArrayLike<number>, ArrayLike<number>]} z what only the link's rounding sets apart replaces nothing */
  replace(z) {
    if (!same(this.z, z, ROUNDING)) z.forEach((numbers, side) => this.numbers[side].set(numbers));
  }

  /**
   * Changes of one gesture, until `endGesture`, are one step of undo; what changes nothing is none.
   * @param {(state: Z) => void} mutate
   * @param {string | null} [gesture]
   */
  change(mutate, gesture = null) {
    const before = this.step();
    mutate(this);
    this.digit = digit();
    const isStep = !this.shows(before) && (gesture === null || gesture !== this.gesture);
    if (isStep) {
      this.gesture = gesture;
      this.past.push(before);
      if (this.past.length > UNDO_LIMIT) this.past.shift();
      this.future = [];
    }
    this.choose();
  }

  endGesture() {
    this.gesture = null;
  }

  /** @returns {Mark} a point to `rewind` to */
  mark() {
    return { ...this.step(), touched: this.touched, past: [...this.past], future: [...this.future] };
  }

  /** As if nothing had happened since. @param {Mark} mark @returns {boolean} whether z is another now */
  rewind(mark) {
    const moved = !this.shows(mark);
    this.restore(mark);
    Object.assign(this, { touched: mark.touched, past: [...mark.past], future: [...mark.future] });
    return moved;
  }

  get canUndo() {
    return this.leads(this.past);
  }

  get canRedo() {
    return this.leads(this.future);
  }

  /** @returns {boolean} whether there was something to undo */
  undo() {
    return this.travel(this.past, this.future);
  }

  /** @returns {boolean} whether there was something to redo */
  redo() {
    return this.travel(this.future, this.past);
  }

  /** Over what these models do not show, too. @param {Step[]} from @param {Step[]} to @returns {boolean} */
  travel(from, to) {
    const isWay = this.leads(from);
    for (const before = this.step(); isWay && this.shows(before); ) {
      to.push(this.step());
      this.restore(/** @type {Step} */ (from.pop()));
    }
    if (isWay) this.choose();
    return isWay;
  }

  /** @param {Step[]} steps @returns {boolean} whether one of them shows anything else */
  leads(steps) {
    return steps.findLast((step) => !this.shows(step)) !== undefined;
  }

  /** @returns {Step} */
  step() {
    const known = this.dims.map((dim, side) => Math.max(dim, this.chosen[side]));
    return {
      numbers: [this.numbers[0].slice(), this.numbers[1].slice()],
      chosen: [...this.chosen],
      known: [known[0], known[1]],
      digit: this.digit,
    };
  }

  /** @param {Step} step */
  restore({ numbers, chosen, digit }) {
    this.digit = digit;
    if (this.turns) turnTo(digit);
    for (const side of [0, 1]) this.numbers[side].set(numbers[side]);
    this.chosen = [...chosen];
    this.gesture = null;
    this.tell();
  }

  /** @param {Step} step @returns {boolean} whether the models take the same from it */
  shows({ numbers, digit }) {
    return (digit === this.digit || !this.turns) && same(this.z, this.visible(numbers));
  }

  /** @param {ZPair} numbers @returns {ZPair} what the models take of them */
  visible([left, right]) {
    return [left.subarray(0, this.dims[0]), right.subarray(0, this.dims[1])];
  }

  swap() {
    for (const { numbers, chosen } of [this, ...this.past, ...this.future]) {
      numbers.reverse();
      chosen.reverse();
    }
    for (const { known } of [...this.past, ...this.future]) known.reverse();
  }
}

/** z is one over all pages: it outlives them, as modules do. */
export const z = new Z();

/**
 * @param {ZPair} a @param {[ArrayLike<number>, ArrayLike<number>]} b of the same sizes
 * @param {number} [tolerance] relative @returns {boolean}
 */
const same = (a, b, tolerance = 0) =>
  a.every((numbers, side) => numbers.every((value, i) => Math.abs(value - b[side][i]) <= tolerance * Math.abs(value)));
