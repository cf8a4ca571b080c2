/** The picture of each model, large, the real digit nearest to it, and eleven pictures of the way. */

import { digitCanvas, digitName, paint } from "../kit/digits.js";
import { element, formatNumber, modelTag } from "../kit/dom.js";
import { FilmStrip } from "../player/film_strip.js";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/**
 * @typedef {object} Nearest the real digit next to a picture
 * @property {number} row @property {number} label
 * @property {number} distance between the pictures, each pixel in [0, 1]
 * @property {Uint8Array | Float32Array | null} pixels null until they are here
 */

export const FRAMES = 11;
const NOTHING = "\u00a0";

export class Stage {
  /** @param {(t: number) => void} onSeek */
  constructor(onSeek) {
    this.onSeek = onSeek;
    /** @type {Figure[]} */
    this.figures = [];
    this.element = element("div", { class: "figures" });
  }

  /** @param {ModelData[]} models shown at once, before they are there */
  announce(models) {
    const kept = new Map(this.figures.map((figure) => [figure.name, figure]));
    this.figures = models.map((model) => kept.get(model.name) ?? new Figure(model, this.onSeek));
    this.element.dataset.models = String(models.length);
    this.element.replaceChildren(...this.figures.map((figure) => figure.element));
  }

  /** @param {string[]} colours */
  recolour(colours) {
    this.figures.forEach((figure, i) => {
      figure.element.style.setProperty("--colour", colours[i]);
      figure.strip.recolour(colours[i]);
    });
  }

  /** @param {string | null} words in place of the nearest digit */
  wait(words) {
    for (const figure of this.figures) figure.say(words ?? NOTHING);
  }

  /** @param {boolean} hasStrip @param {boolean} hasNearest */
  furnish(hasStrip, hasNearest) {
    for (const figure of this.figures) {
      figure.strip.element.hidden = !hasStrip;
      figure.nearest.hidden = !hasNearest;
    }
  }
}

class Figure {
  /** @param {ModelData} model @param {(t: number) => void} onSeek */
  constructor({ name, label }, onSeek) {
    this.name = name;
    this.picture = digitCanvas({ class: "big", role: "img", "data-model": name, "aria-label": `Decoded by ${name}` });
    this.strip = new FilmStrip({ frames: FRAMES, label: `The way of ${name}`, onSeek });
    this.neighbour = digitCanvas({ "aria-hidden": "true" });
    this.words = element("span", { class: "words" }, NOTHING);
    this.nearest = element(
      "p",
      { class: "nearest", title: "The nearest real digit, and its Euclidean distance over the 784 pixels" },
      this.neighbour,
      this.words,
    );
    this.row = -1;
    this.neighbour.style.visibility = "hidden";
    this.element = element(
      "figure",
      { class: "figure", title: label },
      modelTag(name),
      this.picture,
      this.nearest,
      this.strip.element,
    );
  }

  /** @param {Nearest | null} digit null where none is known */
  showNearest(digit) {
    const { neighbour } = this;
    this.say(digit ? `${digitName(digit.label, digit.row)}, ${formatNumber(digit.distance, 1)} away` : NOTHING);
    const row = digit?.pixels ? digit.row : -1;
    if (row === this.row) return;
    this.row = row;
    neighbour.style.visibility = row < 0 ? "hidden" : "";
    if (digit?.pixels) paint(neighbour, digit.pixels);
  }

  /** @param {string} words */
  say(words) {
    if (this.words.textContent !== words) this.words.textContent = words;
  }
}
