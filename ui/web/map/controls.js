/** What is above the maps: what lies behind the points, what a click does, which digits are neighbours, and buttons. */

import { zoomButtons } from "../gestures/zoom_hand.js";
import { Choice, Toolbar } from "../kit/controls.js";
import { button, element } from "../kit/dom.js";
import { get, MOST_NEIGHBOURS, put } from "../state/parameters.js";
import { graphChoice, setGraph } from "../state/paths.js";
import { LAYERS } from "./layers/backdrop.js";

/** @typedef {import("../server/latent_ask.js").GraphChoice} GraphChoice */
/** @typedef {import("../kit/controls.js").Action} Action */
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

/** @type {readonly import("../kit/controls.js").Option<ToolName>[]} */
const TOOLS = [
  ["pin", "Pin", "Pins a place: its z, in both models"],
  ["geodesic", "Geodesic", "The shortest way between two places, as pictures measure it"],
  ["graph", "Path", "The shortest path between two digits through the neighbour graph"],
];
/** @type {readonly import("../kit/controls.js").Option<GraphChoice["distance"]>[]} */
const DISTANCES = [
  ["euclidean", "Euclidean", "The length of the straight line between two codes"],
  ["cosine", "Angle", "The angle between two codes, seen from 0, in radians"],
];

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

/** What is chosen: it outlives a page change, as the parameters do. */
export class Settings {
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

export class Controls {
  /**
   * @param {object} options
   * @param {Settings} options.settings
   * @param {() => void} options.onTurn another layer or tool is chosen
   * @param {() => void} options.onGraph others are neighbours
   * @param {() => void} options.onHome
   * @param {(factor: number) => void} options.onZoom about the middle
   * @param {Action[]} options.actions
   */
  constructor({ settings, onTurn, onGraph, onHome, onZoom, actions }) {
    this.settings = settings;
    const change = (/** @type {Partial<GraphChoice>} */ change) => {
      setGraph({ ...graphChoice(), ...change });
      onGraph();
    };
    const layers = Object.entries(LAYERS).map(
      ([layer, { name, title }]) => /** @type {const} */ ([/** @type {LayerName} */ (layer), name, title]),
    );
    this.layer = new Choice("Behind", "layer", layers, (layer) => {
      settings.layer = layer;
      onTurn();
    });
    this.tool = new Choice("Tool", "tool", TOOLS, (tool) => {
      settings.tool = tool;
      onTurn();
    });
    this.distance = new Choice("Distance", "distance", DISTANCES, (distance) => change({ distance }));
    this.k = element("input", {
      type: "range",
      min: 1,
      max: MOST_NEIGHBOURS,
      step: 1,
      "aria-label": "Neighbours",
      oninput: () => change({ k: this.k.valueAsNumber }),
    });
    this.kShown = element("span", { class: "value", "aria-hidden": "true" });
    this.mutual = element("input", { type: "checkbox", onchange: () => change({ mutual: this.mutual.checked }) });
    const mutual = { class: "check", title: "An arc takes both digits to be among the nearest of the other" };
    this.graph = element(
      "div",
      { class: "graph-controls" },
      element("label", { class: "neighbour-count" }, "Neighbours ", this.k, this.kShown),
      this.distance.element,
      element("label", mutual, this.mutual, " Mutual"),
    );
    this.element = element("div", { class: "controls" }, this.layer.element, this.tool.element, this.graph);
    this.home = button("Home", onHome, { title: "Show all (Home, on a map)" });
    // Redo has its key alone.
    this.toolbar = new Toolbar(
      actions.filter(({ name }) => name !== "Redo"),
      "Maps",
    );
    this.toolbar.element.prepend(...zoomButtons(onZoom), this.home);
  }

  /** Shows what is chosen, and what can be done now. @param {boolean} isHome */
  refresh(isHome) {
    const { layer, tool } = this.settings;
    const { k, distance, mutual } = graphChoice();
    this.layer.value = layer;
    this.tool.value = tool;
    this.distance.value = distance;
    this.graph.hidden = layer !== "graph" && tool !== "graph";
    this.k.value = String(k);
    this.kShown.textContent = String(k);
    this.mutual.checked = mutual;
    this.home.setAttribute("aria-disabled", String(isHome));
    this.toolbar.refresh();
  }
}
