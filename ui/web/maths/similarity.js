/**
 * How near two pictures are, by the definitions of scikit-image's `peak_signal_noise_ratio` and `structural_similarity`
 * with `data_range=1`: `vae_core.metrics.similarity` gives the same numbers.
 */

// Wang et al. (2004): SSIM's window and its two constants, (K L)^2 with K1 = 0.01, K2 = 0.03 and L = 1.
const WINDOW = 7;
const AREA = WINDOW * WINDOW;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;
// The sample covariance, as scikit-image takes it.
const UNBIASED = AREA / (AREA - 1);

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @returns {number} summed over the pixels */
export function squaredError(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/**
 * @param {ArrayLike<number>} a @param {ArrayLike<number>} b pixels of which the brightest possible is 1
 * @returns {number} peak signal-to-noise ratio in dB; Infinity where nothing differs
 */
export const psnr = (a, b) => 10 * Math.log10(a.length / squaredError(a, b));

/** Of one row's width: the sums of each column over a window's rows. */
class Columns {
  /** @param {number} width */
  constructor(width) {
    this.width = width;
    this.a = new Float64Array(width);
    this.b = new Float64Array(width);
    this.squares = new Float64Array(width);
    this.products = new Float64Array(width);
  }

  clear() {
    for (const sums of [this.a, this.b, this.squares, this.products]) sums.fill(0);
  }

  /**
   * Adds a row of pixels, or takes it away.
   * @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {number} start of the row @param {1 | -1} sign
   */
  add(a, b, start, sign) {
    for (let column = 0; column < this.width; column++) {
      const [p, q] = [a[start + column], b[start + column]];
      this.a[column] += sign * p;
      this.b[column] += sign * q;
      this.squares[column] += sign * (p * p + q * q);
      this.products[column] += sign * p * q;
    }
  }

  /** @returns {number} the similarities of the windows whose columns' sums stand ready, summed */
  similarity() {
    let [sumA, sumB, squares, products, total] = [0, 0, 0, 0, 0];
    for (let column = 0; column < this.width; column++) {
      sumA += this.a[column];
      sumB += this.b[column];
      squares += this.squares[column];
      products += this.products[column];
      const first = column - WINDOW + 1;
      if (first < 0) continue;
      const [meanA, meanB] = [sumA / AREA, sumB / AREA];
      const meanSquares = meanA * meanA + meanB * meanB;
      const variances = UNBIASED * (squares / AREA - meanSquares);
      const covariance = UNBIASED * (products / AREA - meanA * meanB);
      total += ((2 * meanA * meanB + C1) * (2 * covariance + C2)) / ((meanSquares + C1) * (variances + C2));
      sumA -= this.a[first];
      sumB -= this.b[first];
      squares -= this.squares[first];
      products -= this.products[first];
    }
    return total;
  }
}

let columns = new Columns(0);

/**
 * Structural similarity (Wang et al., 2004, equation 13), the mean over all windows of 7 x 7 that lie inside, and over
 * the channels.
 * @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {import("../nn/shape.js").Shape} shape of both
 * @returns {number} in [-1, 1], 1 where nothing differs
 */
export function ssim(a, b, { channels, width, height, area }) {
  if (columns.width !== width) columns = new Columns(width);
  let total = 0;
  for (let from = 0; from < channels * area; from += area) {
    columns.clear();
    for (let row = 0; row < height; row++) {
      columns.add(a, b, from + row * width, 1);
      if (row >= WINDOW) columns.add(a, b, from + (row - WINDOW) * width, -1);
      if (row >= WINDOW - 1) total += columns.similarity();
    }
  }
  return total / (channels * (height - WINDOW + 1) * (width - WINDOW + 1));
}
