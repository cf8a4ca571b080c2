/** The digits' codes as small discs, written pixel by pixel: 10,000 in about two milliseconds. */

// Discs are drawn at quarters of a pixel, or they would jump from pixel to pixel while the view moves.
const PARTS = 4;
const RIM = 0.5;
const RADIUS = { few: 1.6, many: 1.2 };
const MANY = 5000;
// Points grow with the zoom, slowly: they say where a code is, not how large.
const GROWTH = 0.25;

/**
 * @param {{count: number}} plane @param {import("../viewport.js").Viewport} viewport
 * @returns {number} of its points, in pixels of the page
 */
export const radiusOf = ({ count }, { scale }) =>
  (count > MANY ? RADIUS.many : RADIUS.few) * Math.max(1, scale ** GROWTH);

/**
 * @typedef {object} Stamp one disc on the grid of pixels
 * @property {Int8Array} dx
 * @property {Int8Array} dy
 * @property {Uint8Array} alpha
 */

/** @type {Map<number, Stamp[]>} by radius */
const stamps = new Map();

/**
 * Points in the order of the set, each over those before it: were they ordered by class, the last would cover the rest.
 * @param {HTMLCanvasElement} canvas square; overwritten
 * @param {Pick<import("../plane.js").Plane, "xs" | "ys" | "labels">} plane
 * @param {import("../viewport.js").Viewport} viewport
 * @param {Set<number>} hidden digits
 * @param {string[]} colours of the digits, #rrggbb
 * @param {number} radius in pixels of the canvas
 */
export function drawPoints(canvas, { xs, ys, labels }, viewport, hidden, colours, radius) {
  const size = canvas.width;
  const zoom = (size / 2) * viewport.scale;
  const [left, top] = [size / 2 - viewport.cx * zoom, size / 2 + viewport.cy * zoom];
  const paints = colours.map((colour, digit) => (hidden.has(digit) ? null : parseColour(colour)));
  const x = xs.map((value) => left + value * zoom);
  const y = ys.map((value) => top - value * zoom);
  drawDiscs(canvas, { x, y, paintOf: (n) => paints[labels[n]], radius });
}

/**
 * @param {HTMLCanvasElement} canvas overwritten
 * @param {object} discs
 * @param {Float32Array} discs.x @param {Float32Array} discs.y middles in pixels of the canvas; NaN where there is none
 * @param {(n: number) => Paint | null} discs.paintOf one; null where it is not to be seen
 * @param {number} discs.radius in pixels of the canvas
 * @param {Uint32Array} [discs.order] those above others after them; as they come if left out
 */
export function drawDiscs(canvas, { x, y, paintOf, radius, order }) {
  const g = canvas.getContext("2d");
  if (!g || !canvas.width || !canvas.height) return;
  const pad = Math.ceil(radius) + 1;
  const [width, height] = [canvas.width + 2 * pad, canvas.height + 2 * pad];
  const image = imageOf(width, height);
  const { data } = image;
  const pixels = new Uint32Array(data.buffer);
  pixels.fill(0);
  const discs = stampsOf(radius);
  for (let k = 0; k < x.length; k++) {
    const n = order ? order[k] : k;
    const [px, py] = [x[n], y[n]];
    if (!(px > -pad && py > -pad && px < canvas.width + pad && py < canvas.height + pad)) continue;
    const paint = paintOf(n);
    if (!paint) continue;
    const [column, row] = [Math.floor(px), Math.floor(py)];
    const { dx, dy, alpha } = discs[Math.floor((py - row) * PARTS) * PARTS + Math.floor((px - column) * PARTS)];
    const at = (row + pad) * width + column + pad;
    for (let k = 0; k < dx.length; k++) {
      const pixel = at + dy[k] * width + dx[k];
      if (pixel >= 0 && pixel < pixels.length) blend(data, pixels, pixel, paint, alpha[k] * paint.opacity);
    }
  }
  g.putImageData(image, -pad, -pad);
}

/** @typedef {{red: number, green: number, blue: number, word: number, opacity: number}} Paint */

/**
 * "Over" of Porter and Duff (1984) for colours that are not premultiplied.
 * @param {Uint8ClampedArray} data @param {Uint32Array} pixels the same memory
 * @param {number} pixel @param {Paint} paint @param {number} alpha above 0, up to 255
 */
function blend(data, pixels, pixel, { red, green, blue, word }, alpha) {
  const below = pixels[pixel] >>> 24;
  if (alpha === 255) {
    pixels[pixel] = word;
  } else if (below === 0) {
    pixels[pixel] = ((alpha << 24) | (word & 0xffffff)) >>> 0;
  } else {
    const both = alpha + (below * (255 - alpha)) / 255;
    const mix = alpha / both;
    const k = 4 * pixel;
    data[k] += (red - data[k]) * mix;
    data[k + 1] += (green - data[k + 1]) * mix;
    data[k + 2] += (blue - data[k + 2]) * mix;
    data[k + 3] = both;
  }
}

/** @param {string} colour #rrggbb @param {number} [opacity] above 0, up to 1 @returns {Paint} */
export function parseColour(colour, opacity = 1) {
  const value = parseInt(colour.slice(1), 16);
  const [red, green, blue] = [value >> 16, (value >> 8) & 255, value & 255];
  // As a pixel of ImageData lies in the memory of every machine that has a browser: little-endian.
  return { red, green, blue, word: ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0, opacity };
}

/** @param {number} radius @returns {Stamp[]} one for each part of a pixel, row by row */
function stampsOf(radius) {
  let found = stamps.get(radius);
  if (!found) {
    found = Array.from({ length: PARTS * PARTS }, (_, k) =>
      stamp(radius, ((k % PARTS) + 0.5) / PARTS, (Math.floor(k / PARTS) + 0.5) / PARTS),
    );
    stamps.set(radius, found);
  }
  return found;
}

/** @param {number} radius @param {number} cx @param {number} cy of its middle, in the pixel 0, 0 @returns {Stamp} */
function stamp(radius, cx, cy) {
  const reach = Math.ceil(radius + RIM);
  /** @type {[number, number, number][]} */
  const cells = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const cover = radius + RIM - Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
      const alpha = Math.round(255 * Math.min(1, Math.max(0, cover)));
      if (alpha) cells.push([x, y, alpha]);
    }
  }
  const column = (/** @type {number} */ k) => cells.map((cell) => cell[k]);
  return { dx: Int8Array.from(column(0)), dy: Int8Array.from(column(1)), alpha: Uint8Array.from(column(2)) };
}

/** @type {ImageData | null} */
let image = null;

/** @param {number} width @param {number} height @returns {ImageData} to write in, the same one as long as the size is */
function imageOf(width, height) {
  if (image?.width !== width || image.height !== height) image = new ImageData(width, height);
  return image;
}
