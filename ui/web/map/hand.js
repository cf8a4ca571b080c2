/** What a mouse, a pen, fingers and keys do on one map. */

import { keyAmong } from "../gestures/keys.js";
import { listenForZoom, ZOOM_KEYS } from "../gestures/zoom_hand.js";
import { isPlain, stepInPlane } from "../kit/controls.js";
import { Viewport } from "./viewport.js";

/** @typedef {import("./viewport.js").Place} Place */
/** @typedef {[number, number]} Pixel from the upper left of the map */
/**
 * @typedef {object} Tool `side` is that of a map, 0 or 1
 * @property {(side: number) => Place[]} ends of which a hand can take hold
 * @property {(side: number, place: Place) => void} click
 * @property {(side: number, index: number, place: Place) => void} drag an end
 * @property {() => () => void} mark what is chosen now; the function brings it back
 */
/**
 * @typedef {object} Maps
 * @property {import("./pair.js").MapPair} pair
 * @property {import("./tools/pins.js").Pins} pins
 * @property {unknown[]} sides none before the maps are here
 * @property {Tool} tool in hand
 * @property {() => void} clear
 * @property {() => void} changed
 */

const ENDS = /** @type {const} */ (["pointerup", "pointercancel"]);
const CLICK_PX = 4;
const TAP_PX = 10;
const GRAB_PX = 14;
const DOUBLE = 2;
const STEP = 1 / 40;
const LARGE_STEP = 1 / 8;
const OTHERS = ["Home", "Escape", "Enter", " "];

export class MapHand {
  /** @param {Maps} maps @param {number} side */
  constructor(maps, side) {
    this.maps = maps;
    this.side = side;
    this.pane = maps.pair.panes[side];
    /** @type {Map<number, {from: Pixel, at: Pixel, moved: boolean}>} what is down */
    this.down = new Map();
    // After two fingers, or a drag, what is lifted clicks nothing.
    this.spent = false;
    /** The end that is held, or -1. */
    this.held = -1;
    /** Brings back what was before each of the last two presses. @type {((() => void) | undefined)[]} */
    this.before = [];
    const { pair } = maps;
    const { marks } = this.pane;
    const zoom = (/** @type {number} */ factor, /** @type {Pixel} */ pixel) => pair.zoom(factor, this.at(pixel));
    marks.addEventListener("keydown", (event) => this.onKey(event));
    marks.addEventListener("pointerdown", (event) => this.onDown(event));
    marks.addEventListener("pointermove", (event) => this.onMove(event));
    for (const end of ENDS) marks.addEventListener(end, (event) => this.onUp(event));
    marks.addEventListener("pointerleave", () => this.down.size || pair.point(null));
    listenForZoom(marks, { zoom, pan: (dx, dy) => this.pan(dx, dy), holds: () => this.held >= 0 });
    marks.addEventListener("dblclick", (event) => {
      // Its two presses are as if they had not been.
      this.before[0]?.();
      zoom(DOUBLE, pixelOf(event));
    });
    // Android opens a menu under a finger that stays.
    marks.addEventListener("contextmenu", (event) => this.down.size && event.preventDefault());
  }

  /** @param {Pixel} pixel @returns {Place} */
  at(pixel) {
    return this.maps.pair.viewport.at(pixel, this.pane.size);
  }

  /** @param {Pixel} pixel */
  explore(pixel) {
    this.maps.pair.point({ side: this.side, pixel });
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.maps.pair.pan(dx, dy, this.pane.size);
  }

  /** @param {Pixel} pixel @returns {number} which end is there, or -1 */
  endAt([x, y]) {
    const { maps, side, pane } = this;
    if (!maps.sides.length) return -1;
    const near = maps.tool.ends(side).map((end) => {
      const [px, py] = maps.pair.viewport.pixel(end, pane.size);
      return Math.hypot(px - x, py - y);
    });
    const least = Math.min(...near);
    return least <= GRAB_PX ? near.indexOf(least) : -1;
  }

