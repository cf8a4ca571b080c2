/** The class that the nearest digits vote for, all over the view. */

import { parseColour } from "./points.js";

export const CELLS = 96;
export const NEIGHBOURS = 15;
// Every eighth cell first, each as a block, then those between.
const STRIDES = [8, 4, 2, 1];
const CELLS_A_STEP = 8;
const AXES = 3;
const LEAF = 12;
// A bare majority is paler than all fifteen.
const ALPHA = [40, 150];

/**
 * Coarse to fine.
 * @param {HTMLCanvasElement} canvas resized to the cells, and emptied
 * @param {import("../plane.js").Plane} plane
 * @param {import("../viewport.js").Viewport} viewport
 * @param {Set<number>} hidden digits, which have no vote
 * @param {string[]} colours of the digits, #rrggbb
 * @yields after a few cells
 */
export function* votes(canvas, plane, viewport, hidden, colours) {
  canvas.width = canvas.height = CELLS;
  const g = canvas.getContext("2d");
  const words = colours.map((colour) => parseColour(colour).word & 0xffffff);
  const ballot = new Ballot(plane, hidden);
  if (!g || !ballot.count) return;
  yield;
  yield* ballot.tree.build();
  const image = g.createImageData(CELLS, CELLS);
  const pixels = new Uint32Array(image.data.buffer);
  let cells = 0;
  for (const stride of STRIDES) {
    for (let row = 0; row < CELLS; row += stride) {
      for (let column = 0; column < CELLS; column += stride) {
        const isDone = stride < STRIDES[0] && row % (2 * stride) === 0 && column % (2 * stride) === 0;
        if (isDone) continue;
        const { winner, share } = ballot.vote(plane.unit(viewport.at([column + 0.5, row + 0.5], CELLS)));
        const word = ((Math.round(ALPHA[0] + (ALPHA[1] - ALPHA[0]) * share) << 24) | words[winner]) >>> 0;
        for (let y = row; y < row + stride; y++) pixels.fill(word, y * CELLS + column, y * CELLS + column + stride);
        if (++cells % CELLS_A_STEP === 0) {
          g.putImageData(image, 0, 0, 0, row, CELLS, stride);
          yield;
        }
      }
      g.putImageData(image, 0, 0, 0, row, CELLS, stride);
    }
  }
}

/**
 * The nearest of all digits that may vote. Distances are those in the full latent space: seen from a place on the
 * plane, a code r off the plane is where the point (u, v, r) is in three dimensions.
 */
export class Ballot {
  /** @param {import("../plane.js").Plane} plane @param {Set<number>} hidden digits, which have no vote */
  constructor({ us, vs, residual, labels, count }, hidden) {
    const rows = new Uint32Array(count);
    this.count = 0;
    for (let n = 0; n < count; n++) if (!hidden.has(labels[n])) rows[this.count++] = n;
    this.labels = new Uint8Array(this.count);
    const axes = [us, vs, residual].map(() => new Float64Array(this.count));
    for (let k = 0; k < this.count; k++) {
      const n = rows[k];
      this.labels[k] = labels[n];
      axes[0][k] = us[n];
      axes[1][k] = vs[n];
      axes[2][k] = residual[n];
    }
    this.tree = new Tree(axes, Math.min(NEIGHBOURS, this.count));
    this.tally = new Uint8Array(10);
  }

  /**
   * @param {[number, number]} place u, v
   * @returns {{winner: number, share: number}} of the votes there; the smaller digit at a tie
   */
  vote([u, v]) {
    const { tally, labels } = this;
    tally.fill(0);
    const nearest = this.tree.nearest([u, v, 0]);
    for (const n of nearest) tally[labels[n]] += 1;
    let winner = 0;
    for (let digit = 1; digit < tally.length; digit++) if (tally[digit] > tally[winner]) winner = digit;
    return { winner, share: tally[winner] / nearest.length };
  }
}

