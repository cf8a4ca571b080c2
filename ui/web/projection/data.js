/** What the projections need from the server: points of both models, and for the panel digits, codes and weights. */

import { loadModel } from "../nn/nn.js";
import { addressOf, fetchTensors } from "../server/load.js";
import { outline } from "./shapes.js";

/** @typedef {import("../nn/safetensors.js").Tensor} Tensor */

const CLASSES = 10;

/** The points of one projection, ordered by digit, as /projections serves them. */
export class Points {
  /** @param {Record<string, Tensor>} tensors */
  constructor(tensors) {
    const { points, rows, labels, share, radius, origin, axes } = tensors;
    const [dims, count] = points.shape;
    this.dims = dims;
    this.count = count;
    /** One array an axis. */
    this.axes = Array.from(
      { length: dims },
      (_, axis) => /** @type {Float32Array} */ (points.data.subarray(axis * count, (axis + 1) * count)),
    );
    this.rows = rows.data;
    this.labels = labels.data;
    this.share = share?.data;
    /** What gives a code its point, where the projection is linear. */
    this.map = origin && axes ? { origin: origin.data, axes: axes.data } : null;
    /** Where the points of each digit begin, and those of the last one end. */
    this.starts = Array.from({ length: CLASSES + 1 }, (_, digit) => {
      const found = labels.data.findIndex((label) => label >= digit);
      return found < 0 ? count : found;
    });
    /** @type {Map<number, number>} */
    this.indices = new Map();
    this.rows.forEach((row, index) => this.indices.set(row, index));
    const gaussian = (/** @type {string} */ name, dashed = false) => {
      const [mean, cholesky] = [tensors[`${name}_mean`]?.data, tensors[`${name}_cholesky`]?.data];
      return mean && outline({ mean, cholesky }, radius.data[0], dashed);
    };
    /** Lines, one array an axis, where the projection is linear. @type {Float32Array[] | undefined} */
    this.fitted = gaussian("fitted");
    /** @type {Float32Array[] | undefined} */
    this.prior = gaussian("prior", true);
  }

  /** @param {number} digit @returns {Float32Array[]} its points, one array an axis */
  ofDigit(digit) {
    return this.axes.map((axis) => axis.subarray(this.starts[digit], this.starts[digit + 1]));
  }

  /** @param {number} digit @param {number} index among its points @returns {number} row in the set of digits */
  row(digit, index) {
    return this.rows[this.starts[digit] + index];
  }

  /** @param {number} row in the set of digits @returns {number[] | null} its point, where it has one */
  at(row) {
    const index = this.indices.get(row);
    return index === undefined ? null : this.axes.map((axis) => axis[index]);
  }

  /** @param {ArrayLike<number>} z a code @returns {number[]} its point, where the projection is linear */
  project(z) {
    const { origin, axes } = /** @type {NonNullable<Points["map"]>} */ (this.map);
    const dim = origin.length;
    return this.axes.map((_, axis) => {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += axes[axis * dim + i] * (z[i] - origin[i]);
      return sum;
    });
  }

  /** @param {number} row in the set of digits @returns {number | null} its digit, where it has a point */
  digit(row) {
    const index = this.indices.get(row);
    return index === undefined ? null : this.labels[index];
  }

  /** @returns {[number, number][]} what all points and lines lie in, an axis each */
  get bounds() {
    return this.axes.map((axis, k) => {
      let [low, high] = [Infinity, -Infinity];
      for (const values of [axis, this.fitted?.[k] ?? [], this.prior?.[k] ?? []]) {
        for (const value of values) {
          if (value < low) low = value;
          if (value > high) high = value;
        }
      }
      return [low, high];
    });
  }
}

/** @param {string} address relative to the app's root @returns {Promise<Points>} */
export const loadPoints = async (address) => new Points(await fetchTensors(address));

/**
 * @typedef {object} Latent
 * @property {string} name
 * @property {import("../nn/nn.js").Model} model
 * @property {Float32Array} means [N, dim], E[z|x] of all digits: between samples of q(z|x) the noise of a VAE's inactive
 *   coordinates would decide who is near
 * @property {number} dim
 */

/** @param {string} name of a checkpoint @param {string} digits @returns {Promise<Latent>} */
export async function loadLatent(name, digits) {
  const [model, means] = await Promise.all([loadModel(name), loadMeans(name, digits)]);
  return { name, model, ...means };
}

/** @param {string} name of a checkpoint @param {string} digits @returns {Promise<{means: Float32Array, dim: number}>} */
export async function loadMeans(name, digits) {
  const { means } = await fetchTensors(addressOf("means", name, `${digits}.safetensors`));
  return { means: /** @type {Float32Array} */ (means.data), dim: means.shape[1] };
}