  /** @param {Pixel} pixel */
  click(pixel) {
    const { maps, side } = this;
    if (!maps.sides.length || this.endAt(pixel) >= 0) return;
    maps.tool.click(side, this.at(pixel));
    maps.changed();
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    if (event.button !== 0) return;
    const { maps } = this;
    const at = pixelOf(event);
    /** @type {HTMLElement} */ (event.target).setPointerCapture(event.pointerId);
    if (!this.down.size) {
      maps.pins.press();
      this.before = [this.before[1], maps.tool.mark()];
      this.held = this.endAt(at);
    }
    this.down.set(event.pointerId, { from: at, at, moved: false });
    this.spent = this.down.size > 1;
    if (this.spent) this.held = -1;
    if (this.spent) maps.pair.point(null);
    else this.explore(at);
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const { maps } = this;
    const pixel = pixelOf(event);
    const pointer = this.down.get(event.pointerId);
    if (!pointer) return void (this.down.size || this.explore(pixel));
    const before = pointer.at;
    pointer.at = pixel;
    const isFinger = event.pointerType === "touch";
    pointer.moved ||= distance(pointer.from, pixel) > (isFinger ? TAP_PX : CLICK_PX);
    if (this.down.size > 1) return;
    if (this.spent && isFinger) return;
    if (this.held >= 0 && pointer.moved) {
      maps.tool.drag(this.side, this.held, this.at(pixel));
      maps.changed();
    } else if (this.held < 0 && !isFinger && pointer.moved) {
      // From where it came down, so that what was there stays under it.
      const from = this.spent ? before : pointer.from;
      this.spent = true;
      this.pan(pixel[0] - from[0], pixel[1] - from[1]);
    }
    this.explore(pixel);
  }

  /** @param {PointerEvent} event also where the browser takes the pointer away */
  onUp(event) {
    const pointer = this.down.get(event.pointerId);
    if (!pointer) return;
    this.down.delete(event.pointerId);
    if (event.type === "pointerup" && !this.spent && !pointer.moved) this.click(pixelOf(event));
    if (event.pointerType === "touch") this.maps.pair.point(null);
    if (this.down.size) return;
    this.held = -1;
    this.maps.pins.hand.release();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (!isPlain(event)) return;
    // Streamlit has letters of its own, and would rerun the page.
    event.stopPropagation();
    const { maps } = this;
    const key = keyAmong(event, (one) => one in ZOOM_KEYS || OTHERS.includes(one));
    const isPin = maps.tool === maps.pins;
    const way = stepInPlane(event);
    if (way) this.step(way, event.shiftKey ? LARGE_STEP : STEP);
    else if (key in ZOOM_KEYS) maps.pair.zoom(ZOOM_KEYS[key], this.middle);
    else if (key === "Home") maps.pair.show(new Viewport());
    else if (key === "Escape" && maps.sides.length) maps.clear();
    else if ((key === "Enter" || key === " ") && !isPin) this.click(this.pixel);
    else return;
    event.preventDefault();
  }

  /** Of the zoom by keys: what is looked at, or else pinned, where that is in view. @returns {Place | undefined} */
  get middle() {
    const { pair, pins } = this.maps;
    const place = pair.pointed ?? pins.project(this.side)?.place;
    return place && pair.viewport.shows(place) ? place : undefined;
  }

  /** Where the pointer is on this map, or its middle. @returns {Pixel} */
  get pixel() {
    const { pair } = this.maps;
    const { size } = this.pane;
    return pair.pointed ? pair.viewport.pixel(pair.pointed, size) : [size / 2, size / 2];
  }

  /** The pin, where that is the tool, and the pointer else. @param {[number, number]} way across and down @param {number} step of the width */
  step([dx, dy], step) {
    const { pair, pins, tool } = this.maps;
    const { size } = this.pane;
    if (tool !== pins) {
      const inside = (/** @type {number} */ value) => Math.min(size, Math.max(0, value));
      const [x, y] = this.pixel;
      return this.explore([inside(x + dx * step * size), inside(y + dy * step * size)]);
    }
    const pin = pins.project(this.side);
    if (!pin) return;
    const width = 2 / pair.viewport.scale;
    /** @type {Place} */
    const place = [pin.place[0] + dx * step * width, pin.place[1] - dy * step * width];
    pair.point(null);
    pins.step(place);
    pair.show(pair.viewport.including(place));
  }
}

/** @param {MouseEvent} event @returns {Pixel} */
const pixelOf = ({ offsetX, offsetY }) => [offsetX, offsetY];

/** @param {Pixel} a @param {Pixel} b */
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
