/**
 * What part of the maps is on the screen. Both maps share it: in normalised coordinates -1 to 1 is each map's own home
 * square, y upwards.
 */

const SCALES = [0.25, 32];
// Beyond this from home there is nothing to find the way back by.
export const FARTHEST = 4;
const SHOWN = 3;

/** @typedef {[number, number]} Place normalised x, y */

export class Viewport {
  /** @param {number} cx @param {number} cy the middle @param {number} scale 1 shows the home square, 2 half of it */
  constructor(cx = 0, cy = 0, scale = 1) {
    this.scale = clamp(scale, SCALES[0], SCALES[1]);
    this.cx = clamp(cx, -FARTHEST, FARTHEST);
    this.cy = clamp(cy, -FARTHEST, FARTHEST);
  }

  /** @param {string | null | undefined} text as `toString` writes it; what is not so written is home */
  static parse(text) {
    const parts = (text ?? "").split("_").map(Number);
    return parts.length === 3 && parts.every(Number.isFinite) && parts[2] > 0 ? new Viewport(...parts) : new Viewport();
  }

  toString() {
    return [this.cx, this.cy, this.scale].map((part) => Number(part.toFixed(SHOWN)) + 0).join("_");
  }

  get isHome() {
    return this.toString() === "0_0_1";
  }

  /** @param {Place} place @param {number} size of the square in pixels @returns {Place} pixels from its upper left */
  pixel([x, y], size) {
    return [(size / 2) * (1 + (x - this.cx) * this.scale), (size / 2) * (1 - (y - this.cy) * this.scale)];
  }

  /** @param {Place} pixel @param {number} size @returns {Place} */
  at([px, py], size) {
    return [this.cx + ((2 * px) / size - 1) / this.scale, this.cy - ((2 * py) / size - 1) / this.scale];
  }

  /**
   * @param {number} factor @param {Place} place that stays where it is on the screen
   * @param {number} [reach] how far from home there is something: zooming out ends where all of it is in view
   * @returns {Viewport}
   */
  zoomed(factor, [x, y], reach = 1) {
    // A link may open farther out; it goes no farther, and does not leap.
    const scale = clamp(this.scale * factor, Math.min(this.scale, 1 / reach), SCALES[1]);
    const ratio = this.scale / scale;
    const room = factor < 1 ? Math.max(0, reach - 1 / scale) : Infinity;
    const centre = (/** @type {number} */ at, /** @type {number} */ now) => clamp(at - (at - now) * ratio, -room, room);
    return new Viewport(centre(x, this.cx), centre(y, this.cy), scale);
  }

  /** @param {number} dx @param {number} dy normalised @returns {Viewport} */
  moved(dx, dy) {
    return new Viewport(this.cx + dx, this.cy + dy, this.scale);
  }

  /** @param {Place} place @returns {Viewport} moved as little as shows it */
  including([x, y]) {
    const reach = 0.95 / this.scale;
    return new Viewport(clamp(this.cx, x - reach, x + reach), clamp(this.cy, y - reach, y + reach), this.scale);
  }

  /** @param {Place} place @returns {boolean} */
  shows([x, y]) {
    return Math.max(Math.abs(x - this.cx), Math.abs(y - this.cy)) * this.scale <= 1;
  }

  /** @param {Viewport} other @returns {boolean} */
  equals(other) {
    return this.cx === other.cx && this.cy === other.cy && this.scale === other.scale;
  }
}

/** @param {number} value @param {number} low @param {number} high */
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
