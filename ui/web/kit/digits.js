/** Pictures on canvases of their size; CSS enlarges them, pixelated. */

import { DIGIT, Shape } from "../nn/shape.js";
import { element } from "./dom.js";

/** Of the pictures on this page: it shows one set at a time, and models that take it. */
export let shape = DIGIT;

/** Before anything is shown that is of these pictures. @param {readonly number[]} sizes as of `Shape` */
export function showPicturesOf(sizes) {
  if (String(new Shape(sizes)) !== String(shape)) shape = new Shape(sizes);
}

/** @param {number | null} label null where it is not known @param {number} row @returns {string} its name everywhere */
export function digitName(label, row) {
  if (shape.isDigit) return label === null ? `digit no. ${row}` : `digit ${label}, no. ${row}`;
  return label === null ? `picture no. ${row}` : `class ${label}, no. ${row}`;
}

let image = new ImageData(1, 1);
const GREYS = Uint32Array.from({ length: 256 }, (_, v) => (255 << 24) | (v << 16) | (v << 8) | v);

/**
 * @param {Record<string, unknown>} [attributes] @param {Shape} [size] those of this page
 * @returns {HTMLCanvasElement} black, of the size of a picture
 */
export function digitCanvas(attributes = {}, { width, height } = shape) {
  return element("canvas", { width, height, ...attributes });
}

/**
 * @param {HTMLCanvasElement} canvas of the size of the picture
 * @param {Float32Array | Uint8Array} pixels of 1 or 3 channels: floats in [0, 1], or levels 0 to 255
 */
export function paint(canvas, pixels) {
  put(canvas, pixels, 0, 0, canvas);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array | Uint8Array} pixels as `paint` takes them, of the shape of this page
 * @param {number} x @param {number} y of the upper left corner
 */
export function paintAt(canvas, pixels, x, y) {
  put(canvas, pixels, x, y, shape);
}

/**
 * @param {HTMLCanvasElement} canvas @param {Float32Array | Uint8Array} pixels @param {number} x @param {number} y
 * @param {{width: number, height: number}} size of the picture
 */
function put(canvas, pixels, x, y, { width, height }) {
  if (image.width !== width || image.height !== height) image = new ImageData(width, height);
  const rgba = new Uint32Array(image.data.buffer);
  const area = rgba.length;
  const scale = pixels instanceof Float32Array ? 255 : 1;
  if (pixels.length === area) {
    for (let i = 0; i < area; i++) rgba[i] = GREYS[(pixels[i] * scale + 0.5) | 0];
  } else {
    for (let i = 0; i < area; i++) {
      const [red, green, blue] = [pixels[i], pixels[i + area], pixels[i + 2 * area]];
      rgba[i] =
        (255 << 24) |
        (((blue * scale + 0.5) | 0) << 16) |
        (((green * scale + 0.5) | 0) << 8) |
        ((red * scale + 0.5) | 0);
    }
  }
  canvas.getContext("2d")?.putImageData(image, x, y);
}
