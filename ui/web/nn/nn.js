/**
 * The dense nets of `vae_core.models` in the browser, read from the very checkpoint that PyTorch wrote.
 *
 * Each layer keeps its weights transposed, [inputs, outputs]: an input that is zero, as half of them are behind a ReLU
 * and four fifths in an image of a digit, then costs nothing, and four others share one pass over the outputs.
 */

/** @typedef {import("./safetensors.js").Tensor} Tensor */
/**
 * @typedef {object} ModelConfig
 * @property {"ae" | "vae"} kind
 * @property {number} latent_dim
 * @property {number[]} encoder
 * @property {number[]} decoder
 * @property {"logvar" | "sigma" | null} scale what a VAE's second head gives
 * @property {"bernoulli" | "gaussian"} likelihood p(x|z)
 * @property {string} activation
 * @property {"sigmoid" | "linear"} output
 * @property {number[]} [shape] channels, height and width of a picture; of digits it may be missing
 */

import { DIGIT, Shape } from "./shape.js";

/** The most codes a model has, as in `vae_core.config`. */
export const MOST_CODES = 784;

export class ModelError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "ModelError";
  }
}

/** @type {Record<string, (y: Float32Array) => void>} */
const ACTIVATIONS = {
  relu(y) {
    for (let i = 0; i < y.length; i++) if (y[i] < 0) y[i] = 0;
  },
  tanh(y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.tanh(y[i]);
  },
  elu(y) {
    for (let i = 0; i < y.length; i++) if (y[i] < 0) y[i] = Math.expm1(y[i]);
  },
  softplus(y) {
    // PyTorch, too, takes the identity above 20, where the exponential would only cost digits.
    for (let i = 0; i < y.length; i++) if (y[i] <= 20) y[i] = Math.log1p(Math.exp(y[i]));
  },
};

/** @type {Record<string, (y: Float32Array) => void>} */
const OUTPUTS = {
  sigmoid(y) {
    for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-y[i]));
  },
  linear(y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.min(1, Math.max(0, y[i]));
  },
};

/** What a VAE's second head gives -> ln sigma^2. @type {Record<string, (scale: number) => number>} */
const SCALES = {
  logvar: (scale) => scale,
  // Only its square is used, so its sign never matters; the floor is that of `vae_core.models`.
  sigma: (scale) => Math.log(scale * scale + 1e-10),
};

/** y = W x + b */
class Linear {
  /**
   * @param {Record<string, Tensor>} tensors
   * @param {string} name
   * @param {number} inputs
   * @param {number} outputs
   */
  constructor(tensors, name, inputs, outputs) {
    const weight = take(tensors, `${name}.weight`, [outputs, inputs]);
    this.bias = take(tensors, `${name}.bias`, [outputs]);
    this.weight = new Float32Array(inputs * outputs);
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) this.weight[i * outputs + o] = weight[o * inputs + i];
    }
    this.nonzero = new Int32Array(inputs);
    this.y = new Float32Array(outputs);
  }

  /**
   * @param {ArrayLike<number>} x [inputs]
   * @returns {Float32Array} [outputs], overwritten by the next call
   */
  forward(x) {
    const { weight, y, nonzero } = this;
    const outputs = y.length;
    let count = 0;
    for (let i = 0; i < nonzero.length; i++) if (x[i] !== 0) nonzero[count++] = i;
    y.set(this.bias);
    let k = 0;
    for (; k + 3 < count; k += 4) {
      const [i0, i1, i2, i3] = [nonzero[k], nonzero[k + 1], nonzero[k + 2], nonzero[k + 3]];
      const [x0, x1, x2, x3] = [x[i0], x[i1], x[i2], x[i3]];
      const [p0, p1, p2, p3] = [i0 * outputs, i1 * outputs, i2 * outputs, i3 * outputs];
      for (let o = 0; o < outputs; o++) {
        y[o] += weight[p0 + o] * x0 + weight[p1 + o] * x1 + weight[p2 + o] * x2 + weight[p3 + o] * x3;
      }
    }
    for (; k < count; k++) {
      const x0 = x[nonzero[k]];
      const p0 = nonzero[k] * outputs;
      for (let o = 0; o < outputs; o++) y[o] += weight[p0 + o] * x0;
    }
    return y;
  }
}

