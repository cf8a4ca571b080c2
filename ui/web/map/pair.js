/** Two maps that share one view and one pointer. */

import { Slices } from "../kit/slices.js";
import { get, put } from "../state/parameters.js";
import { MapPane } from "./pane.js";
import { Viewport } from "./viewport.js";

/** @typedef {import("./plane.js").MapSide} MapSide */
/** @typedef {import("./viewport.js").Place} Place */
/** @typedef {Pick<import("./layers/backdrop.js").Scene, "field" | "graph">} Answers of the server, for the layers */
/** @typedef {{hidden: Set<number>, colours: string[], modelColours: string[], font: string}} Look */

// The view rests: what was drawn bit by bit for another is drawn anew, and the link follows.
const REST_MS = 200;

export class MapPair {
  /** @param {() => void} onStale there is something to paint */
  constructor(onStale) {
    this.onStale = onStale;
    this.slices = new Slices();
    this.panes = [new MapPane("left", this.slices), new MapPane("right", this.slices)];
    /** @type {MapSide[]} */
    this.sides = [];
    this.viewport = Viewport.parse(get("view"));
    // How far from home either map has codes.
    this.reach = 1;
    /** @type {{side: number, pixel: Place} | null} */
    this.pointer = null;
    this.codesAreStale = this.layerIsStale = false;
    this.restTimer = 0;
    this.observer = new ResizeObserver(this.measure);
    for (const { frame } of this.panes) this.observer.observe(frame);
    window.addEventListener("resize", this.measure);
  }

  /** @param {MapSide[]} sides */
  build(sides) {
    this.sides = sides;
    this.pointer = null;
    this.panes.forEach((pane, i) => pane.build(sides[i].plane));
    this.place();
  }

  /** The codes lie elsewhere. */
  place() {
    this.reach = Math.max(1, ...this.sides.map(({ plane }) => plane?.reach ?? 1));
    this.redraw();
  }

  /** @param {import("./layers/backdrop.js").LayerName} layer */
  choose(layer) {
    for (const { backdrop } of this.panes) backdrop.choose(layer);
    this.redraw();
  }

  /** Everything is drawn anew, as where the legend or the theme is another. */
  redraw() {
    this.codesAreStale = this.layerIsStale = true;
    this.onStale();
  }

  measure = () => {
    const changed = this.panes.map((pane) => pane.measure());
    if (changed.some(Boolean)) this.redraw();
  };

  /** @param {Viewport} viewport */
  show(viewport) {
    if (viewport.equals(this.viewport)) return;
    this.viewport = viewport;
    this.codesAreStale = true;
    this.onStale();
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => {
      this.redraw();
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
   * @param {Look} look @param {(side: number) => Answers} answers
   */
  paintCodes({ modelColours, ...look }, answers) {
    const { viewport, layerIsStale } = this;
    if (!this.codesAreStale && !layerIsStale) return;
    this.panes.forEach((pane, i) => {
      const { model, plane } = this.sides[i];
      const own = { viewport, colour: modelColours[i], pixels: pane.base.width };
      pane.drawCodes(plane && { model, plane, ...own, ...look, ...answers(i) }, layerIsStale);
    });
    this.codesAreStale = this.layerIsStale = false;
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
