/**
 * Ink brought into MNIST's format while it is being drawn (LeCun et al., 1998, section III.A): the longer side is 20
 * pixels, the centre of mass at pixel (14, 14). `vae_core.pictures.mnist_format` does the same for uploads and says why there.
 */

import { DIGIT } from "../nn/shape.js";

const { width: SIZE, pixels: PIXELS } = DIGIT;

const SIDE = 20;
const CENTRE_OF_MASS = 14;
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
  const pitch = Math.max(extent.width, extent.height) / SIDE;
  const { middleX, middleY } = centreOfMass(ink, width, extent);
  const across = shares(extent.width, middleX, pitch);
  const narrow = new Float64Array(extent.height * SIZE);
  for (let row = 0; row < extent.height; row++) {
    const start = (extent.top + row) * width + extent.left;
    for (const { from, to, share } of across) narrow[row * SIZE + to] += share * ink[start + from];
  }
  const sums = new Float64Array(PIXELS);
  for (const { from, to, share } of shares(extent.height, middleY, pitch)) {
    for (let column = 0; column < SIZE; column++) sums[to * SIZE + column] += share * narrow[from * SIZE + column];
  }
  for (let i = 0; i < PIXELS; i++) out[i] = Math.min(1, sums[i]);
  return out;
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
 * @param {Float32Array} ink @param {number} stride of its rows @param {Extent} extent
 * @returns {{middleX: number, middleY: number}} from the extent's left and upper edge, in pixels of the ink
 */
function centreOfMass(ink, stride, { left, top, width, height }) {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0, i = (top + row) * stride + left; column < width; column++, i++) {
      mass += ink[i];
      sumX += ink[i] * (column + 0.5);
      sumY += ink[i] * (row + 0.5);
    }
  }
  return { middleX: sumX / mass, middleY: sumY / mass };
}

/**
 * @param {number} inputs along one axis @param {number} middle of mass along it @param {number} pitch inputs a pixel
 * @returns {{from: number, to: number, share: number}[]} what share of pixel `to` lies on input `from`
 */
function shares(inputs, middle, pitch) {
  const list = [];
  for (let to = 0; to < SIZE; to++) {
    const [start, end] = [to, to + 1].map((edge) => middle + pitch * (edge - CENTRE_OF_MASS - 0.5));
    for (let from = Math.max(0, Math.floor(start)); from < Math.min(inputs, end); from++) {
      list.push({ from, to, share: (Math.min(end, from + 1) - Math.max(start, from)) / pitch });
    }
  }
  return list;
}
