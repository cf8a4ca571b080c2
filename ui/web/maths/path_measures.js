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
