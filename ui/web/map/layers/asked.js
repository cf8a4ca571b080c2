/** What the server computes for the layers of both maps: each is asked for once it is on show. */

import { askGraph, askMagnification } from "../../server/latent_ask.js";
import { graphChoice } from "../../state/graph_choice.js";
import { Ask } from "../ask.js";
import { describeGraph } from "./arcs.js";
import { describeFactor, factorAt } from "./magnification.js";

/** @typedef {import("./backdrop.js").LayerName} LayerName */

export class Asked {
  /** @param {() => void} onChange */
  constructor(onChange) {
    /** @type {Ask<import("./magnification.js").Field>} */
    this.fields = new Ask(onChange);
    /** @type {Ask<import("./arcs.js").Graph>} */
    this.graphs = new Ask(onChange);
    /** @type {Set<LayerName>} */
    this.opened = new Set();
    /** @type {import("../ask.js").Side[]} */
    this.sides = [];
    this.digits = "";
  }

  /** @param {import("../ask.js").Side[]} sides @param {string} digits */
  build(sides, digits) {
    this.sides = sides;
    this.digits = digits;
    this.opened.clear();
    this.close();
  }

  /** @param {LayerName} layer that is on show now */
  open(layer) {
    if (this.opened.has(layer)) return;
    this.opened.add(layer);
    const { sides, digits } = this;
    if (layer === "graph") this.askGraphs();
    if (layer === "magnification")
      this.fields.start(sides, (model, signal) => [askMagnification({ model, digits }, signal)]);
  }

  /** As somebody chose it. @param {{delay?: number, keep?: boolean}} [options] see `Ask.start` */
  askGraphs(options) {
    const { sides, digits } = this;
    const graph = graphChoice();
    if (this.opened.has("graph"))
      this.graphs.start(sides, (model, signal) => [askGraph({ model, digits, ...graph }, signal)], options);
  }

  /** @param {number} side */
  of(side) {
    return { field: this.fields.answers[side].found, graph: this.graphs.answers[side].found };
  }

  /** @param {LayerName} layer @param {number} side @returns {string} */
  facts(layer, side) {
    if (layer === "magnification") return this.fields.answers[side].problem ?? "";
    if (layer !== "graph") return "";
    const { found, problem, busy } = this.graphs.answers[side];
    return problem ?? (found ? describeGraph(found) : busy ? "…" : "");
  }

  /** @param {LayerName} layer @param {number} side @param {import("../viewport.js").Place} place @returns {string} */
  words(layer, side, place) {
    const { found } = this.fields.answers[side];
    const factor = layer === "magnification" && found ? factorAt(found, place) : null;
    return factor === null ? "" : describeFactor(factor);
  }

  get busy() {
    return this.fields.busy || this.graphs.busy;
  }

  close() {
    this.fields.drop();
    this.graphs.drop();
  }
}
