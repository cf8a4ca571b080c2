/** Whether a decoded picture lies where real digits lie, as `vae_core.metrics.whereabouts` tells, at a frame's cost. */

/** @typedef {"digits" | "edge" | "none"} Kind */
/**
 * @typedef {object} Place
 * @property {Kind} kind
 * @property {number} apart how far the picture is from the digits, in radii of their balls
 * @property {number} share of the digits that are at most as far from the others, in [0, 1]
 * @property {boolean} isOwn the picture lies where no digit lies, and yet z is the code of a digit
 */
/** @typedef {{words: string, kind: Kind | "", title: string}} Line what is said of a place */
/** @typedef {{name: string, where?: Where | Error}} Located a model; nothing as long as it is on its way */

/** @type {Record<Kind, string>} */
const WORDS = { digits: "where digits lie", edge: "at their edge", none: "where no digit lies" };
const [AT_THE_EDGE, NO_DIGIT] = [0.85, 0.95];
// Of skimage.feature.hog, and its L2-Hys; cells in a row and in a column.
const CELLS = 4;
const ORIENTATIONS = 9;
const BLOCK = 4 * ORIENTATIONS;
const LARGEST = 0.2;
const EPSILON = 1e-5;
export const FEATURES = (CELLS - 1) ** 2 * BLOCK;

const histograms = new Float64Array(CELLS * CELLS * ORIENTATIONS);
const features = new Float64Array(FEATURES);

/**
 * Histograms of oriented gradients, as `vae_core.metrics.stroke_features`.
 * @param {ArrayLike<number>} picture [pixels] @param {import("../nn/shape.js").Shape} shape of it
 * @returns {Float64Array} [324], overwritten by the next call
 */
export function strokeFeatures(picture, { width, height, area, pixels }) {
  histograms.fill(0);
  /** How many pixels a cell has along a side of the picture. @type {(cell: number, side: number) => number} */
  const length = (cell, side) => Math.ceil(((cell + 1) * side) / CELLS) - Math.ceil((cell * side) / CELLS);
  for (let row = 0; row < height; row++) {
    const cellRow = Math.floor((row * CELLS) / height);
    for (let column = 0; column < width; column++) {
      let [down, right, square] = [0, 0, 0];
      // Of several channels that counts whose gradient is the strongest.
      for (let at = row * width + column; at < pixels; at += area) {
        const d = row && row < height - 1 ? picture[at + width] - picture[at - width] : 0;
        const r = column && column < width - 1 ? picture[at + 1] - picture[at - 1] : 0;
        if (d * d + r * r > square) [down, right, square] = [d, r, d * d + r * r];
      }
      if (!square) continue;
      const turn = Math.atan2(down, right) / Math.PI;
      const orientation = Math.min(ORIENTATIONS - 1, Math.floor((turn - Math.floor(turn)) * ORIENTATIONS));
      const cellColumn = Math.floor((column * CELLS) / width);
      const cellArea = length(cellRow, height) * length(cellColumn, width);
      histograms[(cellRow * CELLS + cellColumn) * ORIENTATIONS + orientation] += Math.sqrt(square) / cellArea;
    }
  }
  let at = 0;
  for (let row = 0; row < CELLS - 1; row++) {
    for (let column = 0; column < CELLS - 1; column++, at += BLOCK) {
      for (let k = 0; k < 4; k++) {
        const cell = ((row + (k >> 1)) * CELLS + column + (k & 1)) * ORIENTATIONS;
        for (let o = 0; o < ORIENTATIONS; o++) features[at + k * ORIENTATIONS + o] = histograms[cell + o];
      }
      scale(at);
      for (let i = at; i < at + BLOCK; i++) features[i] = Math.min(features[i], LARGEST);
      scale(at);
    }
  }
  return features;
}

/** Brings a block to the length 1. @param {number} from */
function scale(from) {
  let square = EPSILON * EPSILON;
  for (let i = from; i < from + BLOCK; i++) square += features[i] * features[i];
  const factor = 1 / Math.sqrt(square);
  for (let i = from; i < from + BLOCK; i++) features[i] *= factor;
}

/** Where the digits of a set lie: `DigitManifold`. */
export class DigitManifold {
  /** @param {Record<string, import("../nn/safetensors.js").Tensor>} tensors @param {import("../nn/shape.js").Shape} shape */
  constructor({ mean, axes, step, places, rest, log_radius: logRadius, nearest, levels }, shape) {
    this.shape = shape;
    this.mean = mean.data;
    this.axes = axes.data;
    this.rest = rest.data;
    this.levels = levels.data;
    this.places = Float32Array.from(places.data, (value) => value * step.data[0]);
    this.count = this.rest.length;
    this.dim = this.axes.length / FEATURES;
    this.perSquareRadius = Float64Array.from(logRadius.data, (value) => Math.exp(-2 * value));
    this.along = new Float64Array(this.dim);
    this.least = new Float64Array(nearest.data[0]);
  }

