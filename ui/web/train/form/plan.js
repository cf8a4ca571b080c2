/**
 * What is written in the form, as a plan that the server takes, and what is wrong with it: the rules are those of
 * vae_core/config.py and vae_core/training/plan.py.
 */

import { isName, NAME_RULE } from "../../kit/names.js";
import { MOST_CODES } from "../../nn/config.js";

/** @typedef {import("../data.js").Recipe} Recipe */
/** @typedef {import("../data.js").DigitSet} DigitSet */
/** @typedef {"ae" | "linear" | "dae" | "vae"} Kind */
/**
 * As it is written: widths as "512, 256", the decoder's empty where it mirrors the encoder's; `without` as "38".
 * @typedef {object} Values
 * @property {string} recipe that it began as
 * @property {string} on the set
 * @property {string} kind
 * @property {string} corrupt
 * @property {string} corruptby
 * @property {string} beta
 * @property {string} latentdim
 * @property {string} epochs
 * @property {string} encoder
 * @property {string} decoder
 * @property {string} likelihood
 * @property {string} activation
 * @property {string} head
 * @property {string} reconstruction
 * @property {string} batchsize
 * @property {string} learningrate
 * @property {string} without
 * @property {string} trainseed
 * @property {string} as its name
 */
/** @typedef {keyof Values} Field */
/** @typedef {{kind: "ae" | "vae", latent_dim: number, encoder: number[], decoder: number[], scale: string | null, likelihood: string, activation: string, output: string, shape: number[]}} ModelConfig */
/** @typedef {{epochs: number, batch_size: number, learning_rate: number, beta: number, reconstruction_weight: number, corruption: {kind: string, level: number} | null, seed: number}} TrainingConfig */
/** @typedef {{name: string, recipe: string, digits: string, leave_out: number[], model: ModelConfig, training: TrainingConfig}} Plan */

export const CLASSES = 10;
const MOST_LAYERS = 16;
const MOST_WIDTH = 8192;
export const MOST_EPOCHS = 10_000;
const SEEDS = 2 ** 32;
const DECIMAL = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
// Steps of 250 among a thousand pictures are too few to learn anything in a minute.
const SMALL_SET = 10_000;
const SMALL_BATCH = 100;

/** @type {Record<Kind, Field[]>} what a kind has no use for */
const UNUSED = {
  ae: ["corrupt", "corruptby", "beta", "head", "reconstruction"],
  linear: [
    .../** @type {Field[]} */ (["corrupt", "corruptby", "beta", "head", "reconstruction"]),
    .../** @type {Field[]} */ (["encoder", "decoder", "likelihood", "activation"]),
  ],
  dae: ["beta", "head", "reconstruction"],
  vae: ["corrupt", "corruptby"],
};

/** @param {string} kind @param {Field} field @returns {boolean} whether such a model is trained by it */
export const isUsed = (kind, field) => !UNUSED[/** @type {Kind} */ (kind)].includes(field);

/** @param {Recipe} recipe @param {DigitSet} set @returns {Omit<Values, "recipe" | "on" | "without" | "as">} */
export function filled({ model, training }, set) {
  const isLinear = model.output === "linear" && !model.encoder.length && !model.decoder.length;
  const [encoder, decoder] = [model.encoder, model.decoder].map((widths) => widths.join(", "));
  const isMirrored = [...model.encoder].reverse().join(", ") === decoder;
  return {
    kind: model.kind === "vae" ? "vae" : isLinear ? "linear" : training.corruption ? "dae" : "ae",
    corrupt: training.corruption?.kind ?? "gaussian",
    corruptby: String(training.corruption?.level ?? 0.5),
    beta: String(training.beta),
    latentdim: String(model.latent_dim),
    epochs: String(training.epochs),
    encoder,
    decoder: isMirrored ? "" : decoder || "none",
    likelihood: model.likelihood,
    activation: model.activation,
    head: model.scale ?? "logvar",
    reconstruction: String(training.reconstruction_weight),
    batchsize: String(set.images < SMALL_SET ? Math.min(SMALL_BATCH, training.batch_size) : training.batch_size),
    learningrate: String(training.learning_rate),
    trainseed: String(training.seed),
  };
}

/** @param {string} text @returns {number} NaN where it is no plain number of at least 0 */
export const numberIn = (text) => (DECIMAL.test(text.trim()) ? Number(text) : Number.NaN);

