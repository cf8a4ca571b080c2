/** config.json of a checkpoint, of version 1 or 2, as `vae_core.config` has it. */

import { FUNCTIONS } from "./activations.js";
import { ModelError } from "./errors.js";
import { oneOf, readFields, whole, wholes } from "./fields.js";
import { count, readLayer, sizes, text } from "./layers.js";
import { DIGIT } from "./shape.js";

/** @typedef {import("./layers.js").LayerData} LayerData */
/**
 * @typedef {object} ModelConfig
 * @property {"ae" | "vae"} kind
 * @property {number} latent_dim
 * @property {number[] | LayerData[]} encoder hidden widths of a dense net, or layers
 * @property {number[] | LayerData[]} decoder
 * @property {"logvar" | "sigma" | "softplus" | null} scale what a VAE's second head gives
 * @property {"bernoulli" | "gaussian"} likelihood p(x|z)
 * @property {string} activation after every hidden width
 * @property {"sigmoid" | "linear"} output
 * @property {number[]} shape channels, height and width of a picture
 * @property {import("./activations.js").FunctionName} code a function of the code, or of mu
 * @property {number} classes of a label that the net is given; 0 where it is given none
 * @property {"encoder" | "decoder" | null} half the only part that there is; null of a whole model
 */

/** The most codes a model has, as in `vae_core.config`. */
export const MOST_CODES = 784;

/** @type {import("./fields.js").Rule} */
const PART = { usual: [], holds: Array.isArray, says: "a list of widths or of layers" };
/** What may be left out has a usual value: version 1 has no shape. */
const RULES = {
  format_version: whole(1, 2, 2),
  kind: oneOf(["ae", "vae"]),
  latent_dim: whole(1, MOST_CODES),
  encoder: PART,
  decoder: PART,
  scale: oneOf(["logvar", "sigma", "softplus", null], null),
  likelihood: oneOf(["bernoulli", "gaussian"], "gaussian"),
  activation: oneOf(["relu", "tanh", "elu", "softplus"], "relu"),
  output: oneOf(["sigmoid", "linear"], "sigmoid"),
  shape: wholes(3, 1, 64, [DIGIT.channels, DIGIT.height, DIGIT.width]),
  code: oneOf(FUNCTIONS, "identity"),
  classes: whole(0, 100, 0),
  half: oneOf(["encoder", "decoder", null], null),
};
const WIDTH = whole(1, 8192);

/**
 * @param {unknown} given
 * @returns {ModelConfig} with every field
 * @throws {ModelError} a field is unknown, missing or not what it must be
 */
export function readConfig(given) {
  const { format_version: _, ...config } = readFields(given, RULES);
  const hasScale = config.kind === "vae" && config.half !== "decoder";
  if (hasScale === (config.scale === null)) {
    throw new ModelError(`config field scale is ${config.scale}, which no ${config.kind.toUpperCase()} has`);
  }
  for (const part of /** @type {const} */ (["encoder", "decoder"])) config[part] = readPart(config[part], part);
  checkSizes(/** @type {ModelConfig} */ (config));
  return /** @type {ModelConfig} */ (config);
}

/** @param {ModelConfig} config */
function checkSizes(config) {
  const { shape, latent_dim: latentDim, half } = config;
  if (half !== "decoder") checkRow(config);
  if (half === "encoder") return;
  const picture = /** @type {number[]} */ (sizes(chainOf(config, "decoder"), [latentDim], "decoder").at(-1));
  if (count(picture) !== count(shape)) {
    throw new ModelError(`config field decoder gives ${text(picture)}; it must be ${text(shape)}`);
  }
}

/** @param {ModelConfig} config */
function checkRow(config) {
  const row = /** @type {number[]} */ (sizes(chainOf(config, "encoder"), config.shape, "encoder").at(-1));
  if (row.length !== 1) throw new ModelError(`config field encoder gives ${text(row)}; it must be a row of numbers`);
}

/** @param {any[]} given widths, or layers @param {"encoder" | "decoder"} part @returns {number[] | LayerData[]} */
function readPart(given, part) {
  if (given.some((item) => typeof item === "object")) return given.map((layer, i) => readLayer(layer, `${part}[${i}]`));
  const wrong = given.findIndex((width) => !WIDTH.holds(width));
  if (wrong < 0) return given;
  throw new ModelError(`config field ${part}[${wrong}] is ${JSON.stringify(given[wrong])}; it must be ${WIDTH.says}`);
}

/**
 * @param {ModelConfig} config @param {"encoder" | "decoder"} part
 * @returns {LayerData[]} all layers of the encoder, up to the heads of the code, or of the decoder, up to its output
 */
export function chainOf({ encoder, decoder, activation, classes, shape }, part) {
  const isEncoder = part === "encoder";
  const given = isEncoder ? encoder : decoder;
  if (isLayers(given)) return given;
  const hidden = given.flatMap((units) => [
    { type: "dense", units },
    { type: "activation", function: activation, slope: 1 },
  ]);
  return [
    ...(isEncoder ? [{ type: "flatten" }] : []),
    ...(classes ? [{ type: "label", classes }] : []),
    ...hidden,
    ...(isEncoder ? [] : [{ type: "dense", units: count(shape) }]),
  ];
}

/** @param {number[] | LayerData[]} part @returns {part is LayerData[]} */
export const isLayers = (part) => typeof part[0] === "object";
