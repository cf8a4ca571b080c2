/** The digit in hand, large, and beside it what each model makes of its code, where that differs and by how much. */

import { digitCanvas, paint, shape } from "../kit/digits.js";
import { button, element, formatNumber, modelTag } from "../kit/dom.js";
import { paintDifference } from "../maths/errors_map.js";
import { psnr, squaredError, ssim } from "../maths/similarity.js";

/** @typedef {{name: string, model: import("../nn/nn.js").Model}} Side */
/** @typedef {{squaredError: number, psnr: number, ssim: number}} Numbers */

const NUMBERS = "sq. error · PSNR · SSIM";
const NUMBERS_TITLE =
  "Squared error, summed over the pixels · peak signal-to-noise ratio in dB · " +
  "structural similarity, 1 where nothing differs";
const NOTHING = "\u00a0";

export class Stage {
  /** @param {import("../hand/tray.js").Tray} tray whose pad stands under the original */
  constructor(tray) {
    const unseen = { class: "invitation", tabindex: -1, "aria-hidden": "true" };
    const invitation = button("Draw a digit", () => tray.pad.open(), { ...unseen, hidden: !shape.isDigit });
    this.digit = element("span", { class: "name" });
    this.original = digitCanvas({ class: "big", role: "img" });
    this.first = element(
      "figure",
      { class: "column original" },
      element("span", { class: "tag" }, element("b", {}, "original"), this.digit),
      this.original,
      element("div", { class: "pad-place" }, invitation, tray.pad.element),
      element("p", { class: "numbers", title: NUMBERS_TITLE }, NUMBERS),
    );
    /** @type {Column[]} */
    this.columns = [];
    this.element = element("div", { class: "stage" }, this.first);
  }

  /** @param {import("../kit/mount.js").ModelData[]} models shown at once, before they are there */
  announce(models) {
    const kept = new Map(this.columns.map((column) => [column.name, column]));
    this.columns = models.map((model) => kept.get(model.name) ?? new Column(model));
    this.element.style.setProperty("--columns", String(models.length + 1));
    this.element.replaceChildren(this.first, ...this.columns.map((column) => column.element));
  }

  /** @param {string[]} colours of the columns */
  recolour(colours) {
    this.columns.forEach((column, i) => column.element.style.setProperty("--colour", colours[i]));
  }

  /** @param {string | null} words in place of the numbers */
  wait(words) {
    for (const column of this.columns) if (words !== null || column.isWaiting) column.say(words ?? NOTHING);
    for (const column of this.columns) column.isWaiting = words !== null;
  }

  /** @param {import("../hand/tray.js").Chosen} chosen @param {Side[]} sides in the order of the columns */
  show({ pixels, name, label }, sides) {
    paint(this.original, pixels);
    if (this.digit.textContent !== name) {
      this.digit.textContent = name;
      this.original.setAttribute("aria-label", `The digit in hand: ${name}`);
    }
    this.columns.forEach((column, i) => column.show(sides[i].model, pixels, label));
  }

  /** What the numbers under the pictures are. */
  get names() {
    return NUMBERS;
  }

  /** @returns {string} what a screen reader is told when the digit has come to rest */
  get summary() {
    return this.columns.map(({ name, numbers }) => `${name}: ${words(numbers)}.`).join(" ");
  }
}

class Column {
  /** @param {import("../kit/mount.js").ModelData} model */
  constructor({ name, label }) {
    this.name = name;
    this.isWaiting = false;
    /** @type {Numbers} */
    this.numbers = { squaredError: 0, psnr: Infinity, ssim: 1 };
    this.xHat = new Float32Array(shape.pixels);
    this.picture = digitCanvas({ class: "big", role: "img", "data-model": name, "aria-label": `Decoded by ${name}` });
    this.difference = digitCanvas({
      class: "big",
      role: "img",
      "data-difference": name,
      "aria-label": `Difference of ${name}: orange where it adds ink, blue where it loses some`,
      title: "Orange: ink added. Blue: ink lost.",
    });
    this.line = element("p", { class: "numbers", title: NUMBERS_TITLE }, NOTHING);
    this.element = element(
      "figure",
      { class: "column", title: label },
      modelTag(name),
      this.picture,
      this.difference,
      this.line,
    );
  }

  /** @param {string} words */
  say(words) {
    this.line.textContent = words;
  }

  /** @param {import("../nn/nn.js").Model} model @param {Float32Array} x @param {number | null} label of it */
  show(model, x, label) {
    const { xHat } = this;
    xHat.set(model.decode(model.encode(x, label)));
    paint(this.picture, xHat);
    paintDifference(this.difference, xHat, x);
    this.numbers = { squaredError: squaredError(xHat, x), psnr: psnr(xHat, x), ssim: ssim(xHat, x, shape) };
    this.say(words(this.numbers));
  }
}

/** @param {Numbers} numbers */
const words = (numbers) =>
  `${formatNumber(numbers.squaredError)} · ${formatNumber(numbers.psnr, 1)} dB · ${formatNumber(numbers.ssim, 3)}`;
