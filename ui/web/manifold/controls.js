/** What is above the maps of the Manifold page: which surface, which graph, and the buttons. */

import { zoomButtons } from "../gestures/zoom_hand.js";
import { element } from "../kit/dom.js";
import { actionButton } from "../kit/toolbar.js";
import { MOST_NEIGHBOURS } from "../state/parameters.js";

/** @typedef {import("./choice.js").Chosen} Chosen */

const SURFACES = {
  magnification: { name: "Magnification", title: "How much larger the area of pictures is than that of their codes" },
  graph: { name: "Neighbour graph", title: "Each code joined to its nearest" },
};
const DISTANCES = {
  euclidean: { name: "Euclidean", title: "The length of the straight line between two codes" },
  cosine: { name: "Angle", title: "The angle between two codes, seen from 0, in radians" },
};

export class Controls {
  /**
   * @param {object} options
   * @param {(change: Partial<Chosen>) => void} options.onChange by hand
   * @param {() => void} options.onHome
   * @param {(factor: number) => void} options.onZoom about the middle
   * @param {import("../kit/toolbar.js").Action[]} options.actions
   */
  constructor({ onChange, onHome, onZoom, actions }) {
    this.surfaces = radios("manifold-surface", SURFACES, (surface) => onChange({ surface }));
    this.distances = radios("manifold-distance", DISTANCES, (distance) => onChange({ distance }));
    this.k = element("input", {
      type: "range",
      min: 1,
      max: MOST_NEIGHBOURS,
      step: 1,
      "aria-label": "Neighbours",
      oninput: () => onChange({ k: this.k.valueAsNumber }),
    });
    this.kShown = element("span", { class: "value", "aria-hidden": "true" });
    this.mutual = element("input", { type: "checkbox", onchange: () => onChange({ mutual: this.mutual.checked }) });
    this.graph = element(
      "div",
      { class: "graph-controls" },
      element("label", { class: "neighbours" }, "Neighbours ", this.k, this.kShown),
      units("Distance", this.distances),
      element(
        "label",
        { title: "An arc takes both digits to be among the nearest of the other" },
        this.mutual,
        " Mutual",
      ),
    );
    this.home = element("button", { type: "button", title: "Show all (Home, on a map)", onclick: onHome }, "Home");
    this.element = element("div", { class: "controls" }, units("Surface", this.surfaces), this.graph);
    const toolbar = { class: "toolbar", role: "toolbar", "aria-label": "Maps" };
    this.toolbar = element("div", toolbar, ...zoomButtons(onZoom), this.home, ...actions.map(actionButton));
  }

  /** @param {Chosen} now @param {boolean} isHome */
  refresh({ surface, k, distance, mutual }, isHome) {
    check(this.surfaces, surface);
    check(this.distances, distance);
    this.graph.hidden = surface !== "graph";
    this.k.value = String(k);
    this.kShown.textContent = String(k);
    this.mutual.checked = mutual;
    this.home.setAttribute("aria-disabled", String(isHome));
  }
}

/**
 * @template {string} V
 * @param {string} name @param {Record<V, {name: string, title: string}>} options @param {(value: V) => void} onPick
 */
const radios = (name, options, onPick) =>
  Object.entries(options).map(([value, { name: words, title }]) =>
    element(
      "label",
      { title },
      element("input", { type: "radio", name, value, onchange: () => onPick(/** @type {V} */ (value)) }),
      element("span", {}, words),
    ),
  );

/** @param {string} label @param {HTMLLabelElement[]} choices */
const units = (label, choices) =>
  element("div", { class: "units", role: "radiogroup", "aria-label": label }, ...choices);

/** @param {HTMLLabelElement[]} choices @param {string} value */
function check(choices, value) {
  for (const { firstElementChild } of choices) {
    const input = /** @type {HTMLInputElement} */ (firstElementChild);
    input.checked = input.value === value;
  }
}
