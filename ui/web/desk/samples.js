/** 48 random samples of each model, from the same eps. */

import { guardFinger } from "../gestures/finger.js";
import { actionButton } from "../kit/controls.js";
import { element, formatNumber, modelTag } from "../kit/dom.js";
import { Gallery } from "../kit/gallery.js";
import { drawNumber, mulberry32, normals } from "../maths/seeded_noise.js";
import { get, put } from "../state/parameters.js";

const COUNT = 48;

export class Samples {
  /** @param {(z: [Float32Array, Float32Array]) => void} onPick @param {() => void} onChange something is to be decoded */
  constructor(onPick, onChange) {
    this.onChange = onChange;
    /** @type {import("../server/models.js").CodedModel[]} */
    this.sides = [];
    /** @type {number | undefined} */
    this.seed = undefined;
    /** @type {Float32Array[]} */
    this.eps = [];
    this.temperature = get("temperature");
    this.todo = 0;
    this.cursor = 0;
    this.galleries = ["left", "right"].map(
      (kind) =>
        new Gallery({
          count: COUNT,
          kind: `sample-grid ${kind}`,
          label: "",
          describe: (k) => `Sample ${k + 1}: to the sliders`,
          onPick: (k) => onPick([this.z(0, k), this.z(1, k)]),
        }),
    );
    this.names = this.galleries.map(() => element("b", {}));
    this.sampler = element(
      "select",
      { "aria-label": "Sampler", onchange: () => this.choose() },
      element("option", { value: "prior" }, "N(0, I)"),
      element("option", { value: "fitted" }, "fitted Gaussian"),
    );
    this.sampler.value = get("sampler");
    this.number = element("span", { class: "value", "aria-hidden": "true" }, formatNumber(this.temperature));
    this.slider = element("input", {
      type: "range",
      min: 0,
      max: 2,
      step: 0.01,
      value: this.temperature,
      "aria-label": "Temperature",
      ondblclick: () => this.heat(1),
    });
    guardFinger(this.slider, (temperature) => this.heat(temperature));
    this.action = { name: "New samples", key: "n", title: "Draw new samples", run: () => this.renew() };
    this.element = element(
      "section",
      { class: "samples", "aria-label": "Random samples" },
      element(
        "header",
        {},
        element("h3", {}, `${COUNT} samples each, same ε`),
        element("label", {}, "Sampler ", this.sampler),
        element("label", { class: "temperature" }, "Temperature ", this.slider, this.number),
        actionButton(this.action),
      ),
      element(
        "div",
        { class: "pair" },
        ...this.galleries.map(({ element: grid }, side) =>
          element("div", { class: side ? "right" : "left" }, modelTag(this.names[side], { as: "p" }), grid),
        ),
      ),
    );
  }

  /** What the pictures are, for a caption away from the controls. */
  get caption() {
    const sampler = this.sampler.selectedOptions[0].text;
    return `${COUNT} samples each, ${sampler}, temperature ${formatNumber(this.temperature)}`;
  }

  /** @param {number} seed */
  reseed(seed) {
    if (this.seed !== undefined) put("samples", 1);
    this.seed = seed;
    this.draw();
  }

  /** @param {import("../server/models.js").CodedModel[]} sides */
  build(sides) {
    this.sides = sides;
    sides.forEach(({ name }, side) => {
      this.names[side].textContent = name;
      this.names[side].title = name;
      this.galleries[side].label = `Samples of ${name}`;
    });
    const dim = Math.max(...sides.map(({ model }) => model.latentDim));
    if (this.eps[0]?.length === dim) this.invalidate();
    else this.draw();
  }

  renew() {
    put("samples", get("samples") + 1);
    this.draw();
  }

  /** Those that the link's number says, the same for the same seed. */
  draw() {
    if (!this.sides.length || this.seed === undefined) return;
    const dim = Math.max(...this.sides.map(({ model }) => model.latentDim));
    // A stream of its own: how often the sliders were shaken must not change the samples.
    this.eps = drawNumber(get("samples"), COUNT, dim, normals(mulberry32(this.seed + 1)));
    this.invalidate();
  }

  choose() {
    put("sampler", this.sampler.value);
    this.invalidate();
  }

  /** @param {number} temperature */
  heat(temperature) {
    this.temperature = temperature;
    put("temperature", temperature);
    this.slider.value = String(temperature);
    this.number.textContent = formatNumber(temperature);
    this.invalidate();
  }

  /** The cursor goes on from where it is: a temperature that keeps moving must reach the last picture, too. */
  invalidate() {
    this.todo = 2 * COUNT;
    this.onChange();
  }

  /** @param {number} side @param {number} k @returns {Float32Array} */
  z(side, k) {
    const { model, encodings } = this.sides[side];
    const eps = this.eps[k];
    if (this.sampler.value === "fitted") return encodings.fitted(eps, this.temperature);
    return eps.slice(0, model.latentDim).map((value) => this.temperature * value);
  }

  /** A picture a step. */
  *work() {
    while (this.todo > 0) {
      this.todo -= 1;
      this.cursor = (this.cursor + 1) % (2 * COUNT);
      const [side, k] = [this.cursor % 2, this.cursor >> 1];
      this.galleries[side].paint(k, this.sides[side].model.decode(this.z(side, k)));
      yield;
    }
  }
}
