/** A digit, or the mean of a selection, as both models see it: decoded, with the nearest codes of each. */

import { Alert } from "../kit/alert.js";
import { digitCanvas, digitName, paint } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { Gallery } from "../kit/gallery.js";
import { meanOf, nearest } from "../maths/neighbours.js";
import { PIXELS } from "../nn/nn.js";

/** @typedef {import("../server/digit_set.js").Digits} Digits */
/** @typedef {import("./data.js").Latent} Latent */
/**
 * @typedef {object} Subject what is shown; nothing where both are null
 * @property {number | null} row of a digit
 * @property {number[] | null} rows of a selection, perhaps none
 * @property {{pixels: Float32Array, codes: Float32Array[]} | null} own the visitor's own digit, and its code of each model
 * @property {string} [note] more to say of its place
 */

const COUNT = 10;
const CLASSES = 10;
const PIXEL_SCALE = 1 / 255;

/** One model's part. */
class Reading {
  /** @param {"left" | "right"} kind @param {(row: number) => void} onGo */
  constructor(kind, onGo) {
    /** @type {Latent | null} */
    this.latent = null;
    this.canvas = digitCanvas({ class: "decoded", role: "img" });
    this.name = element("b", {});
    this.words = element("span", { class: "name" });
    /** @type {ArrayLike<number>} */
    this.rows = [];
    this.gallery = new Gallery({
      count: COUNT,
      kind: "neighbours",
      label: "",
      describe: (k) => {
        const row = this.rows[k];
        return row === undefined || !this.labels ? "" : `To ${digitName(this.labels[row], row)}`;
      },
      onPick: (k) => this.rows[k] !== undefined && onGo(this.rows[k]),
    });
    this.classes = this.gallery.buttons.map((button) => button.appendChild(element("span", { class: "class" })));
    this.element = element(
      "div",
      { class: `reading ${kind}` },
      element("p", { class: "tag" }, element("i", { class: "dot" }), this.name, this.words),
      this.canvas,
      this.gallery.element,
    );
  }

  /** @param {Latent} latent @param {Uint8Array} labels */
  build(latent, labels) {
    this.latent = latent;
    this.labels = labels;
    this.name.textContent = latent.name;
    this.canvas.dataset.model = latent.name;
  }

  /**
   * @param {ArrayLike<number>} z @param {string} what is decoded
   * @param {"digit" | "own" | "mean"} kind
   * @param {number} [row] the digit's own, which is no neighbour of itself
   */
  show(z, what, kind, row) {
    const { model, means, dim, name } = /** @type {Latent} */ (this.latent);
    const labels = /** @type {Uint8Array} */ (this.labels);
    paint(this.canvas, model.decode(z));
    this.canvas.setAttribute("aria-label", `${what}, decoded by ${name}`);
    this.rows = nearest(means, dim, z, COUNT, row);
    const words = kind === "mean" ? "nearest to the mean code" : describeNearest(this.rows, labels, row);
    this.words.textContent = words;
    this.gallery.label = `The codes of ${name} ${words}`;
    this.gallery.relabel();
  }

  /** @param {Digits} digits */
  paintNeighbours({ images, labels }) {
    this.gallery.buttons.forEach((button, k) => {
      const row = this.rows[k];
      button.hidden = row === undefined;
      if (button.hidden) return;
      this.gallery.paint(k, images.subarray(row * PIXELS, (row + 1) * PIXELS));
      this.classes[k].textContent = String(labels[row]);
    });
  }
}

/**
 * @param {ArrayLike<number>} rows at least one @param {Uint8Array} labels
 * @param {number} [row] whose class counts; without one, the class that most have
 * @returns {string}
 */
function describeNearest(rows, labels, row) {
  const counts = Array(CLASSES).fill(0);
  for (const other of Array.from(rows)) counts[labels[other]] += 1;
  const digit = row === undefined ? counts.indexOf(Math.max(...counts)) : labels[row];
  const whose = row === undefined ? `are ${digit}` : "of its class";
  return `nearest: ${counts[digit]} of ${rows.length} ${whose}`;
}

export class Panel {
  /** @param {(row: number) => void} onGo to a neighbour */
  constructor(onGo) {
    /** @type {Digits | null} */
    this.digits = null;
    this.line = element("p", { class: "subject" });
    this.original = digitCanvas({ class: "original", role: "img" });
    this.caption = element("p", { class: "tag" }, element("span", { class: "name" }));
    this.readings = [new Reading("left", onGo), new Reading("right", onGo)];
    this.body = element(
      "div",
      { class: "body" },
      element("div", { class: "reading origin" }, this.caption, this.original),
      ...this.readings.map((reading) => reading.element),
    );
    this.alert = new Alert();
    this.element = element(
      "section",
      { class: "panel", "aria-label": "Digit" },
      this.line,
      this.alert.element,
      this.body,
    );
    this.empty("");
  }

