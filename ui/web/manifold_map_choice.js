/** What the visitor chose on the Manifold map, and what the link says of it. It outlives a page change. */

import { announce } from "./live_link.js";

/** @typedef {import("./map_viewport.js").Place} Place */
/** @typedef {"magnification" | "graph"} Surface */
/**
 * @typedef {object} Chosen
 * @property {Surface} surface
 * @property {Place[] | null} ends of the geodesics, at most two; null as long as nobody has chosen any
 * @property {number} k
 * @property {"euclidean" | "cosine"} distance
 * @property {boolean} mutual
 */

export const MOST_NEIGHBOURS = 50;
const DEFAULTS = { k: 10, distance: "euclidean", mutual: false };
const DECIMALS = 3;

// As the modules do.
/** @type {Chosen | null} null until a link has been read */
let remembered = null;

export class Choice {
  /** @type {Chosen} */
  now = remembered ?? { surface: "magnification", ends: null, ...plainGraph() };

  /** @param {import("./manifold_map_view.js").Opening} opening of a link, which counts once */
  open({ surface, ends, neighbours, distance, mutual }) {
    this.now = remembered ??= {
      surface: surface === "graph" ? "graph" : "magnification",
      ends: parseEnds(ends),
      k: neighbours ?? DEFAULTS.k,
      distance: distance === "cosine" ? "cosine" : "euclidean",
      mutual: Boolean(mutual),
    };
  }

  /** @param {Partial<Chosen>} change */
  set(change) {
    this.now = remembered = { ...this.now, ...change };
  }

  /** The hand rests: the address is to follow. */
  rest() {
    announce();
  }

  /** @returns {import("./latent_ask.js").GraphChoice} */
  get graph() {
    const { k, distance, mutual } = this.now;
    return { k, distance, mutual };
  }

  /** @returns {import("./live_link.js").Query} */
  linkQuery() {
    const { surface, ends, k, distance, mutual } = this.now;
    return {
      surface: surface === "graph" ? surface : undefined,
      ends: ends?.length === 2 ? ends.flat().join("_") : undefined,
      neighbours: k === DEFAULTS.k ? undefined : String(k),
      distance: distance === DEFAULTS.distance ? undefined : distance,
      mutual: mutual ? "1" : undefined,
    };
  }
}

/** @returns {{k: number, distance: "euclidean", mutual: boolean}} */
function plainGraph() {
  return { ...DEFAULTS, distance: "euclidean" };
}

/** @param {Place} place @returns {Place} as the link and the server have it */
export const rounded = ([x, y]) => [round(x), round(y)];

/** @param {number} value */
const round = (value) => Number(value.toFixed(DECIMALS)) + 0;

/** @param {string} text @returns {Place[] | null} */
function parseEnds(text) {
  const numbers = text.split("_").map(Number);
  if (!text || numbers.length !== 4 || !numbers.every(Number.isFinite)) return null;
  return [rounded([numbers[0], numbers[1]]), rounded([numbers[2], numbers[3]])];
}
