/** The KL divergence in sigma and in ln sigma^2, with slope and curvature where the hand is; and trainings of both. */

import { Base } from "../../kit/base.js";
import { Choice } from "../../kit/controls.js";
import { element, formatNumber, formatScaled } from "../../kit/dom.js";
import { component } from "../../kit/mount.js";
import { Plot } from "../../kit/plot.js";
import plot from "../../kit/styles/plot.css";
import { modelColours } from "../../kit/theme.js";
import { inLogvar, inSigma } from "../../maths/scale.js";
import { get, put } from "../../state/parameters.js";
import objective from "../objective.css";
import style from "./scale.css";

/**
 * @typedef {object} Trained several seeds of one net at one learning rate, see ui/objective/scale.py
 * @property {string} recipe @property {number} learning_rate
 * @property {number[]} mean @property {number[]} deviation of the loss after each epoch
 * @property {number | null} test_mean @property {number | null} test_deviation null where a training broke down
 * @property {number} seeds @property {boolean} best of its recipe
 */
/** @typedef {{colour: {light: string, dark: string}, trainings: Trained[]}} ScaleData */
/** @typedef {import("../../maths/scale.js").Bend} Bend */

const TOP = 4;
const SIGMA = { from: -2.2, to: 4.2 };
const LOGVAR = { from: -8, to: 3 };
const STEP = 0.1;
// The learning rate of the step of gradient descent that is shown.
const LEARNING_RATE = 0.5;
const POINTS = 240;
const TANGENT = 0.9;
const TICKS = [10, 20, 30, 40, 60, 80];
const RATES = /** @type {const} */ (["0.001", "0.003", "0.01", "0.03"]);
const KINDS = /** @type {const} */ ([
  ["vae-30", "learns ln σ²", "logvar"],
  ["vae-30-sigma", "learns σ", "sigma"],
]);

/** One of the curves: what is learnt along it, and where a step of gradient descent leads. */
class Curve {
  /**
   * @param {{name: string, title: string, from: number, to: number, pole: number | null}} axis
   * @param {(value: number) => Bend} bend
   * @param {{onDrag: (value: number) => void, onStep: (steps: number) => void}} hand
   */
  constructor({ name, title, from, to, pole }, bend, { onDrag, onStep }) {
    this.bend = bend;
    this.range = [from, to];
    this.plot = new Plot(title, { label: name, from, to }, { label: "KL, nats", from: 0, to: TOP }, { height: 220 });
    const xs = Array.from({ length: POINTS + 1 }, (_, k) => from + (k / POINTS) * (to - from));
    for (const side of [-1, 1]) {
      const own = pole === null ? xs : xs.filter((x) => (x - pole) * side > 0);
      const high = own.filter((x) => bend(x).value <= TOP);
      this.plot.line(
        `kl ${side}`,
        high,
        high.map((x) => bend(x).value),
        "faint",
      );
    }
    this.put = this.plot.handle({ label: `${name}, on its curve`, onDrag, onStep });
    this.numbers = element("p", { class: "numbers-line" });
    this.element = element("figure", {}, this.plot.element, this.numbers);
  }

  /** @param {number} value */
  show(value) {
    const { plot, bend } = this;
    const { value: kl, slope, curvature } = bend(value);
    const reach = TANGENT / Math.hypot(1, slope);
    plot.line("tangent", [value - reach, value + reach], [kl - reach * slope, kl + reach * slope], "tangent");
    const next = value - LEARNING_RATE * slope;
    const after = bend(next).value;
    const isSeen = next >= this.range[0] && next <= this.range[1] && after <= TOP;
    plot.dots("next", isSeen ? [{ x: next, y: after, kind: "next", r: 5, title: "after one step" }] : []);
    this.put({ value: `${formatNumber(value)}, KL ${formatNumber(kl)} nats`, x: value, y: Math.min(kl, TOP) });
    const words = {
      slope: formatNumber(slope),
      curvature: formatScaled(curvature, curvature, 2),
      next: `${formatNumber(next)}${isSeen ? "" : ", beyond this plot"}`,
    };
    this.numbers.textContent = `slope ${words.slope} · curvature ${words.curvature} · half the slope down is ${words.next}`;
  }
}

