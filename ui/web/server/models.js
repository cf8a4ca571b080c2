/** What the server has of a checkpoint: its net, and what is known of its codes of a set of digits. */

import { ClassMeans } from "../maths/class_means.js";
import { DigitManifold, Where } from "../maths/whereabouts.js";
import { Encodings } from "../nn/encodings.js";
import { Model } from "../nn/nn.js";
import { digit } from "../state/digit.js";
import { loadDigits } from "./digit_set.js";
import { addressOf, fetchFile, fetchTensors, versionOf } from "./load.js";

/** @typedef {import("../maths/whereabouts.js").Located} Located */
/** @typedef {Located & {model: Model, encodings: Encodings}} CodedModel with what is known of its codes of a set of digits */

/**
 * @param {string} name of a checkpoint
 * @returns {Promise<Model>}
 * @throws {import("./load.js").LoadError | import("../nn/safetensors.js").SafetensorsError | import("../nn/errors.js").ModelError}
 */
export async function loadModel(name) {
  const [model, encoder] = await Promise.all([loadDecoder(name), fetchTensors(addressOfPart(name, "encoder"))]);
  return model.takeEncoder(encoder);
}

/** As `loadModel`, half as large: for pages that decode at once, and encode when a picture is taken. @param {string} name */
export async function loadDecoder(name) {
  const { tensors, metadata } = await fetchFile(addressOfPart(name, "decoder"));
  const model = new Model(name, JSON.parse(metadata.config), tensors);
  model.chosen = digit;
  return model;
}

/** What `loadDecoder` left out. @param {{model: Model}[]} sides */
export async function loadEncoders(sides) {
  const models = new Set(sides.map(({ model }) => model).filter(({ canEncode, half }) => !canEncode && !half));
  const load = async (/** @type {Model} */ model) =>
    model.takeEncoder(await fetchTensors(addressOfPart(model.name, "encoder")));
  await Promise.all([...models].map(load));
}

/** @param {string} name of a checkpoint @param {"encoder" | "decoder"} part */
const addressOfPart = (name, part) => addressOf("checkpoints", name, `${part}.safetensors`);

/**
 * @param {string} model @param {string} digits
 * @returns {Promise<Encodings>}
 */
export async function loadEncodings(model, digits) {
  return new Encodings(await fetchTensors(addressOf("encodings", model, `${digits}.safetensors`)));
}

/** @param {string} name @param {string} digits @param {typeof loadModel} load @returns {Promise<CodedModel>} */
async function loadCoded(name, digits, load) {
  const [model, encodings] = await Promise.all([load(name), loadEncodings(name, digits)]);
  return { name, model, encodings };
}

/**
 * @param {{name: string}} left @param {{name: string}} right @param {string} digits
 * @param {typeof loadModel} [load] all of a model, or `loadDecoder`
 * @returns {Promise<CodedModel[]>} the same twice where both models are one
 * @throws {Error} in one sentence for the visitor
 */
export function loadPair(left, right, digits, load = loadModel) {
  const first = loadCoded(left.name, digits, load);
  return Promise.all([first, left.name === right.name ? first : loadCoded(right.name, digits, load)]);
}

// The pair on the page, and the pair before it.
const KEPT = 4;
/** @type {Map<string, Promise<ClassMeans>>} */
const kept = new Map();

/**
 * @param {string} model @param {string} digits "uci" or "mnist"
 * @returns {Promise<ClassMeans>} the last few stay in memory, over pages too
 * @throws {import("./load.js").LoadError}
 */
export function loadClassMeans(model, digits) {
  const address = addressOf("means", model, `${digits}.safetensors`);
  const key = `${address} ${versionOf(model)}`;
  const known = kept.get(key);
  if (known) return known;
  const means = Promise.all([fetchTensors(address), loadDigits(digits)]).then(
    ([{ means }, { labels }]) => new ClassMeans(means.data, means.shape[1], labels),
  );
  kept.set(key, means);
  // Else it could not be tried again.
  means.catch(() => kept.get(key) === means && kept.delete(key));
  for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
  return means;
}

/**
 * Gives each model what tells where its pictures lie, or the error in place of it. Not needed for anything else, and so
 * asked for when everything else is there.
 * @param {(Located & {model: Model})[]} sides @param {string} digits
 */
export async function locate(sides, digits) {
  const manifold = fetchTensors(`whereabouts/${digits}.safetensors`).then(
    (tensors) => new DigitManifold(tensors, sides[0].model.shape),
  );
  const load = async (/** @type {Located} */ side) => {
    try {
      const lost = fetchTensors(addressOf("whereabouts", side.name, `${digits}.safetensors`));
      const [known, tensors] = await Promise.all([manifold, lost]);
      side.where = new Where(known, tensors);
    } catch (error) {
      side.where = /** @type {Error} */ (error);
    }
  };
  await Promise.all([...new Set(sides)].map(load));
}

/**
 * @typedef {object} Latent
 * @property {string} name
 * @property {import("../nn/nn.js").Model} model
 * @property {Float32Array} means [N, dim], E[z|x] of all digits: between samples of q(z|x) the noise of a VAE's inactive
 *   coordinates would decide who is near
 * @property {number} dim
 */

/** @param {string} name of a checkpoint @param {string} digits @returns {Promise<Latent>} */
export async function loadLatent(name, digits) {
  const [model, means] = await Promise.all([loadModel(name), loadMeans(name, digits)]);
  return { name, model, ...means };
}

/** @param {string} name of a checkpoint @param {string} digits @returns {Promise<{means: Float32Array, dim: number}>} */
export async function loadMeans(name, digits) {
  const { means } = await fetchTensors(addressOf("means", name, `${digits}.safetensors`));
  return { means: /** @type {Float32Array} */ (means.data), dim: means.shape[1] };
}
