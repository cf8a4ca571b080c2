/** What a desk needs from the server: two models with the encodings of the digits. */

import { loadEncodings, loadModel } from "../server/models.js";

/**
 * @typedef {import("../maths/whereabouts.js").Located & {model: import("../nn/nn.js").Model, encodings: import("../nn/encodings.js").Encodings}} Side
 */

/**
 * @param {import("./desk.js").DeskData} data
 * @returns {Promise<Side[]>} the same Side twice where both models are one
 * @throws {Error} in one sentence for the visitor
 */
export function loadDesk({ left, right, digits }) {
  const files = new Map([left, right].map(({ name }) => [name, loadSide(name, digits)]));
  return Promise.all([left, right].map(({ name }) => /** @type {Promise<Side>} */ (files.get(name))));
}

/** @param {string} name @param {string} digits @returns {Promise<Side>} */
async function loadSide(name, digits) {
  const [model, encodings] = await Promise.all([loadModel(name), loadEncodings(name, digits)]);
  return { name, model, encodings };
}
