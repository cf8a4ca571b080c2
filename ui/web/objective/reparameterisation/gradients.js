/** The gradient of the loss in mu and sigma of the code in hand over many draws, by each estimator: a dot a draw. */

import { Alert } from "../../kit/controls.js";
import { element, formatNumber, formatScaled, subscript, svg } from "../../kit/dom.js";
import { spread } from "../../maths/gradients.js";
import { askGradients } from "../../server/latent_ask.js";
import { NoAnswer } from "../../server/load.js";

/** @typedef {import("../../server/latent_ask.js").Estimator} Estimator */
/** @typedef {"mu" | "sigma"} Part */
/** @typedef {{gradients: Float32Array} & import("../../maths/gradients.js").Spread} Estimated */
/** @typedef {{digits: string, at: Promise<string>, seed: number}} Question */

const ESTIMATORS = /** @type {const} */ ([
  ["reparameterised", "through z = μ + σ ε", "∇ L(z)"],
  ["score", "score function", "L(z) ∇ ln q(z)"],
  ["baseline", "score function with a baseline", "Less the mean loss of the other draws"],
]);
const PARTS = /** @type {const} */ ([
  ["mu", "μ"],
  ["sigma", "σ"],
]);
// Draws lie at heights that do not cluster: multiples of the golden ratio.
const GOLDEN = 0.618034;
// Of a ratio that is written out.
const LONGEST = 1e5;

export class GradientStrips {
  /** @param {import("../../nn/nn.js").Model} model @param {() => void} onAgain asks anew */
  constructor({ name, latentDim }, onAgain) {
    this.name = name;
    this.codes = latentDim;
    this.onAgain = onAgain;
    /** @type {Record<Part, Record<Estimator, Estimated>> | null} */
    this.found = null;
    this.code = -1;
    this.alert = new Alert();
    this.words = element("p", { class: "numbers-line", "data-ratio": "" });
    this.columns = PARTS.map(([part, symbol]) => new Column(name, part, symbol));
    this.strips = element("div", { class: "strips" }, ...this.columns.map((column) => column.element));
    this.element = element(
      "section",
      { class: "gradients", hidden: true, "aria-label": `Gradients of the loss of ${name}` },
      this.alert.element,
      this.strips,
      this.words,
    );
  }

  /** @param {Question | null} question null: they are not to be seen */
  async ask(question) {
    this.asking?.abort();
    this.element.hidden = !question;
    if (!question) return;
    const { signal } = (this.asking = new AbortController());
    this.element.setAttribute("aria-busy", "true");
    this.alert.hide();
    try {
      const at = await question.at;
      signal.throwIfAborted();
      const all = await askGradients({ model: this.name, ...question, at }, signal);
      signal.throwIfAborted();
      this.take(all);
    } catch (error) {
      if (signal.aborted) return;
      this.take(null);
      this.alert.show(/** @type {Error} */ (error).message, error instanceof NoAnswer ? undefined : this.onAgain);
    }
    this.element.removeAttribute("aria-busy");
  }

  /** @param {Awaited<ReturnType<typeof askGradients>> | null} all */
  take(all) {
    this.strips.hidden = this.words.hidden = !all;
    this.found = all && { mu: estimated(all, "mu", this.codes), sigma: estimated(all, "sigma", this.codes) };
    if (!this.found) return;
    const { code } = this;
    this.code = -1;
    this.words.textContent = inWords(this.found);
    this.paint(code);
  }

  /** @param {number} code in hand */
  paint(code) {
    if (code === this.code) return;
    this.code = code;
    if (!this.found) return;
    for (const column of this.columns) column.show(this.found[column.part], code);
  }

  close() {
    this.asking?.abort();
  }
}

/** One parameter of q(z|x): its strips are on one scale. */
class Column {
  /** @param {string} name of the model @param {Part} part @param {string} symbol */
  constructor(name, part, symbol) {
    this.part = part;
    this.symbol = symbol;
    this.title = element("h3");
    this.strips = ESTIMATORS.map(([one, words, title]) => new Strip(words, title, `${one}-${part}`));
    this.ends = element("p", { class: "ends", "aria-hidden": "true" });
    const strips = this.strips.map((strip) => strip.element);
    this.element = element("div", { "aria-label": `${name}, ${part}` }, this.title, ...strips, this.ends);
  }

