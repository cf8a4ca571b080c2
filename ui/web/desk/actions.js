/** What the desk's buttons and keys do, and the numbers that are left to chance. */

import { mulberry32, normals } from "../maths/seeded_noise.js";
import { MOST_CODES } from "../nn/config.js";
import { z } from "../state/z.js";

/** @typedef {import("../state/z.js").Z} Z */
/** @typedef {(side: import("../server/models.js").CodedModel, eps: Float32Array) => Float32Array} Sampler */
/**
 * @typedef {object} Desk
 * @property {Z | null} state
 * @property {(sampler: Sampler) => void} draw
 * @property {(mutate: (state: Z) => void) => void} change
 * @property {(step: (state: Z) => boolean) => void} travel
 * @property {() => void} pickDigit
 * @property {() => void} savePng
 */

/** @type {Sampler} */
const fromPrior = ({ encodings }, eps) => eps.slice(0, encodings.dim);
/** @type {Sampler} */
const fromFitted = ({ encodings }, eps) => encodings.fitted(eps);

/** @param {Desk} desk @returns {import("../kit/controls.js").Action[]} */
export function deskActions(desk) {
  const undo = { control: true, enabled: () => desk.state?.canUndo ?? false };
  const redo = { control: true, shift: true, enabled: () => desk.state?.canRedo ?? false };
  const fitted = "z from a Gaussian fitted to each model's codes, from the same ε";
  return [
    { name: "Random z", key: "r", title: "z from N(0, I), the same for both", run: () => desk.draw(fromPrior) },
    { name: "Fitted Gaussian", key: "f", title: fitted, run: () => desk.draw(fromFitted) },
    { name: "Zero", key: "0", title: "Every slider to 0", run: () => desk.change((state) => state.resetAll()) },
    { name: "Digit", key: "g", title: "Each model's code of a random digit", run: () => desk.pickDigit() },
    { name: "Undo", key: "z", title: "Undo", ...undo, run: () => desk.travel((state) => state.undo()) },
    { name: "Redo", key: "z", title: "Redo", ...redo, run: () => desk.travel((state) => state.redo()) },
    { name: "Save PNG", key: "s", title: "Save what is on the desk as a PNG", run: () => desk.savePng() },
  ];
}

/** The same for the same seed. */
export class Chance {
  /** @param {number} seed */
  constructor(seed) {
    /** The next number in (0, 1). */
    this.uniform = mulberry32(seed);
    /** The next number of N(0, 1). */
    this.normal = normals(this.uniform);
    // As many as a model can have coordinates: whatever pair is chosen, the same seed opens with the same z.
    this.first = Float32Array.from({ length: MOST_CODES }, this.normal);
  }

  /** @param {number} side @returns {Float32Array} what was chosen of its z, or of the other's, and then what comes by chance */
  startOf(side) {
    const from = z.chosen[side] ? side : 1 - side;
    const numbers = this.first.slice();
    numbers.set(z.numbers[from].subarray(0, z.chosen[from]));
    return numbers;
  }
}
