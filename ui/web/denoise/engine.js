/** Digits, corrupted with the same noise, through several models, as often as is asked for. */

import { corrupt, Noise } from "../maths/noise.js";
import { psnr, ssim } from "../maths/similarity.js";
import { Batch } from "../nn/batch.js";
import { PIXELS } from "../nn/nn.js";

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {{psnr: number, ssim: number}} Likeness to the clean digit; PSNR in dB, infinite where they are equal */

export const MOST = 8;

export class Engine {
  constructor() {
    this.count = 0;
    this.clean = new Float32Array(MOST * PIXELS);
    /** As the models get them: not clipped where the noise is not. */
    this.corrupted = new Float32Array(MOST * PIXELS);
    /** As they are seen. */
    this.visible = new Float32Array(MOST * PIXELS);
    /** @type {{batch: Batch, output: Float32Array}[]} */
    this.lanes = [];
    this.noise = new Noise(0);
  }

  /** @param {number} seed */
  reseed(seed) {
    this.noise = new Noise(seed);
  }

  /** @param {import("../nn/nn.js").Model[]} models */
  use(models) {
    this.lanes = models.map((model) => ({ batch: new Batch(model, MOST), output: new Float32Array(MOST * PIXELS) }));
  }

  /** @param {Float32Array[]} digits up to `MOST` */
  take(digits) {
    this.count = digits.length;
    digits.forEach((pixels, i) => this.clean.set(pixels, i * PIXELS));
  }

  /** @param {Settings} settings @param {number} count of the digits, the first ones */
  run(settings, count) {
    const { clean, corrupted, visible, noise, lanes } = this;
    for (let i = 0; i < count; i++) {
      const [from, to] = [i * PIXELS, (i + 1) * PIXELS];
      corrupt(clean.subarray(from, to), settings, noise, corrupted.subarray(from, to));
    }
    for (let k = 0; k < count * PIXELS; k++) visible[k] = Math.min(1, Math.max(0, corrupted[k]));
    const size = count * PIXELS;
    for (const { batch, output } of lanes) {
      /** @type {Float32Array} */
      let input = corrupted.subarray(0, size);
      for (let n = 0; n < settings.times; n++) {
        output.set(batch.run(input, count).subarray(0, size));
        input = output.subarray(0, size);
      }
    }
  }

  /** @param {number} lane of the model, -1 for the corrupted digits @returns {Float32Array} [count * 784] in [0, 1] */
  pictures(lane) {
    return lane < 0 ? this.visible : this.lanes[lane].output;
  }

  /** @param {number} lane as `pictures` @param {number} i which digit @returns {Likeness} */
  likeness(lane, i) {
    const [from, to] = [i * PIXELS, (i + 1) * PIXELS];
    const [picture, clean] = [this.pictures(lane).subarray(from, to), this.clean.subarray(from, to)];
    return { psnr: psnr(picture, clean), ssim: ssim(picture, clean) };
  }
}

/**
 * Applies a model again and again to one picture.
 * @param {import("../nn/nn.js").Model} model
 * @param {ArrayLike<number>} picture 784
 * @param {number} times
 * @returns {Generator<Float32Array>} the code of each pass; overwritten by the next
 */
export function* walk(model, picture, times) {
  let x = picture;
  for (let n = 0; n < times; n++) {
    const z = model.encode(x);
    yield z;
    // Its own array is the next caller's, who may come between two passes.
    x = model.decode(z).slice();
  }
}
