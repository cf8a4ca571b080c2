/** What pictures to keep have in common. */

import { theme } from "./theme.js";

/** Pixels for each of CSS: pictures of 28 pixels fall on whole ones, and text stays sharp. */
export const SCALE = 2;

/**
 * An empty picture in the colours of the page.
 * @param {Element} root of the component @param {number} width @param {number} height in pixels of CSS
 */
export function sheet(root, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  g.scale(SCALE, SCALE);
  g.imageSmoothingEnabled = false;
  const look = theme(root);
  g.fillStyle = look.background;
  g.fillRect(0, 0, width, height);
  /** @type {(text: string, x: number, y: number, style?: string, most?: number) => void} `most` is its width */
  const write = (text, x, y, style = "12px", most) => {
    g.font = `${style} ${look.font}`;
    g.fillStyle = look.text;
    g.fillText(text, x, y, most);
  };
  return { canvas, g, look, write };
}

/**
 * A model's mark, as it stands beside its name on the page.
 * @param {CanvasRenderingContext2D} g
 * @param {number} x @param {number} y
 * @param {string} colour @param {boolean} filled a ring else
 */
export function drawDot(g, x, y, colour, filled) {
  g.beginPath();
  g.arc(x, y, filled ? 5 : 3.75, 0, 2 * Math.PI);
  g.fillStyle = g.strokeStyle = colour;
  g.lineWidth = 2.5;
  if (filled) g.fill();
  else g.stroke();
}

const CHIP = 26;

/**
 * The digits that are shown, each behind its colour.
 * @param {CanvasRenderingContext2D} g @param {(text: string, x: number, y: number) => void} write
 * @param {string[]} colours ten @param {Set<number>} hidden
 * @param {number} x of the first @param {number} y of the text's foot
 */
export function drawDigits(g, write, colours, hidden, x, y) {
  const shown = colours.flatMap((colour, digit) => (hidden.has(digit) ? [] : [{ colour, digit }]));
  shown.forEach(({ colour, digit }, i) => {
    drawDot(g, x + i * CHIP + 5, y - 4, colour, true);
    write(String(digit), x + i * CHIP + 13, y);
  });
}

/** @param {HTMLCanvasElement} canvas @param {string} name of the file */
export function download(canvas, name) {
  canvas.toBlob((blob) => blob && downloadFile(blob, name));
}

/** @param {Blob} blob @param {string} name of the file */
export function downloadFile(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName(name);
  link.click();
  // Revoked at once, the download would not start.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const LONGEST_STEM = 120;

/** @param {string} name with an ending @returns {string} what every system takes for the name of a file */
function fileName(name) {
  const ending = name.slice(name.lastIndexOf("."));
  const stem = name.slice(0, -ending.length).replace(/[^\p{L}\p{M}\p{N}._-]/gu, "_");
  return `${[...stem].slice(0, LONGEST_STEM).join("")}${ending}`;
}
