/** What moves over a map: the pin, the cross where the pointer is, the digit that rides beside it. */

import { ARROW, within } from "../gestures/edge.js";

const PIN = 6;
const ARM = 11;
const GAP = 4;
export const THUMB = 56;
const BESIDE = 14;
const HAND = 10;
const NEIGHBOUR = 3.5;
const DECODED = 34;
const LABEL = 15;
const PLATE = "rgb(11 14 20 / 80%)";

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

/**
 * The digit in hand: a wide ring where its code lies, its name and its decoded picture; thin rings around its neighbours.
 * Where the code lies out of view, an arrow at the edge says which way.
 * @param {CanvasRenderingContext2D} g @param {import("./viewport.js").Viewport} viewport @param {number} size
 * @param {import("./in_hand.js").HandMark} hand @param {string} colour of the model @param {string} font a family
 */
export function drawHand(g, viewport, size, { place, name, picture, neighbours }, colour, font) {
  for (const one of neighbours) ring(g, viewport.pixel(one, size), NEIGHBOUR, 1.25);
  const [px, py] = viewport.pixel(place, size);
  const frame = { left: 0, top: 0, right: size, bottom: size };
  const { x, y, away } = within(px, py, viewport.shows(place), frame);
  if (away === null) ring(g, [x, y], HAND, 2);
  else drawArrow(g, x, y, away);
  g.font = `12px ${font}`;
  const width = Math.max(DECODED, g.measureText(name).width + 8);
  const left = x + BESIDE + width < size ? x + BESIDE : x - BESIDE - width;
  const height = DECODED + LABEL;
  const top = Math.min(Math.max(y - height / 2, 2), size - height - 2);
  g.fillStyle = PLATE;
  g.fillRect(left, top + DECODED, width, LABEL);
  g.fillStyle = colour;
  g.fillRect(left, top, DECODED, DECODED);
  g.imageSmoothingEnabled = false;
  g.drawImage(picture, left + 1, top + 1, DECODED - 2, DECODED - 2);
  g.fillStyle = "#fff";
  g.textAlign = "left";
  g.textBaseline = "middle";
  g.fillText(name, left + 4, top + DECODED + LABEL / 2);
}

/** @param {CanvasRenderingContext2D} g @param {[number, number]} pixel @param {number} radius @param {number} width */
function ring(g, [x, y], radius, width) {
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  g.strokeStyle = "#000";
  g.lineWidth = width + 2;
  g.stroke();
  g.strokeStyle = "#fff";
  g.lineWidth = width;
  g.stroke();
}

/** @param {CanvasRenderingContext2D} g @param {number} x @param {number} y @param {number} away in degrees */
function drawArrow(g, x, y, away) {
  const arrow = new Path2D(ARROW);
  g.save();
  g.translate(x, y);
  g.rotate((away * Math.PI) / 180);
  g.strokeStyle = "#000";
  g.lineWidth = 3;
  g.stroke(arrow);
  g.fillStyle = "#fff";
  g.fill(arrow);
  g.restore();
}