/** @param {string} text @returns {number} NaN where it is no whole one */
const wholeIn = (text) => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN);

/** @param {string} text @returns {number[]} with NaN where a part is none */
export function widthsIn(text) {
  const said = text.trim();
  return said === "" || said.toLowerCase() === "none"
    ? []
    : said
        .split(/[\s,;]+/)
        .filter(Boolean)
        .map(wholeIn);
}

/** @param {string} without @returns {number[]} classes */
export const classesIn = (without) => [...without].map(Number);

/** @param {Values} values @param {DigitSet} set that is trained on @returns {Plan} numbers are NaN where the text is none */
export function planOf(values, set) {
  const kind = /** @type {Kind} */ (values.kind);
  const [isVae, isLinear] = [kind === "vae", kind === "linear"];
  const encoder = isLinear ? [] : widthsIn(values.encoder);
  const isMirrored = isLinear || !values.decoder.trim();
  return {
    name: values.as,
    recipe: values.recipe,
    digits: values.on,
    leave_out: classesIn(values.without),
    model: {
      kind: isVae ? "vae" : "ae",
      latent_dim: wholeIn(values.latentdim),
      encoder,
      decoder: isMirrored ? [...encoder].reverse() : widthsIn(values.decoder),
      scale: isVae ? values.head : null,
      likelihood: isLinear ? "gaussian" : values.likelihood,
      activation: isLinear ? "relu" : values.activation,
      output: isLinear ? "linear" : "sigmoid",
      shape: set.shape,
    },
    training: {
      epochs: wholeIn(values.epochs),
      batch_size: wholeIn(values.batchsize),
      learning_rate: numberIn(values.learningrate),
      beta: isVae ? numberIn(values.beta) : 1,
      reconstruction_weight: isVae ? numberIn(values.reconstruction) : 1,
      corruption: kind === "dae" ? { kind: values.corrupt, level: numberIn(values.corruptby) } : null,
      seed: wholeIn(values.trainseed),
    },
  };
}

/**
 * @param {Plan} plan
 * @returns {Partial<Record<Field, string>>} what is wrong, one sentence a field
 */
export function problemsOf({ name, leave_out: leaveOut, model, training }) {
  const between = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
    value >= low && value <= high;
  const share = (/** @type {number} */ value) => value > 0 && value <= 1;
  const weight = (/** @type {number} */ value) => between(value, 0, Number.MAX_VALUE);
  const widths = (/** @type {number[]} */ all) =>
    all.length <= MOST_LAYERS && all.every((width) => between(width, 1, MOST_WIDTH));
  /** @type {[Field, boolean, string][]} */
  const rules = [
    ["latentdim", between(model.latent_dim, 1, MOST_CODES), `Codes are a whole number from 1 to ${MOST_CODES}.`],
    ["encoder", widths(model.encoder), `At most ${MOST_LAYERS} widths of 1 to ${MOST_WIDTH}, such as 512, 256.`],
    ["decoder", widths(model.decoder), `At most ${MOST_LAYERS} widths of 1 to ${MOST_WIDTH}, such as 256, 512.`],
    ["epochs", between(training.epochs, 1, MOST_EPOCHS), "Epochs are a whole number from 1 to 10,000."],
    ["batchsize", training.batch_size >= 1, "A batch is a whole number of pictures, at least 1."],
    ["learningrate", share(training.learning_rate), "The learning rate is above 0 and at most 1, such as 0.003."],
    ["beta", weight(training.beta), "Beta is a number of at least 0, such as 0.5."],
    ["reconstruction", weight(training.reconstruction_weight), "The weight is a number of at least 0, such as 1."],
    ["corruptby", share(training.corruption?.level ?? 1), "The level is above 0 and at most 1, such as 0.5."],
    ["trainseed", between(training.seed, 0, SEEDS - 1), `A seed is a whole number from 0 to ${SEEDS - 1}.`],
    ["without", leaveOut.length < CLASSES, "One class at least must stay."],
    ["as", isName(name), NAME_RULE],
  ];
  return Object.fromEntries(rules.filter(([, holds]) => !holds).map(([field, , words]) => [field, words]));
}

/** @param {DigitSet} set @param {number[]} leaveOut @returns {number} training pictures that are left */
export const imagesLeft = ({ images, classes }, leaveOut) =>
  leaveOut.reduce((left, one) => left - classes[one], images);
