/** Pictures that are no digits: noise, and capital letters of the browser's own font in MNIST's format. */

import { digitIn } from "../../hand/upload_digit.js";
import { element } from "../../kit/dom.js";
import { pixelsOf } from "../../maths/ink.js";
import { field } from "../../maths/seeded_noise.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SIDE = 160;
const FONT = "110px sans-serif";
const THRESHOLD = 0.25;

/** @param {number} draw from 1 on @returns {string} */
export const letterOf = (draw) => LETTERS[(draw - 1) % LETTERS.length];

/** @param {string} letter @returns {Float32Array} [784] in [0, 1], as an upload of it */
export function letterPixels(letter) {
  const canvas = element("canvas", { width: SIDE, height: SIDE });
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  Object.assign(g, { font: FONT, textAlign: "center", textBaseline: "middle", fillStyle: "#fff" });
  g.fillText(letter, SIDE / 2, SIDE / 2);
  const { data } = g.getImageData(0, 0, SIDE, SIDE);
  // The canvas is clear where nothing is written.
  const levels = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i + 3]);
  return pixelsOf(digitIn({ levels, width: SIDE, height: SIDE }, [0, 0, SIDE, SIDE], THRESHOLD));
}

/** @param {number} seed @param {number} draw @param {number} pixels @returns {Float32Array} [pixels] uniform in [0, 1] */
export const noisePixels = (seed, draw, pixels) => Float32Array.from({ length: pixels }, field(seed + draw, 0, pixels));
