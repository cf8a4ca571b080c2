/** KL divergence of two Gaussians on a line, in nats, as `vae_core.objective.gaussians` has it. */

/** @typedef {{mu: number, sigma: number}} Gaussian see `gaussian` */
/** @typedef {{p: Float64Array, q: Float64Array, integrand: Float64Array}} Curves both densities and p ln(p / q) */
/** @typedef {{above: number, below: number, value: number}} Integral areas on either side of the axis, and their difference */
/** @typedef {{value: number, standardError: number, count: number}} Estimate */

// Beyond so many sigma a Gaussian has less mass than float64 can tell from none.
const REACH = 10;
const POINTS = 2001;
const LOG_TWO_PI = Math.log(2 * Math.PI);

/**
 * N(mu, sigma^2).
 * @param {number} mu @param {number} sigma
 * @returns {Gaussian}
 * @throws {RangeError} mu is not finite, or sigma is not finite and above 0
 */
export function gaussian(mu, sigma) {
  if (!Number.isFinite(mu)) throw new RangeError(`mu is ${mu}; it must be a finite number`);
  if (!(Number.isFinite(sigma) && sigma > 0)) throw new RangeError(`sigma is ${sigma}; it must be a number above 0`);
  return { mu, sigma };
}

export const STANDARD = gaussian(0, 1);

/** @param {Gaussian} of @param {number} x */
function logDensity({ mu, sigma }, x) {
  const score = (x - mu) / sigma;
  return -0.5 * (score * score + LOG_TWO_PI) - Math.log(sigma);
}

/** @param {Gaussian} of @param {number} x @returns {number} per unit of x */
export const density = (of, x) => Math.exp(logDensity(of, x));

/**
 * D(P || Q) = ln(s_q / s_p) + (s_p^2 + (m_p - m_q)^2) / 2 s_q^2 - 1/2.
 * @param {Gaussian} p @param {Gaussian} [q]
 */
export function kl(p, q = STANDARD) {
  const [ratio, shift] = [p.sigma / q.sigma, (p.mu - q.mu) / q.sigma];
  const logarithm = Math.log(p.sigma) - Math.log(q.sigma);
  // Where the two are about equal, rounding would leave a divergence below zero.
  return Math.max(0, 0.5 * (ratio * ratio + shift * shift - 1) - logarithm);
}

/** @param {Float64Array} xs @param {Gaussian} p @param {Gaussian} [q] @returns {Curves} at each x */
export function curves(xs, p, q = STANDARD) {
  const [ofP, ofQ, integrand] = [p, q, p].map(() => new Float64Array(xs.length));
  xs.forEach((x, i) => {
    const [logP, logQ] = [logDensity(p, x), logDensity(q, x)];
    ofP[i] = Math.exp(logP);
    ofQ[i] = Math.exp(logQ);
    integrand[i] = ofP[i] * (logP - logQ);
  });
  return { p: ofP, q: ofQ, integrand };
}

/** @param {number} from @param {number} to @param {number} points at least two @returns {Float64Array} evenly spaced */
export const spaced = (from, to, points) =>
  Float64Array.from({ length: points }, (_, i) => from + ((to - from) * i) / (points - 1));

/** D(P || Q) by the trapezoidal rule. @param {Gaussian} p @param {Gaussian} [q] @returns {Integral} */
export function integrate(p, q = STANDARD) {
  const xs = spaced(p.mu - REACH * p.sigma, p.mu + REACH * p.sigma, POINTS);
  const heights = curves(xs, p, q).integrand;
  const step = (2 * REACH * p.sigma) / (POINTS - 1);
  let [above, below] = [0, 0];
  heights.forEach((height, i) => {
    const area = i === 0 || i === POINTS - 1 ? (step * height) / 2 : step * height;
    if (height > 0) above += area;
    else below -= area;
  });
  return { above, below, value: above - below };
}

/**
 * D(P || Q) as the mean of ln p(x) - ln q(x) over x = m_p + s_p eps, with its standard error.
 * @param {Float64Array} eps draws of N(0, 1)
 * @param {Gaussian} p @param {Gaussian} [q]
 * @returns {Estimate}
 * @throws {RangeError} fewer than two draws
 */
export function monteCarlo(eps, p, q = STANDARD) {
  const count = eps.length;
  if (count < 2) throw new RangeError(`a standard error takes at least two draws, not ${count}`);
  const [ratio, shift] = [p.sigma / q.sigma, (p.mu - q.mu) / q.sigma];
  const logarithm = Math.log(q.sigma) - Math.log(p.sigma);
  const differences = eps.map((one) => logarithm + 0.5 * ((shift + ratio * one) ** 2 - one * one));
  const value = sum(differences) / count;
  const variance = sum(differences.map((one) => (one - value) ** 2)) / (count - 1);
  return { value, standardError: Math.sqrt(variance / count), count };
}

/** @param {Float64Array} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);
