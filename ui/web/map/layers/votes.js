/** The class that the nearest digits vote for, all over the view. */

import { parseColour } from "./points.js";
import { Tree } from "./tree.js";

export const CELLS = 96;
export const NEIGHBOURS = 15;
// Every eighth cell first, each as a block, then those between.
const STRIDES = [8, 4, 2, 1];
const CELLS_A_STEP = 8;
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
