/** What is above the maps: what lies behind the points, what a click does, which digits are neighbours, and buttons. */

import { zoomButtons } from "../gestures/zoom_hand.js";
import { element } from "../kit/dom.js";
import { actionButton } from "../kit/toolbar.js";
import { graphChoice, setGraph } from "../state/graph_choice.js";
import { MOST_NEIGHBOURS } from "../state/parameters.js";
import { LAYERS } from "./layers/backdrop.js";

/** @typedef {import("../server/latent_ask.js").GraphChoice} GraphChoice */
/** @typedef {import("../kit/toolbar.js").Action} Action */

const TOOLS = {
  pin: { name: "Pin", title: "Pins a place: its z, in both models" },
  geodesic: { name: "Geodesic", title: "The shortest way between two places, as pictures measure it" },
  graph: { name: "Path", title: "The shortest path between two digits through the neighbour graph" },
};
const DISTANCES = {
  euclidean: { name: "Euclidean", title: "The length of the straight line between two codes" },
  cosine: { name: "Angle", title: "The angle between two codes, seen from 0, in radians" },
};

export class Controls {
  /**
   * @param {object} options
   * @param {import("./choice.js").Choice} options.choice
   * @param {() => void} options.onTurn another layer or tool is chosen
   * @param {() => void} options.onGraph others are neighbours
   * @param {() => void} options.onHome
   * @param {(factor: number) => void} options.onZoom about the middle
   * @param {Action[]} options.actions
   */
  constructor({ choice, onTurn, onGraph, onHome, onZoom, actions }) {
    this.choice = choice;
    const change = (/** @type {Partial<GraphChoice>} */ change) => {
      setGraph({ ...graphChoice(), ...change });
      onGraph();
    };
    this.layer = new Radios("Behind", LAYERS, (layer) => {
      choice.layer = layer;
      onTurn();
    });
    this.tool = new Radios("Tool", TOOLS, (tool) => {
      choice.tool = tool;
      onTurn();
    });
    this.distance = new Radios("Distance", DISTANCES, (distance) => change({ distance }));
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
    const mutual = { title: "An arc takes both digits to be among the nearest of the other" };
    this.graph = element(
      "div",
      { class: "graph-controls" },
      element("label", { class: "neighbour-count" }, "Neighbours ", this.k, this.kShown),
      this.distance.element,
      element("label", mutual, this.mutual, " Mutual"),
    );
    const home = { type: "button", title: "Show all (Home, on a map)", onclick: onHome };
    this.home = element("button", home, "Home");
    // Redo has its key alone.
    this.shown = actions.filter(({ name }) => name !== "Redo");
    this.buttons = this.shown.map(actionButton);
    this.element = element("div", { class: "controls" }, this.layer.element, this.tool.element, this.graph);
    const toolbar = { class: "toolbar", role: "toolbar", "aria-label": "Maps" };
    this.toolbar = element("div", toolbar, ...zoomButtons(onZoom), this.home, ...this.buttons);
  }

  /** Shows what is chosen, and what can be done now. @param {boolean} isHome */
  refresh(isHome) {
    const { layer, tool } = this.choice;
    const { k, distance, mutual } = graphChoice();
    this.layer.check(layer);
    this.tool.check(tool);
    this.distance.check(distance);
    this.graph.hidden = layer !== "graph" && tool !== "graph";
    this.k.value = String(k);
    this.kShown.textContent = String(k);
    this.mutual.checked = mutual;
    this.home.setAttribute("aria-disabled", String(isHome));
    this.shown.forEach(({ enabled }, i) => {
      if (enabled) this.buttons[i].setAttribute("aria-disabled", String(!enabled()));
    });
  }
}

/** @template {string} V */
class Radios {
  /** @param {string} label @param {Record<V, {name: string, title: string}>} options @param {(value: V) => void} onPick */
  constructor(label, options, onPick) {
    const values = /** @type {V[]} */ (Object.keys(options));
    this.inputs = values.map((value) =>
      element("input", { type: "radio", name: label, value, onchange: () => onPick(value) }),
    );
    const labels = values.map((value, k) =>
      element("label", { title: options[value].title }, this.inputs[k], element("span", {}, options[value].name)),
    );
    this.element = element("div", { class: "units", role: "radiogroup", "aria-label": label }, ...labels);
  }

  /** @param {V} value */
  check(value) {
    for (const input of this.inputs) input.checked = input.value === value;
  }
}