  /** @param {Record<Estimator, Estimated>} found @param {number} code */
  show(found, code) {
    this.title.textContent = `∂L / ∂${this.symbol}${subscript(code)}`;
    const own = ESTIMATORS.map(([estimator]) => ofCode(found[estimator], code));
    const most = Math.max(...own.flatMap(({ gradients }) => gradients.map(Math.abs))) || 1;
    this.strips.forEach((strip, k) => strip.show(own[k], most));
    const end = formatScaled(most, most);
    this.ends.replaceChildren(...[`−${end}`, "0", end].map((words) => element("span", {}, words)));
  }
}

class Strip {
  /** @param {string} words the estimator @param {string} title what it is @param {string} key */
  constructor(words, title, key) {
    this.words = words;
    this.dots = svg("path", { class: "draws" });
    this.mean = svg("path", { class: "mean" });
    const zero = svg("path", { class: "zero", d: "M0 0v1" });
    this.svg = svg(
      "svg",
      { viewBox: "-1.02 0 2.04 1", preserveAspectRatio: "none", role: "img" },
      zero,
      this.dots,
      this.mean,
    );
    this.numbers = element("p", { class: "numbers-line", "data-estimator": key });
    this.element = element("div", { class: "strip" }, element("p", { title }, words), this.svg, this.numbers);
  }

  /** @param {{gradients: number[], mean: number, variance: number}} own @param {number} most where the strip ends */
  show({ gradients, mean, variance }, most) {
    const dots = gradients.map(
      (value, k) => `M${(value / most).toFixed(5)} ${(0.1 + 0.8 * ((k * GOLDEN) % 1)).toFixed(3)}h0`,
    );
    this.dots.setAttribute("d", dots.join(""));
    this.mean.setAttribute("d", `M${(mean / most).toFixed(5)} 0v1`);
    this.numbers.textContent = `mean ${formatScaled(mean, Math.abs(mean) || 1)}, variance ${formatScaled(variance, variance || 1)}`;
    this.svg.setAttribute("aria-label", `${gradients.length} draws, ${this.words}: ${this.numbers.textContent}`);
  }
}

/** @param {Awaited<ReturnType<typeof askGradients>>} all @param {Part} part @param {number} codes */
function estimated(all, part, codes) {
  const of = (/** @type {Estimator} */ one) => ({ gradients: all[one][part], ...spread(all[one][part], codes) });
  return { reparameterised: of("reparameterised"), score: of("score"), baseline: of("baseline") };
}

/** @param {Estimated} found @param {number} code */
function ofCode({ gradients, mean, variance }, code) {
  const own = [];
  for (let k = code; k < gradients.length; k += mean.length) own.push(gradients[k]);
  return { gradients: own, mean: mean[code], variance: variance[code] };
}

/** @param {Record<Part, Record<Estimator, Estimated>>} found @returns {string} */
function inWords({ mu, sigma }) {
  const total = (/** @type {Estimated} */ { variance }) => variance.reduce((sum, one) => sum + one, 0);
  const [through, score] = [total(mu.reparameterised), total(mu.score)];
  const codes = mu.score.mean.length;
  const where = codes > 1 ? `Over all ${codes} codes` : "Of the one code";
  const both = `${formatScaled(score, score)} by the score function and ${formatScaled(through, through)} through z`;
  const words = `${where} one draw's gradient in μ has a variance of ${both}`;
  if (!through) return `${words}: the decoder makes nothing of z here.`;
  const times = (/** @type {number} */ more, /** @type {number} */ less) => ratio(more / less);
  const without = `${times(score, through)} times as much, ${times(total(mu.baseline), through)} times with the baseline`;
  return `${words}: ${without}; in σ it is ${times(total(sigma.score), total(sigma.reparameterised))} times.`;
}

/** @param {number} times @returns {string} */
const ratio = (times) => (times < LONGEST ? formatNumber(times, times < 10 ? 1 : 0) : formatScaled(times, times));
