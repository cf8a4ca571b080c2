/** The points of a projection, as the server finds them, and where a code lies that has none. */

import { meanOf, nearest } from "../maths/neighbours.js";
import { fetchJson, fetchTensors } from "../server/load.js";

/** @typedef {import("../nn/safetensors.js").Tensor} Tensor */
/** @typedef {import("../server/models.js").Latent} Latent */
/**
 * @typedef {object} Placed
 * @property {number[] | null} point null where it is not known, or not yet
 * @property {string} how in words, where it is no projection of the code; or why there is no point
 * @property {boolean} isWaiting the point is that of a code before
 */

const STEPS = 120;
const MERIDIANS = 6;
const PARALLELS = 5;
const NEAREST = 10;
// The server is asked where a hand pauses, not at every sample of a stroke.
const SETTLE_MS = 120;
const BY_NEIGHBOURS = `t-SNE places no new code: here at the mean of its ${NEAREST} nearest`;

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
    /** Each digit's index among the points, by its row in the set. @type {Map<number, number>} */
    this.indices = new Map();
    this.rows.forEach((row, index) => this.indices.set(row, index));
    /** As they come in the set: drawn class by class, the last class would cover the others. */
    this.order = Uint32Array.from(this.rows.keys()).sort((a, b) => this.rows[a] - this.rows[b]);
    const gaussian = (/** @type {string} */ name) => {
      const [mean, cholesky] = [tensors[`${name}_mean`]?.data, tensors[`${name}_cholesky`]?.data];
      return mean && { mean: Array.from(mean), lines: outline({ mean, cholesky }, radius.data[0]) };
    };
    /** Of the codes and of N(0, I), where the projection is linear. */
    this.outlines = { fitted: gaussian("fitted"), prior: gaussian("prior") };
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
    const { fitted, prior } = this.outlines;
    return this.axes.map((axis, k) => {
      let [low, high] = [Infinity, -Infinity];
      for (const values of [axis, fitted?.lines[k] ?? [], prior?.lines[k] ?? []]) {
        for (const value of values) {
          if (value < low) low = value;
          if (value > high) high = value;
        }
      }
      return [low, high];
    });
  }
}

/**
 * An ellipse in two dimensions, the wires of an ellipsoid in three.
 * @param {{mean: ArrayLike<number>, cholesky: ArrayLike<number>}} gaussian [k] and, row by row, [k, k]
 * @param {number} radius in standard deviations
 * @returns {Float32Array[]} one array an axis; NaN lifts the pen
 */
function outline({ mean, cholesky }, radius) {
  const k = mean.length;
  const lines = k === 3 ? globe() : [circle((t) => [Math.cos(t), Math.sin(t)])];
  const unit = lines.flatMap((line) => [...line, Array(k).fill(NaN)]);
  return Array.from({ length: k }, (_, axis) =>
    Float32Array.from(unit, (point) => {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += cholesky[axis * k + j] * point[j];
      return mean[axis] + radius * sum;
    }),
  );
}

/** @param {(t: number) => number[]} at @returns {number[][]} */
const circle = (at) => Array.from({ length: STEPS + 1 }, (_, i) => at((2 * Math.PI * i) / STEPS));

/** @returns {number[][][]} its lines */
function globe() {
  const meridians = Array.from({ length: MERIDIANS }, (_, i) => {
    const [cos, sin] = [Math.cos((Math.PI * i) / MERIDIANS), Math.sin((Math.PI * i) / MERIDIANS)];
    return circle((t) => [cos * Math.cos(t), sin * Math.cos(t), Math.sin(t)]);
  });
  const parallels = Array.from({ length: PARALLELS }, (_, i) => {
    const height = (2 * (i + 1)) / (PARALLELS + 1) - 1;
    const across = Math.sqrt(1 - height * height);
    return circle((t) => [across * Math.cos(t), across * Math.sin(t), height]);
  });
  return [...meridians, ...parallels];
}

/** @param {string} address relative to the app's root @returns {Promise<Points>} */
export const loadPoints = async (address) => new Points(await fetchTensors(address));

/** Where a code that has no point of its own lies in a plot: one of a digit that is not drawn, or of the visitor's own. */
export class Placing {
  /** @param {() => void} onPlaced the server has answered */
  constructor(onPlaced) {
    this.onPlaced = onPlaced;
    this.timer = 0;
    this.wanted = "";
    /** What the server said last. @type {{asked: string, plot: string, placed: Placed} | null} */
    this.known = null;
  }

  /**
   * @param {Points} points @param {string} address of them
   * @param {Latent} latent @param {Float32Array} z [dim]
   * @returns {Placed}
   */
  at(points, address, latent, z) {
    if (points.map) return { point: points.project(z), how: "", isWaiting: false };
    if (new URLSearchParams(address.split("?")[1]).get("method") === "t-sne") {
      return { point: meanOfNearest(points, latent, z), how: BY_NEIGHBOURS, isWaiting: false };
    }
    const plot = address.replace(".safetensors?", ".json?");
    // Little-endian, as all that runs a browser is.
    const bytes = new Uint8Array(z.buffer, z.byteOffset, z.byteLength);
    const asked = `${plot}&code=${encodeURIComponent(btoa(String.fromCharCode(...bytes)))}`;
    const { known } = this;
    if (known?.asked === asked) return known.placed;
    if (asked !== this.wanted) {
      this.wanted = asked;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(asked, plot), SETTLE_MS);
    }
    // Where it was is better than nowhere, while a hand is drawing.
    return { point: known?.plot === plot ? known.placed.point : null, how: "", isWaiting: true };
  }

  /** @param {string} asked an address @param {string} plot */
  async ask(asked, plot) {
    const failed = (/** @type {Error} */ { message }) => ({ problem: message });
    const { point = null, problem = "" } = await fetchJson(asked).catch(failed);
    // Of several questions the newest counts.
    if (asked !== this.wanted) return;
    this.known = { asked, plot, placed: { point, how: problem, isWaiting: false } };
    this.onPlaced();
  }

  close() {
    this.wanted = "";
    clearTimeout(this.timer);
  }
}

/** @param {Points} points @param {Latent} latent @param {Float32Array} z @returns {number[]} */
function meanOfNearest({ rows, axes, indices }, { means, dim }, z) {
  const drawn = new Float32Array(rows.length * dim);
  rows.forEach((row, k) => drawn.set(means.subarray(row * dim, (row + 1) * dim), k * dim));
  // A digit that is drawn has its own point; what is placed here is none of them.
  const found = Array.from(nearest(drawn, dim, z, Math.min(NEAREST, indices.size)));
  return axes.map((axis) => meanOf(axis, 1, found)[0]);
}
