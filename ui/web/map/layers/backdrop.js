/** What lies behind the points: the layers by name, what the server computes for them, and what one map has drawn. */

import { paintAt, shape } from "../../kit/digits.js";
import { element } from "../../kit/dom.js";
import { askGraph, askMagnification } from "../../server/latent_ask.js";
import { graphChoice } from "../../state/paths.js";
import { Ask } from "../ask.js";
import { Viewport } from "../viewport.js";
import { describeGraph, drawArcs } from "./arcs.js";
import { drawDensity } from "./density.js";
import { describeFactor, drawHeat, factorAt } from "./magnification.js";
import { votes } from "./votes.js";

/** @typedef {"nothing" | "density" | "lattice" | "votes" | "magnification" | "graph"} LayerName */
/**
 * @typedef {object} Scene what a map shows
 * @property {import("../../nn/nn.js").Model} model
 * @property {import("../plane.js").Plane} plane
 * @property {Viewport} viewport
 * @property {Set<number>} hidden digits
 * @property {string[]} colours of the digits
 * @property {string} colour of the model
 * @property {string} font a family
 * @property {import("./magnification.js").Field | null} field null as long as the server has not said
 * @property {import("./arcs.js").Graph | null} graph the same
 * @property {number} pixels of the map, in a row
 */
/**
 * @typedef {object} Layer
 * @property {string} name @property {string} title
 * @property {number} points how opaque the points over it are
 * @property {GlobalCompositeOperation} [blending] of the points with it
 * @property {boolean} [follows] it is quick enough for every frame in which the view moves
 * @property {boolean} [isCoarse] its cells are shown as they are
 * @property {boolean} [replaces] what was drawn before stays alone until all of it is here
 * @property {(scene: Scene) => Viewport} [extent] what its canvas covers; the view, where it is left out
 * @property {(canvas: HTMLCanvasElement, scene: Scene) => Iterator<unknown> | void} [draw] at once, or bit by bit
 */
/** @typedef {{canvas: HTMLCanvasElement, viewport: Viewport}} Drawn */

const LATTICE = 20;

// Over pictures and colours the points step back.
/** @type {Record<LayerName, Layer>} */
export const LAYERS = {
  nothing: { name: "Nothing", title: "Only the digits' codes", points: 1 },
  density: {
    name: "Density",
    title: "How densely the codes lie",
    points: 0.3,
    follows: true,
    draw: (canvas, { plane, viewport, hidden, colour }) => drawDensity(canvas, plane, viewport, hidden, colour),
  },
  lattice: {
    name: "Lattice",
    title: "20 × 20 places, decoded",
    points: 0.65,
    // White digits shine through the points, or many points would leave nothing of them.
    blending: "screen",
    draw: (canvas, { model, plane, viewport }) => lattice(canvas, model, plane, viewport),
  },
  votes: {
    name: "Votes",
    title: "The class that the 15 nearest digits vote for, in the full latent space",
    points: 1,
    isCoarse: true,
    draw: (canvas, { plane, viewport, hidden, colours }) => votes(canvas, plane, viewport, hidden, colours),
  },
  magnification: {
    name: "Magnification",
    title: "How much larger the area of pictures is than that of their codes",
    points: 0.4,
    extent: ({ field, viewport }) => (field ? new Viewport(0, 0, 1 / field.extent) : viewport),
    draw: (canvas, { field }) => drawHeat(canvas, field),
  },
  graph: {
    name: "Neighbour graph",
    title: "Each code joined to its nearest, of a VAE each mean",
    points: 1,
    // Over one another, the same arcs would be twice as bright.
    replaces: true,
    draw: drawArcs,
  },
};

/** What one map has drawn of the layer that is on show. */
export class Backdrop {
  /**
   * @param {string} task its name among the slices
   * @param {import("../../kit/slices.js").Slices} slices
   * @param {() => void} onProgress something more is to be seen
   */
  constructor(task, slices, onProgress) {
    this.task = task;
    this.slices = slices;
    this.onProgress = onProgress;
    this.layer = LAYERS.nothing;
    this.forget();
  }

  /** @param {LayerName} name */
  choose(name) {
    this.layer = LAYERS[name];
    this.forget();
  }

  /** Nothing of what was drawn is true any more. */
  forget() {
    this.slices.cancel(this.task);
    /** @type {Drawn | null} the last that was finished */
    this.shown = null;
    /** @type {Drawn | null} drawn over it bit by bit */
    this.coming = null;
  }

  /** @param {Scene} scene */
  start(scene) {
    const { draw, extent, replaces } = this.layer;
    this.slices.cancel(this.task);
    this.coming = null;
    if (!draw) return;
    const drawn = { canvas: element("canvas"), viewport: extent?.(scene) ?? scene.viewport };
    const steps = draw(drawn.canvas, scene);
    if (!steps) return void (this.shown = drawn);
    this.coming = replaces && this.shown ? null : drawn;
    this.slices.start(this.task, steps, (done) => {
      if (done) {
        this.shown = drawn;
        this.coming = null;
      }
      if (done || this.coming) this.onProgress();
    });
  }

  /**
   * What there is, moved to where the view has gone since.
   * @param {CanvasRenderingContext2D} g @param {number} size @param {Viewport} viewport
   */
  draw(g, size, viewport) {
    g.imageSmoothingEnabled = !this.layer.isCoarse;
    g.imageSmoothingQuality = "medium";
    for (const drawn of [this.shown, this.coming]) {
      if (!drawn) continue;
      const { cx, cy, scale } = drawn.viewport;
      const [left, top] = viewport.pixel([cx - 1 / scale, cy + 1 / scale], size);
      const width = (size * viewport.scale) / scale;
      g.drawImage(drawn.canvas, left, top, width, width);
    }
  }
}

/** What the server computes for the layers of both maps: each is asked for once it is on show. */
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
    if (layer === "graph") this.askGraphs();
    if (layer === "magnification") this.askFields();
  }

  /** Of the digit that is drawn. @param {{delay?: number, keep?: boolean}} [options] see `Ask.start` */
  askFields(options) {
    const { sides, digits } = this;
    if (this.opened.has("magnification"))
      this.fields.start(sides, (model, signal) => [askMagnification({ model, digits }, signal)], options);
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

const latticeOrder = Array.from({ length: LATTICE * LATTICE }, (_, k) => [k % LATTICE, Math.floor(k / LATTICE)]).sort(
  (a, b) => fromMiddle(a) - fromMiddle(b),
);

/** @param {number[]} cell @returns {number} squared distance from the middle of the lattice */
function fromMiddle([column, row]) {
  return (2 * column + 1 - LATTICE) ** 2 + (2 * row + 1 - LATTICE) ** 2;
}

/**
 * Decoded digits that fill the view, from the middle outwards.
 * @param {HTMLCanvasElement} canvas resized to 20 x 20 pictures, and emptied
 * @param {Scene["model"]} model
 * @param {Scene["plane"]} plane
 * @param {Viewport} viewport
 * @yields after each picture
 */
function* lattice(canvas, model, plane, viewport) {
  const { width, height } = shape;
  canvas.width = LATTICE * width;
  canvas.height = LATTICE * height;
  for (const [column, row] of latticeOrder) {
    const z = plane.code(viewport.at([column + 0.5, row + 0.5], LATTICE));
    paintAt(canvas, model.decode(z), column * width, row * height);
    yield;
  }
}
