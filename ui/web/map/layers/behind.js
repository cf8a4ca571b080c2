/** What lies behind the points of one map. */

import { element } from "../../kit/dom.js";
import { drawDensity } from "./density.js";
import { lattice } from "./lattice.js";
import { votes } from "./votes.js";

/** @typedef {"nothing" | "density" | "lattice" | "votes"} Kind */
/**
 * @typedef {object} Backdrop what a map has behind its points
 * @property {() => void} forget nothing of what was drawn is true any more
 * @property {(scene: import("../pane.js").Scene) => void} start draws it for a view, at once or bit by bit
 * @property {(g: CanvasRenderingContext2D, size: number, viewport: import("../viewport.js").Viewport) => void} draw
 *   what there is so far
 * @property {boolean} follows whether `start` is quick enough for every frame in which the view moves
 * @property {number} points how opaque the points over it are
 * @property {GlobalCompositeOperation} blending of the points with it
 */
/** @typedef {{canvas: HTMLCanvasElement, viewport: import("../viewport.js").Viewport}} Layer */

/** @type {Record<Kind, {name: string, title: string}>} */
export const KINDS = {
  nothing: { name: "Nothing", title: "Only the digits' codes" },
  density: { name: "Density", title: "How densely the codes lie" },
  lattice: { name: "Lattice", title: "20 × 20 places, decoded" },
  votes: { name: "Votes", title: "The class that the 15 nearest digits vote for, in the full latent space" },
};

// Over pictures and colours the points step back.
const POINTS_OVER = { nothing: 1, density: 0.3, lattice: 0.65, votes: 1 };

/** @implements {Backdrop} */
export class Behind {
  /**
   * @param {string} task its name among the slices
   * @param {import("../../kit/slices.js").Slices} slices
   * @param {() => void} onProgress something more is to be seen
   */
  constructor(task, slices, onProgress) {
    this.task = task;
    this.slices = slices;
    this.onProgress = onProgress;
    /** @type {Kind} */
    this.kind = "nothing";
    this.forget();
  }

  get follows() {
    return this.kind === "density";
  }

  get points() {
    return POINTS_OVER[this.kind];
  }

  /** White digits shine through the points, or many points would leave nothing of them. */
  get blending() {
    return this.kind === "lattice" ? "screen" : "source-over";
  }

  forget() {
    this.slices.cancel(this.task);
    /** @type {Layer | null} the last that was finished */
    this.shown = null;
    /** @type {Layer | null} drawn over it bit by bit */
    this.coming = null;
  }

  /** @returns {boolean} whether there is nothing more to come */
  get done() {
    return !this.coming;
  }

  /**
   * Draws it for a view; density at once, the others bit by bit over what they drew before.
   * @param {import("../pane.js").Scene} scene
   */
  start({ side, viewport, hidden, colours, colour }) {
    this.slices.cancel(this.task);
    this.coming = null;
    if (!side.plane || this.kind === "nothing") return;
    const layer = { canvas: element("canvas"), viewport };
    if (this.kind === "density") {
      drawDensity(layer.canvas, side.plane, viewport, hidden, colour);
      this.shown = layer;
      return;
    }
    const steps =
      this.kind === "lattice"
        ? lattice(layer.canvas, side.model, side.plane, viewport)
        : votes(layer.canvas, side.plane, viewport, hidden, colours);
    this.coming = layer;
    this.slices.start(this.task, steps, (done) => {
      if (done) {
        this.shown = layer;
        this.coming = null;
      }
      this.onProgress();
    });
  }

  /**
   * What there is, moved to where the view has gone since.
   * @param {CanvasRenderingContext2D} g @param {number} size @param {import("../viewport.js").Viewport} viewport
   */
  draw(g, size, viewport) {
    g.imageSmoothingEnabled = this.kind !== "votes";
    g.imageSmoothingQuality = "medium";
    for (const layer of [this.shown, this.coming]) if (layer) drawLayer(g, size, viewport, layer);
  }
}

/**
 * What was drawn for one view, in another.
 * @param {CanvasRenderingContext2D} g @param {number} size @param {import("../viewport.js").Viewport} viewport
 * @param {Layer} layer
 */
export function drawLayer(g, size, viewport, { canvas, viewport: { cx, cy, scale } }) {
  const [left, top] = viewport.pixel([cx - 1 / scale, cy + 1 / scale], size);
  const width = (size * viewport.scale) / scale;
  g.drawImage(canvas, left, top, width, width);
}
