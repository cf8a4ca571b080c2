/** Which digits count as neighbours on the way from digit to digit, and which it passes. */

import { guardFinger } from "../../gestures/finger.js";
import { Choice } from "../../kit/controls.js";
import { digitName } from "../../kit/digits.js";
import { element } from "../../kit/dom.js";
import { Gallery } from "../../kit/gallery.js";
import { MOST_NEIGHBOURS } from "../../state/parameters.js";
import { graphChoice } from "../../state/paths.js";

/** @typedef {import("../../server/latent_ask.js").GraphChoice} Graph */

/** @type {import("../../kit/controls.js").Option<Graph["distance"]>[]} */
const DISTANCES = [
  ["euclidean", "Euclidean"],
  ["cosine", "angle"],
];

export class GraphControls {
  /**
   * @param {object} listener
   * @param {(graph: Graph) => void} listener.onChange
   * @param {(side: number, row: number) => void} listener.onPass a digit that the path passes was picked
   */
  constructor(listener) {
    this.listener = listener;
    const change = (/** @type {Partial<Graph>} */ part) => listener.onChange({ ...graphChoice(), ...part });
    this.k = element("input", { type: "range", min: 1, max: MOST_NEIGHBOURS, step: 1, "aria-label": "Neighbours" });
    guardFinger(this.k, (k) => change({ k }));
    this.count = element("output", {}, "");
    this.distance = new Choice("Distance between codes", "distance", DISTANCES, (distance) => change({ distance }));
    this.mutual = element("input", { type: "checkbox", onchange: () => change({ mutual: this.mutual.checked }) });
    this.passes = "";
    this.passed = element("div", { class: "passed" });
    this.element = element(
      "section",
      { class: "graph", "aria-label": "Neighbour graph" },
      element(
        "div",
        { class: "graph-controls" },
        element("label", { class: "k" }, "Neighbours", this.k, this.count),
        this.distance.element,
        element("label", { class: "check", title: "Each among the nearest of the other" }, this.mutual, "mutual"),
      ),
      this.passed,
    );
  }

  /** @param {Graph} graph */
  show(graph) {
    this.k.valueAsNumber = graph.k;
    this.count.textContent = String(graph.k);
    this.distance.value = graph.distance;
    this.mutual.checked = graph.mutual;
  }

  /**
   * @param {{name: string, rows: Int32Array | null}[]} sides rows that each path passes; null of no path
   * @param {import("../../server/digit_set.js").DigitSet} set all of it here
   */
  pass(sides, set) {
    const wanted = JSON.stringify([set.name, ...sides.map(({ name, rows }) => [name, ...(rows ?? [])])]);
    if (wanted === this.passes) return;
    this.passes = wanted;
    const lines = sides.flatMap(({ name, rows }, side) => {
      if (!rows) return [];
      const gallery = new Gallery({
        count: rows.length,
        kind: "pass",
        label: `Digits that ${name} passes`,
        describe: (i) => digitName(set.label(rows[i]), rows[i]),
        onPick: (i) => this.listener.onPass(side, rows[i]),
      });
      Array.from(rows, (row, i) => gallery.paint(i, /** @type {Uint8Array} */ (set.greys(row))));
      const kind = side ? "right" : "left";
      return element("div", { class: `pass-row ${kind}` }, element("i", { class: "dot" }), gallery.element);
    });
    this.passed.replaceChildren(...lines);
  }
}
