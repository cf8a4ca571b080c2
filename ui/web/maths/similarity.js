/**
 * How near two pictures of 28 x 28 are, by the definitions of scikit-image's `peak_signal_noise_ratio` and
 * `structural_similarity` with `data_range=1`: `vae_core.metrics.similarity` gives the same numbers.
 */

import { PIXELS, SIZE } from "../nn/nn.js";

// Wang et al. (2004): SSIM's window and its two constants, (K L)^2 with K1 = 0.01, K2 = 0.03 and L = 1.
const WINDOW = 7;
const AREA = WINDOW * WINDOW;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;
// The sample covariance, as scikit-image takes it.
const UNBIASED = AREA / (AREA - 1);
const PLACES = SIZE - WINDOW + 1;

/**
 * @param {ArrayLike<number>} a @param {ArrayLike<number>} b row by row
 * @param {number} [aStart] @param {number} [bStart] where the 784 pixels begin
 * @returns {number} summed over the pixels
 */
export function squaredError(a, b, aStart = 0, bStart = 0) {
  let sum = 0;
  for (let i = 0; i < PIXELS; i++) sum += (a[aStart + i] - b[bStart + i]) ** 2;
  return sum;
}

/**
 * @param {ArrayLike<number>} a @param {ArrayLike<number>} b pixels of which the brightest possible is 1
 * @param {number} [aStart] @param {number} [bStart]
 * @returns {number} peak signal-to-noise ratio in dB; Infinity where nothing differs
 */
export function psnr(a, b, aStart = 0, bStart = 0) {
  return 10 * Math.log10(PIXELS / squaredError(a, b, aStart, bStart));
}

const sumsA = new Float64Array(SIZE);
const sumsB = new Float64Array(SIZE);
const sumsSquares = new Float64Array(SIZE);
const sumsProducts = new Float64Array(SIZE);

/**
 * Structural similarity (Wang et al., 2004, equation 13), the mean over all windows of 7 x 7 that lie inside.
 * @param {ArrayLike<number>} a @param {ArrayLike<number>} b
 * @param {number} [aStart] @param {number} [bStart]
 * @returns {number} in [-1, 1], 1 where nothing differs
 */
export function ssim(a, b, aStart = 0, bStart = 0) {
  for (const sums of [sumsA, sumsB, sumsSquares, sumsProducts]) sums.fill(0);
  for (let row = 0; row < WINDOW; row++) addRow(a, b, aStart + row * SIZE, bStart + row * SIZE, 1);
  let total = 0;
  for (let row = 0; row < PLACES; row++) {
    if (row > 0) {
      const [gone, come] = [(row - 1) * SIZE, (row + WINDOW - 1) * SIZE];
      addRow(a, b, aStart + gone, bStart + gone, -1);
      addRow(a, b, aStart + come, bStart + come, 1);
    }
    total += rowOfWindows();
  }
  return total / PLACES ** 2;
}

/**
 * Adds a row of pixels to each column's sums, or takes it away.
 * @param {ArrayLike<number>} a @param {ArrayLike<number>} b
 * @param {number} aStart @param {number} bStart of the row
 * @param {1 | -1} sign
 */
function addRow(a, b, aStart, bStart, sign) {
  for (let column = 0; column < SIZE; column++) {
    const [p, q] = [a[aStart + column], b[bStart + column]];
    sumsA[column] += sign * p;
    sumsB[column] += sign * q;
    sumsSquares[column] += sign * (p * p + q * q);
    sumsProducts[column] += sign * p * q;
  }
}

/** @returns {number} the similarities of the windows whose columns' sums stand ready, summed */
function rowOfWindows() {
  let [sumA, sumB, squares, products, total] = [0, 0, 0, 0, 0];
  for (let column = 0; column < SIZE; column++) {
    sumA += sumsA[column];
    sumB += sumsB[column];
    squares += sumsSquares[column];
    products += sumsProducts[column];
    const first = column - WINDOW + 1;
    if (first < 0) continue;
    const [meanA, meanB] = [sumA / AREA, sumB / AREA];
    const meanSquares = meanA * meanA + meanB * meanB;
    const variances = UNBIASED * (squares / AREA - meanSquares);
    const covariance = UNBIASED * (products / AREA - meanA * meanB);
    total += ((2 * meanA * meanB + C1) * (2 * covariance + C2)) / ((meanSquares + C1) * (variances + C2));
    sumA -= sumsA[first];
    sumB -= sumsB[first];
    squares -= sumsSquares[first];
    products -= sumsProducts[first];
  }
  return total;
}
