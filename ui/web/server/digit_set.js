/** All digits of a set, and the hundred that come first: ten of each class. */

import { mulberry32 } from "../maths/seeded_noise.js";
import { Shape } from "../nn/shape.js";
import { fetchTensors } from "./load.js";

/**
 * @typedef {object} Digits all of a set
 * @property {Uint8Array} images [N, pixels]
 * @property {Uint8Array} labels [N]
 */

const CLASSES = 10;
const PER_CLASS = 10;

/** @type {{name: string, digits: Promise<Digits>} | null} */
let kept = null;

/** @param {string} name of a set @returns {Promise<Digits>} the last set stays in memory, over pages too */
export function loadDigits(name) {
  if (kept?.name === name) return kept.digits;
  const digits = fetchTensors(`digits/${name}/images.safetensors`).then(({ images, labels }) => ({
    images: /** @type {Uint8Array} */ (images.data),
    labels: /** @type {Uint8Array} */ (labels.data),
  }));
  kept = { name, digits };
  // Else it could not be tried again.
  digits.catch(() => kept?.digits === digits && (kept = null));
  return digits;
}

/**
 * @typedef {object} TrayData ordered by class
 * @property {Uint8Array} images @property {Shape} shape @property {ArrayLike<number>} labels @property {ArrayLike<number>} index rows in the set
 * @property {number} size of the whole set
 */

/** @param {string} digits @returns {Promise<TrayData>} the first ten of each class, and their rows in the set */
export async function loadTray(digits) {
  const { images, labels, index, size } = await fetchTensors(`digits/${digits}/tray.safetensors`);
  return {
    images: /** @type {Uint8Array} */ (images.data),
    shape: new Shape(images.shape.slice(1)),
    labels: labels.data,
    index: index.data,
    size: size.data[0],
  };
}

/** A set of which little is fetched before more is asked for. */
export class DigitSet {
  /** @param {string} name @param {TrayData} first */
  constructor(name, { images, shape, labels, index, size }) {
    this.name = name;
    this.shape = shape;
    this.size = size;
    this.images = images;
    this.labels = labels;
    /** @type {Map<number, number>} */
    this.places = new Map(Array.from(index, (row, place) => [row, place]));
    /** Of each class, in the order of the set; all of them once `load` is done. @type {number[][]} */
    this.byClass = Array.from({ length: CLASSES }, () => []);
    Array.from(index, (row, place) => this.byClass[labels[place]].push(row));
    /** @type {Digits | null} */
    this.whole = null;
  }

  /** @returns {Promise<Digits>} */
  async load() {
    const whole = await loadDigits(this.name);
    if (!this.whole) {
      this.whole = whole;
      for (const rows of this.byClass) rows.length = 0;
      whole.labels.forEach((label, row) => this.byClass[label].push(row));
    }
    return whole;
  }

  /** @param {number} row @returns {Uint8Array | null} [pixels], levels of 0 to 255; null where it is not here, or does not exist */
  greys(row) {
    const { images, labels } = this.whole ?? this;
    const place = this.whole ? row : this.places.get(row);
    if (place === undefined || !(place in labels)) return null;
    const { pixels } = this.shape;
    return images.subarray(place * pixels, (place + 1) * pixels);
  }

  /** @param {number} row one that `greys` has @returns {number} */
  label(row) {
    return this.whole ? this.whole.labels[row] : this.labels[/** @type {number} */ (this.places.get(row))];
  }

  /** @param {number} row one that `greys` has @returns {Float32Array} [pixels] in [0, 1] */
  pixels(row) {
    return Float32Array.from(/** @type {Uint8Array} */ (this.greys(row)), (grey) => grey / 255);
  }

  /** @returns {number[][]} rows of the first ten of each class, or of as many as there are */
  get firstTen() {
    return this.byClass.map((rows) => rows.slice(0, PER_CLASS));
  }

  /** @param {number} uniform in (0, 1) @returns {number} a row of the first ten of all classes */
  byChance(uniform) {
    return oneOf(this.firstTen.flat(), uniform);
  }

  /**
   * @param {number} seed
   * @param {number | null} label of a class to be left out
   * @param {number} count
   * @returns {number[]} rows, each of another class, the same for the same seed; fewer where there are not so many
   */
  oneOfEach(seed, label, count) {
    const uniform = mulberry32(seed);
    return this.firstTen
      .map((rows) => ({ row: oneOf(rows, uniform()), order: uniform() }))
      .filter(({ row }) => row !== undefined && this.label(row) !== label)
      .sort((a, b) => a.order - b.order)
      .map(({ row }) => row)
      .slice(0, count);
  }
}

/** @param {number[]} rows @param {number} uniform in (0, 1) @returns {number} */
const oneOf = (rows, uniform) => rows[Math.floor(uniform * rows.length)];
