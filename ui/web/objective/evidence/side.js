/** What one VAE says of the picture: its ELBO as bars, ln p(x) as it climbs, and where digits of the set stand. */

import { digitCanvas, paint } from "../../kit/digits.js";
import { element, formatNumber, modelTag } from "../../kit/dom.js";
import { glossed } from "../../kit/glosses.js";
import { Evidence } from "../../maths/evidence.js";
import { errors } from "../../maths/grey.js";
import { Batch } from "../../nn/batch.js";
import { Among, Climb, ceiling, grouped } from "./plots.js";

const MOST = 5000;
// The height of its climb, in pixels.
const [ALONE, BESIDE] = [250, 160];
// In the frame of the hand; the others follow.
const AT_ONCE = 16;
const STEP = 4;
// Worth fewer than this, a few draws decide.
const FEW = 10;
const LIKELIHOODS = { gaussian: "Gaussian pixels, variance ½", bernoulli: "Bernoulli pixels" };
const TOO_LARGE = "The ELBO of this picture is too large a number to be shown: its code or its σ is.";
const GREY = "Grey pixels have no probability here: black and white makes this a true ln p(x).";

export class Side {
  /**
   * @param {import("../../kit/mount.js").ModelData} data @param {import("../../nn/nn.js").Model} model @param {number} seed
   * @param {(row: number) => void} onPick takes a digit in hand
   * @param {boolean} isAlone no other stands beside it
   */
  constructor({ name, label }, model, seed, onPick, isAlone) {
    this.model = model;
    this.x = new Float32Array(model.shape.pixels);
    /** Whether grey pixels make p(x|z) no distribution. */
    this.isFuzzy = false;
    /** @type {import("../../maths/grey.js").Errors | null} */
    this.errors = null;
    const batch = new Batch(model, STEP);
    this.evidence = new Evidence(batch, seed, MOST);
    this.climb = new Climb(name, MOST, isAlone ? ALONE : BESIDE);
    this.among = new Among(batch, seed, onPick);
    this.picture = digitCanvas({ role: "img", "aria-label": "The picture, x" });
    const decoded = `What ${name} makes of it, at mu`;
    this.decoded = digitCanvas({ role: "img", "data-model": name, "aria-label": decoded, title: decoded });
    this.elbo = new Bar("elbo", "−ELBO", "reconstruction", "KL");
    this.squared = new Bar("squared", "squared error at μ", "whole", "");
    this.cross = new Bar("cross", "cross-entropy at μ", "floor", "above");
    this.likelihood = element("b", { "data-number": "likelihood" });
    this.gap = element("b", { "data-number": "gap" });
    this.trust = element("p", { class: "trust" });
    this.note = element("p", { class: "note" });
    const { constant } = this.evidence;
    const pixels = model.shape.pixels / 2;
    const densities = `As a density of pixels it is ${formatNumber(constant, 1)} nats less: ${pixels} ln π`;
    const kind = LIKELIHOODS[model.config.likelihood];
    const bars = element(
      "div",
      { class: "parts" },
      this.elbo.element,
      this.squared.element,
      this.cross.element,
      this.note,
    );
    this.element = element(
      "section",
      { class: "side", "aria-label": name, "data-side": name },
      modelTag(name, { title: label }, element("span", { class: "name" }, kind)),
      element("div", { class: "pictures" }, this.picture, this.decoded),
      bars,
      element(
        "div",
        { class: "climbs" },
        element(
          "p",
          { class: "value", title: constant ? densities : undefined },
          element("span", {}, "ln p(x) ≈ ", this.likelihood),
          element(
            "span",
            { class: "swatch gap" },
            ...glossed("gap: KL(q(z|x) ‖ p(z|x)) ≈ ", "kl", "posterior"),
            this.gap,
          ),
        ),
        this.climb.plot.element,
        this.trust,
      ),
      element(
        "div",
        { class: "stands" },
        element("p", {}, "Digits of the set, each a dot; the line is x"),
        this.among.plot.element,
      ),
    );
  }

