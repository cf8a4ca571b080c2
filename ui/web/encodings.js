/** What is known of a model's latent space: `vae_core.latent.Encodings` as served at /encodings. */

import { addressOf, fetchTensors } from "./load.js";

/**
 * @typedef {object} Place where a z lies, seen from the encoded digits
 * @property {"among" | "edge" | "hole"} kind
 * @property {number} distance mean distance to the nearest encoded digits
 * @property {number} share the part of the digits that lie at most so far from their own neighbours, in [0, 1]
 * @property {number} ratio distance over that of the digit farthest from its neighbours
 */

const NEIGHBOURS = 5;
const EDGE = 0.95;

export class Encodings {
  /** @param {Record<string, import("./safetensors.js").Tensor>} tensors */
  constructor(tensors) {
    const array = (/** @type {string} */ name) => {
      if (!tensors[name]) throw new Error(`The encodings lack ${name}.`);
      return tensors[name].data;
    };
    this.mean = array("mean");
    this.std = array("std");
    this.cholesky = array("cholesky");
    this.activity = array("activity");
    this.active = array("active");
    this.histogram = array("histogram");
    this.edges = array("histogram_edges");
    this.reference = array("reference");
    this.nearest = array("nearest");
    this.gap = array("gap");
    this.shapeGap = array("shape_gap");
    this.dim = this.mean.length;
    this.bins = this.histogram.length / this.dim;
  }

  /**
   * @param {ArrayLike<number>} eps standard normal, at least [dim]
   * @param {number} [temperature] factor on the deviations
   * @returns {Float32Array} [dim], a sample of the Gaussian fitted to the codes
   */
  fitted(eps, temperature = 1) {
    const { dim, mean, cholesky } = this;
    const z = new Float32Array(dim);
    for (let i = 0; i < dim; i++) {
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += cholesky[i * dim + j] * eps[j];
      z[i] = mean[i] + temperature * sum;
    }
    return z;
  }

  /**
   * @param {ArrayLike<number>} z [dim]
   * @returns {number} mean Euclidean distance to the five nearest reference codes
   */
  distance(z) {
    const { dim, reference } = this;
    const count = Math.min(NEIGHBOURS, reference.length / dim - 1);
    const best = new Float64Array(count).fill(Infinity);
    for (let row = 0; row < reference.length; row += dim) {
      let square = 0;
      for (let i = 0; i < dim && square < best[count - 1]; i++) {
        const difference = z[i] - reference[row + i];
        square += difference * difference;
      }
      let k = count - 1;
      if (square >= best[k]) continue;
      for (; k > 0 && best[k - 1] > square; k--) best[k] = best[k - 1];
      best[k] = square;
    }
    let sum = 0;
    for (const square of best) sum += Math.sqrt(square);
    return sum / count;
  }

  /** @param {ArrayLike<number>} z [dim] @returns {Place} */
  place(z) {
    const distance = this.distance(z);
    const { nearest } = this;
    const ratio = distance / nearest[nearest.length - 1];
    const share = countAtMost(nearest, distance) / nearest.length;
    return { kind: ratio > 1 ? "hole" : share > EDGE ? "edge" : "among", distance, share, ratio };
  }
}

/** @param {Place} place @returns {string} one short line */
export function describe({ kind, share, ratio }) {
  if (kind === "hole") return `in a hole · ${ratio.toFixed(ratio < 1.1 ? 2 : ratio < 10 ? 1 : 0)} × as far as any digit`;
  if (kind === "edge") return `at the edge · farther than ${Math.floor(100 * share)} % of digits`;
  return `inside · nearer than ${Math.ceil(100 * (1 - share))} % of digits`;
}

/**
 * @param {string} model @param {string} digits
 * @returns {Promise<Encodings>}
 */
export async function loadEncodings(model, digits) {
  return new Encodings(await fetchTensors(addressOf("encodings", model, `${digits}.safetensors`)));
}

/** @param {ArrayLike<number>} ascending @param {number} value @returns {number} how many entries are <= value */
function countAtMost(ascending, value) {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
