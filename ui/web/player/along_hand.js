/** A hand on something that lies along the time from 0 to 1: it is pressed, dragged along, or moved by keys. */

import { stepOnLine } from "../kit/arrow_keys.js";

const SIDEWAYS_PX = 3;
// In steps; a pointer that meant to hit one comes so near.
const NEAR = 0.02;

/**
 * Sideways only: a finger that goes up or down scrolls the page.
 * @param {HTMLElement} node of role slider
 * @param {object} options
 * @param {(t: number) => void} options.onSeek
 * @param {() => number} options.time of now
 * @param {number} options.step of an arrow key
 * @param {(share: number) => number} [options.toTime] from a share of the node's width
 */
export function seekAlong(node, { onSeek, time, step, toTime = (share) => share }) {
  const inside = (/** @type {number} */ t) => Math.min(1, Math.max(0, t));
  const seekTo = (/** @type {PointerEvent} */ { clientX }) => {
    const { left, width } = node.getBoundingClientRect();
    onSeek(inside(toTime((clientX - left) / width)));
  };
  let [isHeld, downX, downY] = [false, 0, 0];
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    [downX, downY] = [event.clientX, event.clientY];
    // A finger may yet scroll the page; one that only taps ends in a click.
    isHeld = event.pointerType !== "touch";
    if (isHeld) seekTo(event);
  });
  node.addEventListener("pointermove", (event) => {
    if (!node.hasPointerCapture(event.pointerId)) return;
    const [across, along] = [Math.abs(event.clientX - downX), Math.abs(event.clientY - downY)];
    isHeld ||= across >= SIDEWAYS_PX && across > along;
    if (isHeld) seekTo(event);
  });
  node.addEventListener("click", (event) => seekTo(/** @type {PointerEvent} */ (event)));
  node.addEventListener("keydown", (event) => {
    const by = stepOnLine(event);
    if (!by) return;
    event.preventDefault();
    const place = time() / step;
    const to = by < 0 ? Math.ceil(place - NEAR) + by : Math.floor(place + NEAR) + by;
    onSeek(inside(to * step));
  });
}
