/**
 * C(x_tilde | x) (Vincent et al., 2008) with noise that a seed repeats: `vae_core.seeded_noise` draws the same numbers.
 *
 * Field `index` of a seed is draws 784 index to 784 index + 783 of mulberry32(seed). The level only scales a field or
 * moves a threshold through it, so a slider that raises it adds to the same noise.
 */

import { PIXELS, SIZE } from "../nn/nn.js";
import { mulberry32, normals } from "./random.js";

/** @typedef {"gaussian" | "masking" | "salt_and_pepper" | "box"} Kind */
/** @typedef {{x: number, y: number, w: number, h: number}} Box in pixels */
/**
 * @typedef {object} Corruption
 * @property {Kind} kind
 * @property {number} level in [0, 1]: sigma, or a share of the pixels, or the box's side in units of the image's width
 * @property {boolean} [clip] whether Gaussian noise is cut to [0, 1]; it is unless told otherwise
 * @property {Box | null} [box] instead of the square that level and noise place
 * @property {Uint8Array | null} [rubbed] [784], not zero where the pixel is replaced by strong grey noise
 */

// mulberry32's state moves by this at each draw, which makes any field of a seed a seed of its own.
const STEP = 0x6d2b79f5;

/** @param {number} seed @param {number} index @returns {() => number} the uniforms of a field, and those after it */
export const field = (seed, index) => mulberry32((seed >>> 0) + Math.imul(PIXELS * index, STEP));

/** @param {() => number} draw */
const fill = (draw) => Float32Array.from({ length: PIXELS }, draw);

/** The noise of one seed: of field 0, and of field 1 for what is rubbed in. */
export class Noise {
  /** @param {number} seed taken modulo 2^32 */
  constructor(seed) {
    /** [784] uniform in (0, 1) */
    this.uniforms = fill(field(seed, 0));
    /** [784] from N(0, 1), of the same draws */
    this.normals = fill(normals(field(seed, 0)));
    /** [784] uniform in (0, 1), of the next field */
    this.rub = fill(field(seed, 1));
  }

  /**
   * @param {number} level side of the square in units of the image's width
   * @returns {Box}
   */
  box(level) {
    const side = Math.floor(level * SIZE + 0.5);
    const room = SIZE - side;
    // A uniform may round to 1, which is no place for a corner.
    const corner = (/** @type {number} */ u) => Math.min(room, Math.floor(u * (room + 1)));
    return { x: corner(this.uniforms[1]), y: corner(this.uniforms[0]), w: side, h: side };
  }
}

/** @type {Record<Kind, (x: ArrayLike<number>, corruption: Corruption, noise: Noise, out: Float32Array) => void>} */
const KINDS = {
  gaussian(x, { level, clip = true }, { normals: eps }, out) {
    for (let i = 0; i < PIXELS; i++) {
      const value = x[i] + level * eps[i];
      out[i] = clip ? Math.min(1, Math.max(0, value)) : value;
    }
  },
  masking(x, { level }, { uniforms: u }, out) {
    for (let i = 0; i < PIXELS; i++) out[i] = u[i] < level ? 0 : x[i];
  },
  salt_and_pepper(x, { level }, { uniforms: u }, out) {
    for (let i = 0; i < PIXELS; i++) out[i] = u[i] < level / 2 ? 0 : u[i] < level ? 1 : x[i];
  },
  box(x, { level, box }, noise, out) {
    const { x: left, y: top, w, h } = box ?? noise.box(level);
    for (let i = 0; i < PIXELS; i++) {
      const column = (i % SIZE) - left;
      const row = Math.floor(i / SIZE) - top;
      out[i] = column >= 0 && column < w && row >= 0 && row < h ? 0 : x[i];
    }
  },
};

/**
 * @param {ArrayLike<number>} x 784 pixels in [0, 1], row by row
 * @param {Corruption} corruption
 * @param {Noise} noise
 * @param {Float32Array} [out] [784]; may be x itself
 * @returns {Float32Array} out: in [0, 1], but for Gaussian noise that is not clipped
 */
export function corrupt(x, corruption, noise, out = new Float32Array(PIXELS)) {
  KINDS[corruption.kind](x, corruption, noise, out);
  const { rubbed } = corruption;
  if (rubbed) for (let i = 0; i < PIXELS; i++) if (rubbed[i]) out[i] = noise.rub[i];
  return out;
}
