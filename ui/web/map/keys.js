/** Keys on a map that has the focus. */

import { keyAmong } from "../gestures/keys.js";

const STEP = 1 / 40;
const LARGE_STEP = 1 / 8;
const ZOOM = 1.25;

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

const OTHERS = ["+", "=", "-", "_", "Home", "Escape", "Enter", " "];

/** @param {KeyboardEvent} event @returns {string} the key that a map knows, whatever the keyboard's script; or empty */
export const keyOnMap = (event) => keyAmong(event, (key) => key in WAYS || OTHERS.includes(key));

/**
 * @param {import("./latent_map.js").MapView} view
 * @param {number} side whose map has the focus
 * @param {KeyboardEvent} event
 */
export function mapKey(view, side, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // Streamlit has letters of its own, and would rerun the page.
  event.stopPropagation();
  const key = keyOnMap(event);
  const way = WAYS[key];
  if (way) {
    const step = (2 / view.atlas.viewport.scale) * (event.shiftKey ? LARGE_STEP : STEP);
    view.movePin(side, way[0] * step, way[1] * step);
  } else if (key === "+" || key === "=") view.zoomAtPin(side, ZOOM);
  else if (key === "-" || key === "_") view.zoomAtPin(side, 1 / ZOOM);
  else if (key === "Home") view.goHome();
  else if (key === "Escape") view.reopen();
  else return;
  event.preventDefault();
}
