/** Twenty by twenty decoded digits that fill the view, from the middle outwards. */

import { paintAt, SIZE } from "../../kit/digits.js";

export const CELLS = 20;

const order = Array.from({ length: CELLS * CELLS }, (_, k) => [k % CELLS, Math.floor(k / CELLS)]).sort(
  (a, b) => fromMiddle(a) - fromMiddle(b),
);

/** @param {number[]} cell @returns {number} squared distance from the middle of the lattice */
function fromMiddle([column, row]) {
  return (2 * column + 1 - CELLS) ** 2 + (2 * row + 1 - CELLS) ** 2;
}

/**
 * @param {HTMLCanvasElement} canvas resized to 20 x 20 pictures, and emptied
 * @param {import("../../nn/nn.js").Model} model
 * @param {import("../plane.js").Plane} plane
 * @param {import("../viewport.js").Viewport} viewport
 * @yields after each picture
 */
export function* lattice(canvas, model, plane, viewport) {
  canvas.width = canvas.height = CELLS * SIZE;
  for (const [column, row] of order) {
    const z = plane.code(viewport.at([column + 0.5, row + 0.5], CELLS));
    paintAt(canvas, model.decode(z), column * SIZE, row * SIZE);
    yield;
  }
}
