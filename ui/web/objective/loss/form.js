/** How a loss is written: the errors, sums and means, weights and sizes; what it says is in the link. */

import { Choice } from "../../kit/controls.js";
import { button, element } from "../../kit/dom.js";
import { checked } from "../../maths/beta.js";
import { asNumber, exact, general } from "../../maths/fraction.js";
import { MOST_CODES } from "../../nn/config.js";
import { get, put, ruleOf } from "../../state/parameters.js";

/** @typedef {import("../../maths/beta.js").WrittenLoss} WrittenLoss */
/** @typedef {import("../../state/parameters.js").Key} Key */

/** As in a link: the error, over pixels, over the batch, over codes, over the batch. */
const USUAL = "smmsm";
const PRESETS = /** @type {const} */ ([
  [USUAL, "Mean over pixels", "mse_loss as it comes, and a KL term summed over codes"],
  ["smmmm", "All means", "Both terms averaged over all there is"],
  [
    "cssss",
    "PyTorch's example",
    "basic_vae of PyTorch's examples: cross-entropy and KL, both summed over pixels, codes and the batch",
  ],
  ["ssmsm", "This product's", "Summed over pixels and over codes, mean over the batch"],
]);
const OVER = /** @type {const} */ ([
  ["s", "sum"],
  ["m", "mean"],
]);
const ERRORS = /** @type {const} */ ([
  ["s", "squared error"],
  ["c", "cross-entropy"],
]);
// Of the slider, in powers of ten.
const LEAST = -6;
const MOST = 4;

export class Form {
  /** @param {() => void} onChange by hand @param {() => void} onRest */
  constructor(onChange, onRest) {
    this.loss = USUAL;
    /** Channels, height and width of the pictures of the set. @type {readonly number[]} */
    this.own = [1, 1, 1];
    const change = () => {
      this.refresh();
      onChange();
    };
    const write = (/** @type {string} */ loss) => {
      this.loss = loss;
      change();
      onRest();
    };
    /** By its place in the text of the link. @type {Choice<any>[]} */
    this.choices = [];
    const choice = (/** @type {string} */ label, /** @type {readonly any[]} */ options) => {
      const place = this.choices.length;
      const take = (/** @type {string} */ one) => write(this.loss.slice(0, place) + one + this.loss.slice(place + 1));
      this.choices.push(new Choice(label, `loss ${place}`, options, take));
      return this.choices[place].element;
    };
    const weight = (/** @type {string} */ label) =>
      element("input", { "aria-label": label, inputmode: "decimal", oninput: change, onchange: onRest });
    const size = (/** @type {string} */ label, /** @type {number} */ max) =>
      element("input", {
        type: "number",
        min: 1,
        max,
        step: 1,
        "aria-label": label,
        oninput: change,
        onchange: onRest,
      });
    this.errorWeight = weight("Weight of the reconstruction term");
    this.klWeight = weight("Weight of the KL term");
    const slide = () => {
      this.klWeight.value = general(10 ** Number(this.slider.value), 3);
      onChange();
    };
    const range = {
      type: "range",
      min: LEAST,
      max: MOST,
      step: 0.01,
      "aria-label": "Weight of the KL term, its power of ten",
    };
    this.slider = element("input", { ...range, oninput: slide, onchange: onRest });
    this.sides = ["Width", "Height", "Channels"].map((label) => size(label, 9999));
    this.batch = size("Batch size", 100_000);
    this.codes = size("Number of codes", MOST_CODES);
    const preset = (/** @type {string} */ loss) => {
      this.errorWeight.value = this.klWeight.value = "1";
      write(loss);
    };
    this.presets = PRESETS.map(([loss, words, title]) => button(words, () => preset(loss), { title }));
    const [width, height, channels] = this.sides;
    this.element = element(
      "div",
      { class: "form", role: "group", "aria-label": "How the loss is written" },
      element("div", { class: "toolbar" }, ...this.presets),
      term("Reconstruction", [choice("Error of a pixel", ERRORS)], this.errorWeight),
      term("", [
        over("pixels", choice("Error over pixels", OVER)),
        over("batch", choice("Reconstruction over the batch", OVER)),
      ]),
      term("KL", [over("codes", choice("KL over codes", OVER)), over("batch", choice("KL over the batch", OVER))]),
      term("", [this.slider], this.klWeight),
      element(
        "div",
        { class: "sizes" },
        element("span", {}, "picture ", width, " × ", height, " × ", channels),
        element("label", {}, "batch ", this.batch),
        element("label", {}, "codes ", this.codes),
      ),
    );
  }

