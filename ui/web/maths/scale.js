/** The KL divergence of one code in sigma and in gamma = ln sigma^2, as `vae_core.objective.scale` has it, at mu = 0. */

/** @typedef {{value: number, slope: number, curvature: number}} Bend nats, nats a unit, nats a unit squared */

/** @param {number} sigma not 0 @returns {Bend} */
export const inSigma = (sigma) => ({
  value: 0.5 * (sigma * sigma - 1) - Math.log(Math.abs(sigma)),
  slope: sigma - 1 / sigma,
  curvature: 1 + 1 / (sigma * sigma),
});

/** @param {number} gamma @returns {Bend} */
export const inLogvar = (gamma) => ({
  value: 0.5 * (Math.expm1(gamma) - gamma),
  slope: 0.5 * Math.expm1(gamma),
  curvature: 0.5 * Math.exp(gamma),
});
