/** Digits, corrupted with the same noise, through several models, as often as is asked for. */

import { corrupt, Noise } from "../maths/seeded_noise.js";
import { psnr, ssim } from "../maths/similarity.js";
import { Batch } from "../nn/batch.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {{psnr: number, ssim: number}} Likeness to the clean digit; PSNR in dB, infinite where they are equal */

export const MOST = 8;

export class Engine {
  /** @param {import("../nn/shape.js").Shape} shape of the pictures */
  constructor(shape) {
    this.shape = shape;
    this.count = 0;
    /** Of each digit, for the encoders; the first, which is in hand, is drawn as the wheel says. @type {(number | null)[]} */
    this.labels = [];
    this.clean = new Float32Array(MOST * shape.pixels);
    /** As the models get them: not clipped where the noise is not. */
    this.corrupted = new Float32Array(MOST * shape.pixels);
    /** As they are seen. */
    this.visible = new Float32Array(MOST * shape.pixels);
    /** @type {{batch: Batch, output: Float32Array}[]} */
    this.lanes = [];
    this.noise = new Noise(0, shape);
  }

  /** @param {number} seed */
  reseed(seed) {
    this.noise = new Noise(seed, this.shape);
  }

  /** @param {import("../nn/nn.js").Model[]} models */
  use(models) {
    const { length } = this.clean;
    this.lanes = models.map((model) => ({ batch: new Batch(model, MOST), output: new Float32Array(length) }));
  }

  /** @param {{pixels: Float32Array, label: number | null}[]} digits up to `MOST`, the one in hand first */
  take(digits) {
    this.count = digits.length;
    this.labels = digits.map(({ label }) => label);
    digits.forEach(({ pixels }, i) => this.clean.set(pixels, i * this.shape.pixels));
  }

  /** @param {Settings} settings @param {number} count of the digits, the first ones */
  run(settings, count) {
    const { clean, corrupted, visible, noise, lanes } = this;
    const { pixels } = this.shape;
    for (let i = 0; i < count; i++) {
      const [from, to] = [i * pixels, (i + 1) * pixels];
      corrupt(clean.subarray(from, to), settings, noise, corrupted.subarray(from, to));
    }
    const size = count * pixels;
    for (let k = 0; k < size; k++) visible[k] = Math.min(1, Math.max(0, corrupted[k]));
    const drawn = [null, ...this.labels.slice(1)];
    for (const { batch, output } of lanes) {
      /** @type {Float32Array} */
      let input = corrupted.subarray(0, size);
      for (let n = 0; n < settings.times; n++) {
        output.set(batch.run(input, count, this.labels, drawn).subarray(0, size));
        input = output.subarray(0, size);
      }
    }
  }

  /** @param {number} lane of the model, -1 for the corrupted digits @returns {Float32Array} [count * pixels] in [0, 1] */
  pictures(lane) {
    return lane < 0 ? this.visible : this.lanes[lane].output;
  }

  /** @param {number} lane as `pictures` @param {number} i which digit @returns {Likeness} */
  likeness(lane, i) {
    const { pixels } = this.shape;
    const [from, to] = [i * pixels, (i + 1) * pixels];
    const [picture, clean] = [this.pictures(lane).subarray(from, to), this.clean.subarray(from, to)];
    return { psnr: psnr(picture, clean), ssim: ssim(picture, clean, this.shape) };
  }
}

/**
 * Applies a model again and again to one picture.
 * @param {import("../nn/nn.js").Model} model
 * @param {ArrayLike<number>} picture [pixels]
 * @param {number} times
 * @param {number | null} label of the picture
 * @returns {Generator<Float32Array>} the code of each pass; overwritten by the next
 */
export function* walk(model, picture, times, label) {
  let x = picture;
  for (let n = 0; n < times; n++) {
    const z = model.encode(x, label);
    yield z;
    // Its own array is the next caller's, who may come between two passes.
    x = model.decode(z).slice();
  }
}
