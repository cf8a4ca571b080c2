/** What a desk needs from the server: two models with the encodings of the digits, and the tray. */

import { loadEncodings } from "./encodings.js";
import { tellIfSlow } from "./load.js";
import { loadModel } from "./nn.js";
import { loadTray } from "./tray.js";

/** @typedef {{name: string, model: import("./nn.js").Model, encodings: import("./encodings.js").Encodings}} Side */

/**
 * @param {import("./desk_view.js").DeskData} data
 * @param {() => void} onSlow called once where it takes so long that a visitor should know
 * @returns {Promise<{tray: import("./tray.js").TrayData, sides: Side[]}>} the same Side twice where both models are one
 * @throws {Error} in one sentence for the visitor
 */
export async function loadDesk({ left, right, digits }, onSlow) {
  const files = new Map([left, right].map(({ name }) => [name, loadSide(name, digits)]));
  const all = Promise.all([loadTray(digits), files.get(left.name), files.get(right.name)]);
  const [tray, ...sides] = await tellIfSlow(all, onSlow);
  return { tray, sides: /** @type {Side[]} */ (sides) };
}

/** @param {string} name @param {string} digits @returns {Promise<Side>} */
async function loadSide(name, digits) {
  const [model, encodings] = await Promise.all([loadModel(name), loadEncodings(name, digits)]);
  return { name, model, encodings };
}
