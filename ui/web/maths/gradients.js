/** Means and variances of the gradients of many draws, as `vae_core.objective.gradients` has them. */

/** @typedef {{mean: Float64Array, variance: Float64Array}} Spread [D] each: of the gradient of one draw, in each code */

/**
 * @param {ArrayLike<number>} gradients [N * D], a row a draw, at least two
 * @param {number} codes D
 * @returns {Spread}
 */
export function spread(gradients, codes) {
  const draws = gradients.length / codes;
  const mean = new Float64Array(codes);
  const variance = new Float64Array(codes);
  for (let i = 0; i < gradients.length; i++) mean[i % codes] += gradients[i] / draws;
  for (let i = 0; i < gradients.length; i++) variance[i % codes] += (gradients[i] - mean[i % codes]) ** 2 / (draws - 1);
  return { mean, variance };
}
