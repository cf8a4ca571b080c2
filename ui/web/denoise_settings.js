/** What is done to the digits: C(x_tilde | x), how often a model is applied. Kept over page changes and in the link. */

import { pack, unpack } from "./digit_text.js";
import { SIZE } from "./digits.js";
import { announce, contribute, formatZ } from "./live_link.js";
import { PIXELS } from "./nn.js";

/** @typedef {import("./noise.js").Kind} Kind */
/** @typedef {import("./noise.js").Box} Box */
/**
 * @typedef {object} Opening what a link asks for; null and empty where it says nothing
 * @property {number | null} level
 * @property {boolean | null} clip
 * @property {number | null} noise
 * @property {[number, number, number, number] | null} box
 * @property {string} rubbed
 * @property {number | null} times
 * @property {string} shown
 */

export const MOST_TIMES = 20;
const DEFAULT_LEVEL = 0.5;
const RUBBED = 15;
const BRUSH = 1.7;

export class Settings {
  constructor() {
    /** @type {Kind} */
    this.kind = "gaussian";
    this.level = DEFAULT_LEVEL;
    /** Models are trained on Gaussian noise as it comes. */
    this.clip = false;
    /** Of the noise; null is the app's own. @type {number | null} */
    this.seed = null;
    /** Where the visitor put it; null is where the noise has it. @type {Box | null} */
    this.box = null;
    this.rubbed = new Uint8Array(PIXELS);
    this.rubbedText = "";
    this.times = 1;
    this.single = false;
    /** @type {Promise<void> | undefined} */
    this.opened = undefined;
  }

  /**
   * What is known here already wins over what a link says.
   * @param {Opening} opening
   * @returns {Promise<void>} until what was rubbed in is here, too
   */
  open(opening) {
    return (this.opened ??= this.restore(opening));
  }

  /** @param {Opening} opening */
  async restore({ level, clip, noise, box, rubbed, times, shown }) {
    this.level = level ?? DEFAULT_LEVEL;
    this.clip = clip ?? false;
    this.seed = noise;
    this.box = box && { x: box[0], y: box[1], w: box[2], h: box[3] };
    this.times = times ?? 1;
    this.single = shown === "one";
    this.rubbedText = rubbed;
    const levels = rubbed ? await unpack(rubbed) : null;
    levels?.forEach((value, i) => void (this.rubbed[i] ||= Number(value > 0)));
    if (!this.hasRubbed) this.rubbedText = "";
  }

  get hasRubbed() {
    return this.rubbed.some(Boolean);
  }

  /** Side of the square that `level` stands for, in pixels. */
  get side() {
    return Math.floor(this.level * SIZE + 0.5);
  }

  /** @param {import("./noise.js").Noise} noise @returns {Box} that is cut out, wherever it comes from */
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
    this.box = { x: within(x, SIZE - w), y: within(y, SIZE - h), w, h };
  }

  /** @param {number} seed of other noise; a box goes where it says */
  renew(seed) {
    this.seed = seed;
    this.box = null;
  }

  /** A round brush from one place to another. @param {[number, number]} from @param {[number, number]} to in pixels */
  rub([x0, y0], [x1, y1]) {
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(x1 - x0, y1 - y0)));
    for (let k = 0; k <= steps; k++) {
      const [x, y] = [x0 + ((x1 - x0) * k) / steps, y0 + ((y1 - y0) * k) / steps];
      for (let row = Math.max(0, Math.floor(y - BRUSH)); row < Math.min(SIZE, y + BRUSH); row++) {
        for (let column = Math.max(0, Math.floor(x - BRUSH)); column < Math.min(SIZE, x + BRUSH); column++) {
          if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= BRUSH) this.rubbed[row * SIZE + column] = 1;
        }
      }
    }
  }

  clearRubbed() {
    this.rubbed.fill(0);
    this.rubbedText = "";
  }

  /** What the visitor does has come to rest: the link is to say it. */
  async rest() {
    const levels = this.rubbed.map((value) => value * RUBBED);
    this.rubbedText = this.hasRubbed ? await pack(levels) : "";
    announce();
  }

  /** @returns {import("./live_link.js").Query} only what differs from the default */
  linkQuery() {
    const { kind, level, clip, seed, box, rubbedText, times, single } = this;
    return {
      corruption: kind === "gaussian" ? undefined : kind,
      level: level === DEFAULT_LEVEL ? undefined : formatZ([Number(level.toFixed(3))]),
      clip: clip ? "1" : undefined,
      noise: seed === null ? undefined : String(seed),
      box: box ? [box.x, box.y, box.w, box.h].join("_") : undefined,
      rubbed: rubbedText || undefined,
      times: times === 1 ? undefined : String(times),
      shown: single ? "one" : undefined,
    };
  }
}

/** Outlives a page change, as the modules do. */
export const settings = new Settings();
contribute(() => (settings.opened ? settings.linkQuery() : {}));
