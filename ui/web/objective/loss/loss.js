/** Which beta a loss has, however it is written, and which codes survive at it. */

import { Base } from "../../kit/base.js";
import { element } from "../../kit/dom.js";
import { glossed } from "../../kit/glosses.js";
import { component } from "../../kit/mount.js";
import plot from "../../kit/styles/plot.css";
import { modelColours } from "../../kit/theme.js";
import { klWeightOf, pytorch, translate, translated } from "../../maths/beta.js";
import { asNumber, exact, general } from "../../maths/fraction.js";
import { checkCodes, predict } from "../../maths/linear.js";
import { parse } from "../../nn/safetensors.js";
import { addressOf, checked, get as fetched, read } from "../../server/load.js";
import { onAnnounce } from "../../state/live_link.js";
import objective from "../objective.css";
import { Errors } from "./errors.js";
import { Form } from "./form.js";
import { Ladder } from "./ladder.js";
import loss from "./loss.css";
import { Spectrum } from "./spectrum.js";
import { Survivors } from "./survivors.js";
import { asRatio, equals, shortly } from "./text.js";

/** @typedef {import("../../maths/beta.js").WrittenLoss} WrittenLoss */
/** @typedef {import("../../maths/beta.js").Translation} Translation */
/**
 * @typedef {object} LossData see ui/objective/loss.py
 * @property {string} digits
 * @property {string} subject
 * @property {number[]} shape
 * @property {{light: string, dark: string}} colour
 * @property {import("./ladder.js").Rung[]} rungs
 * @property {import("./survivors.js").Survivor[]} survivors
 * @property {import("./errors.js").NetErrors | null} errors
 */

// Of a beta that a hand has dragged.
const DIGITS = 3;

