/** Both maps with the one view and the one pointer that they share. */

import { KINDS } from "./map_behind.js";
import { MapPane } from "./map_pane.js";
import { Viewport } from "./map_viewport.js";
import { Slices } from "./slices.js";

/** @typedef {import("./map_behind.js").Kind} Kind */
/** @typedef {import("./map_load.js").MapSide} MapSide */
/** @typedef {import("./map_viewport.js").Place} Place */
/** @typedef {{hidden: Set<number>, colours: string[], modelColours: string[], font: string}} Look */

// The view rests: what was drawn bit by bit for another is drawn anew, and the link follows.
const REST_MS = 200;
export const DEFAULT_BEHIND = "nothing";

// Outlives a page change, as the modules do.
/** @type {{behind: Kind, viewport: Viewport} | null} null until a link or a hand has said something */
let remembered = null;

export class Atlas {
  /** @param {{onStale: () => void, onRest: () => void}} events there is something to paint; view or choice at rest */
  constructor({ onStale, onRest }) {
    this.onStale = onStale;
    this.onRest = onRest;
    this.slices = new Slices();
    this.panes = [new MapPane("left", this.slices), new MapPane("right", this.slices)];
    /** @type {MapSide[]} */
    this.sides = [];
    this.viewport = new Viewport();
    /** @type {Kind} */
    this.behind = DEFAULT_BEHIND;
    /** @type {{side: number, pixel: Place} | null} */
    this.pointer = null;
    this.codesAreStale = this.behindIsStale = false;
    this.restTimer = 0;
    this.observer = new ResizeObserver(this.measure);
    for (const pane of this.panes) this.observer.observe(pane.frame);
    window.addEventListener("resize", this.measure);
  }

  /** @param {{behind: string, view: string}} opening of a link; what was chosen here before wins */
  open({ behind, view }) {
    const kind = Object.hasOwn(KINDS, behind) ? /** @type {Kind} */ (behind) : DEFAULT_BEHIND;
    remembered ??= { behind: kind, viewport: Viewport.parse(view) };
    Object.assign(this, remembered);
  }

  /** @param {MapSide[]} sides */
  build(sides) {
    this.sides = sides;
    this.pointer = null;
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

  /** @param {Kind} kind */
  setBehind(kind) {
    this.behind = kind;
    for (const pane of this.panes) pane.behind.forget();
    this.redraw();
    this.remember();
    this.onRest();
  }

  /** @param {Viewport} viewport */
  show(viewport) {
    if (viewport.equals(this.viewport)) return;
    this.viewport = viewport;
    this.codesAreStale = true;
    this.remember();
    this.onStale();
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => {
      this.behindIsStale = true;
      this.onStale();
      this.onRest();
    }, REST_MS);
  }

  remember() {
    remembered = { behind: this.behind, viewport: this.viewport };
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
      pane.behind.kind = this.behind;
      // Density is quick enough to go along with the view.
      if (this.behindIsStale || this.behind === "density") pane.behind.start(scene);
      pane.drawCodes(scene);
    });
    this.codesAreStale = this.behindIsStale = false;
  }

  /**
   * Pins and pointer, and in words where what the pictures show lies.
   * @param {import("./desk_state.js").ZPair} pins
   * @param {HTMLCanvasElement[]} pictures
   * @param {string[]} modelColours
   */
  paintMarks(pins, pictures, modelColours) {
    const { pointed } = this;
    this.panes.forEach((pane, i) => {
      const { plane } = this.sides[i];
      if (!plane) return pane.hush();
      const pin = plane.project(pins[i]);
      pane.drawMarks(this.viewport, pin.place, pointed, pictures[i], modelColours[i]);
      pane.say(plane, pointed ?? pin.place, pointed ? 0 : pin.off);
    });
  }

  /**
   * What is decoded: what the pins hold, or what both planes hold where the pointer is.
   * @param {import("./desk_state.js").ZPair} pins
   */
  shown(pins) {
    const { pointed } = this;
    return /** @type {import("./desk_state.js").ZPair} */ (
      pins.map((z, i) => (pointed && this.sides[i].plane?.code(pointed)) || z)
    );
  }

  /** @returns {import("./live_link.js").Query} */
  linkQuery() {
    return {
      behind: this.behind === DEFAULT_BEHIND ? undefined : this.behind,
      view: this.viewport.isHome ? undefined : String(this.viewport),
    };
  }

  close() {
    clearTimeout(this.restTimer);
    this.slices.stop();
    this.observer.disconnect();
    window.removeEventListener("resize", this.measure);
  }
}
