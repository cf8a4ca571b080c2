/** One z for each of two models, moved together; undo and redo. Knows nothing of the page. */

/** @typedef {"z" | "sd"} Unit of the sliders: z itself, or each model's own standard deviations from its mean */
/** @typedef {{mean: ArrayLike<number>, std: ArrayLike<number>}} Scale */
/** @typedef {[Float64Array, Float64Array]} ZPair left, right */
/** @typedef {{z: ZPair, touched: number, past: ZPair[], future: ZPair[]}} Mark */

import { inLink } from "./live_link.js";

const UNDO_LIMIT = 300;
// Of the widest coordinate's deviation: below it a coordinate has collapsed, and a step in its own would move nothing.
const COLLAPSED = 1e-4;
// Half of the link's last digit, and a little.
const ROUNDING = 5.1e-6;

export class DeskState {
  /** @param {[ArrayLike<number>, ArrayLike<number>]} z @param {[Scale, Scale]} scales */
  constructor(z, scales) {
    this.z = copy(z);
    this.scales = scales;
    this.widest = scales.map(({ std }) => Math.max(...Array.from(std)));
    /** @type {Unit} */
    this.unit = "z";
    this.touched = 0;
    /** @type {ZPair[]} */
    this.past = [];
    /** @type {ZPair[]} */
    this.future = [];
    /** @type {string | null} */
    this.gesture = null;
  }

  /** How many coordinates the larger model has. */
  get dim() {
    return Math.max(this.z[0].length, this.z[1].length);
  }

  /** @param {number} side 0 or 1 @param {number} i @returns {boolean} */
  has(side, i) {
    return i < this.z[side].length;
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
    return (this.z[side][i] - origin) / step;
  }

  /**
   * Moves coordinate i of one side to `value`, and of the other side by the same amount, in the unit of the sliders.
   * @param {number} i @param {number} value @param {number} [side] one that has the coordinate
   */
  move(i, value, side = this.lead(i)) {
    const other = 1 - side;
    const equal = this.unit === "z" && this.z[0][i] === this.z[1][i];
    const shift = value - this.value(side, i);
    this.z[side][i] = this.at(side, i, value);
    // Sums of differences would drift apart in the last bits.
    if (equal) this.z[other][i] = this.z[side][i];
    else if (this.has(other, i)) this.z[other][i] += shift * this.scale(other, i)[1];
    this.touched = i;
  }

  /** Puts coordinate i of both models where the slider says 0. @param {number} i */
  reset(i) {
    for (const side of [0, 1]) if (this.has(side, i)) this.z[side][i] = this.scale(side, i)[0];
    this.touched = i;
  }

  /** Puts every coordinate of both models where the sliders say 0. */
  resetAll() {
    for (const side of [0, 1]) this.z[side].forEach((_, i, z) => void (z[i] = this.scale(side, i)[0]));
  }

  /** @param {[ArrayLike<number>, ArrayLike<number>]} z what only the link's rounding sets apart replaces nothing */
  replace(z) {
    const other = copy(z);
    if (!this.isAt(other)) this.z = other;
  }

  /** @param {ZPair} z @returns {boolean} but for the link's rounding */
  isAt(z) {
    return same(this.z, z, ROUNDING);
  }

  /**
   * Changes of one gesture, until `endGesture`, are one step of undo; what changes nothing is none.
   * @param {(state: DeskState) => void} mutate
   * @param {string | null} [gesture]
   */
  change(mutate, gesture = null) {
    const before = copy(this.z);
    mutate(this);
    if (same(before, this.z) || (gesture !== null && gesture === this.gesture)) return;
    this.gesture = gesture;
    this.past.push(before);
    if (this.past.length > UNDO_LIMIT) this.past.shift();
    this.future = [];
  }

  endGesture() {
    this.gesture = null;
  }

  /** @returns {Mark} a point to `rewind` to */
  mark() {
    return { z: copy(this.z), touched: this.touched, past: [...this.past], future: [...this.future] };
  }

  /** As if nothing had happened since. @param {Mark} mark @returns {boolean} whether z is another now */
  rewind(mark) {
    const moved = !same(mark.z, this.z);
    Object.assign(this, { ...mark, z: copy(mark.z), past: [...mark.past], future: [...mark.future], gesture: null });
    return moved;
  }

  /**
   * Goes on with the history of other models.
   * @param {ZPair[]} past @param {ZPair[]} future both of these models' sizes, oldest and farthest first
   */
  inherit(past, future) {
    this.past = distinct(past, this.z);
    this.future = distinct(future, this.z);
  }

  get canUndo() {
    return this.past.length > 0;
  }

  get canRedo() {
    return this.future.length > 0;
  }

  /** @returns {boolean} whether there was something to undo */
  undo() {
    return this.travel(this.past, this.future);
  }

  /** @returns {boolean} whether there was something to redo */
  redo() {
    return this.travel(this.future, this.past);
  }

  /** @param {ZPair[]} from @param {ZPair[]} to */
  travel(from, to) {
    const target = from.pop();
    if (!target) return false;
    to.push(this.z);
    this.z = target;
    this.gesture = null;
    return true;
  }

  /** @returns {{left: number[], right: number[] | null}} as the link keeps it; right is null where it equals left */
  toJson() {
    const [left, right] = this.z.map(inLink);
    return { left, right: String(left) === String(right) ? null : right };
  }
}

/** @param {[ArrayLike<number>, ArrayLike<number>]} z @returns {ZPair} */
const copy = (z) => [Float64Array.from(z[0]), Float64Array.from(z[1])];

/** @param {ZPair} a @param {ZPair} b of the same sizes @param {number} [tolerance] relative @returns {boolean} */
const same = (a, b, tolerance = 0) =>
  a.every((z, side) => z.every((value, i) => Math.abs(value - b[side][i]) <= tolerance * Math.abs(value)));

/** @param {ZPair[]} steps @param {ZPair} end where they lead to @returns {ZPair[]} without those that lead nowhere else */
const distinct = (steps, end) => steps.filter((z, k) => !same(z, steps[k + 1] ?? end));
