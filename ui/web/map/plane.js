/**
 * A plane through latent space with the digits' codes on it, of which a decoder alone has none:
 * `vae_core.spaces.projection.Plane` as served at /planes.
 */

import { coordinateName, formatScaled } from "../kit/dom.js";
import { addressOf, fetchTensors } from "../server/load.js";
import { loadMeans, loadPair } from "../server/models.js";
import { FARTHEST } from "./viewport.js";

/** @typedef {import("./viewport.js").Place} Place */
/** @typedef {{place: Place, radius: number}} Prior */
/** @typedef {import("../server/models.js").CodedModel & {plane: Plane | null}} MapSide null where the model has none */

// The home square holds all codes but one in 400 beyond each end of each axis.
const TAIL = 0.0025;
const MARGIN = 1.06;
// Where there are none: 99 % of a two-dimensional N(0, I).
const REACH = 3;
// Of the home square's half width: less is no distance.
const ON_PLANE = 0.01;
// Of a two-dimensional N(0, I): the circle that holds 95 %, sqrt of the 95 % quantile of chi-square with 2 degrees.
export const PRIOR_RADIUS = Math.sqrt(-2 * Math.log(0.05));

export class Plane {
  /**
   * @param {Record<string, Pick<import("../nn/safetensors.js").Tensor, "data">>} tensors
   * @param {number} [least] the home square reaches so far from the origin, however near to it the codes are
   */
  constructor(tensors, least = -Infinity) {
    const array = (/** @type {string} */ name) => {
      if (!tensors[name]) throw new Error(`The plane lacks ${name}.`);
      return tensors[name].data;
    };
    this.origin = array("origin");
    this.axes = array("axes");
    this.labels = array("labels");
    this.own = { points: array("points"), residual: array("residual") };
    const share = array("share");
    /** Of the variance of the codes. */
    this.share = share[0] + share[1];
    this.dim = this.origin.length;
    this.count = this.labels.length;
    this.us = new Float32Array(this.count);
    this.vs = new Float32Array(this.count);
    this.residual = new Float32Array(this.count);
    this.xs = new Float32Array(this.count);
    this.ys = new Float32Array(this.count);
    for (let n = 0; n < this.count; n++) [this.us[n], this.vs[n]] = this.own.points.subarray(2 * n, 2 * n + 2);
    const reach = this.count ? least : REACH;
    const [u, v] = [range(this.us, reach), range(this.vs, reach)];
    this.centre = [u.middle, v.middle];
    this.half = MARGIN * Math.max(u.half, v.half) || 1;
    this.place(null);
  }

  /** How far from the middle the farthest code lies, normalised; at least 1, the home square. */
  get reach() {
    if (!this.count) return FARTHEST;
    const farthest = (/** @type {number} */ most, /** @type {number} */ at) => Math.max(most, Math.abs(at));
    return MARGIN * this.ys.reduce(farthest, this.xs.reduce(farthest, 1 / MARGIN));
  }

  /**
   * Where the codes lie: `us` and `vs` along the axes, `xs` and `ys` normalised, `residual` off the plane.
   * @param {Float32Array | null} codes [count * dim] in place of those that it was laid through, which null brings back
   */
  place(codes) {
    const { count, dim, centre, half, own } = this;
    for (let row = 0; row < count; row++) {
      const found = codes && this.project(codes.subarray(row * dim, (row + 1) * dim));
      const [u, v] = found ? this.unit(found.place) : own.points.subarray(2 * row, 2 * row + 2);
      [this.us[row], this.vs[row], this.residual[row]] = [u, v, found ? found.off : own.residual[row]];
      [this.xs[row], this.ys[row]] = [(u - centre[0]) / half, (v - centre[1]) / half];
    }
  }

  /** Where N(0, I) lies, normalised: its mean, and the radius that holds 95 % of it in the plane. @returns {Prior} */
  get prior() {
    return { place: this.project(new Float64Array(this.dim)).place, radius: PRIOR_RADIUS / this.half };
  }

  /** @returns {string[]} */
  get axisNames() {
    return this.dim === 2 || !this.count ? [coordinateName(0), coordinateName(1)] : ["PC 1", "PC 2"];
  }

  /** @param {Place} place @returns {Place} along the axes, in the unit of the codes */
  unit([x, y]) {
    return [this.centre[0] + x * this.half, this.centre[1] + y * this.half];
  }

  /** @param {Place} place @param {number} [off] distance from the plane @returns {string} in the unit of the codes */
  describe(place, off = 0) {
    const unit = this.unit(place);
    const words = this.axisNames.map((name, axis) => `${name} ${formatScaled(unit[axis], this.half)}`);
    if (off >= ON_PLANE * this.half) words.push(`${formatScaled(off, this.half)} off this plane`);
    return words.join(" · ");
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

/**
 * @param {Float32Array} values @param {number} least it reaches at least
 * @returns {{middle: number, half: number}} of the range that all but the tails fill
 */
function range(values, least) {
  const sorted = values.slice().sort();
  const cut = Math.floor(TAIL * sorted.length);
  const low = Math.min(sorted[cut] ?? Infinity, -least);
  const high = Math.max(sorted[sorted.length - 1 - cut] ?? -Infinity, least);
  return { middle: (low + high) / 2, half: (high - low) / 2 };
}

/** @param {string} model @param {string} digits @returns {Promise<Plane>} */
export async function loadPlane(model, digits) {
  return new Plane(await fetchTensors(addressOf("planes", model, `${digits}.safetensors`)));
}

/**
 * @param {{left: {name: string}, right: {name: string}, digits: string, problems: Record<"left" | "right", string | null>}} asked
 * @returns {Promise<MapSide[]>} left, right; the same twice where both models are one
 * @throws {Error} in one sentence for the visitor
 */
export async function loadMap({ left, right, digits, problems }) {
  const first = problems.left ? null : loadPlane(left.name, digits);
  const second = left.name === right.name ? first : problems.right ? null : loadPlane(right.name, digits);
  const [sides, ...planes] = await Promise.all([loadPair(left, right, digits), first, second]);
  return sides.map((side, i) => Object.assign(side, { plane: planes[i] }));
}

/**
 * A VAE's planes are laid through samples of q(z|x). Graphs and paths are those of the means.
 * @param {MapSide[]} sides @param {string} digits
 * @returns {Promise<(Float32Array | null)[]>} means of each side; null where its plane has them already, or there is none
 * @throws {import("../server/load.js").LoadError}
 */
export function loadMeansOf(sides, digits) {
  const isVae = (/** @type {MapSide} */ { plane, model }) => plane?.count && model.config.kind === "vae";
  return Promise.all(sides.map(async (side) => (isVae(side) ? (await loadMeans(side.name, digits)).means : null)));
}

/** @param {MapSide[]} sides @param {(Float32Array | null)[]} codes of each, see `Plane.place` */
export function placeCodes(sides, codes) {
  sides.forEach(({ plane }, side) => void plane?.place(codes[side]));
}
