/** A digit, or the mean of a selection, as both models see it: decoded, with the nearest codes of each. */

import { Alert } from "../kit/controls.js";
import { digitCanvas, digitName, paint, shape } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { Gallery } from "../kit/gallery.js";
import { meanOf, nearest } from "../maths/neighbours.js";

/** @typedef {import("../server/digit_set.js").Digits} Digits */
/** @typedef {import("../server/models.js").Latent} Latent */
/**
 * @typedef {object} Subject what is shown; nothing where both are null
 * @property {number | null} row of a digit
 * @property {number[] | null} rows of a selection, perhaps none
 * @property {{pixels: Float32Array, codes: Float32Array[]} | null} own the visitor's own digit, and its code of each model
 * @property {string} [note] more to say of its place
 * @property {number | null} [label] with which it is decoded, where that is not the digit in hand
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
    /** @type {Digits | null} */
    this.digits = null;
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
        return row === undefined || !this.digits ? "" : `To ${digitName(this.digits.labels[row], row)}`;
      },
      onPick: (k) => this.rows[k] !== undefined && onGo(this.rows[k]),
    });
    for (const button of this.gallery.buttons) button.append(element("span", { class: "class" }));
    this.element = element(
      "div",
      { class: `reading ${kind}` },
      element("p", { class: "tag" }, element("i", { class: "dot" }), this.name, this.words),
      this.canvas,
      this.gallery.element,
    );
  }

  /** @param {Latent} latent @param {Digits} digits */
  build(latent, digits) {
    this.latent = latent;
    this.digits = digits;
    this.name.textContent = latent.name;
    this.canvas.dataset.model = latent.name;
  }

  /**
   * @param {ArrayLike<number>} z @param {string} what is decoded
   * @param {boolean} isMean of several codes
   * @param {number | null} row the digit's own, which is no neighbour of itself
   * @param {number | null} label see `Subject`
   */
  show(z, what, isMean, row, label) {
    const { model, means, dim, name } = /** @type {Latent} */ (this.latent);
    const { images, labels } = /** @type {Digits} */ (this.digits);
    this.canvas.toggleAttribute("data-lacks", !model.canDecode || !model.canEncode);
    this.gallery.element.style.visibility = model.canEncode ? "" : "hidden";
    if (!model.canEncode) {
      this.words.textContent = "a decoder alone: no code";
      this.gallery.shown = 0;
      return;
    }
    if (model.canDecode) paint(this.canvas, model.decode(z, label));
    this.canvas.setAttribute("aria-label", `${what}, decoded by ${name}`);
    this.rows = nearest(means, dim, z, COUNT, row ?? undefined);
    const words = isMean ? "nearest to the mean code" : describeNearest(this.rows, labels, row);
    this.words.textContent = words;
    this.gallery.label = `The codes of ${name} ${words}`;
    this.gallery.relabel();
    this.gallery.shown = this.rows.length;
    this.gallery.buttons.slice(0, this.rows.length).forEach((button, k) => {
      const row = this.rows[k];
      this.gallery.paint(k, pictureOf(images, row));
      /** @type {Element} */ (button.lastElementChild).textContent = String(labels[row]);
    });
  }
}

/**
 * @param {ArrayLike<number>} rows at least one @param {Uint8Array} labels
 * @param {number | null} row whose class counts; without one, the class that most have
 * @returns {string}
 */
function describeNearest(rows, labels, row) {
  const counts = Array(CLASSES).fill(0);
  for (const other of Array.from(rows)) counts[labels[other]] += 1;
  const digit = row === null ? counts.indexOf(Math.max(...counts)) : labels[row];
  const whose = row === null ? `are ${digit}` : "of its class";
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
    this.readings.forEach((reading, side) => reading.build(latents[side], digits));
    this.alert.hide();
  }

  /** Others are on their way: what is shown stays until then. */
  leave() {
    this.digits = null;
  }

  /** @param {Subject} subject @param {(row: number) => boolean} isDrawn whether the digit has a point */
  show({ row, rows, own, note, label = null }, isDrawn) {
    if (!this.digits) return;
    const { images, labels } = this.digits;
    if (row !== null) {
      const name = digitName(labels[row], row);
      const what = `${name[0].toUpperCase()}${name.slice(1)}`;
      const codes = this.readings.map(({ latent }) => rowOf(/** @type {Latent} */ (latent), row));
      this.say(`${what}${isDrawn(row) ? "" : ", not among the points"}`);
      this.display(what, /** @type {Uint8Array} */ (this.picture(row)), codes, { row, label });
    } else if (own) {
      this.say(["Your digit", note].filter(Boolean).join(" · "));
      this.display("Your digit", own.pixels, own.codes);
    } else if (rows?.length) {
      const total = `${rows.length} ${rows.length === 1 ? "digit" : "digits"}`;
      this.say(`${total}: ${countDigits(rows, labels)}`);
      const pixels = meanOf(images, shape.pixels, rows).map((grey) => grey * PIXEL_SCALE);
      const codes = this.readings.map(({ latent }) => meanOf(latent?.means ?? [], latent?.dim ?? 0, rows));
      this.display(`Mean of ${total}`, pixels, codes, { isMean: true });
    } else this.empty(rows ? "No digit in the selection." : "Point at a digit, or click to keep it.");
  }

  /** @param {number | null} row @returns {Uint8Array | null} levels of 0 to 255, once the digits are here */
  picture(row) {
    return row === null || !this.digits ? null : pictureOf(this.digits.images, row);
  }

  /**
   * @param {string} what @param {Uint8Array | Float32Array} pixels @param {ArrayLike<number>[]} codes of each model
   * @param {{row?: number | null, isMean?: boolean, label?: number | null}} [kind] no row but of a digit of the set
   */
  display(what, pixels, codes, { row = null, isMean = false, label = null } = {}) {
    /** @type {Element} */ (this.caption.firstElementChild).textContent = isMean ? "mean picture" : "original";
    paint(this.original, pixels);
    this.original.setAttribute("aria-label", what);
    this.readings.forEach((reading, side) => reading.show(codes[side], what, isMean, row, label));
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

/** @param {Uint8Array} images @param {number} row */
const pictureOf = (images, row) => images.subarray(row * shape.pixels, (row + 1) * shape.pixels);

/** @param {Latent} latent @param {number} row @returns {Float32Array} */
const rowOf = ({ means, dim }, row) => means.subarray(row * dim, (row + 1) * dim);

/** @param {number[]} rows @param {Uint8Array} labels @returns {string} the most frequent first */
function countDigits(rows, labels) {
  const counts = Array(CLASSES).fill(0);
  for (const row of rows) counts[labels[row]] += 1;
  const parts = counts.map((count, digit) => ({ count, digit })).filter(({ count }) => count);
  parts.sort((a, b) => b.count - a.count);
  return parts.map(({ count, digit }) => `${count} of digit ${digit}`).join(", ");
}
