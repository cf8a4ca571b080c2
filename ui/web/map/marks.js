/** What moves over a map: paths and their ends, the pin, the digit in hand, the pointer and the picture beside it. */

import { ARROW, within } from "../gestures/edge.js";
import { strokeTwice } from "./layers/axes.js";

const PIN = 6;
const ARM = 11;
const GAP = 4;
const THUMB = 56;
const BESIDE = 14;
const HAND = 10;
const NEIGHBOUR = 3.5;
const DECODED = 34;
const LABEL = 15;
const PLATE = "rgb(11 14 20 / 80%)";
const DOT = 2.6;
const THICK = 2.4;
const THIN = 1.6;
const CASING = 2.2;

/** @typedef {import("./viewport.js").Place} Place */
/** @typedef {{place: Place, words: string, thumb: HTMLCanvasElement | null}} Look at a place, and its picture beside it */
/** @typedef {{places: Place[], dashed?: boolean, stops?: Place[]}} Line through its places; dots at its stops */
/**
 * @typedef {object} HandMark the digit in hand
 * @property {Place} place
 * @property {string} name
 * @property {HTMLCanvasElement} picture decoded
 * @property {Place[]} neighbours of those that are on the map
 */
/**
 * @typedef {object} Marks
 * @property {Line[]} lines
 * @property {Place[]} ends
 * @property {{place: Place, off: number} | null} pin with its distance from the plane
 * @property {HandMark | null} hand
 * @property {Look | null} pointer
 * @property {string} colour of the model
 * @property {string} font a family
 */

/**
 * @param {CanvasRenderingContext2D} g @param {import("./viewport.js").Viewport} viewport @param {number} size
 * @param {Marks} marks
 */
export function drawMarks(g, viewport, size, { lines, ends, pin, hand, pointer, colour, font }) {
  if (hand) drawHand(g, viewport, size, hand, colour, font);
  for (const line of lines) drawLine(g, viewport, size, line);
  for (const end of ends) drawPin(g, viewport.pixel(end, size), colour);
  // Beside the ends of a path it is told from them.
  if (pin) drawPin(g, viewport.pixel(pin.place, size), ends.length ? "#000" : colour);
  if (!pointer) return;
  const pixel = viewport.pixel(pointer.place, size);
  drawCross(g, pixel);
  if (pointer.thumb) drawThumb(g, pixel, size, pointer.thumb, colour);
}

/**
 * @param {CanvasRenderingContext2D} g @param {import("./viewport.js").Viewport} viewport @param {number} size
 * @param {Line} line
 */
function drawLine(g, viewport, size, { places, dashed = false, stops = [] }) {
  const width = dashed || places === stops ? THIN : THICK;
  g.beginPath();
  for (const place of places) g.lineTo(...viewport.pixel(place, size));
  g.lineJoin = g.lineCap = "round";
  strokeTwice(g, width, { edge: "rgb(0 0 0 / 70%)", rim: CASING, dashes: dashed ? [4, 6] : [] });
  for (const stop of stops) drawDiscs(g, viewport.pixel(stop, size), [DOT + 1.4, "#000"], [DOT, "#fff"]);
}

/**
 * One in the other.
 * @param {CanvasRenderingContext2D} g @param {Place} pixel @param {...[number, string]} discs radius and colour
 */
function drawDiscs(g, [x, y], ...discs) {
  for (const [radius, colour] of discs) {
    g.beginPath();
    g.arc(x, y, radius, 0, 2 * Math.PI);
    g.fillStyle = colour;
    g.fill();
  }
}

/**
 * A ring, white in black: seen on every background.
 * @param {CanvasRenderingContext2D} g @param {Place} pixel @param {string} colour of its middle
 */
function drawPin(g, pixel, colour) {
  drawDiscs(g, pixel, [PIN + 1.5, "#000"], [PIN, "#fff"], [PIN - 2, colour]);
}

/** @param {CanvasRenderingContext2D} g @param {Place} pixel */
function drawCross(g, [x, y]) {
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
  strokeTwice(g, 1.5, { rim: 2.5 });
}

/**
 * @param {CanvasRenderingContext2D} g @param {Place} pixel @param {number} size of the map
 * @param {HTMLCanvasElement} picture @param {string} colour
 */
function drawThumb(g, [x, y], size, picture, colour) {
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
 * @param {HandMark} hand @param {string} colour of the model @param {string} font a family
 */
function drawHand(g, viewport, size, { place, name, picture, neighbours }, colour, font) {
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

/** @param {CanvasRenderingContext2D} g @param {Place} pixel @param {number} radius @param {number} width */
function ring(g, [x, y], radius, width) {
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  strokeTwice(g, width);
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
