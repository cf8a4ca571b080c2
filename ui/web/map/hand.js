/** What a mouse, a pen or fingers do on one map. */

import { listenForZoom } from "../gestures/zoom_hand.js";

const CLICK_PX = 4;
const TAP_PX = 10;
const DOUBLE = 2;

/** @typedef {[number, number]} Pixel from the upper left of the map */
/**
 * @typedef {object} Deeds
 * @property {(pixel: Pixel) => void} explore look at what is there
 * @property {() => void} leave look no longer
 * @property {() => void} press something came down
 * @property {() => void} release and nothing is down any more
 * @property {(pixel: Pixel) => void} pin
 * @property {(dx: number, dy: number) => void} pan in pixels
 * @property {(factor: number, pixel: Pixel) => void} zoom
 * @property {() => void} takeBackDouble two presses are as if they had not been
 * @property {(pixel: Pixel) => boolean} [grab] whether what came down there takes hold of something
 * @property {(pixel: Pixel) => void} [drag] what is held goes along
 */

export class Hand {
  /** @param {HTMLElement} map @param {Deeds} deeds */
  constructor(map, deeds) {
    this.deeds = deeds;
    /** @type {Map<number, {from: Pixel, at: Pixel, moved: boolean}>} what is down */
    this.down = new Map();
    // After two fingers, or a drag, what is lifted pins nothing.
    this.spent = false;
    this.holds = false;
    map.addEventListener("pointerdown", (event) => this.onDown(event));
    map.addEventListener("pointermove", (event) => this.onMove(event));
    map.addEventListener("pointerup", (event) => this.onUp(event));
    map.addEventListener("pointercancel", (event) => this.onUp(event));
    map.addEventListener("pointerleave", () => this.down.size || deeds.leave());
    listenForZoom(map, { zoom: deeds.zoom, pan: deeds.pan, holds: () => this.holds });
    map.addEventListener("dblclick", (event) => {
      deeds.takeBackDouble();
      deeds.zoom(DOUBLE, pixelOf(event));
    });
    // Android opens a menu under a finger that stays.
    map.addEventListener("contextmenu", (event) => this.down.size && event.preventDefault());
  }

  /** @param {PointerEvent} event */
  onDown(event) {
    if (event.button !== 0) return;
    const at = pixelOf(event);
    /** @type {HTMLElement} */ (event.target).setPointerCapture(event.pointerId);
    if (!this.down.size) {
      this.deeds.press();
      this.holds = this.deeds.grab?.(at) ?? false;
    }
    this.down.set(event.pointerId, { from: at, at, moved: false });
    this.spent = this.down.size > 1;
    this.holds &&= !this.spent;
    if (this.spent) this.deeds.leave();
    else this.deeds.explore(at);
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const pixel = pixelOf(event);
    const pointer = this.down.get(event.pointerId);
    if (!pointer) return void (this.down.size || this.deeds.explore(pixel));
    const before = pointer.at;
    pointer.at = pixel;
    const isFinger = event.pointerType === "touch";
    pointer.moved ||= distance(pointer.from, pixel) > (isFinger ? TAP_PX : CLICK_PX);
    if (this.down.size > 1) return;
    if (this.spent && isFinger) return;
    if (this.holds) {
      if (pointer.moved) this.deeds.drag?.(pixel);
    } else if (!isFinger && pointer.moved) {
      // From where it came down, so that what was there stays under it.
      const from = this.spent ? before : pointer.from;
      this.spent = true;
      this.deeds.pan(pixel[0] - from[0], pixel[1] - from[1]);
    }
    this.deeds.explore(pixel);
  }

  /** @param {PointerEvent} event also where the browser takes the pointer away */
  onUp(event) {
    const pointer = this.down.get(event.pointerId);
    if (!pointer) return;
    this.down.delete(event.pointerId);
    const stayed = event.type === "pointerup" && !this.spent && !pointer.moved;
    if (stayed) this.deeds.pin(pixelOf(event));
    if (event.pointerType === "touch") this.deeds.leave();
    if (!this.down.size) this.deeds.release();
  }
}

/** @param {MouseEvent} event @returns {Pixel} */
const pixelOf = ({ offsetX, offsetY }) => [offsetX, offsetY];

/** @param {Pixel} a @param {Pixel} b */
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
