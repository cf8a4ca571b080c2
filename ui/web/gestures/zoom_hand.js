/**
 * What zooms a map or a plot: the wheel with Ctrl, a pinch, two buttons. The wheel alone and one finger are the page's:
 * whoever scrolls past must not be caught.
 */

import { button } from "../kit/dom.js";
import { keepFinger } from "./finger.js";

// A pinch on a trackpad comes as a wheel with Ctrl, in small steps; a notch of a mouse's wheel is worth a few of them.
const PINCH = 0.01;
const LARGEST_STEP_PX = 25;
// What a line, and a page, of a wheel that does not count in pixels stands for.
const WHEEL_UNITS = [1, 16, 400];
const PRESS = 1.5;
/** By how much a key zooms. @type {Record<string, number>} */
export const ZOOM_KEYS = { "+": 1.25, "=": 1.25, "-": 0.8, _: 0.8 };
const TOUCHES = /** @type {const} */ (["touchstart", "touchmove", "touchend", "touchcancel"]);

/** @typedef {[number, number]} Pixel from the upper left of the element */
/**
 * @typedef {object} Zoomable
 * @property {(factor: number, pixel: Pixel) => void} zoom what is at the pixel stays there
 * @property {(dx: number, dy: number) => void} pan in pixels, by two fingers
 * @property {() => boolean} [holds] whether a finger that has come down drags something
 */

/** @param {HTMLElement} place whose events inner elements get only where they are not for zooming @param {Zoomable} deeds */
export function listenForZoom(place, { zoom, pan, holds = () => false }) {
  const pixelOf = (/** @type {{clientX: number, clientY: number}} */ { clientX, clientY }) => {
    const { left, top } = place.getBoundingClientRect();
    return /** @type {Pixel} */ ([clientX - left, clientY - top]);
  };

  /** @type {Pixel[] | null} two fingers */
  let before = null;
  const onTouch = (/** @type {TouchEvent} */ event) => {
    const now = event.targetTouches.length === 2 ? Array.from(event.targetTouches, pixelOf) : null;
    if (now) {
      // Not where the page is under way: it has the fingers until they are lifted.
      if (event.cancelable) event.preventDefault();
      event.stopPropagation();
    }
    if (now && before) pinch(before, now);
    before = now;
  };
  const pinch = (/** @type {Pixel[]} */ from, /** @type {Pixel[]} */ to) => {
    const [middle, after] = [from, to].map(([a, b]) => /** @type {Pixel} */ ([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]));
    pan(after[0] - middle[0], after[1] - middle[1]);
    const [wide, wider] = [from, to].map(([a, b]) => Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1])));
    zoom(wider / wide, after);
  };

  const onWheel = (/** @type {WheelEvent} */ event) => {
    event.stopPropagation();
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const way = event.deltaY * WHEEL_UNITS[event.deltaMode];
    const step = Math.sign(way) * Math.min(Math.abs(way), LARGEST_STEP_PX);
    zoom(Math.exp(-PINCH * step), pixelOf(event));
  };

  // Safari's pinch on a trackpad; its fingers on glass send touches, too.
  let scale = 1;
  const onGesture = (/** @type {Event} */ raw) => {
    const event = /** @type {MouseEvent & {scale: number}} */ (raw);
    if (before) return;
    event.preventDefault();
    if (event.type === "gesturechange") zoom(event.scale / scale, pixelOf(event));
    scale = event.scale;
  };

  for (const type of TOUCHES) place.addEventListener(type, onTouch, { capture: true, passive: false });
  place.addEventListener("wheel", onWheel, { capture: true, passive: false });
  for (const type of ["gesturestart", "gesturechange"]) place.addEventListener(type, onGesture);
  keepFinger(place, holds);
}

/**
 * @param {(factor: number) => void} onZoom about the middle
 * @returns {HTMLButtonElement[]} out and in
 */
export function zoomButtons(onZoom) {
  const zoom = (/** @type {string} */ sign, /** @type {string} */ name, /** @type {number} */ factor) =>
    button(sign, () => onZoom(factor), {
      class: "zoom",
      name,
      title: `${name} (Ctrl and the wheel, two fingers, or ${sign})`,
    });
  return [zoom("−", "Zoom out", 1 / PRESS), zoom("+", "Zoom in", PRESS)];
}
