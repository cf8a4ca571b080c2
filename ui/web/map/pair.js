/** Two maps that share one view and one pointer. */

import { Slices } from "../kit/slices.js";
import { get, put } from "../state/parameters.js";
import { Viewport } from "./viewport.js";

/** @typedef {import("./layers/behind.js").Backdrop} Backdrop */
/** @typedef {import("./load.js").MapSide} MapSide */
/** @typedef {import("./viewport.js").Place} Place */
/** @typedef {{hidden: Set<number>, colours: string[], modelColours: string[], font: string}} Look */

// The view rests: what was drawn bit by bit for another is drawn anew, and the link follows.
const REST_MS = 200;

/** @template {import("./pane.js").MapPane<Backdrop>} P */
export class MapPair {
  /** @param {(kind: "left" | "right", slices: Slices) => P} pane @param {() => void} onStale there is something to paint */
  constructor(pane, onStale) {
    this.onStale = onStale;
    this.slices = new Slices();
    this.panes = [pane("left", this.slices), pane("right", this.slices)];
    /** @type {MapSide[]} */
    this.sides = [];
    this.viewport = Viewport.parse(get("view"));
    // How far from home either map has codes.
    this.reach = 1;
    /** @type {{side: number, pixel: Place} | null} */
    this.pointer = null;
    this.codesAreStale = this.behindIsStale = false;
    this.restTimer = 0;
    this.observer = new ResizeObserver(this.measure);
    for (const { frame } of this.panes) this.observer.observe(frame);
    window.addEventListener("resize", this.measure);
  }

  /** @param {MapSide[]} sides */
  build(sides) {
    this.sides = sides;
    this.pointer = null;
    this.reach = Math.max(1, ...sides.map(({ plane }) => plane?.reach ?? 1));
    this.panes.forEach((pane, i) => pane.build(sides[i]));
    this.redraw();
  }

  /** Legend, theme or what lies behind is another: everything is drawn anew. */
  redraw() {
    this.codesAreStale = this.behindIsStale = true;
    this.onStale();
  }

  measure = () => {
    const changed = this.panes.map((pane) => pane.measure());
    if (!changed.some(Boolean)) return;
    this.codesAreStale = true;
    this.onStale();
  };

  /** @param {Viewport} viewport */
  show(viewport) {
    if (viewport.equals(this.viewport)) return;
    this.viewport = viewport;
    this.codesAreStale = true;
    this.onStale();
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => {
      this.behindIsStale = true;
      this.onStale();
      this.rest();
    }, REST_MS);
  }

  /** @param {number} factor @param {Place} [place] that stays where it is on the screen; the middle if left out */
  zoom(factor, place = [this.viewport.cx, this.viewport.cy]) {
    this.show(this.viewport.zoomed(factor, place, this.reach));
  }

  /** @param {number} dx @param {number} dy pixels of a map @param {number} size of the map in pixels */
  pan(dx, dy, size) {
    const unit = 2 / (size * this.viewport.scale);
    this.show(this.viewport.moved(-dx * unit, dy * unit));
  }

  /** @param {{side: number, pixel: Place} | null} pointer */
  point(pointer) {
    if (!pointer && !this.pointer) return;
    this.pointer = pointer;
    this.onStale();
  }

  /** Where the pointer is, on both maps. @returns {Place | null} */
  get pointed() {
    return this.pointer && this.viewport.at(this.pointer.pixel, this.panes[this.pointer.side].size);
  }

  /**
   * Points and what lies behind, where view, legend, theme or size have changed.
   * @param {Look} look
   */
  paintCodes({ hidden, colours, modelColours, font }) {
    if (!this.codesAreStale && !this.behindIsStale) return;
    const { viewport } = this;
    this.panes.forEach((pane, i) => {
      const scene = { side: this.sides[i], viewport, hidden, colours, colour: modelColours[i], font };
      if (this.behindIsStale || pane.behind.follows) pane.behind.start(scene);
      pane.drawCodes(scene);
    });
    this.codesAreStale = this.behindIsStale = false;
  }

  /** The link is to say what is in view. */
  rest() {
    put("view", this.viewport.isHome ? "" : String(this.viewport));
  }

  close() {
    clearTimeout(this.restTimer);
    this.rest();
    this.slices.stop();
    this.observer.disconnect();
    window.removeEventListener("resize", this.measure);
  }
}
