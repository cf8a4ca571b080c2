/** How to go between digits, and where on the way: kept over page changes and in the link. */

import { contribute } from "./live_link.js";

/** @typedef {"straight" | "slerp" | "pixels" | "graph" | "geodesic"} PathName */
/** @typedef {import("./latent_ask.js").GraphChoice} Graph the neighbours that a path may pass */

/** @type {Record<PathName, {label: string, title: string}>} */
export const PATHS = {
  straight: { label: "Straight line", title: "The straight line between the codes" },
  slerp: { label: "Great circle", title: "slerp: around the origin, the norm going evenly from one end to the other" },
  pixels: { label: "Cross-fade", title: "The straight line between the pictures: the shortest there is" },
  graph: { label: "Neighbour graph", title: "The shortest way over real digits, from neighbour to neighbour" },
  geodesic: { label: "Geodesic", title: "The least energy in pictures: a geodesic of the pull-back metric JᵀJ" },
};
export const MOST_NEIGHBOURS = 50;
const DEFAULT_NEIGHBOURS = 10;

export class Settings {
  constructor() {
    this.isOpen = false;
    /** @type {import("./interpolate_mode.js").ModeName} */
    this.mode = "between";
    /** @type {PathName} */
    this.path = "straight";
    /** @type {Graph} */
    this.graph = { k: DEFAULT_NEIGHBOURS, distance: "euclidean", mutual: false };
    /** Where the way stands still, in [0, 1]; null while it moves. @type {number | null} */
    this.t = null;
  }

  /**
   * What is known here already wins over what a link says.
   * @param {import("./interpolate_view.js").Opening} opening
   */
  open({ mode, path, t, neighbours, distance, mutual }) {
    if (this.isOpen) return;
    this.isOpen = true;
    this.mode = mode || "between";
    this.path = path || "straight";
    this.t = t;
    this.graph = { k: neighbours ?? DEFAULT_NEIGHBOURS, distance: distance || "euclidean", mutual: mutual ?? false };
  }

  /** @returns {import("./live_link.js").Query} only what differs from the default */
  linkQuery() {
    const { mode, path, t, graph } = this;
    return {
      mode: mode === "between" ? undefined : mode,
      path: path === "straight" ? undefined : path,
      t: t === null ? undefined : String(Number(t.toFixed(3))),
      neighbours: graph.k === DEFAULT_NEIGHBOURS ? undefined : String(graph.k),
      distance: graph.distance === "euclidean" ? undefined : graph.distance,
      mutual: graph.mutual ? "1" : undefined,
    };
  }
}

/** Outlives a page change, as the modules do. */
export const settings = new Settings();
contribute(() => (settings.isOpen ? settings.linkQuery() : {}));
