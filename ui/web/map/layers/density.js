/** How densely the codes lie: a histogram over the view, blurred. */

import { parseColour } from "./points.js";

const CELLS = 160;
// Three box filters of this reach are close to a Gaussian of 3.5 cells.
const REACH = 3;
const PASSES = 3;
// What lies outside the view and is blurred into it.
const PAD = REACH * PASSES;
const WIDTH = CELLS + 2 * PAD;
const STRONGEST = 0.9;
// Below 1, so that sparse regions are seen beside dense ones.
const GAMMA = 0.6;

const image = new ImageData(CELLS, CELLS);
const pixels = new Uint32Array(image.data.buffer);

/**
 * @param {HTMLCanvasElement} canvas resized to the histogram's cells
 * @param {import("../plane.js").Plane} plane
 * @param {import("../viewport.js").Viewport} viewport
 * @param {Set<number>} hidden digits, which do not count
 * @param {string} colour #rrggbb
 */
export function drawDensity(canvas, { xs, ys, labels, count }, viewport, hidden, colour) {
  let field = new Float32Array(WIDTH * WIDTH);
  const zoom = (CELLS / 2) * viewport.scale;
  for (let n = 0; n < count; n++) {
    if (hidden.has(labels[n])) continue;
    const column = Math.floor(CELLS / 2 + (xs[n] - viewport.cx) * zoom) + PAD;
    const row = Math.floor(CELLS / 2 - (ys[n] - viewport.cy) * zoom) + PAD;
    if (column >= 0 && row >= 0 && column < WIDTH && row < WIDTH) field[row * WIDTH + column] += 1;
  }
  let other = new Float32Array(WIDTH * WIDTH);
  for (let pass = 0; pass < 2 * PASSES; pass++) {
    blurTransposed(field, other);
    [field, other] = [other, field];
  }
  let [sum, squares] = [0, 0];
  for (let row = PAD; row < PAD + CELLS; row++) {
    for (let k = row * WIDTH + PAD; k < row * WIDTH + PAD + CELLS; k++) {
      sum += field[k];
      squares += field[k] * field[k];
    }
  }
  // Twice what is around the average code: the peak of a Gaussian, and less than that of a star.
  const top = sum && (2 * squares) / sum;
  const word = parseColour(colour).word & 0xffffff;
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      // The running sums leave a rounding of either sign where there is nothing.
      const value = top && Math.min(1, Math.max(0, field[(row + PAD) * WIDTH + column + PAD] / top));
      pixels[row * CELLS + column] = (Math.round(255 * STRONGEST * value ** GAMMA) << 24) | word;
    }
  }
  canvas.width = canvas.height = CELLS;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/**
 * One box filter along the rows, its result transposed: twice is along both.
 * @param {Float32Array} from @param {Float32Array} to
 */
function blurTransposed(from, to) {
  for (let row = 0; row < WIDTH; row++) {
    const start = row * WIDTH;
    let sum = 0;
    for (let k = 0; k < REACH; k++) sum += from[start + k];
    for (let k = 0; k < WIDTH; k++) {
      if (k + REACH < WIDTH) sum += from[start + k + REACH];
      if (k > REACH) sum -= from[start + k - REACH - 1];
      to[k * WIDTH + row] = sum;
    }
  }
}
