/** What lies in a box of a picture's ink as a digit in MNIST's format, as `digit_in` of `vae_core.pictures.picture` has it. */

import { element } from "../kit/dom.js";
import { mnistFormat, quantise } from "../maths/mnist_format.js";

/** Left, top, right, bottom, the last two not in it. @typedef {[number, number, number, number]} Box */
/**
 * @typedef {object} Ink
 * @property {Uint8Array} levels [height * width], how strong the strokes are
 * @property {number} width
 * @property {number} height
 */

const LEVELS = 15;
const LONGER_SIDE = 20;
const [THINNEST, BROADEST] = [2.2, 4.2];

/** @param {string} address of a grey picture @returns {Promise<Ink>} */
export async function inkAt(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = element("canvas", { width, height });
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  g.drawImage(image, 0, 0);
  const { data } = g.getImageData(0, 0, width, height);
  return { levels: Uint8Array.from({ length: width * height }, (_, i) => data[4 * i]), width, height };
}

/**
 * @param {Ink} ink @param {Box} box inside it
 * @param {number} threshold in (0, 1), from which share of 255 on it is a stroke
 * @returns {Uint8Array} [784], levels of 0 to 15; blank where there is no stroke
 */
export function digitIn(ink, [left, top, right, bottom], threshold) {
  const [width, height] = [right - left, bottom - top];
  const [from, rise] = [Math.fround(threshold), Math.fround(Math.min(1, threshold + 0.5) - threshold)];
  const part = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, at = (top + y) * ink.width + left; x < width; x++, i++, at++) {
      const share = Math.fround(ink.levels[at] / 255);
      part[i] = Math.min(1, Math.max(0, Math.fround(share - from) / rise));
    }
  }
  const pen = asByAUsualPen(part, width, height);
  const pixels = quantise(mnistFormat(pen.ink, pen.width, pen.height));
  return Uint8Array.from(pixels, (pixel) => Math.round(LEVELS * pixel));
}

/**
 * Strokes broader or thinner than MNIST's come to its limits.
 * @param {Float32Array} ink in [0, 1] @param {number} width @param {number} height
 * @returns {{ink: Float32Array, width: number, height: number}} perhaps a few pixels more on each side
 */
function asByAUsualPen(ink, width, height) {
  const same = { ink, width, height };
  const strokes = padded(ink, width, height, 1);
  const depth = distances(strokes.width, strokes.height, (i) => !(strokes.ink[i] > 0.5));
  let [area, sum, first, last, low, high] = [0, 0, width, -1, height, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!(ink[i] > 0.5)) continue;
      area += 1;
      sum += depth[(y + 1) * strokes.width + x + 1];
      [first, last] = [Math.min(first, x), Math.max(last, x)];
      [low, high] = [Math.min(low, y), y];
    }
  }
  if (!area) return same;
  // Across a stroke the distance to its edge is a quarter of its width on average.
  const stroke = (4 * sum) / area - 1;
  const longer = Math.max(last - first, high - low) + 1;
  const wanted = Math.min(BROADEST, Math.max(THINNEST, (LONGER_SIDE * stroke) / longer));
  // The digit grows with its strokes.
  const more = ((wanted * longer) / LONGER_SIDE - stroke) / (2 - (2 * wanted) / LONGER_SIDE);
  if (Math.abs(more) <= 0.01) return same;
  if (more < 0) {
    const less = Math.min(-more, 0.25 * stroke);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        ink[i] = Math.min(ink[i], Math.max(0, depth[(y + 1) * strokes.width + x + 1] - less));
      }
    }
    return same;
  }
  const broad = padded(ink, width, height, Math.ceil(more) + 1);
  const away = distances(broad.width, broad.height, (i) => broad.ink[i] > 0.5);
  for (let i = 0; i < broad.ink.length; i++) {
    broad.ink[i] = Math.max(broad.ink[i], Math.min(1, Math.max(0, more + 1 - away[i])));
  }
  return broad;
}

/** @param {Float32Array} ink @param {number} width @param {number} height @param {number} room on each side */
function padded(ink, width, height, room) {
  const wide = width + 2 * room;
  const out = new Float32Array(wide * (height + 2 * room));
  for (let y = 0; y < height; y++) out.set(ink.subarray(y * width, (y + 1) * width), (y + room) * wide + room);
  return { ink: out, width: wide, height: height + 2 * room };
}

/**
 * Of each pixel to the nearest one of some, exact (Felzenszwalb & Huttenlocher, 2012, section 2).
 * @param {number} width @param {number} height @param {(i: number) => boolean} isOne at least one is
 * @returns {Float64Array} [height * width]
 */
function distances(width, height, isOne) {
  const squares = new Float64Array(width * height);
  const far = width + height;
  for (let x = 0; x < width; x++) {
    // Along a column the nearest one above, then the nearest below.
    for (let y = 0, since = far; y < height; y++) {
      since = isOne(y * width + x) ? 0 : since + 1;
      squares[y * width + x] = since;
    }
    for (let y = height - 1, since = far; y >= 0; y--) {
      since = squares[y * width + x] === 0 ? 0 : since + 1;
      squares[y * width + x] = Math.min(squares[y * width + x], since) ** 2;
    }
  }
  const [centres, edges, row] = [new Int32Array(width), new Float64Array(width + 1), new Float64Array(width)];
  for (let y = 0; y < height; y++) {
    const start = y * width;
    for (let x = 0; x < width; x++) row[x] = squares[start + x];
    let k = 0;
    [centres[0], edges[0], edges[1]] = [0, -Infinity, Infinity];
    for (let x = 1; x < width; x++) {
      let meet = crossing(row, x, centres[k]);
      while (meet <= edges[k]) meet = crossing(row, x, centres[--k]);
      k += 1;
      [centres[k], edges[k], edges[k + 1]] = [x, meet, Infinity];
    }
    k = 0;
    for (let x = 0; x < width; x++) {
      while (edges[k + 1] < x) k += 1;
      squares[start + x] = Math.sqrt((x - centres[k]) ** 2 + row[centres[k]]);
    }
  }
  return squares;
}

/** @param {Float64Array} row @param {number} x @param {number} other @returns {number} where their parabolas cross */
const crossing = (row, x, other) => (row[x] + x * x - row[other] - other * other) / (2 * (x - other));
