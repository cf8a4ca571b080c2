/** How to go between digits, and where on the way: kept over page changes and in the link. */

import { openGraph } from "./graph_choice.js";
import { contribute } from "./live_link.js";

/** @typedef {"straight" | "slerp" | "pixels" | "graph" | "geodesic"} PathName */

/** @type {Record<PathName, {label: string, title: string}>} */
export const PATHS = {
  straight: { label: "Straight line", title: "The straight line between the codes" },
  slerp: { label: "Great circle", title: "slerp: around the origin, the norm going evenly from one end to the other" },
  pixels: { label: "Cross-fade", title: "The straight line between the pictures: the shortest there is" },
  graph: { label: "Neighbour graph", title: "The shortest way over real digits, from neighbour to neighbour" },
  geodesic: { label: "Geodesic", title: "The least energy in pictures near the straight line: a geodesic of the pull-back metric JᵀJ" },
};

class Settings {
  constructor() {
    this.isOpen = false;
    /** @type {import("./interpolate_mode.js").ModeName} */
    this.mode = "between";
    /** @type {PathName} */
    this.path = "straight";
    /** Where the way stands still, in [0, 1]; null while it moves. @type {number | null} */
    this.t = null;
  }

  /**
   * What is known here already wins over what a link says.
   * @param {import("./interpolate_view.js").Opening} opening
   */
  open({ mode, path, t, neighbours, distance, mutual }) {
    openGraph({ neighbours, distance, mutual });
    if (this.isOpen) return;
    this.isOpen = true;
    this.mode = mode || "between";
    this.path = path || "straight";
    this.t = t;
  }

  /** @returns {import("./live_link.js").Query} only what differs from the default */
  linkQuery() {
    const { mode, path, t } = this;
    return {
      mode: mode === "between" ? undefined : mode,
      path: path === "straight" ? undefined : path,
      t: t === null ? undefined : String(Number(t.toFixed(3))),
    };
  }
}

/** Outlives a page change, as the modules do. */
export const settings = new Settings();
contribute(() => (settings.isOpen ? settings.linkQuery() : {}));
