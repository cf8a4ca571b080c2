/** The parts of the objective of one picture, in nats, as `vae_core.losses` has them, in double precision. */

/** @typedef {import("../nn/nn.js").ModelConfig["likelihood"]} Likelihood */
/** @typedef {ArrayLike<number>} Numbers */

/** @param {number} pixels @returns {number} what the squared error leaves out of -ln p(x|z): P / 2 ln(2 pi 1/2) */
export const gaussianConstant = (pixels) => (pixels / 2) * Math.log(Math.PI);

/** @param {Numbers} output [pixels] @param {Numbers} x [pixels] @returns {number} summed over pixels */
export function squaredError(output, x) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (output[i] - x[i]) ** 2;
  return sum;
}

/** @param {Numbers} logits [pixels] @param {Numbers} x [pixels] in [0, 1] @returns {number} -ln p(x) of Bernoulli pixels */
export function binaryCrossEntropy(logits, x) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const a = logits[i];
    // Neither exponential can overflow.
    sum += Math.max(a, 0) - a * x[i] + Math.log1p(Math.exp(-Math.abs(a)));
  }
  return sum;
}

/** @param {Numbers} x [pixels] in [0, 1] @returns {number} the least that `binaryCrossEntropy` can be */
export function pixelEntropy(x) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    if (x[i] > 0 && x[i] < 1) sum -= x[i] * Math.log(x[i]) + (1 - x[i]) * Math.log1p(-x[i]);
  }
  return sum;
}

/**
 * @param {Numbers} output [pixels] logits for "bernoulli", pixels for "gaussian"
 * @param {Numbers} x [pixels] in [0, 1] @param {Likelihood} likelihood
 * @returns {number} -ln p(x|z), a Gaussian's less `gaussianConstant`
 */
export const reconstruction = (output, x, likelihood) =>
  likelihood === "bernoulli" ? binaryCrossEntropy(output, x) : squaredError(output, x);

/** @param {Numbers} mu [D] @param {Numbers} logvar [D] @returns {number} KL(q(z|x) || N(0, I)) */
export function klDivergence(mu, logvar) {
  let sum = 0;
  for (let d = 0; d < mu.length; d++) sum += 0.5 * (mu[d] ** 2 + Math.exp(logvar[d]) - 1 - logvar[d]);
  return sum;
}

/**
 * ln p(x|z) + ln p(z) - ln q(z|x) of z = mu + sigma eps.
 * @param {number} error -ln p(x|z), see `reconstruction` @param {Numbers} z [D] @param {Numbers} eps [D] @param {Numbers} logvar [D]
 */
export function logWeightOfDraw(error, z, eps, logvar) {
  let weight = -error;
  for (let d = 0; d < logvar.length; d++) weight += 0.5 * (eps[d] ** 2 + logvar[d] - z[d] ** 2);
  return weight;
}
