/** A hundred real digits to pick from, ten of each class; two of each are shown until the tray is unfolded. */

import { element } from "./dom.js";
import { Gallery } from "./gallery.js";
import { fetchTensors } from "./load.js";

const PIXELS = 784;
const CLASSES = 10;

/** @typedef {{images: Uint8Array, labels: ArrayLike<number>, index: ArrayLike<number>}} TrayData ordered by class */

/** @param {string} digits @returns {Promise<TrayData>} */
export async function loadTray(digits) {
  const { images, labels, index } = await fetchTensors(`digits/${digits}/tray.safetensors`);
  return { images: /** @type {Uint8Array} */ (images.data), labels: labels.data, index: index.data };
}

export class Tray {
  /** @param {(pixels: Float32Array) => void} onPick pixels in [0, 1] */
  constructor(onPick) {
    this.onPick = onPick;
    this.place = element("div", { class: "place-of-digits" });
    this.fold = element("button", { type: "button", class: "fold", onclick: () => this.unfold(!this.unfolded) });
    this.element = element("section", { class: "tray" }, element("h3", {}, "Digits, to their codes"), this.fold, this.place);
    this.unfold(false);
  }

  get unfolded() {
    return this.fold.getAttribute("aria-expanded") === "true";
  }

  /** @param {boolean} open */
  unfold(open) {
    this.fold.setAttribute("aria-expanded", String(open));
    this.fold.textContent = open ? "fewer" : "more";
    this.fold.setAttribute("aria-label", open ? "Fewer digits" : "More digits");
    this.element.classList.toggle("folded", !open);
  }

  /** @param {TrayData} data */
  build({ images, labels, index }) {
    this.count = labels.length;
    const perClass = this.count / CLASSES;
    // Across the classes, so that each row holds all ten.
    const row = (/** @type {number} */ i) => (i % CLASSES) * perClass + Math.floor(i / CLASSES);
    this.pixels = (/** @type {number} */ i) => images.subarray(row(i) * PIXELS, (row(i) + 1) * PIXELS);
    this.gallery = new Gallery({
      count: this.count,
      kind: "tray-grid",
      label: "Digits",
      describe: (i) => `A ${labels[row(i)]}, number ${index[row(i)]} of the set`,
      onPick: (i) => this.pick(i),
    });
    for (let i = 0; i < this.count; i++) this.gallery.paint(i, this.pixels(i));
    this.place.replaceChildren(this.gallery.element);
  }

  /** @param {number} i */
  pick(i) {
    if (!this.gallery || !this.pixels) return;
    this.gallery.current = i;
    this.onPick(Float32Array.from(this.pixels(i), (grey) => grey / 255));
  }

  /** @param {number} uniform in (0, 1) */
  pickRandom(uniform) {
    this.pick(Math.floor(uniform * (this.count ?? 0)));
  }

  /** z no longer is the code of a digit. */
  leave() {
    if (this.gallery) this.gallery.current = -1;
  }
}
