/** What hand and keys do on one map of the Manifold page. */

import { Hand } from "../map/hand.js";
import { keyOnMap } from "../map/keys.js";
import { Viewport } from "../map/viewport.js";

/** @typedef {import("../map/viewport.js").Place} Place */

const GRAB_PX = 14;
const STEP = 1 / 40;
const LARGE_STEP = 1 / 8;
const ZOOM = 1.25;

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class ManifoldHand {
  /**
   * @param {import("./manifold_map.js").ManifoldView} view
   * @param {import("./pane.js").ManifoldPane} pane @param {number} side
   */
  constructor(view, pane, side) {
    this.view = view;
    this.pane = pane;
    this.side = side;
    /** The end that is held, or -1. */
    this.held = -1;
    /** What was chosen before each of the last two presses. @type {((() => void) | undefined)[]} */
    this.before = [];
    const { pair } = view;
    pane.marks.addEventListener("keydown", (event) => this.onKey(event));
    new Hand(pane.marks, {
      explore: (pixel) => pair.point({ side, pixel }),
      leave: () => pair.point(null),
      press: () => (this.before = [this.before[1], view.tool.mark()]),
      release: () => this.release(),
      grab: (pixel) => this.grab(pixel),
      drag: (pixel) => this.drag(pixel),
      pin: (pixel) => this.endAt(pixel) < 0 && this.setEnd(pixel),
      pan: (dx, dy) => pair.pan(dx, dy, pane.size),
      zoom: (factor, pixel) => pair.zoom(factor, this.at(pixel)),
      takeBackDouble: () => this.before[0]?.(),
    });
  }

  /** @param {Place} pixel @returns {Place} */
  at(pixel) {
    return this.view.pair.viewport.at(pixel, this.pane.size);
  }

  /** @param {Place} pixel @returns {number} which end is there, or -1 */
  endAt([x, y]) {
    const { view, side, pane } = this;
    if (!view.sides.length) return -1;
    const near = view.tool.ends(side).map((end) => {
      const [px, py] = view.pair.viewport.pixel(end, pane.size);
      return Math.hypot(px - x, py - y);
    });
    const least = Math.min(...near);
    return least <= GRAB_PX ? near.indexOf(least) : -1;
  }

  /** @param {Place} pixel */
  grab(pixel) {
    this.held = this.endAt(pixel);
    return this.held >= 0;
  }

  /** @param {Place} pixel */
  drag(pixel) {
    const { view, side } = this;
    view.tool.drag(side, this.held, this.at(pixel));
    view.changed();
  }

  release() {
    this.held = -1;
  }

  /** @param {Place} pixel */
  setEnd(pixel) {
    const { view, side } = this;
    if (!view.sides.length) return;
    view.tool.click(side, this.at(pixel));
    view.changed();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Streamlit has letters of its own, and would rerun the page.
    event.stopPropagation();
    const { pair } = this.view;
    const key = keyOnMap(event);
    const way = WAYS[key];
    if (way) this.step(way, event.shiftKey ? LARGE_STEP : STEP);
    else if (key === "Enter" || key === " ") this.setEnd(this.pixel);
    else if (key === "+" || key === "=") pair.zoom(ZOOM, this.at(this.pixel));
    else if (key === "-" || key === "_") pair.zoom(1 / ZOOM, this.at(this.pixel));
    else if (key === "Home") pair.show(new Viewport());
    else if (key === "Escape") this.clear();
    else return;
    event.preventDefault();
  }

  clear() {
    const { view } = this;
    if (!view.sides.length) return;
    view.tool.clear();
    view.changed();
  }

  /** Where the pointer is on this map, or its middle. @returns {Place} */
  get pixel() {
    const { pair } = this.view;
    const { size } = this.pane;
    return pair.pointed ? pair.viewport.pixel(pair.pointed, size) : [size / 2, size / 2];
  }

  /** @param {[number, number]} way @param {number} step of the map's width */
  step([dx, dy], step) {
    const { size } = this.pane;
    const [x, y] = this.pixel;
    const inside = (/** @type {number} */ value) => Math.min(size, Math.max(0, value));
    /** @type {Place} */
    const pixel = [inside(x + dx * step * size), inside(y + dy * step * size)];
    this.view.pair.point({ side: this.side, pixel });
  }
}
