/** What lies behind the points of one map. */

import { element } from "./dom.js";
import { drawDensity } from "./map_density.js";
import { lattice } from "./map_lattice.js";
import { votes } from "./map_votes.js";

/** @typedef {"nothing" | "density" | "lattice" | "votes"} Kind */
/** @typedef {{canvas: HTMLCanvasElement, viewport: import("./map_viewport.js").Viewport}} Layer */

/** @type {Record<Kind, {name: string, title: string}>} */
export const KINDS = {
  nothing: { name: "Nothing", title: "Only the digits' codes" },
  density: { name: "Density", title: "How densely the codes lie" },
  lattice: { name: "Lattice", title: "20 × 20 places, decoded" },
  votes: { name: "Votes", title: "The class that the 15 nearest digits vote for, in the full latent space" },
};

export class Behind {
  /**
   * @param {string} task its name among the slices
   * @param {import("./slices.js").Slices} slices
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

  /** Nothing of what was drawn is true any more. */
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
   * @param {import("./map_pane.js").Scene} scene
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
   * @param {CanvasRenderingContext2D} g @param {number} size @param {import("./map_viewport.js").Viewport} viewport
   */
  draw(g, size, viewport) {
    g.imageSmoothingEnabled = this.kind !== "votes";
    g.imageSmoothingQuality = "medium";
    for (const layer of [this.shown, this.coming]) {
      if (!layer) continue;
      const { cx, cy, scale } = layer.viewport;
      const [left, top] = viewport.pixel([cx - 1 / scale, cy + 1 / scale], size);
      const width = (size * viewport.scale) / scale;
      g.drawImage(layer.canvas, left, top, width, width);
    }
  }
}