/** A k-d tree (Bentley, 1975) over points in three dimensions. */
export class Tree {
  /**
   * @param {Float64Array[]} axes three of [N], which it rearranges
   * @param {number} k how many neighbours to look for, at most N
   */
  constructor(axes, k) {
    this.axes = axes;
    this.count = axes[0].length;
    /** Which point is where. */
    this.order = Uint32Array.from({ length: this.count }, (_, n) => n);
    /** Of the point in the middle of each range: the axis along which it parts the range. */
    this.parting = new Uint8Array(this.count);
    this.squares = new Float64Array(k);
    this.found = new Uint32Array(k);
  }

  /** Sorts the points into the tree, which is of no use before. @yields after each range */
  *build() {
    const ranges = [[0, this.count]];
    for (let range = ranges.pop(); range; range = ranges.pop()) {
      const [low, high] = range;
      if (high - low <= LEAF) continue;
      const middle = (low + high) >> 1;
      const axis = this.widest(low, high);
      this.parting[middle] = axis;
      this.select(low, high - 1, middle, this.axes[axis]);
      ranges.push([low, middle], [middle + 1, high]);
      yield;
    }
  }

  /** @param {number} low @param {number} high @returns {number} the axis along which the range is the widest */
  widest(low, high) {
    let [best, width] = [0, -1];
    for (let a = 0; a < AXES; a++) {
      const axis = this.axes[a];
      let [least, most] = [Infinity, -Infinity];
      for (let n = low; n < high; n++) {
        if (axis[n] < least) least = axis[n];
        if (axis[n] > most) most = axis[n];
      }
      if (most - least > width) [best, width] = [a, most - least];
    }
    return best;
  }

  /**
   * Hoare's quickselect: nothing before `middle` is greater along the axis, nothing behind it smaller.
   * @param {number} low @param {number} high the last @param {number} middle @param {Float64Array} axis
   */
  select(low, high, middle, axis) {
    while (low < high) {
      const pivot = axis[(low + high) >> 1];
      let [i, j] = [low, high];
      while (i <= j) {
        while (axis[i] < pivot) i++;
        while (axis[j] > pivot) j--;
        if (i <= j) this.swap(i++, j--);
      }
      if (middle <= j) high = j;
      else if (middle >= i) low = i;
      else return;
    }
  }

  /** @param {number} i @param {number} j */
  swap(i, j) {
    const { order } = this;
    for (const axis of this.axes) {
      const value = axis[i];
      axis[i] = axis[j];
      axis[j] = value;
    }
    const n = order[i];
    order[i] = order[j];
    order[j] = n;
  }

  /**
   * @param {number[]} query three
   * @returns {Uint32Array} [k], the nearest points, nearest first; overwritten by the next call
   */
  nearest(query) {
    this.squares.fill(Infinity);
    this.search(0, this.count, query);
    return this.found;
  }

  /** @param {number} low @param {number} high @param {number[]} query */
  search(low, high, query) {
    if (high - low <= LEAF) {
      for (let n = low; n < high; n++) this.consider(n, query);
      return;
    }
    const middle = (low + high) >> 1;
    const axis = this.parting[middle];
    const beyond = query[axis] - this.axes[axis][middle];
    if (beyond < 0) this.search(low, middle, query);
    else this.search(middle + 1, high, query);
    if (beyond * beyond >= this.squares[this.squares.length - 1]) return;
    this.consider(middle, query);
    if (beyond < 0) this.search(middle + 1, high, query);
    else this.search(low, middle, query);
  }

  /** @param {number} n @param {number[]} query */
  consider(n, [u, v, w]) {
    const { squares, found } = this;
    const [us, vs, ws] = this.axes;
    const square = (us[n] - u) ** 2 + (vs[n] - v) ** 2 + (ws[n] - w) ** 2;
    let k = squares.length - 1;
    if (square >= squares[k]) return;
    for (; k > 0 && squares[k - 1] > square; k--) {
      squares[k] = squares[k - 1];
      found[k] = found[k - 1];
    }
    squares[k] = square;
    found[k] = this.order[n];
  }
}
