/** What is known of a model's latent space: `vae_core.spaces.latent.Encodings` as served at /encodings. */

export class Encodings {
  /** @param {Record<string, import("./safetensors.js").Tensor>} tensors */
  constructor(tensors) {
    const array = (/** @type {string} */ name) => {
      if (!tensors[name]) throw new Error(`The encodings lack ${name}.`);
      return tensors[name].data;
    };
    this.mean = array("mean");
    this.std = array("std");
    this.cholesky = array("cholesky");
    this.activity = array("activity");
    this.active = array("active");
    this.histogram = array("histogram");
    this.edges = array("histogram_edges");
    this.gap = array("gap");
    this.shapeGap = array("shape_gap");
    this.dim = this.mean.length;
    this.bins = this.histogram.length / this.dim;
  }

  /**
   * @param {ArrayLike<number>} eps standard normal, at least [dim]
   * @param {number} [temperature] factor on the deviations
   * @returns {Float32Array} [dim], a sample of the Gaussian fitted to the codes
   */
  fitted(eps, temperature = 1) {
    const { dim, mean, cholesky } = this;
    const z = new Float32Array(dim);
    for (let i = 0; i < dim; i++) {
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += cholesky[i * dim + j] * eps[j];
      z[i] = mean[i] + temperature * sum;
    }
    return z;
  }
}
