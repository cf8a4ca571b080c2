/** What lies behind the points and what a click does: every page with a map offers all, and opens with its own. */

import { get, put } from "../state/parameters.js";

/** @typedef {import("./layers/backdrop.js").LayerName} LayerName */
/** @typedef {"pin" | "geodesic" | "graph"} ToolName */
/**
 * @typedef {object} Page
 * @property {"behind" | "surface"} layer its parameter of the link
 * @property {"tool" | "surfacetool"} tool the same
 * @property {(layer: LayerName) => ToolName} first tool, as long as nobody has chosen one
 * @property {boolean} means whether the points are a VAE's means; else only where a graph joins those
 * @property {string} pngKey no other part of the page has it
 */

/** @type {Record<"latent_map" | "manifold_map", Page>} */
const PAGES = {
  latent_map: { layer: "behind", tool: "tool", first: () => "pin", means: false, pngKey: "s" },
  manifold_map: {
    layer: "surface",
    tool: "surfacetool",
    first: (layer) => (layer === "graph" ? "graph" : "geodesic"),
    means: true,
    pngKey: "m",
  },
};

/** It outlives a page change, as the parameters do. */
export class Choice {
  /** @param {keyof typeof PAGES} name of the component */
  constructor(name) {
    this.page = PAGES[name];
  }

  /** @returns {LayerName} */
  get layer() {
    return get(this.page.layer);
  }

  set layer(layer) {
    put(this.page.layer, layer);
  }

  /** @returns {ToolName} */
  get tool() {
    return get(this.page.tool) ?? this.page.first(this.layer);
  }

  set tool(tool) {
    put(this.page.tool, tool === this.page.first(this.layer) ? null : tool);
  }

  /** Graphs and the paths through them join the means of a VAE's codes: those are the points then. */
  get showsMeans() {
    return this.page.means || this.layer === "graph" || this.tool === "graph";
  }
}
