/** What moves over a map: the pin, the cross where the pointer is, the digit that rides beside it. */

const PIN = 6;
const ARM = 11;
const GAP = 4;
export const THUMB = 56;
const BESIDE = 14;

/**
 * A ring, white in black: seen on every background.
 * @param {CanvasRenderingContext2D} g @param {[number, number]} pixel @param {string} colour of its middle
 */
export function drawPin(g, [x, y], colour) {
  for (const [radius, style] of /** @type {[number, string][]} */ ([
    [PIN + 1.5, "#000"],
    [PIN, "#fff"],
    [PIN - 2, colour],
  ])) {
    g.beginPath();
    g.arc(x, y, radius, 0, 2 * Math.PI);
    g.fillStyle = style;
    g.fill();
  }
}

/** @param {CanvasRenderingContext2D} g @param {[number, number]} pixel */
export function drawCross(g, [x, y]) {
  g.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    g.moveTo(x + GAP * dx, y + GAP * dy);
    g.lineTo(x + ARM * dx, y + ARM * dy);
  }
  g.strokeStyle = "#000";
  g.lineWidth = 4;
  g.stroke();
  g.strokeStyle = "#fff";
  g.lineWidth = 1.5;
  g.stroke();
}

/**
 * @param {CanvasRenderingContext2D} g @param {[number, number]} pixel @param {number} size of the map
 * @param {HTMLCanvasElement} picture @param {string} colour
 */
export function drawThumb(g, [x, y], size, picture, colour) {
  const left = x + BESIDE + THUMB < size ? x + BESIDE : x - BESIDE - THUMB;
  const top = y - BESIDE - THUMB > 0 ? y - BESIDE - THUMB : y + BESIDE;
  g.fillStyle = colour;
  g.fillRect(left - 1.5, top - 1.5, THUMB + 3, THUMB + 3);
  g.imageSmoothingEnabled = false;
  g.drawImage(picture, left, top, THUMB, THUMB);
}
