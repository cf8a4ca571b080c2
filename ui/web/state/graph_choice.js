/** Which digits count as neighbours, on all pages with a neighbour graph: kept over page changes and in the link. */

import { get, put } from "./parameters.js";

/** @typedef {import("../server/latent_ask.js").GraphChoice} GraphChoice */

/** @returns {GraphChoice} */
export const graphChoice = () => ({ k: get("neighbours"), distance: get("distance"), mutual: get("mutual") });

/** @param {GraphChoice} graph */
export function setGraph({ k, distance, mutual }) {
  put("neighbours", k);
  put("distance", distance);
  put("mutual", mutual);
}
