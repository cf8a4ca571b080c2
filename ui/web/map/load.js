/** What the maps need from the server: two models with their planes and encodings, and the means of a VAE's codes. */

import { loadEncodings, loadMeans, loadModel } from "../server/models.js";
import { loadPlane } from "./plane.js";

/**
 * @typedef {object} MapSide
 * @property {string} name
 * @property {import("../nn/nn.js").Model} model
 * @property {import("../nn/encodings.js").Encodings} encodings
 * @property {import("./plane.js").Plane | null} plane null where the model has none, and `problem` says why
 * @property {import("../maths/whereabouts.js").Located["where"]} [where]
 */
/**
 * @typedef {object} Asked
 * @property {{name: string}} left
 * @property {{name: string}} right
 * @property {string} digits
 * @property {{left: string | null, right: string | null}} problems
 */

/**
 * @param {Asked} asked
 * @returns {Promise<MapSide[]>} left, right
 * @throws {Error} in one sentence for the visitor
 */
export async function loadMap({ left, right, digits, problems }) {
  const hasPlane = new Map([
    [left.name, !problems.left],
    [right.name, !problems.right],
  ]);
  const files = new Map([...hasPlane].map(([name, plane]) => [name, loadSide(name, digits, plane)]));
  return /** @type {MapSide[]} */ (await Promise.all([files.get(left.name), files.get(right.name)]));
}

/**
 * A VAE's planes are laid through samples of q(z|x). Graphs and paths are those of the means.
 * @param {MapSide[]} sides @param {string} digits
 * @returns {Promise<(Float32Array | null)[]>} means of each side; null where its plane has them already, or there is none
 * @throws {import("../server/load.js").LoadError}
 */
export function loadMeansOf(sides, digits) {
  const isVae = (/** @type {MapSide} */ { plane, model }) => plane && model.config.kind === "vae";
  return Promise.all(sides.map(async (side) => (isVae(side) ? (await loadMeans(side.name, digits)).means : null)));
}

/** @param {MapSide[]} sides @param {(Float32Array | null)[]} codes of each, see `Plane.place` */
export function placeCodes(sides, codes) {
  sides.forEach(({ plane }, side) => void plane?.place(codes[side]));
}

/** @param {string} name @param {string} digits @param {boolean} hasPlane @returns {Promise<MapSide>} */
async function loadSide(name, digits, hasPlane) {
  const [model, encodings, plane] = await Promise.all([
    loadModel(name),
    loadEncodings(name, digits),
    hasPlane ? loadPlane(name, digits) : null,
  ]);
  return { name, model, encodings, plane };
}
