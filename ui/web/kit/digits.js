/** Grey levels onto 28 x 28 canvases; CSS enlarges them, pixelated. */

import { SIZE } from "../nn/nn.js";
import { element } from "./dom.js";

export { SIZE };

/** @param {number | null} label null where it is not known @param {number} row @returns {string} its name everywhere */
export const digitName = (label, row) => (label === null ? `digit no. ${row}` : `digit ${label}, no. ${row}`);

const image = new ImageData(SIZE, SIZE);
const rgba = new Uint32Array(image.data.buffer);
const GREYS = Uint32Array.from({ length: 256 }, (_, v) => (255 << 24) | (v << 16) | (v << 8) | v);

/**
 * @param {Record<string, unknown>} [attributes]
 * @returns {HTMLCanvasElement} a black canvas of 28 x 28
 */
export function digitCanvas(attributes = {}) {
  return element("canvas", { width: SIZE, height: SIZE, ...attributes });
}

/**
 * @param {HTMLCanvasElement} canvas 28 x 28
 * @param {Float32Array | Uint8Array} pixels 784, row by row: floats in [0, 1], or grey levels 0 to 255
 */
export function paint(canvas, pixels) {
  paintAt(canvas, pixels, 0, 0);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array | Uint8Array} pixels as `paint` takes them
 * @param {number} x @param {number} y of the upper left corner
 */
export function paintAt(canvas, pixels, x, y) {
  const scale = pixels instanceof Float32Array ? 255 : 1;
  for (let i = 0; i < rgba.length; i++) rgba[i] = GREYS[(pixels[i] * scale + 0.5) | 0];
  canvas.getContext("2d")?.putImageData(image, x, y);
}
