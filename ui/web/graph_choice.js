/** Which digits count as neighbours, on all pages with a neighbour graph: kept over page changes and in the link. */

import { contribute } from "./live_link.js";

/** @typedef {import("./latent_ask.js").GraphChoice} GraphChoice */
/**
 * @typedef {object} Opening what a link asks for; null and empty where it says nothing
 * @property {number | null} neighbours
 * @property {string} distance
 * @property {boolean | null} mutual
 */

export const MOST_NEIGHBOURS = 50;
/** @type {GraphChoice} */
const DEFAULT = { k: 10, distance: "euclidean", mutual: false };

/** @type {GraphChoice | null} null until a link has been read */
let chosen = null;

/** What is known here already wins over what a link says. @param {Opening} opening */
export function openGraph({ neighbours, distance, mutual }) {
  chosen ??= {
    k: neighbours ?? DEFAULT.k,
    distance: distance === "cosine" ? distance : DEFAULT.distance,
    mutual: mutual ?? DEFAULT.mutual,
  };
}

/** @returns {GraphChoice} */
export const graphChoice = () => chosen ?? DEFAULT;

/** @param {GraphChoice} graph */
export function setGraph({ k, distance, mutual }) {
  chosen = { k, distance, mutual };
}

contribute(() => {
  if (!chosen) return {};
  const { k, distance, mutual } = chosen;
  return {
    neighbours: k === DEFAULT.k ? undefined : String(k),
    distance: distance === DEFAULT.distance ? undefined : distance,
    mutual: mutual ? "1" : undefined,
  };
});
