/** Surprise, entropy, cross-entropy and KL divergence over a few outcomes, in nats, as `vae_core.objective.categorical` has them. */

/**
 * @typedef {object} Comparison
 * @property {number[]} p @property {number[]} q each of sum 1
 * @property {number} entropyP @property {number} entropyQ
 * @property {number} crossEntropyPQ @property {number} crossEntropyQP
 * @property {number} klPQ @property {number} klQP
 * @property {string | null} reason why a value is infinite, without a full stop; null where none is
 */

/** @param {number} nats */
export const bits = (nats) => nats / Math.LN2;

/**
 * @param {readonly number[]} weights
 * @returns {number[]} shares of their sum
 * @throws {RangeError} a weight is below 0 or not finite, or all are 0
 */
export function normalised(weights) {
  const wrong = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (wrong >= 0)
    throw new RangeError(`the weight of ${wrong} is ${weights[wrong]}; it must be a number of at least 0`);
  const largest = Math.max(0, ...weights);
  if (largest === 0) throw new RangeError("all weights are 0; at least one must be above 0");
  // Divided first, many large weights have a finite sum and tiny ones keep their digits.
  const scaled = weights.map((weight) => weight / largest);
  const total = sum(scaled);
  return scaled.map((weight) => weight / total);
}

/** I(p) = -ln p. @param {number} p */
export const surprise = (p) => Math.abs(Math.log(p));

/** H(P). @param {number[]} p */
export const entropy = (p) => crossEntropy(p, p);

/** H(P, Q); infinite where P has mass and Q has none. @param {number[]} p @param {number[]} q */
export const crossEntropy = (p, q) => sum(p.map((share, k) => (share ? share * surprise(q[k]) : 0)));

/** D(P || Q); infinite where P has mass and Q has none. @param {number[]} p @param {number[]} q */
export const kl = (p, q) => Math.max(0, sum(p.map((share, k) => (share ? share * Math.log(share / q[k]) : 0))));

/**
 * Two distributions from weights of any sum.
 * @param {readonly number[]} pWeights @param {readonly number[]} qWeights
 * @returns {Comparison}
 * @throws {RangeError} as `normalised`, with the name of the distribution
 */
export function compare(pWeights, qWeights) {
  const [p, q] = [named("P", pWeights), named("Q", qWeights)];
  const reasons = [reasonOf("P", p, "Q", q), reasonOf("Q", q, "P", p)].filter(Boolean);
  return {
    p,
    q,
    entropyP: entropy(p),
    entropyQ: entropy(q),
    crossEntropyPQ: crossEntropy(p, q),
    crossEntropyQP: crossEntropy(q, p),
    klPQ: kl(p, q),
    klQP: kl(q, p),
    reason: reasons.join("; ") || null,
  };
}

/** @param {string} first @param {number[]} of @param {string} second @param {number[]} other @returns {string} empty where D is finite */
function reasonOf(first, of, second, other) {
  const without = of.flatMap((share, k) => (share > 0 && other[k] === 0 ? [String(k)] : []));
  const last = without.pop();
  if (last === undefined) return "";
  const listed = without.length ? `${without.join(", ")} and ${last}` : last;
  return `D(${first} || ${second}) is infinite, for ${first} gives mass to ${listed} and ${second} gives none`;
}

/** @param {string} name @param {readonly number[]} weights */
function named(name, weights) {
  try {
    return normalised(weights);
  } catch (error) {
    throw new RangeError(`${name}: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);
