/** The nets of `vae_core.models` in the browser, read from the very checkpoint that PyTorch wrote. */

import { Activation, softplus } from "./activations.js";
import { build, linear, run } from "./chain.js";
import { chainOf, readConfig } from "./config.js";
import { ModelError } from "./errors.js";
import { Shape } from "./shape.js";

/** @typedef {import("./config.js").ModelConfig} ModelConfig */
/** @typedef {import("./chain.js").Layer} Layer */
/** @typedef {import("./chain.js").Tensors} Tensors */

/** @type {Record<ModelConfig["output"], (y: Float32Array) => void>} */
const OUTPUTS = {
  sigmoid(y) {
    for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-y[i]));
  },
  linear(y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.min(1, Math.max(0, y[i]));
  },
};

// Only the square of sigma is used, so its sign never matters; the floor is that of `vae_core.models`.
const logvarOf = (/** @type {number} */ sigma) => Math.log(sigma * sigma + 1e-10);
/** What a VAE's second head gives -> ln sigma^2. @type {Record<string, (scale: number) => number>} */
const SCALES = { logvar: (scale) => scale, sigma: logvarOf, softplus: (scale) => logvarOf(softplus(scale)) };

/** A trained autoencoder or variational autoencoder. */
export class Model {
  /**
   * @param {string} name of the checkpoint
   * @param {unknown} config what config.json says
   * @param {Tensors} tensors `decoder.*` of model.safetensors
   * @throws {ModelError} where config and tensors do not fit each other
   */
  constructor(name, config, tensors) {
    this.name = name;
    this.config = readConfig(config);
    this.shape = new Shape(this.config.shape);
    this.output = OUTPUTS[this.config.output];
    this.decoder =
      this.half === "encoder" ? [] : build(chainOf(this.config, "decoder"), [this.latentDim], tensors, "decoder");
    /** What the heads of the encoder share, and the head of the code; none until `takeEncoder`. @type {Layer[]} */
    this.trunk = [];
    /** @type {Layer[]} */
    this.head = [];
    /** Says what a net of several classes is given where nobody says otherwise. */
    this.chosen = () => 0;
  }

  /**
   * @param {Tensors} tensors `encoder.*` of model.safetensors, without which it only decodes
   * @returns {this}
   * @throws {ModelError} where config and tensors do not fit each other
   */
  takeEncoder(tensors) {
    const { config, latentDim } = this;
    if (this.half === "decoder") return this;
    this.trunk = build(chainOf(config, "encoder"), config.shape, tensors, "encoder");
    const inputs = this.trunk[this.trunk.length - 1].outputs;
    const head = (/** @type {string} */ name) => linear(tensors, `encoder.${name}`, inputs, latentDim);
    if (config.kind === "vae") this.scale = head("scale");
    const code = config.code === "identity" ? [] : [new Activation(latentDim, config.code)];
    this.head = [head(config.kind === "vae" ? "mu" : "code"), ...code];
    return this;
  }

  get canEncode() {
    return this.head.length > 0;
  }

  get canDecode() {
    return this.half !== "encoder";
  }

  /** The only part that there is; null of a whole model. */
  get half() {
    return this.config.half;
  }

  /** From the picture to the code. */
  get encoder() {
    return [...this.trunk, ...this.head];
  }

  /** What a net of several classes is given with a code, and with a picture whose own class is not known. */
  get label() {
    return Math.min(this.chosen(), this.config.classes - 1);
  }

  get latentDim() {
    return this.config.latent_dim;
  }

  /**
   * @param {ArrayLike<number>} x [shape.pixels] in [0, 1]
   * @param {number | null} [label] its class, where it is known
   * @returns {Float32Array} [latent_dim], an AE's code or a VAE's mu; overwritten by the next call
   * @throws {ModelError} where its encoder is not here
   */
  encode(x, label) {
    if (!this.canEncode) throw new ModelError(`the encoder of ${this.name} is not here`);
    return run(this.encoder, x, label ?? this.label);
  }

  /**
   * q(z|x) = N(mu, sigma^2) (Kingma & Welling, 2013).
   * @param {ArrayLike<number>} x [shape.pixels] in [0, 1]
   * @param {number | null} [label] its class, where it is known
   * @returns {{mu: Float32Array, sigma: Float32Array, logvar: Float32Array}} [latent_dim] each; logvar is ln sigma^2,
   *   also where sigma is too small for a number
   * @throws {ModelError} where the model is no VAE
   */
  posterior(x, label) {
    const { scale, trunk, head, config } = this;
    if (!scale || !config.scale) throw new ModelError(`${this.name} is no VAE: it has no posterior`);
    const given = label ?? this.label;
    const hidden = run(trunk, x, given);
    const mu = Float32Array.from(run(head, hidden, given));
    const logvar = Float32Array.from(scale.forward(hidden), SCALES[config.scale]);
    return { mu, sigma: logvar.map((value) => Math.exp(value / 2)), logvar };
  }

  /**
   * @param {ArrayLike<number>} z [latent_dim]
   * @param {number | null} [label] another than the model's
   * @returns {Float32Array} [shape.pixels] in [0, 1]; overwritten by the next call
   */
  decode(z, label) {
    const pixels = this.logits(z, label);
    this.output(pixels);
    return pixels;
  }

  /**
   * @param {ArrayLike<number>} z [latent_dim]
   * @param {number | null} [label] another than the model's
   * @returns {Float32Array} [shape.pixels] before the last function, a sigmoid's logits; overwritten by the next call
   * @throws {ModelError} where it is an encoder alone
   */
  logits(z, label) {
    if (!this.canDecode) throw new ModelError(`${this.name} is an encoder alone: it decodes nothing`);
    return run(this.decoder, z, label ?? this.label);
  }
}
