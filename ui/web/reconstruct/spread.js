/** What a VAE's code leaves open: samples of q(z|x) decoded, their mean and deviation per pixel. */

import { actionButton } from "../kit/controls.js";
import { digitCanvas, paint, shape } from "../kit/digits.js";
import { element, modelTag } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";
import { drawNumber, mulberry32, normals } from "../maths/seeded_noise.js";
import { get, put } from "../state/parameters.js";

/** @typedef {{name: string, model: import("../nn/nn.js").Model, colour: string}} Side */
/** @typedef {{pixels: Float32Array, label: number | null}} Digit */

const SHOWN = 8;
const COUNT = 64;
// A pixel in [0, 1] deviates by half at most.
const DEVIATION_SCALE = 2;
// Other parts of the page draw from the seed, too.
const STREAM = 2;

export class Spread {
  /** @param {import("../kit/slices.js").Slices} slices */
  constructor(slices) {
    this.slices = slices;
    /** @type {Cloud[]} */
    this.clouds = [];
    /** @type {number | undefined} */
    this.seed = undefined;
    /** @type {Float32Array[]} */
    this.eps = [];
    this.action = { name: "New samples", key: "n", title: "Draw new samples of z", run: () => this.renew() };
    this.list = element("div", { class: "clouds" });
    this.element = element(
      "section",
      { class: "samples spread", hidden: true },
      element(
        "header",
        {},
        element("h3", {}, ...glossed("Samples of z ~ q(z|x)", "z", "posterior")),
        actionButton(this.action),
      ),
      this.list,
    );
  }

  /** @param {number} seed */
  reseed(seed) {
    if (this.seed !== undefined) put("spread", 1);
    this.seed = seed;
    this.eps = [];
  }

  /** @param {Side[]} sides those that are no VAE are left out @param {Digit} x */
  build(sides, x) {
    for (const { name } of this.clouds) this.slices.cancel(`spread ${name}`);
    this.clouds = sides.filter(({ model }) => model.config.kind === "vae").map((side) => new Cloud(side));
    this.element.hidden = !this.clouds.length;
    const head = ["samples", "mean", "sd"].map((words) => element("span", { class: words }, words));
    head[1].title = `Of ${COUNT} samples, pixel by pixel`;
    head[2].title = `Of ${COUNT} samples, pixel by pixel; white is 0.5`;
    this.list.replaceChildren(
      element("div", { class: "cloud head", "aria-hidden": "true" }, ...head),
      ...this.clouds.map((cloud) => cloud.element),
    );
    this.x = x;
    const dim = Math.max(0, ...this.clouds.map(({ model }) => model.latentDim));
    if (this.eps[0]?.length === dim) this.follow(x);
    else this.draw();
  }

  /** @param {string[]} _colours @param {Side[]} sides */
  recolour(_colours, sides) {
    for (const cloud of this.clouds) {
      cloud.element.style.setProperty("--colour", sides.find(({ name }) => name === cloud.name)?.colour ?? "");
    }
  }

  renew() {
    put("spread", get("spread") + 1);
    this.draw();
  }

  /** Those that the link's number says, the same for the same seed. */
  draw() {
    if (this.seed === undefined || !this.x) return;
    const dim = Math.max(0, ...this.clouds.map(({ model }) => model.latentDim));
    this.eps = drawNumber(get("spread"), COUNT, dim, normals(mulberry32(this.seed + STREAM)));
    this.follow(this.x);
  }

  /** @param {Digit} x in hand */
  follow(x) {
    this.x = x;
    for (const cloud of this.clouds) {
      const steps = () => cloud.steps(/** @type {Digit} */ (this.x), this.eps);
      this.slices.follow(`spread ${cloud.name}`, steps);
    }
  }
}

class Cloud {
  /** @param {Side} side */
  constructor({ name, model, colour }) {
    this.name = name;
    this.model = model;
    const picture = (/** @type {string} */ words) =>
      digitCanvas({ "data-model": name, role: "img", "aria-label": `${words}, ${name}` });
    this.canvases = Array.from({ length: SHOWN }, (_, k) => picture(`Sample ${k + 1}`));
    this.mean = picture("Mean of the samples");
    this.deviation = digitCanvas({ role: "img", "aria-label": `Standard deviation of the samples, ${name}` });
    this.element = element(
      "div",
      { class: "cloud", "data-cloud": name, style: `--colour: ${colour}` },
      modelTag(name, { class: "mark", title: name }),
      ...this.canvases,
      element("span", { class: "gap" }),
      this.mean,
      this.deviation,
    );
  }

  /** @param {Digit} x @param {Float32Array[]} eps @returns {Generator<void>} a sample a step */
  *steps(x, eps) {
    const { model } = this;
    const { mu, sigma } = model.posterior(x.pixels, x.label);
    const z = new Float32Array(mu.length);
    const [sum, squares] = [new Float64Array(shape.pixels), new Float64Array(shape.pixels)];
    for (let k = 0; k < COUNT; k++) {
      for (let i = 0; i < z.length; i++) z[i] = mu[i] + sigma[i] * eps[k][i];
      const pixels = model.decode(z);
      if (k < SHOWN) paint(this.canvases[k], pixels);
      for (let i = 0; i < sum.length; i++) {
        sum[i] += pixels[i];
        squares[i] += pixels[i] * pixels[i];
      }
      yield;
    }
    const mean = Float32Array.from(sum, (value) => value / COUNT);
    const variance = (/** @type {number} */ i) => Math.max(0, squares[i] / COUNT - (sum[i] / COUNT) ** 2);
    paint(this.mean, mean);
    paint(
      this.deviation,
      mean.map((_, i) => DEVIATION_SCALE * Math.sqrt(variance(i))),
    );
  }
}