  /**
   * @param {ArrayLike<number>} picture [pixels] in [0, 1]
   * @returns {{apart: number, share: number}} as of `Whereabouts`
   */
  measure(picture) {
    const { along, places, perSquareRadius, rest, dim, count, least } = this;
    const beside = this.project(strokeFeatures(picture, this.shape));
    least.fill(Infinity);
    const last = least.length - 1;
    for (let digit = 0, at = 0; digit < count; digit++, at += dim) {
      const most = least[last] / perSquareRadius[digit];
      let square = beside + rest[digit];
      // Most are given up after a few axes.
      for (let i = 0; i < dim && square < most; i += 4) {
        const a = along[i] - places[at + i];
        const b = along[i + 1] - places[at + i + 1];
        const c = along[i + 2] - places[at + i + 2];
        const d = along[i + 3] - places[at + i + 3];
        square += a * a + b * b + c * c + d * d;
      }
      if (square >= most) continue;
      const ratio = square * perSquareRadius[digit];
      let k = last;
      for (; k > 0 && least[k - 1] > ratio; k--) least[k] = least[k - 1];
      least[k] = ratio;
    }
    let sum = 0;
    for (const ratio of least) sum += 0.5 * Math.log(Math.max(ratio, Number.MIN_VALUE));
    const apart = Math.exp(sum / least.length);
    return { apart, share: shareBelow(this.levels, apart) };
  }

  /** Writes `along`. @param {Float64Array} stroke centred in place @returns {number} what it is beside the axes, squared */
  project(stroke) {
    const { mean, axes, along, dim } = this;
    let beside = 0;
    for (let f = 0; f < FEATURES; f++) {
      stroke[f] -= mean[f];
      beside += stroke[f] * stroke[f];
    }
    for (let i = 0, at = 0; i < dim; i++, at += FEATURES) {
      let sum = 0;
      for (let f = 0; f < FEATURES; f++) sum += axes[at + f] * stroke[f];
      along[i] = sum;
      beside -= sum * sum;
    }
    return Math.max(0, beside);
  }
}

/** Where the pictures of one model lie. */
export class Where {
  /**
   * @param {DigitManifold} manifold
   * @param {Record<string, import("../nn/safetensors.js").Tensor>} tensors `codes` [L, D] of digits that the model redraws
   *   unlike any, and `radius` [1] within which a code is such a digit's
   */
  constructor(manifold, { codes, radius }) {
    this.manifold = manifold;
    this.codes = codes.data;
    this.squareRadius = radius.data[0] ** 2;
  }

  /** @param {ArrayLike<number>} z [D] @param {ArrayLike<number>} picture that it decodes to @returns {Place} */
  place(z, picture) {
    const { apart, share } = this.manifold.measure(picture);
    const isOwn = share > NO_DIGIT && this.isOwnCode(z);
    return {
      kind: share <= AT_THE_EDGE ? "digits" : share <= NO_DIGIT || isOwn ? "edge" : "none",
      apart,
      share,
      isOwn,
    };
  }

  /** @param {ArrayLike<number>} z */
  isOwnCode(z) {
    const { codes, squareRadius } = this;
    const dim = z.length;
    for (let at = 0; at < codes.length; at += dim) {
      let square = 0;
      for (let i = 0; i < dim && square <= squareRadius; i++) square += (z[i] - codes[at + i]) ** 2;
      if (square <= squareRadius) return true;
    }
    return false;
  }
}

/** @param {Place} place @returns {Line} */
export function describe({ kind, apart, share, isOwn }) {
  const own = isOwn ? " z is the code of a digit that this model redraws unlike any." : "";
  const among = `${share < 1 ? Math.floor(100 * share) : 100} % of the digits are at most as far from the others.`;
  return { words: WORDS[kind], kind, title: `${apart.toFixed(2)} radii from the nearest digits; ${among}${own}` };
}

/** @param {Located} side @param {ArrayLike<number>} z @param {ArrayLike<number>} picture @returns {Line} */
export function lineOf({ where }, z, picture) {
  if (where instanceof Error) return { words: where.message, kind: "", title: "" };
  return where ? describe(where.place(z, picture)) : { words: "", kind: "", title: "" };
}

/** @param {ArrayLike<number>} levels ascending quantiles @param {number} value @returns {number} linear between them */
function shareBelow(levels, value) {
  const last = levels.length - 1;
  if (value <= levels[0]) return 0;
  if (value >= levels[last]) return 1;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (levels[middle] <= value) low = middle;
    else high = middle;
  }
  return (low + (value - levels[low]) / (levels[high] - levels[low])) / last;
}
