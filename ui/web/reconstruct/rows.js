/** Eight digits, and under each what every model makes of its code, or where that differs. */

import { Choice } from "../kit/controls.js";
import { digitCanvas, paint, shape } from "../kit/digits.js";
import { element, modelTag } from "../kit/dom.js";
import { Gallery } from "../kit/gallery.js";
import { paintDifference } from "../maths/errors_map.js";
import { Batch } from "../nn/batch.js";
import { get, put } from "../state/parameters.js";

/** @typedef {{model: import("../nn/nn.js").Model}} Side */
/** @typedef {{pixels: Float32Array, row: number | null, label: number | null}} Digit */
/** @typedef {"pictures" | "errors"} Shown */

const COUNT = 8;

export class Rows {
  /** @param {(row: number) => void} onPick a digit of the set is to be taken in hand */
  constructor(onPick) {
    this.onPick = onPick;
    /** @type {Digit[]} */
    this.digits = [];
    this.x = new Float32Array(COUNT * shape.pixels);
    /** @type {Row[]} */
    this.rows = [];
    this.gallery = new Gallery({
      count: COUNT,
      kind: "eight",
      label: "Eight digits",
      describe: (k) => this.describe(k),
      onPick: (k) => this.pick(k),
    });
    const shown = /** @type {const} */ ([
      ["pictures", "pictures"],
      ["errors", "errors"],
    ]);
    const onShown = (/** @type {Shown} */ value) => this.toggle(value);
    this.choice = new Choice("What the models' rows show", "shown", shown, onShown, { value: get("rows") });
    this.table = element("div", { class: "rows" });
    this.element = element("section", { "aria-label": "Eight digits and their reconstructions" }, this.table);
  }

  /** @param {import("../kit/mount.js").ModelData[]} models */
  announce(models) {
    const kept = new Map(this.rows.map((row) => [row.name, row]));
    this.rows = models.map(({ name }) => kept.get(name) ?? new Row(name, (k) => this.pick(k)));
    this.table.replaceChildren(
      element("div", { class: "row" }, element("span", { class: "mark" }, this.choice.element), this.gallery.element),
      ...this.rows.map((row) => row.element),
    );
  }

  /** @param {string[]} colours */
  recolour(colours) {
    this.rows.forEach((row, i) => row.element.style.setProperty("--colour", colours[i]));
  }

  /** @param {Side[]} sides whose weights may be others than before */
  build(sides) {
    this.rows.forEach((row, i) => row.build(sides[i]));
    this.digits = [];
  }

  /**
   * @param {Digit[]} digits the one in hand first
   * @param {Float32Array[]} reconstructions of the one in hand, one a model
   */
  show(digits, reconstructions) {
    const isSame =
      digits.length === this.digits.length && digits.every(({ row }, k) => k === 0 || row === this.digits[k].row);
    this.digits = digits;
    const count = isSame ? 1 : digits.length;
    for (let k = 0; k < count; k++) {
      this.x.set(digits[k].pixels, k * shape.pixels);
      this.gallery.paint(k, digits[k].pixels);
    }
    if (!isSame) this.gallery.shown = digits.length;
    this.gallery.relabel();
    this.rows.forEach((row, i) => {
      if (isSame) row.xHat.set(reconstructions[i]);
      else row.run(this.x, digits);
      if (!isSame) row.shown = count;
      row.paint(this.x, count);
    });
  }

  /** @param {Shown} shown */
  toggle(shown) {
    put("rows", shown);
    for (const row of this.rows) row.paint(this.x, this.digits.length);
  }

  /** @param {number} k */
  pick(k) {
    const row = this.digits[k]?.row;
    if (k > 0 && row !== null && row !== undefined) this.onPick(row);
  }

  /** @param {number} k */
  describe(k) {
    const digit = this.digits[k];
    if (!digit) return "";
    return digit.row === null ? "The digit in hand" : `A ${digit.label}, number ${digit.row} of the set`;
  }
}

class Row {
  /** @param {string} name of the model @param {(k: number) => void} onPick */
  constructor(name, onPick) {
    this.name = name;
    this.xHat = new Float32Array(COUNT * shape.pixels);
    this.canvases = Array.from({ length: COUNT }, (_, k) =>
      digitCanvas({ "data-model": name, "aria-hidden": "true", onclick: () => onPick(k) }),
    );
    this.element = element(
      "div",
      { class: "row" },
      modelTag(name, { class: "mark", title: name }),
      element("div", { class: "eight" }, ...this.canvases),
    );
  }

  /** @param {Side} side */
  build({ model }) {
    this.batch = new Batch(model, COUNT);
  }

  /** @param {number} count so many pictures are shown */
  set shown(count) {
    this.canvases.forEach((canvas, k) => (canvas.hidden = k >= count));
  }

  /** @param {Float32Array} x @param {Digit[]} digits of which the first is drawn as the digit in hand */
  run(x, digits) {
    const labels = digits.map(({ label }) => label);
    const xHat = this.batch?.run(x, digits.length, labels, [null, ...labels.slice(1)]);
    if (xHat) this.xHat.set(xHat);
  }

  /** @param {Float32Array} x @param {number} count */
  paint(x, count) {
    const size = shape.pixels;
    for (let k = 0; k < count; k++) {
      const [xHat, digit] = [this.xHat, x].map((pixels) => pixels.subarray(k * size, (k + 1) * size));
      if (get("rows") === "errors") paintDifference(this.canvases[k], xHat, digit);
      else paint(this.canvases[k], xHat);
    }
  }
}
