/** Where a model adds ink and where it loses some. */

import { SIZE } from "../nn/nn.js";

// In CIELAB both are 70 light; they stay 40 apart (CIEDE2000) for protanopes, deuteranopes and tritanopes, and 17 from
// any colour of a model.
/** The colours of a full difference. */
export const ADDED = "#FF8C5D";
export const LOST = "#00BAE5";

// Below 1, so that a fifth of the full difference already has more than two fifths of its colour.
const GAMMA = 0.5;
const STEPS = 255;

const image = new ImageData(SIZE, SIZE);
const rgba = new Uint32Array(image.data.buffer);
const COLOURS = Uint32Array.from({ length: 2 * STEPS + 1 }, (_, i) => {
  const difference = (i - STEPS) / STEPS;
  const shade = Math.abs(difference) ** GAMMA;
  const full = difference < 0 ? LOST : ADDED;
  const [red, green, blue] = [1, 3, 5].map((k) => Math.round(shade * parseInt(full.slice(k, k + 2), 16)));
  return (255 << 24) | (blue << 16) | (green << 8) | red;
});

/**
 * @param {HTMLCanvasElement} canvas 28 x 28; black where nothing differs
 * @param {ArrayLike<number>} xHat [784] what the model makes of it, in [0, 1]
 * @param {ArrayLike<number>} x [784] what it should be, in [0, 1]
 */
export function paintDifference(canvas, xHat, x) {
  for (let i = 0; i < rgba.length; i++) {
    const difference = Math.min(1, Math.max(-1, xHat[i] - x[i]));
    rgba[i] = COLOURS[Math.round(STEPS * difference) + STEPS];
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
