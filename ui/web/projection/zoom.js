/** What a plot shows after a zoom or a pan. Pure: Plotly's finished layout in, an update of it out. */

import { CAMERA } from "./figure.js";

/**
 * @typedef {object} Change
 * @property {number} factor above 1 enlarges
 * @property {number} dx @property {number} dy pixels, by which the points go along
 * @property {import("../gestures/zoom_hand.js").Pixel} at what stays where it is, in the pixels of the plot
 */
/** @typedef {{x: number, y: number, z: number}} Vector */
/** @typedef {{range: [number, number], _offset: number, _length: number}} Axis as Plotly has it, in pixels */

const NEAREST = 0.15;

/**
 * @param {any} full `_fullLayout` of a plot
 * @param {{x: [number, number], y: [number, number]}} home the ranges that hold all: zooming out ends there
 * @param {Change} change
 * @returns {object} for `Plotly.relayout`
 */
export function zoomed(full, home, change) {
  if (full.scene) return { "scene.camera": closer(full.scene._scene.getCamera(), change.factor) };
  const { xaxis, yaxis } = full;
  const { x, y } = home;
  // Both axes have one scale, so the one that fills its side at home decides.
  const widest = Math.max((x[1] - x[0]) / xaxis._length, (y[1] - y[0]) / yaxis._length);
  const unit = (xaxis.range[1] - xaxis.range[0]) / xaxis._length;
  const factor = Math.max(change.factor, Math.min(1, unit / widest));
  return {
    "xaxis.range": seen(xaxis, x, factor, change.at[0] - xaxis._offset, -change.dx),
    "yaxis.range": seen(yaxis, y, factor, yaxis._length - (change.at[1] - yaxis._offset), change.dy),
  };
}

/**
 * @param {Axis} axis @param {[number, number]} home @param {number} factor
 * @param {number} at pixels from its low end @param {number} shift in pixels
 * @returns {[number, number]}
 */
function seen({ range: [low, high], _length }, home, factor, at, shift) {
  const unit = (high - low) / _length;
  const fixed = low + at * unit;
  const [span, start] = [(high - low) / factor, fixed - (fixed - low) / factor + shift * unit];
  // Never past what there is: all of it is in view, or all that is in view is of it.
  const ends = [home[0], home[1] - span];
  const from = Math.min(Math.max(start, Math.min(...ends)), Math.max(...ends));
  return [from, from + span];
}

/** @param {{eye: Vector, center: Vector, up: Vector}} camera @param {number} factor */
function closer({ eye, center, up }, factor) {
  const axes = /** @type {const} */ (["x", "y", "z"]);
  const length = (/** @type {Vector} */ a, /** @type {Vector} */ b) => Math.hypot(...axes.map((k) => a[k] - b[k]));
  const now = length(eye, center);
  const wanted = Math.max(NEAREST, Math.min(now / factor, Math.max(now, length(CAMERA.eye, CAMERA.center))));
  const at = (/** @type {"x" | "y" | "z"} */ k) => center[k] + ((eye[k] - center[k]) * wanted) / now;
  return { center, up, eye: { x: at("x"), y: at("y"), z: at("z") } };
}