/** @extends {Base<ScaleData, void>} */
class ScaleView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    const move = (/** @type {number} */ logvar) => {
      put("logvar", Math.min(LOGVAR.to, Math.max(LOGVAR.from, logvar)));
      this.schedule();
    };
    this.sigma = new Curve({ name: "σ", title: "KL over sigma", ...SIGMA, pole: 0 }, inSigma, {
      onDrag: (sigma) => move(2 * Math.log(Math.max(sigma, 0.01))),
      onStep: (steps) => move(get("logvar") + STEP * steps),
    });
    this.logvar = new Curve({ name: "ln σ²", title: "KL over ln sigma squared", ...LOGVAR, pole: null }, inLogvar, {
      onDrag: move,
      onStep: (steps) => move(get("logvar") + STEP * steps),
    });
    this.both = element("p", { class: "numbers-line both" });
    const options = /** @type {const} */ ([["best", "each at its best"], ...RATES.map((rate) => [rate, rate])]);
    this.rate = new Choice("Learning rate of the trainings", "rate", /** @type {any} */ (options), (rate) => {
      put("rate", rate);
      this.schedule();
    });
    this.trainings = new Plot("Loss over epochs", { label: "epoch", from: 1, to: 2 }, { label: "", from: 0, to: 1 });
    this.legend = element("div", { class: "trained" });
    root.replaceChildren(
      this.both,
      element("div", { class: "pair" }, this.sigma.element, this.logvar.element),
      element("div", { class: "choices" }, element("span", {}, "Learning rate"), this.rate.element),
      this.trainings.element,
      this.legend,
    );
    this.leave = [this.sigma.plot, this.logvar.plot, this.trainings].map((one) => () => one.close());
  }

  key() {
    return [];
  }

  async load() {}

  build() {
    this.refresh();
    this.paint();
    this.endReservedPlace();
  }

  refresh() {
    const { colour, trainings } = /** @type {ScaleData} */ (this.data);
    this.root.style.setProperty("--colour", modelColours(this.root, [colour])[0]);
    const epochs = Math.max(2, ...trainings.map(({ mean }) => mean.length));
    const lowest = Math.floor(Math.min(...trainings.flatMap(({ mean }) => mean)));
    const x = { label: "epoch", from: 1, to: epochs };
    const ticks = TICKS.filter((tick) => tick >= lowest);
    const label = "loss, nats a picture";
    // All of them are on one scale; what begins above it comes in from the top.
    this.trainings.axes(x, { label, from: lowest, to: /** @type {number} */ (TICKS.at(-1)), scale: "log", ticks });
    this.schedule();
  }

  paint() {
    const logvar = get("logvar");
    const sigma = Math.exp(logvar / 2);
    this.sigma.show(sigma);
    this.logvar.show(logvar);
    const { value } = inLogvar(logvar);
    this.both.textContent = `σ = ${formatScaled(sigma, sigma, 3)}, ln σ² = ${formatNumber(logvar)}: KL ${formatNumber(value)} nats`;
    this.rate.value = get("rate");
    this.paintTrainings();
  }

  paintTrainings() {
    const { trainings } = /** @type {ScaleData} */ (this.data);
    const rate = get("rate");
    const lines = KINDS.flatMap(([recipe, words, kind]) => {
      const one = trainings.find(
        (each) => each.recipe === recipe && (rate === "best" ? each.best : each.learning_rate === Number(rate)),
      );
      return one ? [{ one, words, kind }] : [];
    });
    const top = /** @type {import("../../kit/plot.js").Axis} */ (this.trainings.y).to;
    for (const { one, kind } of lines) {
      const epochs = one.mean.map((_, k) => k + 1);
      const cut = (/** @type {number} */ value) => Math.min(value, top);
      const bound = (/** @type {number} */ side) => one.mean.map((mean, k) => cut(mean + side * one.deviation[k]));
      this.trainings.area(`${kind} band`, epochs, bound(1), bound(-1), kind);
      this.trainings.line(kind, epochs, one.mean.map(cut), kind);
    }
    this.legend.replaceChildren(
      ...lines.map(({ one, words, kind }) =>
        element("p", { class: kind }, element("i"), `${one.recipe} ${words}: ${result(one)}`),
      ),
    );
  }
}

/** @param {Trained} one @returns {string} */
function result({ learning_rate: rate, test_mean: mean, test_deviation: deviation, seeds }) {
  const at = `learning rate ${rate}, ${seeds} seeds`;
  if (mean === null || deviation === null) return `${at}: a training broke down`;
  return `test loss ${formatNumber(mean)} ± ${formatNumber(deviation)} nats a picture at ${at}`;
}

export default component("scale", [plot, objective, style], (root) => new ScaleView(root));
