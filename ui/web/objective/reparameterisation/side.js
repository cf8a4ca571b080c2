/** One VAE and the picture in hand: what it makes of it, with noise and without, code by code. */

import { digitCanvas, paint } from "../../kit/digits.js";
import { coordinateName, element, formatNumber, formatScaled, modelTag } from "../../kit/dom.js";
import { glossed } from "../../kit/glosses.js";
import { inLogvar } from "../../maths/scale.js";
import { Codes } from "./codes.js";
import { Fan } from "./fan.js";
import { GradientStrips } from "./gradients.js";

/**
 * @typedef {object} Hand
 * @property {(code: number) => void} pick takes it in hand
 * @property {(code: number, eps: number) => void} move
 * @property {() => void} ask for gradients anew
 */
/** @typedef {import("./codes.js").Code} Code */

// A sigma below has no two digits after the point.
const NARROW = 0.1;

export class Side {
  /**
   * @param {import("../../kit/mount.js").ModelData} data
   * @param {import("../../nn/nn.js").Model} model
   * @param {import("../../nn/encodings.js").Encodings} encodings of the set
   * @param {number | null} recorded the mean KL divergence that its training reports
   * @param {Hand} hand
   */
  constructor({ name, label }, model, encodings, recorded, hand) {
    this.model = model;
    this.name = name;
    this.z = new Float64Array(model.latentDim);
    /** As of the picture in hand. @type {Code[]} */
    this.codes = Array.from(this.z, (_, i) => ({ i, mu: 0, sigma: 1, kl: 0, isActive: Boolean(encodings.active[i]) }));
    this.current = 0;
    const canvas = (/** @type {string} */ words, /** @type {Record<string, string>} */ more = {}) =>
      digitCanvas({ role: "img", "aria-label": words, ...more });
    this.original = canvas("The picture in hand");
    this.atMu = canvas(`Decoded by ${name} at μ`, { "data-model": name, "data-at": "mu" });
    this.atZ = canvas(`Decoded by ${name} at z`, { "data-model": name, "data-at": "z" });
    const figures = [
      [this.original, "x"],
      [this.atMu, "decoded at μ"],
      [this.atZ, "decoded at z"],
    ].map(([canvas, words]) =>
      element("figure", {}, canvas, element("figcaption", {}, ...glossed(String(words), "z"))),
    );
    this.sum = element("p", { class: "numbers-line", "data-sum": "" });
    this.sumOfKl = element("b");
    this.fan = new Fan(name, (eps) => hand.move(this.current, eps));
    this.strip = new Codes(this.codes, name, (code) => hand.pick(code));
    this.gradients = new GradientStrips(model, () => hand.ask());
    const reported = recorded === null ? "" : ` · training reports ${formatNumber(recorded)}`;
    const total = element(
      "p",
      { class: "numbers-line", "data-kl": "", title: "Training reports the mean over its test pictures" },
      ...glossed("KL of this picture ", "kl"),
      this.sumOfKl,
      reported,
    );
    const parts = [
      element("div", { class: "pictures" }, ...figures),
      element("div", { class: "all" }, total, this.strip.element),
      element("div", { class: "one" }, this.sum, this.fan.element),
      this.gradients.element,
    ];
    this.element = element(
      "section",
      { class: "half", "aria-label": name },
      modelTag(name, { title: label }),
      element("div", { class: "parts" }, ...parts),
    );
  }

  /** @param {Float32Array} x [pixels] in [0, 1] @param {number | null} label of it */
  takePicture(x, label) {
    const { mu, sigma, logvar } = this.model.posterior(x, label);
    for (const code of this.codes) {
      [code.mu, code.sigma] = [mu[code.i], sigma[code.i]];
      // Where q is N(0, 1), rounding would leave a divergence below zero.
      code.kl = Math.max(0, code.mu ** 2 / 2 + inLogvar(logvar[code.i]).value);
    }
    paint(this.original, x);
    paint(this.atMu, this.model.decode(mu));
    this.strip.takePicture();
    this.sumOfKl.textContent = this.nats;
  }

  /** The sum over all codes, in words. */
  get nats() {
    const total = this.codes.reduce((sum, one) => sum + one.kl, 0);
    if (Number.isFinite(total)) return `${formatNumber(total)} nats`;
    const wild = this.codes.find((code) => code.kl === Infinity);
    return `infinite, for μ or σ of ${coordinateName(wild?.i ?? 0)} is too large`;
  }

  sort() {
    this.strip.sort();
  }

  /** @param {Float64Array} eps of every code, or more @param {number | null} asked for, the code in hand */
  paint(eps, asked) {
    const { codes, z, model } = this;
    for (const { i, mu, sigma } of codes) z[i] = mu + sigma * eps[i];
    paint(this.atZ, model.decode(z));
    this.current = asked !== null && asked < codes.length ? asked : this.strip.first;
    const code = codes[this.current];
    const [mu, by, at] = [code.mu, eps[code.i], z[code.i]].map((value) => formatNumber(value));
    const sigma = code.sigma < NARROW ? formatScaled(code.sigma, code.sigma) : formatNumber(code.sigma);
    this.sum.textContent = `${coordinateName(code.i)} = μ + σ ε = ${mu} + ${sigma} × ${by} = ${at}`;
    this.strip.paint(z, this.current);
    this.fan.paint(code, eps[code.i], this.strip.reach);
    this.gradients.paint(this.current);
  }

  get summary() {
    return `${this.name}: KL ${this.nats}. ${this.sum.textContent}.`;
  }

  close() {
    this.fan.close();
    this.gradients.close();
  }
}
