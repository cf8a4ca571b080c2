/** What a linear VAE would do at a given beta, from the data's covariance alone: mirrors vae_core/objective/linear.py. */

import { general } from "./fraction.js";

// For which the squared error is -ln p(x|z) up to a constant.
export const VARIANCE = 0.5;

/**
 * @typedef {object} Prediction
 * @property {number} threshold decoder variance times beta; above it a component is active
 * @property {number} active how many codes survive
 * @property {Float64Array} kl [active], nats
 * @property {number} squaredError mean per picture over samples of z
 */

/**
 * @param {Float64Array} variances [P], of the principal components, descending
 * @param {number} beta above 0 @param {number} latentDim at least 1
 * @param {number} [variance] of the decoder's pixels, above 0
 * @returns {Prediction} @throws {RangeError} one of them is not
 */
export function predict(variances, beta, latentDim, variance = VARIANCE) {
  for (const [name, value] of Object.entries({ beta, "the variance of the decoder": variance })) {
    if (Number.isFinite(value) && value > 0) continue;
    throw new RangeError(`${name} is ${general(value)}; it must be a number above 0`);
  }
  if (latentDim < 1) throw new RangeError(`there are ${latentDim} codes; there must be at least 1`);
  const threshold = beta * variance;
  const above = variances.subarray(0, latentDim).filter((lambda) => lambda > threshold);
  return {
    threshold,
    active: above.length,
    kl: above.map((lambda) => 0.5 * Math.log(lambda / threshold)),
    squaredError: variances.subarray(above.length).reduce((sum, lambda) => sum + lambda, threshold * above.length),
  };
}

/** As `optimum` asks it. @param {number} latentDim @param {number} pixels @throws {RangeError} there are more codes */
export function checkCodes(latentDim, pixels) {
  if (latentDim <= pixels) return;
  throw new RangeError(`there are ${latentDim} codes; pictures of ${pixels} pixels have no more`);
}
