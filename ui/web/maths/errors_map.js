/** Where a model adds ink and where it loses some. */

// In CIELAB both are 70 light; they stay 40 apart (CIEDE2000) for protanopes, deuteranopes and tritanopes, and 17 from
// any colour of a model.
/** The colours of a full difference. */
export const ADDED = "#FF8C5D";
export const LOST = "#00BAE5";

// Below 1, so that a fifth of the full difference already has more than two fifths of its colour.
const GAMMA = 0.5;
const STEPS = 255;

const COLOURS = Uint32Array.from({ length: 2 * STEPS + 1 }, (_, i) => {
  const difference = (i - STEPS) / STEPS;
  const shade = Math.abs(difference) ** GAMMA;
  const full = difference < 0 ? LOST : ADDED;
  const [red, green, blue] = [1, 3, 5].map((k) => Math.round(shade * parseInt(full.slice(k, k + 2), 16)));
  return (255 << 24) | (blue << 16) | (green << 8) | red;
});

/**
 * @param {HTMLCanvasElement} canvas of the size of the pictures; black where nothing differs
 * @param {ArrayLike<number>} xHat [pixels] what the model makes of it, in [0, 1]
 * @param {ArrayLike<number> | null} [x] [pixels] what it should be, in [0, 1]; without it xHat is the difference itself
 * @param {number} [full] what gets the full colour; of several channels their mean difference is shown
 */
export function paintDifference(canvas, xHat, x = null, full = 1) {
  const image = new ImageData(canvas.width, canvas.height);
  const rgba = new Uint32Array(image.data.buffer);
  const area = rgba.length;
  for (let i = 0; i < area; i++) {
    let sum = 0;
    for (let k = i; k < xHat.length; k += area) sum += xHat[k] - (x?.[k] ?? 0);
    const difference = Math.min(1, Math.max(-1, full && (sum * area) / (xHat.length * full)));
    rgba[i] = COLOURS[Math.round(STEPS * difference) + STEPS];
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
