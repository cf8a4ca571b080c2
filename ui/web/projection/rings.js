/** Rings around the digit in hand and the one under the pointer, with its picture: above a plot, as quick as the hand. */

import { ARROW, within } from "../gestures/edge.js";
import { digitCanvas, paint } from "../kit/digits.js";
import { element, svg } from "../kit/dom.js";

/** @typedef {import("../gestures/edge.js").Pixel} Pixel from the upper left corner of the plot */

/** @typedef {"pinned" | "hovered"} Which */

export const RINGS = /** @type {const} */ (["pinned", "hovered"]);
const RADIUS = { pinned: 9, hovered: 7 };
const PICTURE_PX = 48;
const ASIDE_PX = 8;
const LABEL_PX = 13;

export class Rings {
  constructor() {
    this.rings = { pinned: ring("pinned"), hovered: ring("hovered") };
    this.element = svg("svg", { class: "rings", "aria-hidden": "true" }, ...RINGS.map((which) => this.rings[which]));
    this.picture = digitCanvas({ class: "thumbnail", "aria-hidden": "true", hidden: true });
    this.label = element("span", { class: "mark", hidden: true });
    /** The ring that the picture stands beside. @type {Which | null} */
    this.pictured = null;
  }

  /** @param {Which | null} which @param {Uint8Array | null} pixels of the digit beside that ring; null for none */
  show(which, pixels) {
    this.pictured = pixels && which;
    if (pixels) paint(this.picture, pixels);
    else this.picture.hidden = true;
  }

  /** @param {string} words what is in hand @param {string} how it came to its place @param {boolean} isWaiting for it */
  name(words, how, isWaiting) {
    if (this.label.textContent !== words) this.label.textContent = words;
    this.label.title = how;
    for (const node of [this.rings.pinned, this.label]) node.toggleAttribute("data-waiting", isWaiting);
  }

  /** @param {Which} which @param {Pixel | null} at @param {number} width of the plot */
  place(which, at, width) {
    const node = this.rings[which];
    node.toggleAttribute("hidden", !at);
    if (at) {
      node.setAttribute("transform", `translate(${at.x} ${at.y})`);
      node.toggleAttribute("data-away", at.away !== null);
      node.querySelector("path")?.setAttribute("transform", `rotate(${at.away ?? 0})`);
    }
    if (which === "pinned") this.placeLabel(at, width);
    if (which !== this.pictured) return;
    this.picture.hidden = !at;
    if (!at) return;
    const reach = ASIDE_PX + PICTURE_PX;
    const left = at.x + reach > width ? at.x - reach : at.x + ASIDE_PX;
    const top = at.y < reach ? at.y + ASIDE_PX : at.y - reach;
    this.picture.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  /** @param {Pixel | null} at @param {number} width */
  placeLabel(at, width) {
    const { label } = this;
    label.hidden = !at || !label.textContent;
    if (!at) return;
    const shift = at.x > width / 2 ? `${at.x - LABEL_PX}px - 100%` : `${at.x + LABEL_PX}px`;
    // Beside the picture of what is under the pointer, which stands above its ring.
    label.style.transform = `translate(calc(${shift}), ${at.y}px)`;
  }
}

/** @param {Which} which */
const ring = (which) =>
  svg(
    "g",
    { class: `ring ${which}`, hidden: true },
    svg("circle", { class: "halo", r: RADIUS[which] }),
    svg("circle", { r: RADIUS[which] }),
    svg("path", { d: ARROW }),
  );

/**
 * Plotly has no public way from a point to its pixel; this reads what its own annotations read.
 * @param {any} full layout of a drawn plot, `_fullLayout`
 * @param {number[]} point in 2 or 3 dimensions
 * @returns {Pixel | null} null where there is no scene yet
 */
export function toPixel(full, point) {
  return point.length === 3 ? inScene(full, point) : onAxes(full, point);
}

/** @param {any} full @param {number[]} point @returns {Pixel} */
function onAxes({ xaxis, yaxis }, [x, y]) {
  const along = (/** @type {any} */ { range: [low, high] }, /** @type {number} */ value) =>
    (value - low) / (high - low);
  const [right, up] = [along(xaxis, x), along(yaxis, y)];
  const isInside = right >= 0 && right <= 1 && up >= 0 && up <= 1;
  const [left, top] = [xaxis._offset, yaxis._offset];
  return within(left + right * xaxis._length, top + (1 - up) * yaxis._length, isInside, {
    left,
    top,
    right: left + xaxis._length,
    bottom: top + yaxis._length,
  });
}

/** @param {any} full @param {number[]} point @returns {Pixel | null} */
function inScene({ scene, width, height }, point) {
  const { glplot, dataScale } = scene?._scene ?? {};
  if (!glplot?.cameraParams) return null;
  const { model, view, projection } = glplot.cameraParams;
  const scaled = point.map((value, axis) => value * dataScale[axis]);
  const [x, y, , w] = times(projection, times(view, times(model, [...scaled, 1])));
  // What is behind the camera is seen through it, upside down.
  const depth = Math.max(Math.abs(w), 1e-9);
  const isInside = w > 0 && Math.abs(x) <= w && Math.abs(y) <= w;
  const frame = { left: 0, top: 0, right: width, bottom: height };
  return within(0.5 * (1 + x / depth) * width, 0.5 * (1 - y / depth) * height, isInside, frame);
}

/** @param {ArrayLike<number>} m 4 x 4, column by column @param {number[]} v @returns {number[]} */
const times = (m, v) => [0, 1, 2, 3].map((i) => m[i] * v[0] + m[4 + i] * v[1] + m[8 + i] * v[2] + m[12 + i] * v[3]);
