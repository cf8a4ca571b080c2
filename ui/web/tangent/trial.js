/** A digit changed by a given length, along the tangent plane or off it, and what a model makes of that. */

/** @typedef {import("../nn/nn.js").Model} Model */
/** @typedef {import("../server/latent_ask.js").AskedTangent} AskedTangent */
/**
 * @typedef {object} Change as `vae_core.spaces.manifold.Kept`
 * @property {Float32Array} shown [pixels] x + a d, not clipped
 * @property {Float32Array} added [pixels] a d
 * @property {Float32Array} back [pixels] in [0, 1], the model's reconstruction of it
 * @property {Float32Array} moved [pixels] by how much it differs from the reconstruction of x
 * @property {number} keeps the part of `moved` along d, over a; not a number where a is 0
 * @property {number} moves the length of `moved`, over that of a; not a number where a is 0
 */

export class Trial {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    this.x = new Float32Array(model.shape.pixels);
    this.z = new Float32Array(model.latentDim);
    /** The reconstruction of x. */
    this.before = new Float32Array(model.shape.pixels);
    /** Of x; null where nobody knows it. @type {number | null} */
    this.label = null;
  }

  /** @param {{pixels: Float32Array, label: number | null}} digit the walk sets out from its code */
  takeDigit({ pixels, label }) {
    this.x.set(pixels);
    this.label = label;
    this.z.set(this.model.encode(pixels, label));
    this.before.set(this.model.decode(this.z));
  }

  /** @param {ArrayLike<number>} z a code: what is changed is its picture */
  takeCode(z) {
    this.z.set(z);
    this.label = null;
    this.x.set(this.model.decode(z));
    this.before.set(this.model.decode(this.model.encode(this.x)));
  }

  /** @param {Float32Array} direction [pixels] of length 1 @param {number} a how far @returns {Change} */
  change(direction, a) {
    const added = direction.map((value) => a * value);
    const shown = this.x.map((value, i) => value + added[i]);
    const back = Float32Array.from(this.model.decode(this.model.encode(shown, this.label)));
    const moved = back.map((value, i) => value - this.before[i]);
    return {
      shown,
      added,
      back,
      moved,
      keeps: a ? dot(moved, direction) / a : NaN,
      moves: a ? Math.sqrt(dot(moved, moved)) / Math.abs(a) : NaN,
    };
  }
}

/** One of directions that lie one after another. @param {Float32Array} all @param {number} i @param {number} length */
export const row = (all, i, length) => all.subarray(i * length, (i + 1) * length);

/**
 * A direction and its opposite are one: it points as it did before, or else adds ink.
 * @param {AskedTangent} plane changed in place
 * @param {AskedTangent | null} former the plane of a moment ago
 * @returns {AskedTangent} the same
 */
export function turned(plane, former) {
  const { left, right, singular, z, image } = plane;
  const pixels = image.length;
  for (let i = 0; i < singular.length; i++) {
    const direction = row(left, i, pixels);
    const known = former && i < former.singular.length ? row(former.left, i, pixels) : null;
    const lean = known ? dot(direction, known) : direction.reduce((sum, value) => sum + value, 0);
    if (lean >= 0) continue;
    for (const vector of [direction, row(right, i, z.length)]) vector.forEach((value, k) => (vector[k] = -value));
  }
  return plane;
}

/** @param {Float32Array} a @param {Float32Array} b */
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