  /** @param {readonly number[]} shape of the pictures of the set: what the link says, or what is usual for them */
  open(shape) {
    this.own = shape;
    this.loss = get("loss") || USUAL;
    this.errorWeight.value = get("errorweight") || "1";
    this.klWeight.value = get("klweight") || "1";
    const [channels, height, width] = shape;
    const sides = get("picturesize").split("_");
    this.sides.forEach((input, i) => (input.value = sides[i] || String([width, height, channels][i])));
    this.batch.value = String(get("batch"));
    this.codes.value = String(get("latent"));
    this.refresh();
  }

  /** @param {string} text the weight of the KL term, not from the form itself */
  weighKl(text) {
    this.klWeight.value = text;
    this.refresh();
  }

  /** Shows what is chosen. */
  refresh() {
    this.choices.forEach((choice, i) => (choice.value = this.loss[i]));
    const isPlain = [this.errorWeight, this.klWeight].every(({ value }) => value.trim() === "1");
    this.presets.forEach((one, i) => one.setAttribute("aria-pressed", String(isPlain && this.loss === PRESETS[i][0])));
    const weight = numberOf(this.klWeight.value);
    this.slider.value = String(weight > 0 ? Math.log10(weight) : LEAST);
    this.slider.setAttribute("aria-valuetext", this.klWeight.value);
  }

  /** @returns {WrittenLoss} which the link says from now on @throws {RangeError} it is none, in one sentence */
  read() {
    const over = (/** @type {number} */ place) => (this.loss[place] === "s" ? "sum" : "mean");
    const [width, height, channels] = this.sides.map((input) => whole(input));
    const loss = checked({
      error: this.loss[0] === "s" ? "squared_error" : "cross_entropy",
      overPixels: over(1),
      overBatch: over(2),
      klOverCodes: over(3),
      klOverBatch: over(4),
      shape: [channels, height, width],
      batchSize: whole(this.batch),
      latentDim: whole(this.codes),
      reconstructionWeight: weightOf(this.errorWeight),
      klWeight: weightOf(this.klWeight),
    });
    const weight = (/** @type {HTMLInputElement} */ { value }) => (value.trim() === "1" ? "" : value.trim());
    const isOwn = this.own.every((side, i) => side === loss.shape[i]);
    keep("loss", this.loss === USUAL ? "" : this.loss, "loss");
    keep("errorweight", weight(this.errorWeight), nameOf(this.errorWeight));
    keep("klweight", weight(this.klWeight), nameOf(this.klWeight));
    keep("picturesize", isOwn ? "" : [width, height, channels].join("_"), "size of the picture");
    keep("batch", loss.batchSize, nameOf(this.batch));
    keep("latent", loss.latentDim, nameOf(this.codes));
    return loss;
  }
}

/** @param {string} name @param {Node[]} parts @param {HTMLElement} [weight] */
const term = (name, parts, weight) =>
  element(
    "div",
    { class: "term" },
    element("b", {}, name),
    element("span", {}, ...parts),
    ...(weight ? [element("label", { class: "k" }, "× ", weight)] : []),
  );

/** @param {string} words @param {Node} choice */
const over = (words, choice) => element("span", { class: "over" }, words, choice);

/** @param {HTMLInputElement} input @returns {string} */
const nameOf = (input) => {
  const label = /** @type {string} */ (input.getAttribute("aria-label"));
  return label[0].toLowerCase() + label.slice(1);
};

/** @param {HTMLInputElement} input @returns {number} @throws {RangeError} */
function whole(input) {
  const value = Number(input.value);
  if (!input.value.trim() || !Number.isInteger(value)) {
    throw new RangeError(`the ${nameOf(input)} is '${input.value}'; it must be a whole number`);
  }
  return value;
}

/** @param {HTMLInputElement} input @throws {RangeError} */
function weightOf(input) {
  try {
    return exact(input.value);
  } catch (error) {
    throw new RangeError(`the ${nameOf(input)}: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {string} text @returns {number} 0 where it is none */
function numberOf(text) {
  try {
    return asNumber(exact(text));
  } catch {
    return 0;
  }
}

/**
 * @template {Key} K
 * @param {K} key @param {import("../../state/parameters.js").Value<K>} value @param {string} name
 * @throws {RangeError} no link can say it
 */
function keep(key, value, name) {
  put(key, value);
  if (get(key) !== value) throw new RangeError(`the ${name} is ${value}; it must be ${ruleOf(key)}`);
}
