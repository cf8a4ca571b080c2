/**
 * Paths through a latent space, point by point as `vae_core.spaces.paths` has them.
 *
 * A code is a Float32Array [D]; a curve is [steps * D], one code after the other, at even times from 0 to 1. A stop on
 * the way need not be one of its points: it lies within half a step of the nearest.
 */

import { MOST_CODES } from "../nn/config.js";
import { field, normals } from "./seeded_noise.js";

export const STEPS = 64;

// sin(angle) below which two codes count as parallel, where the great circle is the straight line or not unique.
const PARALLEL = 1e-6;

/**
 * Straight from each stop to the next, at constant speed in z over the whole.
 * @param {Float32Array[]} stops codes, at least one
 * @param {number} [steps] at least 2
 * @returns {Float32Array} [steps * D], ends exact
 */
export function straight(stops, steps = STEPS) {
  return resample(joined(stops), stops[0].length, legLengths(stops), steps);
}

/**
 * From each stop to the next on the great circle through both, the norm going evenly from one to the other (Shoemake,
 * 1985; White, 2016); each leg takes a share of the time as its length in z. A leg whose circle is not unique, from or
 * to 0 or between opposite sides of it (all there is in one dimension), is the straight line.
 * @param {Float32Array[]} stops codes, at least one
 * @param {number} [steps] at least 2
 * @returns {Float32Array} [steps * D], ends exact
 */
export function slerp(stops, steps = STEPS) {
  const dim = stops[0].length;
  if (stops.length < 2) return straight(stops, steps);
  const legs = stops.slice(1).map((stop, i) => greatCircle(stops[i], stop, steps));
  if (legs.length === 1) return legs[0];
  const points = new Float32Array(((steps - 1) * legs.length + 1) * dim);
  const moves = new Float64Array((steps - 1) * legs.length);
  legs.forEach((leg, i) => {
    points.set(leg, i * (steps - 1) * dim);
    const length = movesOf(leg, dim).reduce((sum, move) => sum + move, 0);
    moves.fill(length / (steps - 1), i * (steps - 1), (i + 1) * (steps - 1));
  });
  return resample(points, dim, moves, steps);
}

/**
 * The straight line between pictures, pixel by pixel, at constant speed.
 * @param {Float32Array[]} pictures [pixels] each, at least one
 * @param {number} [steps] at least 2
 * @returns {Float32Array} [steps * pixels], ends exact
 */
export function crossFade(pictures, steps = STEPS) {
  return straight(pictures, steps);
}

/**
 * The bilinear blend of four codes on a grid.
 * @param {Float32Array} z00 @param {Float32Array} z01 upper left and right
 * @param {Float32Array} z10 @param {Float32Array} z11 lower left and right
 * @param {number} n cells in a row and in a column, at least 2
 * @returns {Float32Array} [n * n * D], row by row
 */
export function fourCorners(z00, z01, z10, z11, n) {
  const dim = z00.length;
  const grid = new Float32Array(n * n * dim);
  for (let cell = 0; cell < n * n; cell++) {
    const [x, y] = [(cell % n) / (n - 1), Math.floor(cell / n) / (n - 1)];
    blend(z00, z01, z10, z11, x, y, grid.subarray(cell * dim, (cell + 1) * dim));
  }
  return grid;
}

/**
 * The bilinear blend of four codes at one place.
 * @param {Float32Array} z00 @param {Float32Array} z01 upper left and right
 * @param {Float32Array} z10 @param {Float32Array} z11 lower left and right
 * @param {number} x to the right @param {number} y down, both 0 to 1
 * @param {Float32Array} out [D]
 * @returns {Float32Array} out
 */
export function blend(z00, z01, z10, z11, x, y, out) {
  for (let i = 0; i < out.length; i++) {
    out[i] = (1 - x) * ((1 - y) * z00[i] + y * z10[i]) + x * ((1 - y) * z01[i] + y * z11[i]);
  }
  return out;
}

/**
 * A place on a curve, linear between its points.
 * @param {Float32Array} curve [steps * dim] @param {number} dim
 * @param {number} t 0 to 1
 * @param {Float32Array} out [dim]
 * @returns {Float32Array} out
 */
export function pointAt(curve, dim, t, out) {
  const last = curve.length / dim - 1;
  const place = Math.min(1, Math.max(0, t)) * last;
  const before = Math.min(Math.floor(place), Math.max(0, last - 1));
  const share = place - before;
  const from = before * dim;
  const to = Math.min(before + 1, last) * dim;
  for (let i = 0; i < dim; i++) out[i] = (1 - share) * curve[from + i] + share * curve[to + i];
  return out;
}

const KNOTS = 4;

/**
 * A smooth endless walk that is N(0, I) at every moment: white noise under a kernel sin^2 four knots wide (Higdon,
 * 2002), as `vae_core.spaces.paths.random_walk`, which tells why.
 */
export class RandomWalk {
  /** @param {number} seed taken modulo 2^32 @param {number} dim of the codes, at most `MOST_CODES` */
  constructor(seed, dim) {
    this.seed = seed;
    this.dim = dim;
    /** Of knot k, at k modulo 4. */
    this.eps = Array.from({ length: KNOTS }, () => new Float64Array(dim));
    this.held = new Int32Array(KNOTS).fill(-1);
  }

  /**
   * @param {number} t in knots, at least 0
   * @param {Float32Array} out [dim]
   * @returns {Float32Array} out
   */
  at(t, out) {
    const first = Math.floor(t);
    out.fill(0);
    for (let offset = 0; offset < KNOTS; offset++) {
      const eps = this.knot(first + offset);
      const weight = Math.sqrt(2 / 3) * Math.sin((Math.PI * (t - first + 3 - offset)) / KNOTS) ** 2;
      for (let i = 0; i < this.dim; i++) out[i] += weight * eps[i];
    }
    return out;
  }