/** @extends {Base<LossData, Float64Array>} */
class LossView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    /** @type {Float64Array} */
    this.variances = new Float64Array();
    /** What is written; null where it is no loss. @type {WrittenLoss | null} */
    this.loss = null;
    const onRest = () => this.rest();
    const onBeta = (/** @type {number} */ beta) => this.takeBeta(beta);
    this.form = new Form(() => this.schedule(), onRest);
    this.ladder = new Ladder(onBeta, onRest);
    this.spectrum = new Spectrum(onBeta, onRest);
    this.survivors = new Survivors();
    this.errors = new Errors();
    this.answer = element("p", { class: "answer" });
    this.meaning = element("p", { class: "numbers-line meaning" });
    this.yours = code("Yours");
    this.ours = code("Ours");
    this.forecast = element("p", { class: "forecast" });
    /** Tells a screen reader what the hand has come to. */
    this.heard = element("p", { class: "heard", role: "status" });
    const left = element(
      "section",
      {},
      this.form.element,
      this.answer,
      this.meaning,
      this.yours.element,
      this.ours.element,
    );
    const right = element(
      "section",
      {},
      this.ladder.element,
      this.spectrum.plot.element,
      this.forecast,
      this.survivors.element,
    );
    const halves = element("div", { class: "halves" }, left, right);
    root.replaceChildren(this.alert.element, halves, this.errors.element, this.heard);
    this.leave = [onAnnounce(() => this.errors.show()), () => this.ladder.close(), () => this.spectrum.close()];
  }

  /** @param {LossData} data */
  key({ digits, shape }) {
    return [digits, shape];
  }

  /** The calculator needs no spectrum. @param {LossData} data */
  announce({ shape }) {
    this.form.open(shape);
    this.spectrum.open(new Float64Array());
    this.variances = new Float64Array();
    this.paint();
  }

  /** @param {LossData} data @param {LossData | undefined} before */
  take({ colour, rungs, errors, subject }, before) {
    this.root.style.setProperty("--colour", modelColours(this.root, [colour])[0]);
    if (JSON.stringify(rungs) !== JSON.stringify(before?.rungs)) this.ladder.open(rungs);
    this.errors.open(errors, subject);
    this.errors.show();
  }

  /** @param {LossData} data @returns {Promise<Float64Array>} variances of the principal components, descending */
  async load({ digits }) {
    const buffer = await read("The spectrum", undefined, async () => {
      const response = await checked(await fetched(addressOf("spectra", digits, "variances.safetensors")));
      return response.arrayBuffer();
    });
    return /** @type {Float64Array} */ (parse(buffer, "spectra").variances.data);
  }

  /** @param {LossData} data @param {Float64Array} variances */
  build(data, variances) {
    this.variances = variances;
    this.spectrum.open(variances);
    this.refresh(data);
    this.endReservedPlace();
  }

  /** @param {LossData} data */
  refresh({ survivors }) {
    this.survivors.open(survivors, (beta, latentDim) => this.surviving(beta, latentDim));
    this.paint();
  }

  /** @param {number} beta from 0 to infinity @param {number} latentDim @returns {number} codes, by the linear VAE */
  surviving(beta, latentDim) {
    if (beta === Infinity) return 0;
    return predict(this.variances, beta || Number.MIN_VALUE, latentDim).active;
  }

  /** @param {number} beta by hand */
  takeBeta(beta) {
    if (!this.loss) return;
    this.form.weighKl(klWeightOf(this.loss, exact(general(beta, DIGITS))));
    this.schedule();
  }

  paint() {
    this.loss = null;
    let problem = "";
    try {
      const loss = this.form.read();
      this.write(loss, translate(loss));
      this.loss = loss;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problem = sentence(error);
    }
    this.root.toggleAttribute("data-problem", Boolean(problem));
    if (problem) this.answer.textContent = problem;
  }

  /** @param {WrittenLoss} loss @param {Translation} found */
  write(loss, found) {
    const beta = asNumber(found.beta);
    this.answer.replaceChildren("That is ", element("b", {}, `β ${equals(found.beta)}`));
    const meaning = meaningOf(found);
    if (this.meaning.textContent !== meaning) this.meaning.replaceChildren(...glossed(meaning, "elbo", "sigma"));
    this.yours.show("Yours", pytorch(loss));
    const factor = asRatio(found.factor);
    this.ours.show(
      factor === "1" ? "Ours, the same number" : `Ours; yours is ${factor} × as much`,
      pytorch(translated(loss)),
    );
    this.ladder.show(beta);
    this.showForecast(loss, beta);
  }

  /** @param {WrittenLoss} loss @param {number} beta */
  showForecast({ error, latentDim }, beta) {
    /** @type {number | null} */
    let active = null;
    let words = "No forecast for cross-entropy: a linear VAE has Gaussian pixels, so its loss is a squared error.";
    const real = this.survivors.show(error, beta, latentDim);
    if (!this.variances.length) {
      words = "Measuring how the pictures vary …";
    } else if (error === "squared_error") {
      try {
        checkCodes(latentDim, this.variances.length);
        active = this.surviving(beta, latentDim);
        words = `${active} of ${latentDim} codes survive`;
      } catch (problem) {
        words = sentence(/** @type {Error} */ (problem));
      }
    }
    const after = active === null ? "" : `: the forecast of the best linear VAE${real ? `. ${real}` : ""}.`;
    this.forecast.replaceChildren(active === null ? words : element("b", {}, words), ...glossed(after, "vae"));
    if (this.variances.length) this.spectrum.show(beta, latentDim, active);
  }

  /** The hand has let go: what it has come to. */
  rest() {
    if (this.frame) requestAnimationFrame(() => this.rest());
    else this.heard.textContent = `${this.answer.textContent} ${this.loss ? this.forecast.textContent : ""}`;
  }
}

/** @param {string} label */
function code(label) {
  const title = element("h3", {}, label);
  const lines = [0, 1, 2].map(() => element("span"));
  const show = (/** @type {string} */ heading, /** @type {string} */ text) => {
    title.textContent = heading;
    text.split("\n").forEach((line, i) => (lines[i].textContent = line));
  };
  const element_ = element("div", { class: "code" }, title, element("code", { "aria-label": label }, ...lines));
  return { element: element_, show };
}

/** @param {Translation} found @returns {string} */
function meaningOf({ normalised, variance }) {
  const higgins = `β × codes / pixels ${equals(normalised)}`;
  if (!variance) return `Cross-entropy is −ln p(x|z) of black or white pixels, so β 1 is the ELBO. ${higgins}`;
  const v = asNumber(variance);
  if (!v) return "Without a KL term: pixels without noise, a plain autoencoder.";
  return `Minus the ELBO of Gaussian pixels of variance β/2 ${equals(variance)}: σ ≈ ${shortly(Math.sqrt(v))}, and pixels go from 0 to 1. ${higgins}`;
}

/** @param {Error} error @returns {string} with a capital and a full stop */
const sentence = ({ message }) => `${message[0].toUpperCase()}${message.slice(1)}.`;

export default component("loss", [plot, objective, loss], (root) => new LossView(root));
