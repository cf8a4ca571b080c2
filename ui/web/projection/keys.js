/** From digit to digit by keys, with the focus on a plot. */

import { keyAmong } from "../gestures/keys.js";
import { nearest } from "../maths/neighbours.js";

/** @typedef {import("./projection.js").ProjectionView} ProjectionView */

const NEIGHBOURS = 10;
const ZOOM = 1.25;

/** @param {ProjectionView} view @param {KeyboardEvent} event @param {number} side of the plot */
export function onPlotKey(view, event, side) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  /** @type {Record<string, () => void>} */
  const moves = {
    ArrowLeft: () => step(view, side, -1),
    ArrowRight: () => step(view, side, 1),
    n: () => goToNearest(view, side),
    Home: () => view.home(),
    "+": () => view.slots[side].plot.zoom(ZOOM),
    "=": () => view.slots[side].plot.zoom(ZOOM),
    "-": () => view.slots[side].plot.zoom(1 / ZOOM),
  };
  const move = moves[keyAmong(event, (key) => key in moves)];
  if (!move) return;
  event.preventDefault();
  event.stopPropagation();
  move();
}

/** To the next point that is on. @param {ProjectionView} view @param {number} side @param {1 | -1} by */
function step({ slots, picks, legend }, side, by) {
  const points = slots[side].content?.points;
  if (!points) return;
  const { rows, labels, indices, count } = points;
  let index = picks.pinned === null ? undefined : indices.get(picks.pinned);
  index ??= by > 0 ? -1 : count;
  for (index += by; index >= 0 && index < count; index += by) {
    if (!legend.hidden.has(labels[index])) return picks.pick(rows[index]);
  }
}

/** Along nearest codes, never back. @param {ProjectionView} view @param {number} side */
function goToNearest({ latents, picks, codes }, side) {
  const { pinned, trail } = picks;
  const target = codes?.[side];
  if (!target) return;
  const { means, dim } = latents[side];
  if (pinned !== null) trail.add(pinned);
  const found = nearest(means, dim, target, NEIGHBOURS, pinned ?? -1).find((row) => !trail.has(row));
  if (found !== undefined) picks.keep(found);
}
