/** One model: the 32 pictures that it makes now, and the film of how it came to that. */

import { paintAt, SIZE } from "../kit/digits.js";
import { element, modelTag } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";
import { Batch } from "../nn/batch.js";
import { PIXELS } from "../nn/nn.js";

/** @typedef {"digits" | "draws"} Subject */
/** @typedef {import("../kit/mount.js").ModelData & {film: Subject | null}} ModelWithFilm */
/** @typedef {{shape: number[], data: ArrayLike<number>}} Frames uint8 [epochs, height, width] */

export const [ROWS, COLUMNS] = [4, 8];
export const COUNT = ROWS * COLUMNS;
const MOSAIC = { class: "mosaic", width: COLUMNS * SIZE, height: ROWS * SIZE, role: "img" };

/** @type {Record<Subject, string>} */
const FILM_SHOWS = {
  digits: `reconstructs the same ${COUNT} digits after every epoch`,
  draws: `decodes the same ${COUNT} draws of N(0, I) after every epoch`,
};
/** @type {Record<Subject, string>} */
const MAKES = { digits: `${COUNT} digits, reconstructed`, draws: `${COUNT} draws from N(0, I), decoded` };

export class LearningSide {
  /** @param {"left" | "right"} kind */
  constructor(kind) {
    this.name = element("b", {});
    this.label = element("span", { class: "name" });
    this.live = element("canvas", MOSAIC);
    this.screen = element("canvas", MOSAIC);
    this.words = element("figcaption", {});
    this.now = element("figure", { class: kind }, modelTag(this.name, { as: "p" }, this.label), this.live);
    this.film = element("figure", { class: kind }, this.words, this.screen);
    /** @type {Batch | null} */
    this.batch = null;
    /** @type {Frames | null} */
    this.frames = null;
    this.shown = -1;
  }

  /** @param {ModelWithFilm} model */
  announce({ name, label, film }) {
    this.name.textContent = name;
    this.label.textContent = label;
    this.live.dataset.grid = name;
    this.film.toggleAttribute("data-lacks", film === null);
    const words = film ? `${name} ${FILM_SHOWS[film]}` : `There is no film of the training of ${name}.`;
    this.words.replaceChildren(...glossed(words, "prior", "epoch"));
    this.screen.setAttribute("aria-label", `Film: ${this.words.textContent}`);
  }

  /** @param {import("../nn/nn.js").Model} model @param {Frames | null} frames */
  build(model, frames) {
    if (this.batch?.model !== model) this.batch = new Batch(model, COUNT);
    this.frames = frames;
    this.shown = -1;
    if (frames) [, this.screen.height, this.screen.width] = frames.shape;
  }

  /** @param {Subject} subject @param {Float32Array[]} inputs `COUNT` digits, or draws of as many coordinates at least */
  show(subject, inputs) {
    const { batch } = this;
    if (!batch) return;
    const width = subject === "digits" ? PIXELS : batch.model.latentDim;
    const all = new Float32Array(COUNT * width);
    inputs.forEach((input, k) => all.set(input.subarray(0, width), k * width));
    const made = subject === "digits" ? batch.run(all) : batch.decode(all);
    for (let k = 0; k < COUNT; k++) {
      const picture = made.subarray(k * PIXELS, (k + 1) * PIXELS);
      paintAt(this.live, picture, (k % COLUMNS) * SIZE, Math.floor(k / COLUMNS) * SIZE);
    }
    this.live.setAttribute("aria-label", `${this.name.textContent}: ${MAKES[subject]}`);
  }

  get epochs() {
    return this.frames?.shape[0] ?? 0;
  }

  /** @param {number} epoch from 1; after its last one a film stands still */
  seek(epoch) {
    const { frames } = this;
    if (!frames) return;
    const k = Math.min(epoch, this.epochs) - 1;
    if (k === this.shown) return;
    this.shown = k;
    const [, height, width] = frames.shape;
    const image = new ImageData(width, height);
    const start = k * height * width;
    for (let i = 0; i < height * width; i++) {
      const grey = frames.data[start + i];
      image.data.set([grey, grey, grey, 255], 4 * i);
    }
    /** @type {CanvasRenderingContext2D} */ (this.screen.getContext("2d")).putImageData(image, 0, 0);
    this.screen.dataset.epoch = String(k + 1);
  }
}
