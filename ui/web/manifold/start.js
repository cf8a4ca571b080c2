/** Two digits to begin with: of two classes, and far from each other on the map. */

import { mulberry32 } from "../maths/random.js";

/** @typedef {import("../map/plane.js").Plane} Plane */

const DRAWN = 40;
// Away from the rim, where the pictures are no digits.
const REACH = 0.85;

/**
 * @param {Plane} plane @param {number} seed
 * @returns {[number, number] | null} rows, the same for the same seed; null where all digits are of one class
 */
export function farDigits({ xs, ys, labels, count }, seed) {
  const uniform = mulberry32(seed);
  const drawn = Array.from({ length: DRAWN }, () => Math.floor(uniform() * count));
  const inside = drawn.filter((row) => Math.max(Math.abs(xs[row]), Math.abs(ys[row])) <= REACH);
  /** @type {[number, number] | null} */
  let best = null;
  let farthest = 0;
  for (const a of inside.length > 1 ? inside : drawn) {
    for (const b of inside.length > 1 ? inside : drawn) {
      const distance = Math.hypot(xs[a] - xs[b], ys[a] - ys[b]);
      if (labels[a] === labels[b] || distance <= farthest) continue;
      farthest = distance;
      best = [a, b];
    }
  }
  return best;
}

/**
 * @param {Plane} plane @param {import("../map/viewport.js").Place} place @param {Set<number>} hidden digits
 * @returns {number | null} the row whose code is nearest on the map
 */
export function nearestRow({ xs, ys, labels, count }, [x, y], hidden) {
  let best = null;
  let least = Infinity;
  for (let row = 0; row < count; row++) {
    if (hidden.has(labels[row])) continue;
    const square = (xs[row] - x) ** 2 + (ys[row] - y) ** 2;
    if (square >= least) continue;
    least = square;
    best = row;
  }
  return best;
}
