/** From where the points of a plot are seen: which part of a plane, or from which place in space. Pure. */

import { within } from "../gestures/edge.js";

/** @typedef {import("../gestures/edge.js").Pixel} Pixel */
/** @typedef {[number, number, number]} Vector */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Frame in pixels of the plot */
/**
 * @typedef {object} Places of points in a plot
 * @property {Float32Array} x @property {Float32Array} y pixels; NaN behind the eye
 * @property {Float32Array | null} depth how far from the eye, in space
 */

// Beside the points, for ticks and titles.
const ROOM = { left: 48, top: 8, right: 10, bottom: 40 };
const MARGIN = 0.03;
// In space, the longest side of the box around the points, the eye's nearest distance from what it turns about, and its
// field of view.
const BOX = 1.08;
const NEAREST = 0.15;
const FAR = 1e6;
const FIELD = Math.PI / 4;
const STEEPEST = Math.PI / 2 - 0.01;
/** @type {{azimuth: number, elevation: number, distance: number, target: Vector}} of the box around the points */
const CAMERA = { azimuth: Math.PI / 4, elevation: 0.5, distance: 2.5, target: [0, 0, -0.15] };

/** @param {[number, number]} bounds @returns {[number, number]} with a margin */
const widened = ([low, high]) => {
  const margin = high > low ? MARGIN * (high - low) : 0.5;
  return [low - margin, high + margin];
};

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Both axes have one scale. */
export class Plane {
  /** @param {[number, number][]} bounds of what is seen at first, an axis each */
  constructor(bounds) {
    this.bounds = bounds.map(widened);
    this.size = { width: 0, height: 0 };
    // 1 where all is in view, more where it is enlarged.
    this.factor = 1;
    this.middle = this.bounds.map(([low, high]) => (low + high) / 2);
  }

  /** @returns {Frame} that the points are drawn in */
  get frame() {
    const { width, height } = this.size;
    return { left: ROOM.left, top: ROOM.top, right: width - ROOM.right, bottom: height - ROOM.bottom };
  }

  /** @returns {[number, number]} pixels across and down */
  get lengths() {
    const { left, top, right, bottom } = this.frame;
    return [Math.max(1, right - left), Math.max(1, bottom - top)];
  }

  /** @returns {number} of the codes, a pixel */
  get unit() {
    return Math.max(...this.bounds.map(([low, high], k) => (high - low) / this.lengths[k])) / this.factor;
  }

  /** @returns {[number, number][]} what is in view of each axis */
  get ranges() {
    const { middle, unit } = this;
    return this.lengths.map((length, k) => [middle[k] - (unit * length) / 2, middle[k] + (unit * length) / 2]);
  }

  /** For whoever looks on: the ends of both axes. */
  get seen() {
    return this.ranges.flat();
  }

  home() {
    this.factor = 1;
    this.middle = this.bounds.map(([low, high]) => (low + high) / 2);
  }

  /** Looks at the same place, where the other is enlarged. @param {Plane} other */
  follow(other) {
    if (other.factor === 1) return;
    this.middle = other.middle;
    this.factor = this.unit / other.unit;
  }

  /** @param {number} factor above 1 enlarges; all in view is the end @param {[number, number]} at the pixel that stays */
  zoom(factor, [x, y]) {
    const { left, top } = this.frame;
    const [across, down] = this.lengths;
    const before = this.unit;
    this.factor = Math.max(this.factor * factor, Math.min(1, this.factor));
    const shift = before - this.unit;
    this.look([this.middle[0] + (x - left - across / 2) * shift, this.middle[1] - (y - top - down / 2) * shift]);
  }

  /** @param {number} dx @param {number} dy pixels, by which the points go along */
  move(dx, dy) {
    this.look([this.middle[0] - dx * this.unit, this.middle[1] + dy * this.unit]);
  }

  /** Never past what there is: all of it is in view, or all that is in view is of it. @param {number[]} middle */
  look(middle) {
    this.middle = this.bounds.map(([low, high], k) => {
      const half = (this.unit * this.lengths[k]) / 2;
      return clamp(middle[k], Math.min(low + half, high - half), Math.max(low + half, high - half));
    });
  }

  /** @param {Float32Array[]} axes @returns {Places} */
  places([xs, ys]) {
    const { left, bottom } = this.frame;
    const [[x0], [y0]] = this.ranges;
    const { unit } = this;
    return { x: xs.map((x) => left + (x - x0) / unit), y: ys.map((y) => bottom - (y - y0) / unit), depth: null };
  }

  /** @param {number[]} point @returns {Pixel} */
  pixel(point) {
    const { x, y } = this.places(point.map((value) => Float32Array.of(value)));
    const { left, top, right, bottom } = this.frame;
    return within(x[0], y[0], x[0] >= left && x[0] <= right && y[0] >= top && y[0] <= bottom, this.frame);
  }
}

