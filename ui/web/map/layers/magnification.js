/** How much a decoder magnifies each place of its plane: log10 of sqrt(det G) as a heat map, and its scale. */

import { element, formatNumber } from "../../kit/dom.js";

/** @typedef {Awaited<ReturnType<typeof import("../../server/latent_ask.js").askMagnification>>} Field */
/** @typedef {import("../viewport.js").Place} Place */

// Viridis (van der Walt & Smith, 2015), as lightness and hue both rise: read without colours, too.
const STOPS = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725"];
const SHADES = 256;
const COLOURS = Uint32Array.from({ length: SHADES }, (_, shade) => {
  const at = (shade / (SHADES - 1)) * (STOPS.length - 1);
  const below = Math.min(Math.floor(at), STOPS.length - 2);
  const [from, to] = [STOPS[below], STOPS[below + 1]].map((colour) =>
    [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16)),
  );
  const [red, green, blue] = from.map((value, channel) => Math.round(value + (at - below) * (to[channel] - value)));
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
});

/** @param {HTMLCanvasElement} canvas resized to the field's cells, and emptied @param {Field | null} field */
export function drawHeat(canvas, field) {
  if (!field) return;
  const { log10, side, low, high } = field;
  canvas.width = canvas.height = side;
  const image = new ImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  log10.forEach((value, cell) => {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    pixels[cell] = COLOURS[Math.round((SHADES - 1) * Math.min(1, Math.max(0, share)))];
  });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/** @param {Field} field @param {Place} place @returns {number | null} sqrt(det G) there, null outside of what is known */
export function factorAt({ log10, side, extent }, [x, y]) {
  if (Math.max(Math.abs(x), Math.abs(y)) > extent) return null;
  // Cells are known at their middles.
  const [column, row] = [x + extent, extent - y].map((way) => {
    const cell = (way / (2 * extent)) * side - 0.5;
    return Math.min(side - 1, Math.max(0, cell));
  });
  const [c, r] = [column, row].map((cell) => Math.min(side - 2, Math.floor(cell)));
  const [dx, dy] = [column - c, row - r];
  const at = (/** @type {number} */ i, /** @type {number} */ j) => log10[(r + j) * side + c + i];
  const upper = at(0, 0) * (1 - dx) + at(1, 0) * dx;
  const lower = at(0, 1) * (1 - dx) + at(1, 1) * dx;
  return 10 ** (upper * (1 - dy) + lower * dy);
}

/** The colours with the factors that they stand for. */
export class Scale {
  constructor() {
    this.low = element("span");
    this.high = element("span");
    const bar = element("canvas", { class: "shades", width: SHADES, height: 1, "aria-hidden": "true" });
    const image = new ImageData(SHADES, 1);
    new Uint32Array(image.data.buffer).set(COLOURS);
    bar.getContext("2d")?.putImageData(image, 0, 0);
    const title = "√det G: how much larger the area of pictures is than the area of codes that it is decoded from";
    this.element = element("p", { class: "heat-scale", title, hidden: true }, this.low, bar, this.high);
  }

  /** @param {Field | null} field */
  show(field) {
    this.element.hidden = !field;
    if (!field) return;
    this.low.textContent = describeFactor(10 ** field.low);
    this.high.textContent = describeFactor(10 ** field.high);
  }

  /** For a picture of the map. */
  get words() {
    return this.element.hidden ? "" : `magnification ${this.low.textContent} to ${this.high.textContent}`;
  }
}

/** @param {number} factor above 0 @returns {string} such as "× 3.1", of two digits that count */
export function describeFactor(factor) {
  if (factor < 1e-3 || factor >= 1e5) {
    const power = Math.floor(Math.log10(factor));
    return `× ${formatNumber(factor / 10 ** power, 1)}e${power < 0 ? "−" : ""}${Math.abs(power)}`;
  }
  return `× ${formatNumber(factor, Math.max(0, 1 - Math.floor(Math.log10(factor))))}`;
}
