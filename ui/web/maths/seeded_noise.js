/**
 * Seeded random numbers that another language can repeat to the bit, and corruptions of pictures from them, as
 * `vae_core.noise.seeded_noise` has them. The generator uses 32-bit integers only.
 *
 * mulberry32 (Tommy Ettinger, public domain), all in uint32 arithmetic modulo 2^32:
 *   state += 0x6D2B79F5;  t = state
 *   t = (t ^ t >> 15) * (t | 1);  t ^= t + (t ^ t >> 7) * (t | 61);  output t ^ t >> 14
 */

/**
 * @param {number} seed an integer; taken modulo 2^32
 * @returns {() => number} uniform numbers (n + 0.5) / 2^32, strictly inside (0, 1)
 */
export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

/**
 * @param {number} k which of the draws of a stream, from 1 on; each has as many numbers
 * @param {number} count @param {number} dim @param {() => number} normal the stream from its start
 * @returns {Float32Array[]} [count][dim]
 */
export function drawNumber(k, count, dim, normal) {
  for (let before = (k - 1) * count * dim; before > 0; before--) normal();
  return Array.from({ length: count }, () => Float32Array.from({ length: dim }, normal));
}

/**
 * Standard normals by Box and Muller (1958): from uniforms u, v in this order come
 * sqrt(-2 ln u) cos(2 pi v) and then sqrt(-2 ln u) sin(2 pi v).
 * @param {() => number} uniform strictly inside (0, 1)
 * @returns {() => number} one N(0, 1) number a call
 */
export function normals(uniform) {
  /** @type {number | null} */
  let spare = null;
  return () => {
    if (spare !== null) {
      const second = spare;
      spare = null;
      return second;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/**
 * C(x_tilde | x) (Vincent et al., 2008) with noise that a seed repeats: `vae_core.noise.seeded_noise` draws the same numbers.
 *
 * A field is as many draws as a picture has numbers, or one more where that is odd; field `index` of a seed are draws
 * n index to n index + n - 1 of mulberry32(seed), where n is that many. The level only scales a field or moves a
 * threshold through it, so a slider that raises it adds to the same noise.
 */

/** @typedef {"gaussian" | "masking" | "salt_and_pepper" | "box"} Kind */
/** @typedef {import("../nn/shape.js").Shape} Shape */
/** @typedef {{x: number, y: number, w: number, h: number}} Box in pixels */
/**
 * @typedef {object} Corruption
 * @property {Kind} kind
 * @property {number} level in [0, 1]: sigma, or a share of the pixels, or the box's side in units of the image's width
 * @property {boolean} [clip] whether Gaussian noise is cut to [0, 1]; it is unless told otherwise
 * @property {Box | null} [box] instead of the square that level and noise place
 * @property {Uint8Array | null} [rubbed] [height * width], not zero where the pixel is replaced by strong noise
 */

// mulberry32's state moves by this at each draw, which makes any field of a seed a seed of its own.
const STEP = 0x6d2b79f5;

/**
 * @param {number} seed @param {number} index @param {number} size of a field
 * @returns {() => number} the uniforms of a field, and those after it
 */
export const field = (seed, index, size) => mulberry32((seed >>> 0) + Math.imul(2 * Math.ceil(size / 2) * index, STEP));

/** The noise of one seed: of field 0, and of field 1 for what is rubbed in. */
export class Noise {
  /** @param {number} seed taken modulo 2^32 @param {Shape} shape of the pictures */
  constructor(seed, shape) {
    this.shape = shape;
    const { pixels } = shape;
    const fill = (/** @type {() => number} */ draw) => Float32Array.from({ length: pixels }, draw);
    /** [pixels] uniform in (0, 1) */
    this.uniforms = fill(field(seed, 0, pixels));
    /** [pixels] from N(0, 1), of the same draws */
    this.normals = fill(normals(field(seed, 0, pixels)));
    /** [pixels] uniform in (0, 1), of the next field */
    this.rub = fill(field(seed, 1, pixels));
  }

  /**
   * @param {number} level side of the square in units of the picture's shorter side
   * @returns {Box}
   */
  box(level) {
    const { width, height } = this.shape;
    const side = Math.floor(level * Math.min(width, height) + 0.5);
    // A uniform may round to 1, which is no place for a corner.
    const corner = (/** @type {number} */ u, /** @type {number} */ room) => Math.min(room, Math.floor(u * (room + 1)));
    return {
      x: corner(this.uniforms[1], width - side),
      y: corner(this.uniforms[0], height - side),
      w: side,
      h: side,
    };
  }
}

/** @type {Record<Kind, (x: ArrayLike<number>, corruption: Corruption, noise: Noise, out: Float32Array) => void>} */
const KINDS = {
  gaussian(x, { level, clip = true }, { normals: eps }, out) {
    for (let i = 0; i < out.length; i++) {
      const value = x[i] + level * eps[i];
      out[i] = clip ? Math.min(1, Math.max(0, value)) : value;
    }
  },
  masking(x, { level }, { uniforms: u }, out) {
    for (let i = 0; i < out.length; i++) out[i] = u[i] < level ? 0 : x[i];
  },
  salt_and_pepper(x, { level }, { uniforms: u }, out) {
    for (let i = 0; i < out.length; i++) out[i] = u[i] < level / 2 ? 0 : u[i] < level ? 1 : x[i];
  },
  box(x, { level, box }, noise, out) {
    const { x: left, y: top, w, h } = box ?? noise.box(level);
    const { width, area } = noise.shape;
    for (let i = 0; i < out.length; i++) {
      const column = (i % width) - left;
      const row = Math.floor((i % area) / width) - top;
      out[i] = column >= 0 && column < w && row >= 0 && row < h ? 0 : x[i];
    }
  },
};

/**
 * @param {ArrayLike<number>} x [pixels] in [0, 1]
 * @param {Corruption} corruption
 * @param {Noise} noise
 * @param {Float32Array} [out] [pixels]; may be x itself
 * @returns {Float32Array} out: in [0, 1], but for Gaussian noise that is not clipped
 */
export function corrupt(x, corruption, noise, out = new Float32Array(noise.shape.pixels)) {
  KINDS[corruption.kind](x, corruption, noise, out);
  const { rubbed } = corruption;
  if (rubbed) for (let i = 0; i < out.length; i++) if (rubbed[i % rubbed.length]) out[i] = noise.rub[i];
  return out;
}