/** All axes have one scale; the eye goes around, and up is up. */
export class Space {
  /** @param {[number, number][]} bounds of the box around what is seen, an axis each */
  constructor(bounds) {
    this.bounds = bounds.map(widened);
    this.middle = this.bounds.map(([low, high]) => (low + high) / 2);
    this.scale = BOX / Math.max(...this.bounds.map(([low, high]) => high - low));
    this.size = { width: 0, height: 0 };
    this.camera = CAMERA;
  }

  /** @returns {Frame} */
  get frame() {
    return { left: 0, top: 0, right: this.size.width, bottom: this.size.height };
  }

  /** Where the eye is, and its axes: to the right, up, and ahead. */
  get eye() {
    const { azimuth, elevation, distance, target } = this.camera;
    const [sin, cos, rise, run] = [azimuth, elevation].flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);
    /** @type {Vector} */
    const ahead = [-run * cos, -run * sin, -rise];
    return {
      at: target.map((value, k) => value - distance * ahead[k]),
      right: [-sin, cos, 0],
      up: [-rise * cos, -rise * sin, run],
      ahead,
    };
  }

  /** Pixels of what is as long as it is far. */
  get focus() {
    return this.size.height / 2 / Math.tan(FIELD / 2);
  }

  /** For whoever looks on: where the eye is and what it looks at, as the points are measured. */
  get seen() {
    return [this.eye.at, this.camera.target].flatMap((place) => place.map((x, k) => x / this.scale + this.middle[k]));
  }

  home() {
    this.camera = CAMERA;
  }

  /** @param {Space} other from where the eye looks also here */
  follow(other) {
    this.camera = other.camera;
  }

  /** @param {number} factor above 1 brings nearer */
  zoom(factor) {
    const { distance } = this.camera;
    const farthest = Math.max(distance, CAMERA.distance);
    this.camera = { ...this.camera, distance: clamp(distance / factor, NEAREST, farthest) };
  }

  /** @param {number} dx @param {number} dy pixels, by which the points go along */
  move(dx, dy) {
    const { right, up } = this.eye;
    const unit = this.camera.distance / this.focus;
    const target = this.camera.target.map((value, k) => value + unit * (dy * up[k] - dx * right[k]));
    this.camera = { ...this.camera, target: /** @type {Vector} */ (target) };
  }

  /** @param {number} dx @param {number} dy pixels; half a turn over the plot's height */
  turn(dx, dy) {
    const rate = Math.PI / Math.max(1, this.size.height);
    const { azimuth, elevation } = this.camera;
    this.camera = {
      ...this.camera,
      azimuth: azimuth - rate * dx,
      elevation: clamp(elevation + rate * dy, -STEEPEST, STEEPEST),
    };
  }

  /** @param {ArrayLike<number>[]} axes @returns {Places & {depth: Float32Array}} */
  places([xs, ys, zs]) {
    const { eye, focus, scale, middle } = this;
    const { width, height } = this.size;
    const count = xs.length;
    const places = { x: new Float32Array(count), y: new Float32Array(count), depth: new Float32Array(count) };
    // From the eye, as the points are measured.
    const [ex, ey, ez] = eye.at.map((value, k) => middle[k] + value / scale);
    const [{ right, up, ahead }, near] = [eye, 1e-3 / scale];
    for (let i = 0; i < count; i++) {
      const [dx, dy, dz] = [xs[i] - ex, ys[i] - ey, zs[i] - ez];
      const depth = dx * ahead[0] + dy * ahead[1] + dz * ahead[2];
      const zoom = depth > near ? focus / depth : NaN;
      places.depth[i] = depth;
      places.x[i] = width / 2 + zoom * (dx * right[0] + dy * right[1]);
      places.y[i] = height / 2 - zoom * (dx * up[0] + dy * up[1] + dz * up[2]);
    }
    return places;
  }

  /** @param {number[]} point @returns {Pixel} */
  pixel(point) {
    const { left, top, right, bottom } = this.frame;
    const { x, y } = this.places(point.map((value) => [value]));
    if (x[0] >= left && x[0] <= right && y[0] >= top && y[0] <= bottom) return within(x[0], y[0], true, this.frame);
    // Of what is behind the eye, only the way there is known.
    const { eye } = this;
    const from = point.map((value, k) => value - this.middle[k] - eye.at[k] / this.scale);
    const [across, up] = [eye.right, eye.up].map(
      (axis) => FAR * axis.reduce((sum, part, k) => sum + part * from[k], 0),
    );
    return within(right / 2 + across, bottom / 2 - up, false, this.frame);
  }
}
