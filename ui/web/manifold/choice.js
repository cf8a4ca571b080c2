/** What the visitor chose on the Manifold map, and what the link says of it. It outlives a page change. */

import { graphChoice, setGraph } from "../state/graph_choice.js";
import { get, put } from "../state/parameters.js";

/** @typedef {import("../map/viewport.js").Place} Place */
/** @typedef {"magnification" | "graph"} Surface */
/**
 * @typedef {object} OnMap
 * @property {Surface} surface
 * @property {Place[] | null} ends of the geodesics, at most two; null as long as nobody has chosen any
 */
/** @typedef {OnMap & import("../server/latent_ask.js").GraphChoice} Chosen */

const DECIMALS = 3;

/** @param {Place} place @returns {Place} as the link and the server have it */
export const rounded = ([x, y]) => [round(x), round(y)];

/** @param {number} value */
const round = (value) => Number(value.toFixed(DECIMALS)) + 0;

/** @param {string} text @returns {Place[] | null} */
function parseEnds(text) {
  if (!text) return null;
  const numbers = text.split("_").map(Number);
  return [rounded([numbers[0], numbers[1]]), rounded([numbers[2], numbers[3]])];
}

/** As the modules do; a link says none, or both. @type {Place[] | null} */
let ends = parseEnds(get("ends"));

export class Choice {
  /** @returns {Chosen} */
  get now() {
    return { surface: get("surface"), ends, ...graphChoice() };
  }

  /** @param {Partial<Chosen>} change */
  set(change) {
    const { surface, ends: chosen, ...graph } = { ...this.now, ...change };
    ends = chosen;
    put("surface", surface);
    put("ends", ends?.length === 2 ? ends.flat().join("_") : "");
    setGraph(graph);
  }
}
