/** The rungs of the ladder of beta: where each has the digits, and what is seen on the way from one to the next. */

import { Plane, PRIOR_RADIUS } from "../../map/plane.js";

/** @typedef {import("../../map/viewport.js").Place} Place */
/** @typedef {import("../../kit/mount.js").ModelData & {beta: number | null}} RungData null: the KL term alone */
/** @typedef {Record<string, import("../../nn/safetensors.js").Tensor>} Tensors */
/** @typedef {{rate: number, distortion: number, active: number}} Standing as `vae_core.objective.rate_distortion.Point` */

export class Rung {
  /** @param {RungData} data @param {Plane} plane with N(0, I) in view, however near to 0 the codes are */
  constructor({ name, beta }, plane) {
    this.name = name;
    this.beta = beta;
    this.plane = plane;
    /** @type {import("../../nn/nn.js").Model | null} */
    this.model = null;
    /** @type {Standing | null} */
    this.standing = null;
  }

  /** As a link has it. */
  get key() {
    return this.beta === null ? "kl-only" : String(this.beta);
  }

  /** Of the ladder's scale. */
  get mark() {
    return this.beta === null ? "KL only" : String(this.beta);
  }

  get title() {
    if (this.beta === null) return "KL only";
    return this.beta ? `Both, β = ${this.beta}` : "Reconstruction only";
  }

  /** Of the error and of the KL term in its loss. @returns {[number, number]} */
  get weights() {
    return this.beta === null ? [0, 1] : [1, this.beta];
  }

  /** What it was trained to make small. @param {Standing} standing */
  loss({ distortion, rate }) {
    const [error, kl] = this.weights;
    return error * distortion + kl * rate;
  }

  /** @param {Place} place @returns {Float64Array} [2] the code there */
  code(place) {
    return this.plane.code(place);
  }
}

/**
 * @param {RungData[]} rungs @param {Tensors} tensors as `ui.http.objective_payload.rungs` sends them
 * @returns {Rung[]}
 * @throws {Error} in one sentence for the visitor
 */
export function readRungs(rungs, { points, axes, labels }) {
  const [count, digits] = points.shape;
  if (count !== rungs.length) throw new Error("The server has another ladder by now than this page.");
  const [zeros, share] = [{ data: new Float32Array(2 * digits) }, { data: Float32Array.of(1, 0) }];
  return rungs.map((data, i) => {
    const part = (/** @type {number} */ size, /** @type {Float32Array} */ of) => ({
      data: of.subarray(i * size, (i + 1) * size),
    });
    const own = {
      points: part(2 * digits, /** @type {Float32Array} */ (points.data)),
      axes: part(4, /** @type {Float32Array} */ (axes.data)),
    };
    return new Rung(
      data,
      new Plane({ ...own, labels, share, origin: { data: new Float32Array(2) }, residual: zeros }, PRIOR_RADIUS),
    );
  });
}

/** What a map shows between two rungs: each has its own home square, and every digit goes straight across them. */
export class Between {
  /** @param {Plane} plane of any rung */
  constructor({ count, labels }) {
    this.labels = labels;
    this.count = count;
    this.xs = new Float32Array(count);
    this.ys = new Float32Array(count);
    /** @type {import("../../map/plane.js").Prior} */
    this.prior = { place: [0, 0], radius: 1 };
  }

  /** @param {Plane} from @param {Plane} to @param {number} share of the way, 0 to 1 */
  take(from, to, share) {
    const { xs, ys } = this;
    const mean = (/** @type {number} */ a, /** @type {number} */ b) => a + share * (b - a);
    for (let n = 0; n < xs.length; n++) {
      xs[n] = mean(from.xs[n], to.xs[n]);
      ys[n] = mean(from.ys[n], to.ys[n]);
    }
    const [a, b] = [from.prior, to.prior];
    // Twice as large in half the way, wherever on the way: squares are of any size.
    this.prior = {
      place: [mean(a.place[0], b.place[0]), mean(a.place[1], b.place[1])],
      radius: a.radius ** (1 - share) * b.radius ** share,
    };
  }
}
