/** What is left to chance on the desk, the same for the same seed. */

import { mulberry32, normals } from "../maths/random.js";
import { PIXELS } from "../nn/nn.js";
import { z } from "../state/z.js";

export class Chance {
  /** @param {number} seed */
  constructor(seed) {
    /** The next number in (0, 1). */
    this.uniform = mulberry32(seed);
    /** The next number of N(0, 1). */
    this.normal = normals(this.uniform);
    // As many as a model can have coordinates: whatever pair is chosen, the same seed opens with the same z.
    this.first = Float32Array.from({ length: PIXELS }, this.normal);
  }

  /** @param {number} side @returns {Float32Array} what was chosen of its z, or of the other's, and then what comes by chance */
  startOf(side) {
    const from = z.chosen[side] ? side : 1 - side;
    const numbers = this.first.slice();
    numbers.set(z.numbers[from].subarray(0, z.chosen[from]));
    return numbers;
  }
}
