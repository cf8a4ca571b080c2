/** What the maps need from the server: two models with their planes and encodings. */

import { loadMeans } from "../projection/data.js";
import { loadEncodings, loadModel } from "../server/models.js";
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
 * @param {Pick<import("./latent_map.js").MapData, "left" | "right" | "digits" | "problems">} data
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
 * A VAE's planes are laid through samples of q(z|x). Graphs and paths are those of the means, and so is what is drawn
 * under them.
 * @param {MapSide[]} sides their planes hold the means from now on
 * @param {string} digits
 * @throws {import("../server/load.js").LoadError}
 */
export async function placeMeans(sides, digits) {
  const place = async (/** @type {MapSide} */ { name, model, plane }) => {
    if (!plane || model.config.kind !== "vae") return;
    plane.place((await loadMeans(name, digits)).means);
  };
  await Promise.all([...new Set(sides)].map(place));
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
