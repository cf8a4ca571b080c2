/** A plane through latent space with the digits' codes on it: `vae_core.spaces.projection.Plane` as served at /planes. */

import { coordinateName } from "../kit/dom.js";
import { addressOf, fetchTensors } from "../server/load.js";

/** @typedef {import("./viewport.js").Place} Place */

// The home square holds all codes but one in 400 beyond each end of each axis.
const TAIL = 0.0025;
const MARGIN = 1.06;
// Of a two-dimensional N(0, I): the circle that holds 95 %, sqrt of the 95 % quantile of chi-square with 2 degrees.
export const PRIOR_RADIUS = Math.sqrt(-2 * Math.log(0.05));

export class Plane {
  /** @param {Record<string, import("../nn/safetensors.js").Tensor>} tensors */
  constructor(tensors) {
    const array = (/** @type {string} */ name) => {
      if (!tensors[name]) throw new Error(`The plane lacks ${name}.`);
      return tensors[name].data;
    };
    this.origin = array("origin");
    this.axes = array("axes");
    this.residual = array("residual");
    this.labels = array("labels");
    const points = array("points");
    const share = array("share");
    /** Of the variance of the codes. */
    this.share = share[0] + share[1];
    this.dim = this.origin.length;
    this.count = this.labels.length;
    this.us = Float32Array.from({ length: this.count }, (_, n) => points[2 * n]);
    this.vs = Float32Array.from({ length: this.count }, (_, n) => points[2 * n + 1]);
    const [u, v] = [range(this.us), range(this.vs)];
    this.centre = [u.middle, v.middle];
    this.half = MARGIN * Math.max(u.half, v.half) || 1;
    /** The codes in normalised coordinates. */
    this.xs = this.us.map((value) => (value - this.centre[0]) / this.half);
    this.ys = this.vs.map((value) => (value - this.centre[1]) / this.half);
  }

  /** How far from the middle the farthest code lies, normalised; at least 1, the home square. */
  get reach() {
    const farthest = (/** @type {number} */ most, /** @type {number} */ at) => Math.max(most, Math.abs(at));
    return MARGIN * this.ys.reduce(farthest, this.xs.reduce(farthest, 1 / MARGIN));
  }

  /** Other codes take the place of those that it was laid through. @param {Float32Array} codes [count * dim] */
  place(codes) {
    const { count, dim, us, vs, xs, ys, residual } = this;
    for (let row = 0; row < count; row++) {
      const { place, off } = this.project(codes.subarray(row * dim, (row + 1) * dim));
      [xs[row], ys[row]] = place;
      [us[row], vs[row]] = this.unit(place);
      residual[row] = off;
    }
  }

  /** @returns {string[]} */
  get axisNames() {
    return this.dim === 2 ? [coordinateName(0), coordinateName(1)] : ["PC 1", "PC 2"];
  }

  /** @param {Place} place @returns {Place} along the axes, in the unit of the codes */
  unit([x, y]) {
    return [this.centre[0] + x * this.half, this.centre[1] + y * this.half];
  }

  /** @param {Place} place @returns {Float64Array} [dim], the code there */
  code(place) {
    const { origin, axes, dim } = this;
    const [u, v] = this.unit(place);
    return Float64Array.from({ length: dim }, (_, i) => origin[i] + u * axes[i] + v * axes[dim + i]);
  }

  /**
   * @param {ArrayLike<number>} z [dim]
   * @returns {{place: Place, off: number}} where z falls on the plane, and its distance from it
   */
  project(z) {
    const { origin, axes, dim, centre, half } = this;
    let [u, v, square] = [0, 0, 0];
    for (let i = 0; i < dim; i++) {
      const difference = z[i] - origin[i];
      u += difference * axes[i];
      v += difference * axes[dim + i];
      square += difference * difference;
    }
    const off = dim === 2 ? 0 : Math.sqrt(Math.max(0, square - u * u - v * v));
    return { place: [(u - centre[0]) / half, (v - centre[1]) / half], off };
  }
}

/** @param {Float32Array} values @returns {{middle: number, half: number}} of the range that all but the tails fill */
function range(values) {
  const sorted = values.slice().sort();
  const cut = Math.floor(TAIL * sorted.length);
  const [low, high] = [sorted[cut], sorted[sorted.length - 1 - cut]];
  return { middle: (low + high) / 2, half: (high - low) / 2 };
}

/** @param {string} model @param {string} digits @returns {Promise<Plane>} */
export async function loadPlane(model, digits) {
  return new Plane(await fetchTensors(addressOf("planes", model, `${digits}.safetensors`)));
}
