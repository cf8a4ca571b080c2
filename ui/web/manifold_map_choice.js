/** What the visitor chose on the Manifold map, and what the link says of it. It outlives a page change. */

import { graphChoice, openGraph, setGraph } from "./graph_choice.js";

/** @typedef {import("./map_viewport.js").Place} Place */
/** @typedef {"magnification" | "graph"} Surface */
/**
 * @typedef {object} OnMap
 * @property {Surface} surface
 * @property {Place[] | null} ends of the geodesics, at most two; null as long as nobody has chosen any
 */
/** @typedef {OnMap & import("./latent_ask.js").GraphChoice} Chosen */

const DECIMALS = 3;

// As the modules do.
/** @type {OnMap} */
let remembered = { surface: "magnification", ends: null };
let isOpen = false;

export class Choice {
  /** @returns {Chosen} */
  get now() {
    return { ...remembered, ...graphChoice() };
  }

  /** @param {import("./manifold_map_view.js").Opening} opening of a link, which counts once */
  open({ surface, ends, neighbours, distance, mutual }) {
    openGraph({ neighbours, distance, mutual });
    if (isOpen) return;
    isOpen = true;
    remembered = { surface: surface === "graph" ? "graph" : "magnification", ends: parseEnds(ends) };
  }

  /** @param {Partial<Chosen>} change */
  set(change) {
    const { surface, ends, ...graph } = { ...this.now, ...change };
    remembered = { surface, ends };
    setGraph(graph);
  }

  /** @returns {import("./live_link.js").Query} */
  linkQuery() {
    const { surface, ends } = remembered;
    return {
      surface: surface === "graph" ? surface : undefined,
      ends: ends?.length === 2 ? ends.flat().join("_") : undefined,
    };
  }
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
