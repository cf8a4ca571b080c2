/** Squared error and cross-entropy of one and the same net, as `vae_core.objective.grey` has them. */

import { ModelError } from "../nn/errors.js";
import { binaryCrossEntropy, pixelEntropy, squaredError } from "./losses.js";

/**
 * @typedef {object} Errors of one picture
 * @property {number} squaredError summed over pixels
 * @property {number} crossEntropy nats
 * @property {number} floor nats, the least that the cross-entropy of such a picture can be
 */

/**
 * @param {import("../nn/nn.js").Model} model @param {ArrayLike<number>} z [latent_dim]
 * @param {ArrayLike<number>} x [pixels] in [0, 1]; rounded, they are black and white
 * @returns {Errors}
 * @throws {ModelError} where the decoder's pixels are no probabilities
 */
export function errors(model, z, x) {
  if (model.config.output !== "sigmoid") {
    throw new ModelError("its decoder has no sigmoid; cross-entropy takes pixels that are probabilities");
  }
  const crossEntropy = binaryCrossEntropy(model.logits(z), x);
  return { squaredError: squaredError(model.decode(z), x), crossEntropy, floor: pixelEntropy(x) };
}

/** @param {Float32Array} x [pixels] in [0, 1] @returns {Float32Array} black and white, a half black as in PyTorch */
export const rounded = (x) => x.map((value) => Number(value > 0.5));