  /** @param {Float32Array} x another picture @param {boolean} isBinary @param {number | null} label of it */
  take(x, isBinary, label) {
    const { evidence, model } = this;
    this.x.set(x);
    this.isFuzzy = !isBinary && model.config.likelihood === "bernoulli";
    evidence.begin(x, label);
    while (evidence.count < AT_ONCE) evidence.step();
    this.climb.begin();
    paint(this.picture, x);
    paint(this.decoded, model.decode(evidence.mu));
    this.takeErrors();
  }

  takeErrors() {
    const { evidence, model, x } = this;
    const isShown = Number.isFinite(evidence.elbo);
    this.element.toggleAttribute("data-lacks", !isShown);
    this.note.textContent = !isShown ? TOO_LARGE : this.isFuzzy ? GREY : "";
    try {
      this.errors = errors(model, evidence.mu, x);
    } catch (error) {
      this.errors = null;
      this.note.textContent = `No cross-entropy: ${/** @type {Error} */ (error).message}.`;
    }
    const { squared, cross, errors: both } = this;
    squared.element.hidden = cross.element.hidden = !both;
  }

  /** @returns {Generator<void>} the draws that are left */
  *steps() {
    for (const { evidence } = this; !evidence.isDone; ) {
      evidence.step();
      yield;
    }
  }

  paint() {
    const { evidence, errors: both } = this;
    const { reconstruction, kl, elbo, count, effective, standardError, logEvidence, gap } = evidence;
    if (!Number.isFinite(elbo)) return;
    const full = ceiling(Math.max(-elbo, both?.squaredError ?? 0, both?.crossEntropy ?? 0));
    this.elbo.show([reconstruction, kl], full);
    if (both) {
      this.squared.show([both.squaredError], full);
      this.cross.show([both.floor, both.crossEntropy - both.floor], full);
    }
    this.likelihood.textContent = `${formatNumber(logEvidence)} ± ${formatNumber(standardError)}`;
    this.gap.textContent = `${formatNumber(gap)} nats`;
    const isPoor = evidence.isDone && effective < FEW;
    const worth = formatNumber(effective, effective < FEW ? 1 : 0);
    this.trust.textContent = isPoor
      ? `${grouped(count)} draws, worth ${worth} from p(z|x): too few, only a lower bound.`
      : `${grouped(count)} draws, worth at most ${worth} from the true posterior p(z|x).`;
    this.trust.toggleAttribute("data-poor", isPoor);
    this.climb.show(evidence);
    this.among.show(elbo);
  }

  /** @returns {string} for who does not see */
  get summary() {
    const { elbo, logEvidence } = this.evidence;
    if (!Number.isFinite(elbo)) return `${this.model.name}: ${TOO_LARGE}`;
    return `${this.model.name}: ELBO ${formatNumber(elbo)} nats, ln p(x) about ${formatNumber(logEvidence)}.`;
  }

  close() {
    this.climb.plot.close();
    this.among.plot.close();
  }
}

/** A sum of one part or two, in words and as a bar. */
class Bar {
  /** @param {string} kind @param {string} whole @param {string} first @param {string} second empty where there is one part */
  constructor(kind, whole, first, second) {
    const names = second ? [first, second] : [first];
    this.sum = element("b", { "data-number": kind });
    this.numbers = names.map((name) => element("span", { "data-number": `${kind} ${name}` }));
    this.segments = names.map((_, i) => element("i", { class: `segment part-${i}` }));
    const words = names.flatMap((name, i) => [
      i ? " + " : " = ",
      element("span", { class: `swatch part-${i}` }, ...glossed(`${name} `, "kl"), this.numbers[i]),
    ]);
    this.element = element(
      "div",
      { class: `bar ${kind}` },
      element("p", {}, ...glossed(`${whole} `, "elbo", "squared-error", "bce"), this.sum, ...(second ? words : [])),
      element("div", { class: "track", "aria-hidden": "true" }, ...this.segments),
    );
  }

  /** @param {number[]} parts nats @param {number} full the whole width */
  show(parts, full) {
    this.sum.textContent = formatNumber(
      parts.reduce((sum, part) => sum + part, 0),
      1,
    );
    parts.forEach((part, i) => {
      this.numbers[i].textContent = formatNumber(part, 1);
      this.segments[i].style.width = `${Math.max(0, (100 * part) / full)}%`;
    });
  }
}