  /** @param {number} k @returns {Float64Array} [dim] of N(0, 1): the first of `MOST_CODES` numbers of field k of the seed */
  knot(k) {
    const place = k % KNOTS;
    const eps = this.eps[place];
    if (this.held[place] === k) return eps;
    this.held[place] = k;
    const draw = normals(field(this.seed, k, MOST_CODES));
    for (let i = 0; i < eps.length; i++) eps[i] = draw();
    return eps;
  }
}

/** @param {Float32Array} a @param {Float32Array} b @param {number} steps */
function greatCircle(a, b, steps) {
  const [normA, normB] = [norm(a), norm(b)];
  if (normA === 0 || normB === 0) return straight([a, b], steps);
  const dim = a.length;
  let [apart, together] = [0, 0];
  for (let i = 0; i < dim; i++) {
    const [u, v] = [a[i] / normA, b[i] / normB];
    apart += (u - v) ** 2;
    together += (u + v) ** 2;
  }
  const angle = 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together));
  const sine = Math.sin(angle);
  if (sine < PARALLEL) return straight([a, b], steps);
  const curve = new Float32Array(steps * dim);
  for (let k = 0; k < steps; k++) {
    const t = k / (steps - 1);
    const length = (1 - t) * normA + t * normB;
    const ofA = (length * Math.sin((1 - t) * angle)) / sine / normA;
    const ofB = (length * Math.sin(t * angle)) / sine / normB;
    for (let i = 0; i < dim; i++) curve[k * dim + i] = ofA * a[i] + ofB * b[i];
  }
  curve.set(a);
  curve.set(b, (steps - 1) * dim);
  return curve;
}

/**
 * The polyline through points at even times, where the way from each point to the next takes a time as its move.
 * @param {Float32Array} points [M * dim] @param {number} dim
 * @param {ArrayLike<number>} moves [M - 1], at least 0
 * @param {number} steps
 * @returns {Float32Array} [steps * dim], ends exact
 */
function resample(points, dim, moves, steps) {
  const curve = new Float32Array(steps * dim);
  let total = 0;
  for (let i = 0; i < moves.length; i++) total += moves[i];
  let [at, travelled] = [0, 0];
  for (let k = 0; k < steps; k++) {
    const asked = (k / (steps - 1)) * total;
    while (at < moves.length - 1 && (moves[at] === 0 || travelled + moves[at] < asked)) travelled += moves[at++];
    const share = total > 0 && moves[at] > 0 ? Math.min(1, (asked - travelled) / moves[at]) : 0;
    const [from, to] = [at * dim, Math.min(at + 1, moves.length) * dim];
    for (let i = 0; i < dim; i++) curve[k * dim + i] = (1 - share) * points[from + i] + share * points[to + i];
  }
  curve.set(points.subarray(0, dim));
  curve.set(points.subarray(points.length - dim), (steps - 1) * dim);
  return curve;
}

/** @param {Float32Array[]} stops @returns {Float32Array} one after the other */
function joined(stops) {
  const points = new Float32Array(stops.length * stops[0].length);
  stops.forEach((stop, i) => points.set(stop, i * stop.length));
  return points;
}

/** @param {Float32Array[]} stops */
const legLengths = (stops) => movesOf(joined(stops), stops[0].length);

/** @param {Float32Array} points [M * dim] @param {number} dim @returns {Float64Array} [M - 1] from each to the next */
function movesOf(points, dim) {
  return Float64Array.from({ length: points.length / dim - 1 }, (_, k) => {
    let sum = 0;
    for (let i = k * dim; i < (k + 1) * dim; i++) sum += (points[i + dim] - points[i]) ** 2;
    return Math.sqrt(sum);
  });
}

/** @param {Float32Array} code */
const norm = (code) => Math.sqrt(code.reduce((sum, value) => sum + value * value, 0));

/** How the pictures along a path move: `vae_core.spaces.paths.measure_pictures`, without the real digits. */

// What rounding alone may move a picture by, as `vae_core.spaces.paths.STILL`.
const STILL = 1e-5;

/**
 * @typedef {object} Measures in Euclidean distance between pictures in [0, 1], with time from 0 to 1
 * @property {number} length sum of the steps |x_{i+1} - x_i|
 * @property {number} energy (N - 1) times the sum of their squares; at least the square of the length
 * @property {number | null} jump largest step over mean step; null where nothing moves
 * @property {Float32Array} speed [N - 1] each step times N - 1: their mean is the length
 */

/**
 * @param {Float32Array} pictures [N * pixels] in [0, 1], at least two @param {number} pixels
 * @returns {Measures}
 */
export function measure(pictures, pixels) {
  const count = pictures.length / pixels - 1;
  const speed = new Float32Array(count);
  let [length, squares, largest] = [0, 0, 0];
  for (let k = 0; k < count; k++) {
    let square = 0;
    for (let i = k * pixels; i < (k + 1) * pixels; i++) square += (pictures[i + pixels] - pictures[i]) ** 2;
    const step = Math.sqrt(square);
    length += step;
    squares += square;
    largest = Math.max(largest, step);
    speed[k] = step * count;
  }
  if (largest < STILL) return { length: 0, energy: 0, jump: null, speed: speed.fill(0) };
  return { length, energy: count * squares, jump: length > 0 ? (largest * count) / length : null, speed };
}
