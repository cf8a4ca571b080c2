/** A Gaussian in the hand: by two handles on a plot, by sliders, and typed. */

import { element, formatNumber } from "../../kit/dom.js";
import { density, gaussian } from "../../maths/gaussians.js";
import { get, put } from "../../state/parameters.js";

/** @typedef {import("../../maths/gaussians.js").Gaussian} Gaussian */
/** @typedef {"mu" | "sigma"} Part */
/**
 * @typedef {object} Hand
 * @property {import("../../kit/plot.js").Plot} plot of the densities
 * @property {() => void} onChange
 * @property {() => void} onRest it has not just been dragged on the plot, or no longer is
 * @property {(words: string) => void} onRefuse why what was typed is not taken; empty where it is
 */

// What a link can say, in hundredths, and of that what a slider has.
const MOST = 9.99;
const LEAST = { mu: -MOST, sigma: 0.01 };
const SLIDERS = { mu: { min: -4, max: 4 }, sigma: { min: 0.05, max: 4 } };
const STEP = 0.05;
const SYMBOLS = { mu: "μ", sigma: "σ" };

export class Bell {
  /**
   * @param {"P" | "Q"} name
   * @param {"gaussian" | "target"} key of the link
   * @param {Gaussian} fallback where the link says nothing
   * @param {Hand} hand
   * @param {HTMLElement[]} presets
   */
  constructor(name, key, fallback, hand, presets) {
    this.name = name;
    this.key = key;
    this.fallback = fallback;
    this.hand = hand;
    const [mu, sigma] = get(key) ? get(key).split("_").map(Number) : [fallback.mu, fallback.sigma];
    this.of = gaussian(mu, sigma);
    this.fields = { mu: this.field("mu"), sigma: this.field("sigma") };
    this.handles = { mu: this.handle("mu"), sigma: this.handle("sigma") };
    this.element = element(
      "section",
      { class: `bell ${name.toLowerCase()}`, "aria-label": name },
      element("div", { class: "again" }, element("b", {}, name), ...presets),
      ...Object.values(this.fields).map((one) => one.element),
    );
  }

  get mu() {
    return this.of.mu;
  }

  get sigma() {
    return this.of.sigma;
  }

  /** @param {Gaussian} of cut to what a link can say */
  take(of) {
    this.hand.onRefuse("");
    this.move(of);
    this.hand.onRest();
  }

  /** @param {Gaussian} of */
  move({ mu, sigma }) {
    this.of = gaussian(cut("mu", mu), cut("sigma", sigma));
    const isFallback = this.mu === this.fallback.mu && this.sigma === this.fallback.sigma;
    put(this.key, isFallback ? "" : `${this.mu}_${this.sigma}`);
    this.hand.onChange();
  }

  /** @param {Part} part @param {string} text as it was typed */
  type(part, text) {
    const value = Number(text.trim().replace("−", "-").replace(",", ".") || NaN);
    try {
      if (Number.isNaN(value)) throw new RangeError(`“${text.trim()}” is not a number`);
      const typed = { ...this.of, [part]: value };
      gaussian(typed.mu, typed.sigma);
      if (value < LEAST[part] || value > MOST) {
        throw new RangeError(`${part} is ${value}; here it goes from ${formatNumber(LEAST[part])} to ${MOST}`);
      }
      this.take(typed);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.hand.onRefuse(`${error.message}.`);
    }
    this.refresh();
  }

  /** @param {Part} part */
  field(part) {
    const named = `${part} of ${this.name}`;
    const slider = element("input", {
      type: "range",
      ...SLIDERS[part],
      step: STEP,
      "aria-label": named,
      oninput: () => this.take({ ...this.of, [part]: slider.valueAsNumber }),
    });
    const typed = element("input", {
      class: "typed",
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      "aria-label": `${named}, as a number`,
      onchange: () => this.type(part, typed.value),
    });
    return { slider, typed, element: element("div", { class: "field" }, SYMBOLS[part], slider, typed) };
  }

  /** @param {Part} part mu is held at the peak, sigma on the flank, that far to the right */
  handle(part) {
    const { plot, onRest, onRefuse } = this.hand;
    const step = (/** @type {number} */ by) => this.take({ ...this.of, [part]: this.of[part] + STEP * by });
    return plot.handle({
      label: `${part} of ${this.name} on the plot`,
      kind: `${this.name.toLowerCase()} ${part}`,
      onDrag: (x) => {
        onRefuse("");
        const mu = Math.min(x, /** @type {import("../../kit/axis.js").Axis} */ (plot.x).to - this.sigma);
        this.move(part === "mu" ? { mu, sigma: this.sigma } : { mu: this.mu, sigma: Math.max(STEP, x - this.mu) });
      },
      onStep: (across, up) => step(across + up),
      onRest,
    });
  }

  /** @param {string} [words] what this comes to, for who does not see it */
  refresh(words = "") {
    for (const part of /** @type {Part[]} */ (["mu", "sigma"])) {
      const { slider, typed } = this.fields[part];
      const text = formatNumber(this.of[part]);
      slider.value = String(this.of[part]);
      slider.setAttribute("aria-valuetext", text + words);
      if (typed.value !== text) typed.value = text;
      const x = part === "mu" ? this.mu : this.mu + this.sigma;
      this.handles[part]({ value: text + words, x, y: density(this.of, x), now: this.of[part] });
    }
  }
}

/** @param {Part} part @param {number} value */
const cut = (part, value) => Number(Math.min(MOST, Math.max(LEAST[part], value)).toFixed(2)) + 0;