  /** @param {Digits} digits @param {Latent[]} latents left and right */
  build(digits, latents) {
    this.digits = digits;
    this.readings.forEach((reading, side) => reading.build(latents[side], digits.labels));
    this.alert.hide();
  }

  /** Others are on their way: what is shown stays until then. */
  leave() {
    this.digits = null;
  }

  /** @param {Subject} subject @param {(row: number) => boolean} isDrawn whether the digit has a point */
  show({ row, rows, own, note }, isDrawn) {
    if (!this.digits) return;
    if (row !== null) this.showDigit(this.digits, row, isDrawn(row));
    else if (own) this.showOwn(this.digits, own, note);
    else if (rows?.length) this.showMean(this.digits, rows);
    else this.empty(rows ? "No digit in the selection." : "Point at a digit, or click to keep it.");
  }

  /** @param {number | null} row @returns {Uint8Array | null} 784 grey levels, once the digits are here */
  picture(row) {
    return row === null || !this.digits ? null : this.digits.images.subarray(row * PIXELS, (row + 1) * PIXELS);
  }

  /** @param {Digits} digits @param {number} row @param {boolean} isDrawn */
  showDigit(digits, row, isDrawn) {
    const what = `Digit ${digits.labels[row]}, no. ${row}`;
    const pixels = /** @type {Uint8Array} */ (this.picture(row));
    this.say(`${what}${isDrawn ? "" : ", not among the points"}`);
    const code = (/** @type {Latent} */ { means, dim }) => means.subarray(row * dim, (row + 1) * dim);
    this.display(digits, "original", what, pixels, code, "digit", row);
  }

  /** @param {Digits} digits @param {NonNullable<Subject["own"]>} own @param {string} [note] */
  showOwn(digits, { pixels, codes }, note) {
    this.say(["Your digit", note].filter(Boolean).join(" · "));
    const code = (/** @type {Latent} */ latent) =>
      codes[this.readings.findIndex((reading) => reading.latent === latent)];
    this.display(digits, "original", "Your digit", pixels, code, "own");
  }

  /** @param {Digits} digits @param {number[]} rows at least one */
  showMean(digits, rows) {
    const counts = Array(CLASSES).fill(0);
    for (const row of rows) counts[digits.labels[row]] += 1;
    const parts = counts.map((count, digit) => ({ count, digit })).filter(({ count }) => count);
    parts.sort((a, b) => b.count - a.count);
    const total = `${rows.length} ${rows.length === 1 ? "digit" : "digits"}`;
    this.say(`${total}: ${parts.map(({ count, digit }) => `${count} of digit ${digit}`).join(", ")}`);
    const pixels = meanOf(digits.images, PIXELS, rows).map((grey) => grey * PIXEL_SCALE);
    const code = (/** @type {Latent} */ { means, dim }) => meanOf(means, dim, rows);
    this.display(digits, "mean picture", `Mean of ${total}`, pixels, code, "mean");
  }

  /**
   * @param {Digits} digits @param {string} caption @param {string} what
   * @param {Uint8Array | Float32Array} pixels
   * @param {(latent: Latent) => ArrayLike<number>} code
   * @param {"digit" | "own" | "mean"} kind
   * @param {number} [row]
   */
  display(digits, caption, what, pixels, code, kind, row) {
    /** @type {HTMLElement} */ (this.caption.firstElementChild).textContent = caption;
    paint(this.original, pixels);
    this.original.setAttribute("aria-label", what);
    for (const reading of this.readings) {
      reading.show(code(/** @type {Latent} */ (reading.latent)), what, kind, row);
      reading.paintNeighbours(digits);
    }
    this.body.toggleAttribute("data-empty", false);
  }

  /** @param {string} words */
  empty(words) {
    this.say(words);
    this.body.toggleAttribute("data-empty", true);
  }

  /** @param {string} words */
  say(words) {
    if (this.line.textContent !== words) this.line.textContent = words;
  }

  /** @param {string} words @param {() => void} again */
  complain(words, again) {
    this.leave();
    this.alert.show(words, again);
    this.empty("");
  }
}
