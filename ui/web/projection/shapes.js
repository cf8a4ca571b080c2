/** Where a Gaussian lies: an ellipse in two dimensions, the wires of an ellipsoid in three. */

/** @typedef {{mean: ArrayLike<number>, cholesky: ArrayLike<number>}} Gaussian [k] and, row by row, [k, k] */

const STEPS = 120;
// Of three steps, those of a dashed line that are drawn; WebGL's own dashes are ragged along a curve.
const DASH = 2;
const PERIOD = 3;
const MERIDIANS = 6;
const PARALLELS = 5;

/**
 * @param {Gaussian} gaussian in 2 or 3 dimensions
 * @param {number} radius in standard deviations
 * @param {boolean} dashed
 * @returns {Float32Array[]} one array an axis; NaN lifts the pen
 */
export function outline({ mean, cholesky }, radius, dashed) {
  const k = mean.length;
  const whole = k === 3 ? sphere() : [circle((t) => [Math.cos(t), Math.sin(t)])];
  const unit = dashed ? whole.flatMap(dashes) : whole;
  const points = unit.flatMap((line) => [...line, Array(k).fill(NaN)]).slice(0, -1);
  return Array.from({ length: k }, (_, axis) =>
    Float32Array.from(points, (point) => {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += cholesky[axis * k + j] * point[j];
      return mean[axis] + radius * sum;
    }),
  );
}

/** @param {(t: number) => number[]} at @returns {number[][]} */
const circle = (at) => Array.from({ length: STEPS + 1 }, (_, i) => at((2 * Math.PI * i) / STEPS));

/** @param {number[][]} line @returns {number[][][]} */
const dashes = (line) =>
  Array.from({ length: (line.length - 1) / PERIOD }, (_, i) => line.slice(i * PERIOD, i * PERIOD + DASH + 1));

/** @returns {number[][][]} lines of a globe */
function sphere() {
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
