/** The paths between two digits by name, and which digits count as neighbours on them. */

import { get, put } from "./parameters.js";

/** @typedef {"straight" | "slerp" | "pixels" | "graph" | "geodesic"} PathName */

/** @type {Record<PathName, {label: string, title: string}>} */
export const PATHS = {
  straight: { label: "Straight line", title: "The straight line between the codes" },
  slerp: { label: "Great circle", title: "slerp: around the origin, the norm going evenly from one end to the other" },
  pixels: { label: "Cross-fade", title: "The straight line between the pictures: the shortest there is" },
  graph: { label: "Neighbour graph", title: "The shortest way over real digits, from neighbour to neighbour" },
  geodesic: {
    label: "Geodesic",
    title: "The least energy in pictures near the straight line: a geodesic of the pull-back metric JᵀJ",
  },
};

/** Which digits count as neighbours, on all pages with a neighbour graph: kept over page changes and in the link. */

/** @typedef {import("../server/latent_ask.js").GraphChoice} GraphChoice */

/** @returns {GraphChoice} */
export const graphChoice = () => ({ k: get("neighbours"), distance: get("distance"), mutual: get("mutual") });

/** @param {GraphChoice} graph */
export function setGraph({ k, distance, mutual }) {
  put("neighbours", k);
  put("distance", distance);
  put("mutual", mutual);
}
