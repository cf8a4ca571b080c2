/** What a visitor has drawn: strokes over perhaps a digit, as ink and in MNIST's format; undo. Knows no page. */

import { DIGIT } from "../nn/shape.js";
import { mnistFormat, quantise } from "./mnist_format.js";

/** Pixels of ink a side: four for each of the digit's. */
export const SIDE = 112;
const LEVELS = 15;

/** @param {Uint8Array} levels @returns {Float32Array} [784] in [0, 1] */
export const pixelsOf = (levels) => Float32Array.from(levels, (level) => level / LEVELS);

const { width: SIZE, pixels: PIXELS } = DIGIT;
const SCALE = SIDE / SIZE;
const UNDO_LIMIT = 200;

/**
 * @typedef {object} Stroke
 * @property {number} radius in [0, 1] of the pad's side
 * @property {number[]} points x, y, x, y, ..., in [0, 1] of the pad's side
 */
/**
 * @template Before
 * @typedef {{base: Uint8Array | null, strokes: Stroke[], before: Before}} Step
 */

/** @template Before what else is to come back with an undo */
export class Drawing {
  constructor() {
    /** Levels of a digit under the strokes. @type {Uint8Array | null} */
    this.base = null;
    /** @type {Stroke[]} */
    this.strokes = [];
    /** [SIDE * SIDE] in [0, 1] */
    this.ink = new Float32Array(SIDE * SIDE);
    /** @type {Step<Before>[]} */
    this.past = [];
    /** @type {Uint8Array | null | undefined} */
    this.known = null;
  }

  /** @returns {Uint8Array | null} [784], 0 to 15; null where there is no ink */
  get levels() {
    if (this.known === undefined) {
      // A digit that nothing was drawn on is what it was, to the bit.
      const levels = this.strokes.length ? this.formatted() : this.base;
      this.known = levels?.some((level) => level > 0) ? levels : null;
    }
    return this.known;
  }

  formatted() {
    const pixels = quantise(mnistFormat(this.ink, SIDE, SIDE, new Float32Array(PIXELS)));
    return Uint8Array.from(pixels, (pixel) => Math.round(LEVELS * pixel));
  }

  /** @param {number} radius @param {number} x @param {number} y in [0, 1] of the pad @param {Before} before */
  begin(radius, x, y, before) {
    this.step(before);
    this.strokes = [...this.strokes, { radius, points: [x, y] }];
    this.line(radius, x, y, x, y);
  }

  /** @param {number} x @param {number} y of the last stroke's next point */
  extend(x, y) {
    const stroke = this.strokes[this.strokes.length - 1];
    const [fromX, fromY] = stroke.points.slice(-2);
    if (x === fromX && y === fromY) return;
    stroke.points.push(x, y);
    this.line(stroke.radius, fromX, fromY, x, y);
  }

  /** @param {Uint8Array | null} base @param {Before} before */
  replace(base, before) {
    this.step(before);
    this.put(base, []);
  }

  get canUndo() {
    return this.past.length > 0;
  }

  /** @returns {Before | undefined} what was given when the last step began; undefined where there was none */
  undo() {
    const step = this.past.pop();
    if (step) this.put(step.base, step.strokes);
    return step?.before;
  }

  /** @param {Before} before */
  step(before) {
    this.past.push({ base: this.base, strokes: this.strokes, before });
    if (this.past.length > UNDO_LIMIT) this.past.shift();
  }

  /** @param {Uint8Array | null} base @param {Stroke[]} strokes */
  put(base, strokes) {
    this.base = base;
    this.strokes = strokes;
    this.known = undefined;
    this.ink.fill(0);
    if (base) {
      for (let y = 0, i = 0; y < SIDE; y++) {
        for (let x = 0; x < SIDE; x++, i++) this.ink[i] = base[((y / SCALE) | 0) * SIZE + ((x / SCALE) | 0)] / LEVELS;
      }
    }
    for (const { radius, points } of strokes) {
      for (let k = 0; k < points.length; k += 2) {
        const from = Math.max(0, k - 2);
        this.line(radius, points[from], points[from + 1], points[k], points[k + 1]);
      }
    }
  }

  /** Ink within `radius` of a line, with an edge one pixel wide. All in [0, 1] of the pad. */
  line(/** @type {number[]} */ ...line) {
    this.known = undefined;
    const [radius, x0, y0, x1, y1] = line.map((length) => length * SIDE);
    const reach = radius + 1;
    const [dx, dy] = [x1 - x0, y1 - y0];
    const square = dx * dx + dy * dy || 1;
    const [left, right] = [Math.max(0, Math.floor(Math.min(x0, x1) - reach)), Math.min(SIDE, Math.max(x0, x1) + reach)];
    const [top, bottom] = [Math.max(0, Math.floor(Math.min(y0, y1) - reach)), Math.min(SIDE, Math.max(y0, y1) + reach)];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
        const along = Math.min(1, Math.max(0, (px * dx + py * dy) / square));
        const coverage = radius + 0.5 - Math.hypot(px - along * dx, py - along * dy);
        const i = y * SIDE + x;
        if (coverage > this.ink[i]) this.ink[i] = Math.min(1, coverage);
      }
    }
  }
}
