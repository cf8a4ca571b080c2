/**
 * Which beta a VAE's loss has, however it is written: mirrors vae_core/objective/beta.py, where the measure and its
 * source are. What Python calls `ObjectiveError` is a RangeError of the same words.
 */

import { asNumber, exact, fraction, general, isSame, ONE, over, times } from "./fraction.js";

/** @typedef {import("./fraction.js").Fraction} Fraction */
/** @typedef {"sum" | "mean"} Over */
/**
 * @typedef {object} WrittenLoss
 * @property {"squared_error" | "cross_entropy"} error
 * @property {Over} overPixels
 * @property {Over} overBatch
 * @property {Over} klOverCodes
 * @property {Over} klOverBatch
 * @property {readonly number[]} shape channels, height and width of a picture
 * @property {number} batchSize
 * @property {number} latentDim
 * @property {Fraction} reconstructionWeight
 * @property {Fraction} klWeight
 */
/**
 * @typedef {object} Translation
 * @property {Fraction} beta
 * @property {Fraction} factor
 * @property {Fraction} normalised
 * @property {Fraction | null} variance of Gaussian pixels; null of cross-entropy
 */

const CALLS = {
  squared_error: ["mse_loss", "x_hat"],
  cross_entropy: ["binary_cross_entropy_with_logits", "logits"],
};
/** @type {Record<string, [arguments: string, after: string]>} */
const REDUCTIONS = {
  "sum sum": [', reduction="sum"', ""],
  "sum mean": [', reduction="sum"', " / len(x)"],
  "mean mean": ["", ""],
  "mean sum": [', reduction="none"', ".flatten(1).mean(1).sum()"],
};
const DIGITS = 12;

/**
 * @param {WrittenLoss} loss @returns {WrittenLoss} the same
 * @throws {RangeError} a size is below 1 or a weight below 0, or both weights are 0
 */
export function checked(loss) {
  const [channels, height, width] = loss.shape;
  const { batchSize, latentDim, reconstructionWeight, klWeight } = loss;
  const sizes = {
    "number of channels": channels,
    height,
    width,
    "batch size": batchSize,
    "number of codes": latentDim,
  };
  for (const [name, size] of Object.entries(sizes)) {
    if (size < 1) throw new RangeError(`the ${name} is ${size}; it must be at least 1`);
  }
  for (const [name, weight] of Object.entries({ "reconstruction term": reconstructionWeight, "KL term": klWeight })) {
    if (weight.top >= 0n) continue;
    throw new RangeError(`the weight of the ${name} is ${general(asNumber(weight))}; it must be at least 0`);
  }
  if (!reconstructionWeight.top && !klWeight.top) {
    throw new RangeError("both weights are 0; such a loss has nothing to learn");
  }
  return loss;
}

/** @param {WrittenLoss} loss @returns {number} how many numbers a picture is */
const pixelsOf = ({ shape }) => shape.reduce((product, side) => product * side, 1);

/** @param {WrittenLoss} loss @returns {Translation} @throws {RangeError} the reconstruction term has weight 0 */
export function translate(loss) {
  if (!loss.reconstructionWeight.top) {
    throw new RangeError("the reconstruction term has weight 0; the KL term alone is the loss of no beta");
  }
  const pixels = pixelsOf(loss);
  const factor = times(loss.reconstructionWeight, share(loss.overPixels, pixels, loss.overBatch, loss.batchSize));
  const beta = over(times(loss.klWeight, klShare(loss)), factor);
  return {
    beta,
    factor,
    normalised: times(beta, fraction(BigInt(loss.latentDim), BigInt(pixels))),
    variance: loss.error === "squared_error" ? over(beta, fraction(2n)) : null,
  };
}

/** @param {WrittenLoss} loss @returns {Fraction} how many times the KL summed over codes, mean over the batch, its term is */
const klShare = ({ klOverCodes, latentDim, klOverBatch, batchSize }) =>
  share(klOverCodes, latentDim, klOverBatch, batchSize);

/**
 * The inverse of `translate`.
 * @param {WrittenLoss} loss whose reconstruction term has a weight @param {Fraction} beta
 * @returns {string} the weight of the KL term that gives this beta, short, and to be read by `exact`
 */
export function klWeightOf(loss, beta) {
  const { top, bottom } = over(translate(loss).factor, klShare(loss));
  const above = times(beta, fraction(top));
  const text = general(asNumber(above), DIGITS);
  if (!isSame(exact(text), above)) return `${above.top}/${above.bottom * bottom}`;
  return bottom === 1n ? text : `${text}/${bottom}`;
}

/** @param {Over} overParts @param {number} parts @param {Over} overBatch @param {number} batchSize @returns {Fraction} */
const share = (overParts, parts, overBatch, batchSize) =>
  fraction(BigInt(overBatch === "sum" ? batchSize : 1), BigInt(overParts === "mean" ? parts : 1));

/** @param {WrittenLoss} loss @returns {WrittenLoss} as this product writes it @throws {RangeError} as `translate` */
export const translated = (loss) => ({
  ...loss,
  overPixels: "sum",
  overBatch: "mean",
  klOverCodes: "sum",
  klOverBatch: "mean",
  reconstructionWeight: ONE,
  klWeight: translate(loss).beta,
});

/** @param {WrittenLoss} loss @returns {string} three lines of PyTorch */
export function pytorch(loss) {
  const [name, output] = CALLS[loss.error];
  const [given, after] = REDUCTIONS[`${loss.overPixels} ${loss.overBatch}`];
  const isWhole = loss.klOverCodes === loss.klOverBatch;
  const overCodes = isWhole ? `.${loss.klOverCodes}()` : `.${loss.klOverCodes}(1).${loss.klOverBatch}()`;
  return [
    `reconstruction = F.${name}(${output}, x${given})${after}`,
    `kl = (0.5 * (mu**2 + logvar.exp() - 1 - logvar))${overCodes}`,
    `loss = ${weighted(loss.reconstructionWeight, "reconstruction")} + ${weighted(loss.klWeight, "kl")}`,
  ].join("\n");
}

/** @param {Fraction} weight @param {string} name @returns {string} */
function weighted(weight, name) {
  if (isSame(weight, ONE)) return name;
  const short = general(asNumber(weight), DIGITS);
  return isSame(exact(short), weight) ? `${short} * ${name}` : `${weight.top} / ${weight.bottom} * ${name}`;
}
