/** Keys on a map that has the focus. */

const STEP = 1 / 40;
const LARGE_STEP = 1 / 8;
const ZOOM = 1.25;

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * @param {import("./map_view.js").MapView} view
 * @param {number} side whose map has the focus
 * @param {KeyboardEvent} event
 */
export function mapKey(view, side, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // Streamlit has letters of its own, and would rerun the page.
  event.stopPropagation();
  const way = WAYS[event.key];
  if (way) {
    const step = (2 / view.atlas.viewport.scale) * (event.shiftKey ? LARGE_STEP : STEP);
    view.movePin(side, way[0] * step, way[1] * step);
  } else if (event.key === "+" || event.key === "=") view.zoomAtPin(side, ZOOM);
  else if (event.key === "-" || event.key === "_") view.zoomAtPin(side, 1 / ZOOM);
  else if (event.key === "Home") view.goHome();
  else if (event.key === "Escape") view.reopen();
  else return;
  event.preventDefault();
}
