/** A tool between two ends: whose they are where nobody has chosen any, and when it asks. */

import { mulberry32 } from "../../maths/seeded_noise.js";
import { Ask } from "../ask.js";

/** @typedef {import("../plane.js").MapSide} MapSide */
/** @typedef {import("../plane.js").Plane} Plane */
/** @typedef {import("../viewport.js").Place} Place */

// A hand that drags an end does not ask at every step.
export const REST_MS = 150;
const DRAWN = 40;
// Away from the rim, where the pictures are no digits.
const REACH = 0.85;

/** @template Answer of the server */
export class TwoEnds {
  keys = "arrow keys move the pointer, Enter sets an end, Escape clears";

  /** @param {() => void} onChange */
  constructor(onChange) {
    /** @type {Ask<Answer>} */
    this.asked = new Ask(onChange);
    /** @type {MapSide[]} */
    this.sides = [];
    this.digits = "";
    /** How many digits there are. */
    this.count = 0;
    /** Digits that the seed draws, two or none. @type {{row: number, place: Place}[]} */
    this.usual = [];
    this.isOpen = false;
  }

  /** @param {MapSide[]} sides @param {{digits: string, seed: number}} data */
  build(sides, { digits, seed }) {
    this.close();
    this.sides = sides;
    this.digits = digits;
    this.isOpen = false;
    this.draw(seed);
  }

  /** Other ends to begin with. @param {number} seed */
  draw(seed) {
    const plane = this.sides.map((side) => side.plane).find((one) => one?.count);
    this.count = plane?.count ?? 0;
    this.usual = plane ? farDigits(plane, seed).map((row) => ({ row, place: [plane.xs[row], plane.ys[row]] })) : [];
    if (this.isOpen) this.ask({ keep: true });
  }

  /** It is in hand: what it takes is fetched. */
  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.ask();
  }

  /** @param {{delay?: number, keep?: boolean}} [_options] see `Ask.start` */
  ask(_options) {}

  get busy() {
    return this.asked.busy;
  }

  close() {
    this.asked.drop();
  }
}

/**
 * Two digits of two classes, far from each other on the map.
 * @param {Plane} plane @param {number} seed
 * @returns {number[]} two rows, the same for the same seed; none where all digits are of one class
 */
function farDigits({ xs, ys, labels, count }, seed) {
  const uniform = mulberry32(seed);
  const drawn = Array.from({ length: DRAWN }, () => Math.floor(uniform() * count));
  const inside = drawn.filter((row) => Math.max(Math.abs(xs[row]), Math.abs(ys[row])) <= REACH);
  /** @type {number[]} */
  let best = [];
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
