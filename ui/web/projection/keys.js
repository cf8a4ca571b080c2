/** From digit to digit by keys, with the focus on a plot. */

import { keyAmong } from "../gestures/keys.js";
import { nearest } from "../maths/neighbours.js";

/**
 * @typedef {object} Walk one plot, and what is picked in both
 * @property {import("./data.js").Points | undefined} points drawn
 * @property {import("./data.js").Latent | undefined} latent
 * @property {Float32Array | undefined} code of what is in hand
 * @property {Set<number>} hidden digits
 * @property {import("./picks.js").Picks} picks
 * @property {() => void} home
 * @property {(factor: number) => void} zoom
 */

const NEIGHBOURS = 10;
const ZOOM = 1.25;

/** @param {KeyboardEvent} event @param {Walk} walk */
export function onPlotKey(event, walk) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  /** @type {Record<string, () => void>} */
  const moves = {
    ArrowLeft: () => step(walk, -1),
    ArrowRight: () => step(walk, 1),
    n: () => goToNearest(walk),
    Home: walk.home,
    "+": () => walk.zoom(ZOOM),
    "=": () => walk.zoom(ZOOM),
    "-": () => walk.zoom(1 / ZOOM),
  };
  const move = moves[keyAmong(event, (key) => key in moves)];
  if (!move) return;
  event.preventDefault();
  event.stopPropagation();
  move();
}

/** To the next point that is on. @param {Walk} walk @param {1 | -1} by */
function step({ points, picks, hidden }, by) {
  if (!points) return;
  const { rows, labels, indices, count } = points;
  let index = picks.pinned === null ? undefined : indices.get(picks.pinned);
  index ??= by > 0 ? -1 : count;
  for (index += by; index >= 0 && index < count; index += by) {
    if (!hidden.has(labels[index])) return picks.pick(rows[index]);
  }
}

/** Along nearest codes, never back. @param {Walk} walk */
function goToNearest({ latent, code, picks }) {
  if (!latent || !code) return;
  const { pinned, trail } = picks;
  if (pinned !== null) trail.add(pinned);
  const rows = nearest(latent.means, latent.dim, code, NEIGHBOURS, pinned ?? -1);
  const found = rows.find((row) => !trail.has(row));
  if (found !== undefined) picks.keep(found);
}
