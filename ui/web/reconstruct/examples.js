/** Digits of a set by their error: the best, those about the median, the worst, each over its reconstruction. */

import { digitCanvas, paint } from "../kit/digits.js";
import { element, formatNumber } from "../kit/dom.js";
import { Gallery } from "../kit/gallery.js";
import { bestMedianWorst } from "./bins.js";

/** @typedef {{name: string, model: import("../nn/nn.js").Model}} Side */
/** @typedef {{pixels: Float32Array, label: number | null}} Digit */
/**
 * @typedef {object} Access
 * @property {import("../kit/slices.js").Slices} slices
 * @property {(rows: number[]) => Promise<Digit[]>} rows of the set
 * @property {(row: number) => void} onPick a digit is to be taken in hand
 */

const EACH = 8;
const TITLES = ["best", "median", "worst"];

export class Examples {
  /** @param {Access} access */
  constructor({ slices, rows, onPick }) {
    this.slices = slices;
    this.rows = rows;
    this.groups = TITLES.map((title) => new Group(title, onPick));
    this.element = element("div", { class: "found" }, ...this.groups.map((group) => group.element));
  }

  /**
   * @param {Side} side @param {import("./bins.js").Errors} errors @param {number | null} bin
   * @throws {Error} in one sentence where the digits did not arrive
   */
  async show({ name, model }, errors, bin) {
    const wanted = (this.wanted = {});
    const picked = bestMedianWorst(errors.rowsIn(bin), EACH);
    const digits = await this.rows(picked.flat());
    if (wanted !== this.wanted) return;
    let next = 0;
    const work = picked.flatMap((rows, i) => {
      const from = next;
      next += rows.length;
      return this.groups[i].show(rows, errors.errors, name, (k) => digits[from + k]);
    });
    this.slices.start("found", decoded(model, work), () => {});
  }

  close() {
    this.wanted = undefined;
  }
}

class Group {
  /** @param {string} title @param {(row: number) => void} onPick */
  constructor(title, onPick) {
    this.title = title;
    /** @type {number[]} */
    this.rows = [];
    this.words = "";
    this.gallery = new Gallery({
      count: EACH,
      kind: "found-grid",
      label: title,
      describe: (k) => this.describe(k),
      onPick: (k) => this.rows[k] !== undefined && onPick(this.rows[k]),
    });
    this.decoded = this.gallery.buttons.map((button) => {
      const canvas = digitCanvas({ "aria-hidden": "true" });
      button.append(canvas);
      return canvas;
    });
    this.range = element("span", { class: "range" });
    this.element = element(
      "div",
      { class: "group", "data-group": title },
      element("p", {}, element("b", {}, title), this.range),
      this.gallery.element,
    );
  }

  /**
   * @param {number[]} rows from the best to the worst @param {Float32Array} errors by row
   * @param {string} name of the model @param {(k: number) => Digit} digit
   * @returns {{digit: Digit, canvas: HTMLCanvasElement}[]} what is to be decoded
   */
  show(rows, errors, name, digit) {
    this.rows = rows;
    this.errors = errors;
    this.name = name;
    const ends = [rows[0], rows[rows.length - 1]].map((row) => formatNumber(errors[row] ?? 0));
    this.range.textContent = !rows.length ? "" : ends[0] === ends[1] ? ends[0] : ends.join(" to ");
    this.gallery.shown = rows.length;
    this.gallery.relabel();
    return rows.map((_, k) => {
      this.gallery.paint(k, digit(k).pixels);
      this.decoded[k].dataset.model = name;
      return { digit: digit(k), canvas: this.decoded[k] };
    });
  }

  /** @param {number} k */
  describe(k) {
    const row = this.rows[k];
    if (row === undefined || !this.errors) return "";
    return `Number ${row} of the set, squared error ${formatNumber(this.errors[row])}`;
  }
}

/**
 * @param {import("../nn/nn.js").Model} model @param {{digit: Digit, canvas: HTMLCanvasElement}[]} work each as what it is
 * @returns {Generator<void>} a digit a step
 */
function* decoded(model, work) {
  for (const { digit, canvas } of work) {
    const { pixels, label } = digit;
    paint(canvas, model.decode(model.encode(pixels, label), label));
    yield;
  }
}
