/**
 * ln p(x) of one picture by importance sampling (Burda et al., 2015), beside the ELBO, in nats, draw by draw:
 * `vae_core.objective.evidence` computes the same of the same draws, and says what the numbers mean.
 */

import { gaussianConstant, klDivergence, logWeightOfDraw, reconstruction } from "./losses.js";
import { field, normals } from "./seeded_noise.js";

/** ln of the mean weight of the first draws, after each of them. */
export class Running {
  /** @param {number} most draws */
  constructor(most) {
    /** [most] nats */
    this.estimate = new Float64Array(most);
    /** [most] nats, by the delta method; not a number after the first draw */
    this.standardError = new Float64Array(most);
    /** [most] effective sample size */
    this.effective = new Float64Array(most);
    this.count = 0;
    /** ln of the sum of the weights, and of their squares. */
    this.total = -Infinity;
    this.squares = -Infinity;
  }

  /** From the first draw on again. */
  begin() {
    this.count = 0;
    this.total = this.squares = -Infinity;
  }

  /** @param {number} logWeight of the next draw */
  add(logWeight) {
    this.total = logAddExp(this.total, logWeight);
    this.squares = logAddExp(this.squares, 2 * logWeight);
    const { total, squares } = this;
    const last = this.count++;
    const effective = Math.min(this.count, Math.max(1, Math.exp(2 * total - squares)));
    this.estimate[last] = total - Math.log(this.count);
    this.effective[last] = effective;
    this.standardError[last] = last ? Math.sqrt((this.count / effective - 1) / last) : NaN;
  }
}

/** What a VAE says of one picture; what is shown of it grows with each `step`. */
export class Evidence {
  /**
   * @param {import("../nn/batch.js").Batch} batch of a VAE; as many draws are decoded at a step
   * @param {number} seed of the draws, which are the same for every picture
   * @param {number} most draws
   */
  constructor(batch, seed, most) {
    this.batch = batch;
    this.seed = seed;
    this.most = most;
    this.running = new Running(most);
    const { model, size } = batch;
    const { likelihood, output } = model.config;
    const rows = () => Array.from({ length: size }, () => new Float64Array(model.latentDim));
    this.eps = rows();
    this.z = rows();
    this.codes = new Float32Array(size * model.latentDim);
    /** To be subtracted for densities of pixels, nats; 0 of Bernoulli ones. */
    this.constant = likelihood === "bernoulli" ? 0 : gaussianConstant(model.shape.pixels);
    // What `Autoencoder.decoder_output` gives: the loss takes what a decoder without sigmoid says unclamped.
    this.isPixels = likelihood !== "bernoulli" && output === "sigmoid";
    /** @type {ArrayLike<number>} */
    this.x = [];
    /** @type {(number | null)[]} */
    this.drawn = [];
    this.mu = new Float32Array(model.latentDim);
    this.logvar = new Float32Array(model.latentDim);
    /** KL(q(z|x) || N(0, I)), in closed form. */
    this.kl = 0;
    this.error = 0;
  }

  /**
   * Another picture: nothing is drawn yet.
   * @param {ArrayLike<number>} x [pixels] in [0, 1]
   * @param {number | null} [label] of it, for q(z|x) of a class-conditional model @param {number | null} [drawn] for p(x|z)
   */
  begin(x, label = null, drawn = null) {
    this.x = x;
    this.drawn = Array(this.batch.size).fill(drawn);
    const { mu, logvar } = this.batch.model.posterior(x, label);
    this.mu.set(mu);
    this.logvar.set(logvar);
    this.kl = klDivergence(mu, logvar);
    this.error = 0;
    this.running.begin();
  }

  get count() {
    return this.running.count;
  }

  get isDone() {
    return this.count >= this.most;
  }

  /** Decodes the next draws. */
  step() {
    const { batch, codes, drawn, running } = this;
    const { latentDim, shape, config } = batch.model;
    const some = Math.min(batch.size, this.most - this.count);
    if (!some) return;
    for (let k = 0; k < some; k++) {
      this.draw(k);
      codes.set(this.z[k], k * latentDim);
    }
    const output = this.isPixels ? batch.decode(codes, some, drawn) : batch.logits(codes, some, drawn);
    for (let k = 0; k < some; k++) {
      const error = reconstruction(output.subarray(k * shape.pixels), this.x, config.likelihood);
      this.error += error;
      running.add(logWeightOfDraw(error, this.z[k], this.eps[k], this.logvar));
    }
  }

  /** @param {number} k of the next draws */
  draw(k) {
    const { mu, logvar } = this;
    const [eps, z] = [this.eps[k], this.z[k]];
    const normal = normals(field(this.seed, this.count + k, eps.length));
    for (let d = 0; d < eps.length; d++) {
      eps[d] = normal();
      z[d] = mu[d] + Math.exp(logvar[d] / 2) * eps[d];
    }
  }

  /** -ln p(x|z), mean over the draws so far. */
  get reconstruction() {
    return this.error / this.count;
  }

  get elbo() {
    return -(this.reconstruction + this.kl);
  }

  /** The estimate of ln p(x) from the draws so far. */
  get logEvidence() {
    return this.running.estimate[this.count - 1];
  }

  get standardError() {
    return this.running.standardError[this.count - 1];
  }

  get effective() {
    return this.running.effective[this.count - 1];
  }

  /** An estimate of KL(q(z|x) || p(z|x)), at times a little below 0. */
  get gap() {
    return this.logEvidence - this.elbo;
  }
}

/** @param {number} a @param {number} b @returns {number} ln(e^a + e^b) */
function logAddExp(a, b) {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log1p(Math.exp(Math.min(a, b) - most));
}
