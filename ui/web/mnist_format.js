/**
 * Ink brought into MNIST's format while it is being drawn (LeCun et al., 1998, section III.A): the longer side is 20
 * pixels, the centre of mass in the middle of 28 x 28. `vae_core.mnist_format` does the same for uploads.
 */

import { SIZE } from "./digits.js";
import { PIXELS } from "./nn.js";

const SIDE = 20;
const LEVELS = 15;
// As a float32, which is what the ink is, here and in Python.
const INK = Math.fround(0.1);

/** @typedef {{left: number, top: number, width: number, height: number}} Extent */

/**
 * @param {Float32Array} ink [height * width] in [0, 1], row by row, white on black
 * @param {number} width @param {number} height of the ink, in its own pixels
 * @param {Float32Array} [out] [784]
 * @returns {Float32Array} out: 28 x 28 in [0, 1], not yet quantised; blank where no ink exceeds 0.1
 */
export function mnistFormat(ink, width, height, out = new Float32Array(PIXELS)) {
  out.fill(0);
  const extent = extentOf(ink, width, height);
  if (!extent) return out;
  const longer = Math.max(extent.width, extent.height);
  // In this order, as in Python: a half is then exactly a half.
  const columns = Math.max(1, Math.floor((SIDE * extent.width) / longer + 0.5));
  const rows = Math.max(1, Math.floor((SIDE * extent.height) / longer + 0.5));
  return centred(resized(ink, width, extent, columns, rows), columns, rows, out);
}

/**
 * To the 16 levels in which a digit travels in a link.
 * @param {Float32Array} pixels in [0, 1]; become multiples of 1/15
 * @returns {Float32Array} the same pixels
 */
export function quantise(pixels) {
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.floor(LEVELS * pixels[i] + 0.5) / LEVELS;
  return pixels;
}

/** @param {Float32Array} ink @param {number} width @param {number} height @returns {Extent | null} null: no ink */
function extentOf(ink, width, height) {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (!(ink[i] > INK)) continue;
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = row;
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Each pixel the mean of the ink under it.
 * @param {Float32Array} ink @param {number} stride of its rows @param {Extent} extent
 * @param {number} columns @param {number} rows
 * @returns {Float64Array} [rows * columns]
 */
function resized(ink, stride, extent, columns, rows) {
  const narrow = new Float64Array(extent.height * columns);
  const across = shares(extent.width, columns);
  for (let row = 0; row < extent.height; row++) {
    const start = (extent.top + row) * stride + extent.left;
    for (const { from, to, share } of across) narrow[row * columns + to] += share * ink[start + from];
  }
  const small = new Float64Array(rows * columns);
  for (const { from, to, share } of shares(extent.height, rows)) {
    for (let column = 0; column < columns; column++) {
      small[to * columns + column] += share * narrow[from * columns + column];
    }
  }
  return small;
}

/**
 * @param {number} inputs @param {number} outputs pixels along one axis, over the same length
 * @returns {{from: number, to: number, share: number}[]} what share of output pixel `to` lies on input pixel `from`
 */
function shares(inputs, outputs) {
  const list = [];
  for (let to = 0; to < outputs; to++) {
    // In units of 1/outputs of an input pixel everything is an integer, and no rounding moves an edge.
    const [start, end] = [to * inputs, (to + 1) * inputs];
    for (let from = Math.floor(start / outputs); from * outputs < end; from++) {
      const overlap = Math.min(end, (from + 1) * outputs) - Math.max(start, from * outputs);
      list.push({ from, to, share: overlap / inputs });
    }
  }
  return list;
}

/**
 * Placed in the middle, then moved until the centre of mass is there: bilinear, black outside.
 * @param {Float64Array} image [rows * columns] @param {number} columns @param {number} rows
 * @param {Float32Array} out [784], black
 */
function centred(image, columns, rows, out) {
  const [left, top] = [Math.floor((SIZE - columns) / 2), Math.floor((SIZE - rows) / 2)];
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      mass += image[i];
      sumX += image[i] * (left + column);
      sumY += image[i] * (top + row);
    }
  }
  const middle = (SIZE - 1) / 2;
  const [dx, dy] = [sumX / mass - middle - left, sumY / mass - middle - top];
  const [wholeX, wholeY] = [Math.floor(dx), Math.floor(dy)];
  const [fx, fy] = [dx - wholeX, dy - wholeY];
  const at = (/** @type {number} */ row, /** @type {number} */ column) =>
    row >= 0 && row < rows && column >= 0 && column < columns ? image[row * columns + column] : 0;
  for (let y = 0, i = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++, i++) {
      const [row, column] = [y + wholeY, x + wholeX];
      const upper = (1 - fx) * at(row, column) + fx * at(row, column + 1);
      const lower = (1 - fx) * at(row + 1, column) + fx * at(row + 1, column + 1);
      out[i] = Math.min(1, Math.max(0, (1 - fy) * upper + fy * lower));
    }
  }
  return out;
}
