/** What is done to the digits: C(x_tilde | x), how often a model is applied. Kept over page changes and in the link. */

import { shape } from "../kit/digits.js";
import { pack, unpack } from "../maths/digit_text.js";
import { contribute } from "../state/live_link.js";
import { get, put, refuse } from "../state/parameters.js";

/** @typedef {import("../maths/seeded_noise.js").Kind} Kind */
/** @typedef {import("../maths/seeded_noise.js").Box} Box */
const RUBBED = 15;
const BRUSH = 1.7;

export class Settings {
  constructor() {
    /** @type {Kind} */
    this.kind = "gaussian";
    this.level = get("level");
    /** Models are trained on Gaussian noise as it comes. */
    this.clip = get("clip");
    /** Of the noise; null is the app's own. */
    this.seed = get("noise");
    const [x, y, w, h] = get("box").split("_").map(Number);
    /** Where the visitor put it; null is where the noise has it. @type {Box | null} */
    this.box = w ? { x, y, w, h } : null;
    /** [height * width] of the pictures on the page. */
    this.rubbed = new Uint8Array(0);
    this.times = get("times");
    this.single = get("shown") === "one";
    /** @type {Promise<void> | undefined} */
    this.opened = undefined;
  }

  /** Before anything is shown: what was put on pictures of another size is not of these. */
  fit() {
    const { area, width, height } = shape;
    if (this.rubbed.length !== area) this.rubbed = new Uint8Array(area);
    const { x, y, w, h } = this.box ?? { x: 0, y: 0, w: 0, h: 0 };
    if (x + w > width || y + h > height) this.box = null;
  }

  /** @returns {Promise<void>} until what was rubbed in is here, too; what is known already wins over what a link says */
  open() {
    return (this.opened ??= this.restore());
  }

  async restore() {
    const text = get("rubbed");
    const levels = text && (await unpack(text, even(this.rubbed.length)));
    if (levels) this.rubbed.forEach((value, i) => void (this.rubbed[i] = value || Number(levels[i] > 0)));
    else if (text) refuse("rubbed");
  }

  get hasRubbed() {
    return this.rubbed.some(Boolean);
  }

  /** Side of the square that `level` stands for, in pixels. */
  get side() {
    return Math.floor(this.level * Math.min(shape.width, shape.height) + 0.5);
  }

  /** @param {import("../maths/seeded_noise.js").Noise} noise @returns {Box} that is cut out, wherever it comes from */
  cut(noise) {
    return this.box ?? noise.box(this.level);
  }

  /** A box that was placed keeps its middle. @param {number} level */
  setLevel(level) {
    this.level = level;
    if (this.kind !== "box" || !this.box) return;
    const { x, y, w, h } = this.box;
    const { side } = this;
    if (side) this.place({ x: x + Math.round((w - side) / 2), y: y + Math.round((h - side) / 2), w: side, h: side });
    else this.box = null;
  }

  /** @param {Box} box at least a pixel wide; moved into the picture */
  place({ x, y, w, h }) {
    const within = (/** @type {number} */ value, /** @type {number} */ high) => Math.min(high, Math.max(0, value));
    this.box = { x: within(x, shape.width - w), y: within(y, shape.height - h), w, h };
  }

  /** @param {number} seed of other noise; a box goes where it says */
  renew(seed) {
    this.seed = seed;
    this.box = null;
  }

  /** A round brush from one place to another. @param {[number, number]} from @param {[number, number]} to in pixels */
  rub([x0, y0], [x1, y1]) {
    const { width, height } = shape;
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(x1 - x0, y1 - y0)));
    for (let k = 0; k <= steps; k++) {
      const [x, y] = [x0 + ((x1 - x0) * k) / steps, y0 + ((y1 - y0) * k) / steps];
      for (let row = Math.max(0, Math.floor(y - BRUSH)); row < Math.min(height, y + BRUSH); row++) {
        for (let column = Math.max(0, Math.floor(x - BRUSH)); column < Math.min(width, x + BRUSH); column++) {
          if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= BRUSH) this.rubbed[row * width + column] = 1;
        }
      }
    }
  }

  clearRubbed() {
    this.rubbed.fill(0);
  }

  /** What the visitor does has come to rest: the link is to say it. */
  async rest() {
    const { level, clip, seed, box, times, single } = this;
    put("level", level);
    put("clip", clip);
    put("noise", seed);
    put("box", box ? [box.x, box.y, box.w, box.h].join("_") : "");
    put("times", times);
    put("shown", single ? "one" : "eight");
    const levels = Uint8Array.from({ length: even(this.rubbed.length) }, (_, i) => (this.rubbed[i] ? RUBBED : 0));
    put("rubbed", this.hasRubbed ? await pack(levels) : "");
  }
}

/** @param {number} count @returns {number} as many as a link's text has: two a byte */
const even = (count) => 2 * Math.ceil(count / 2);

/** Outlives a page change, as the modules do. */
export const settings = new Settings();
// Python knows it, too, but a moment later.
contribute(() => {
  if (!settings.opened) return {};
  return { corruption: settings.kind === "gaussian" ? undefined : settings.kind };
});