/** A trained autoencoder or variational autoencoder. */
export class Model {
  /**
   * @param {string} name of the checkpoint
   * @param {ModelConfig} config
   * @param {Record<string, Tensor>} tensors `decoder.*` of model.safetensors
   * @throws {ModelError} where config and tensors do not fit each other
   */
  constructor(name, config, tensors) {
    this.name = name;
    this.config = config;
    this.shape = config.shape ? new Shape(config.shape) : DIGIT;
    this.activation = known(ACTIVATIONS, config.activation, "activation");
    this.output = known(OUTPUTS, config.output, "output");
    this.decoder = stack(tensors, "decoder", [config.latent_dim, ...config.decoder, this.shape.pixels], "out");
    /** Empty until `takeEncoder`. @type {Linear[]} */
    this.encoder = [];
    if (config.kind === "vae") this.logvar = known(SCALES, String(config.scale), "scale");
  }

  /**
   * @param {Record<string, Tensor>} tensors `encoder.*` of model.safetensors, without which it only decodes
   * @returns {this}
   * @throws {ModelError} where config and tensors do not fit each other
   */
  takeEncoder(tensors) {
    const { encoder, latent_dim: latent, kind } = this.config;
    const { pixels } = this.shape;
    if (kind === "vae") this.scale = new Linear(tensors, "encoder.scale", encoder.at(-1) ?? pixels, latent);
    this.encoder = stack(tensors, "encoder", [pixels, ...encoder, latent], kind === "vae" ? "mu" : "code");
    return this;
  }

  get canEncode() {
    return this.encoder.length > 0;
  }

  get latentDim() {
    return this.config.latent_dim;
  }

  /**
   * @param {ArrayLike<number>} x [shape.pixels] in [0, 1]
   * @returns {Float32Array} [latent_dim], an AE's code or a VAE's mu; overwritten by the next call
   * @throws {ModelError} where its encoder is not here
   */
  encode(x) {
    if (!this.canEncode) throw new ModelError(`the encoder of ${this.name} is not here`);
    return this.run(this.encoder, x);
  }

  /**
   * q(z|x) = N(mu, sigma^2) (Kingma & Welling, 2013).
   * @param {ArrayLike<number>} x [shape.pixels] in [0, 1]
   * @returns {{mu: Float32Array, sigma: Float32Array, logvar: Float32Array}} [latent_dim] each; logvar is ln sigma^2,
   *   also where sigma is too small for a number
   * @throws {ModelError} where the model is no VAE
   */
  posterior(x) {
    const { scale } = this;
    if (!scale || !this.logvar) throw new ModelError(`${this.name} is no VAE: it has no posterior`);
    const mu = Float32Array.from(this.encode(x));
    // The trunk that both heads share has just run.
    const hidden = this.encoder.at(-2)?.y ?? x;
    const logvar = Float32Array.from(scale.forward(hidden), this.logvar);
    return { mu, sigma: logvar.map((value) => Math.exp(value / 2)), logvar };
  }

  /**
   * @param {ArrayLike<number>} z [latent_dim]
   * @returns {Float32Array} [shape.pixels] in [0, 1]; overwritten by the next call
   */
  decode(z) {
    const pixels = this.logits(z);
    this.output(pixels);
    return pixels;
  }

  /**
   * @param {ArrayLike<number>} z [latent_dim]
   * @returns {Float32Array} [shape.pixels] before the last function, a sigmoid's logits; overwritten by the next call
   */
  logits(z) {
    return this.run(this.decoder, z);
  }

  /**
   * @param {Linear[]} layers
   * @param {ArrayLike<number>} input
   * @returns {Float32Array}
   */
  run(layers, input) {
    const last = layers.length - 1;
    let x = input;
    for (let i = 0; i < last; i++) {
      const y = layers[i].forward(x);
      this.activation(y);
      x = y;
    }
    return layers[last].forward(x);
  }
}

/**
 * @param {Record<string, Tensor>} tensors
 * @param {"encoder" | "decoder"} part
 * @param {number[]} widths from the inputs on
 * @param {string} head name of the last layer
 * @returns {Linear[]}
 */
function stack(tensors, part, widths, head) {
  return widths.slice(1).map((width, i) => {
    const layer = i + 2 === widths.length ? head : `hidden.${i}`;
    return new Linear(tensors, `${part}.${layer}`, widths[i], width);
  });
}

/**
 * @param {Record<string, Tensor>} tensors
 * @param {string} name
 * @param {number[]} shape
 * @returns {Float32Array}
 */
function take(tensors, name, shape) {
  const tensor = tensors[name];
  if (!tensor) throw new ModelError(`tensor ${name} is missing`);
  if (!(tensor.data instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
    throw new ModelError(`tensor ${name} is [${tensor.shape}]; its config asks for float32 [${shape}]`);
  }
  return tensor.data;
}

/**
 * @template T
 * @param {Record<string, T>} table
 * @param {string} key
 * @param {string} field
 * @returns {T}
 */
function known(table, key, field) {
  if (!Object.hasOwn(table, key)) throw new ModelError(`config field ${field} is ${key}, which is unknown here`);
  return table[key];
}
