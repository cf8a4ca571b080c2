/** The arcs of a neighbour graph, drawn bit by bit behind the codes that they join. */

import { element, formatNumber } from "../../kit/dom.js";
import { drawPoints, radiusOf } from "./points.js";

/** @typedef {Awaited<ReturnType<typeof import("../../server/latent_ask.js").askGraph>>} Graph */
/** @typedef {import("../plane.js").Plane} Plane */
/**
 * @typedef {object} Scene
 * @property {Plane} plane of the codes that the graph joins
 * @property {import("../viewport.js").Viewport} viewport
 * @property {Set<number>} hidden digits
 * @property {string[]} colours of the digits
 * @property {Graph | null} graph
 * @property {number} pixels of the map, in a row
 */

const CLASSES = 10;
const BETWEEN_CLASSES = "#8b93a3";
const APART = "#ffffff";
// Of a few arcs each is to be seen, of very many the tissue.
const OPAQUE = { most: 0.55, least: 0.07, at: 8000 };
const WIDTH = 0.8;
const RIM = 1.4;
const AT_ONCE = 100;

/** @type {WeakMap<Graph, Uint32Array>} */
const orders = new WeakMap();

/**
 * @param {HTMLCanvasElement} canvas resized to the map's pixels, and emptied
 * @param {Scene} scene
 * @yields after a few arcs
 */
export function* drawArcs(canvas, { graph, plane, viewport, hidden, colours, pixels }) {
  if (!graph || !pixels) return;
  const order = orders.get(graph) ?? byClass(graph, plane);
  orders.set(graph, order);
  const size = (canvas.width = canvas.height = pixels);
  const ratio = window.devicePixelRatio;
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const { xs, ys, labels } = plane;
  const zoom = (size / 2) * viewport.scale;
  const [left, top] = [size / 2 - viewport.cx * zoom, size / 2 + viewport.cy * zoom];
  const outside = (/** @type {number} */ a, /** @type {number} */ b) => (a < 0 && b < 0) || (a > size && b > size);
  g.lineWidth = WIDTH * ratio;
  g.globalAlpha = opacity(order.length, viewport.scale);
  let [drawn, looked, ink] = [0, 0, ""];
  g.beginPath();
  for (const arc of order) {
    const [a, b] = [graph.arcs[2 * arc], graph.arcs[2 * arc + 1]];
    const colour = labels[a] === labels[b] ? colours[labels[a]] : BETWEEN_CLASSES;
    if (colour !== ink || drawn === AT_ONCE || ++looked === 20 * AT_ONCE) {
      if (drawn) g.stroke();
      g.beginPath();
      g.strokeStyle = ink = colour;
      drawn = looked = 0;
      yield;
    }
    if (hidden.has(labels[a]) || hidden.has(labels[b])) continue;
    const [ax, ay] = [left + xs[a] * zoom, top - ys[a] * zoom];
    const [bx, by] = [left + xs[b] * zoom, top - ys[b] * zoom];
    if (outside(ax, bx) || outside(ay, by)) continue;
    g.moveTo(ax, ay);
    g.lineTo(bx, by);
    drawn += 1;
  }
  g.stroke();
  if (!ringsOthers(graph)) return;
  yield;
  const rings = element("canvas", { width: size, height: size });
  const radius = Math.round((radiusOf(plane, viewport) + RIM) * ratio * 10) / 10;
  const apart = Uint8Array.from(graph.part, (part, row) => Number(part > 0 && !hidden.has(labels[row])));
  drawPoints(rings, { xs, ys, labels: apart }, viewport, new Set([0]), [APART, APART], radius);
  g.globalAlpha = 1;
  g.drawImage(rings, 0, 0);
}

/** @param {Graph} graph @returns {string} how many arcs and parts it has */
export function describeGraph(graph) {
  const [arcs, parts] = [graph.arcs.length / 2, graph.parts].map((count) => count.toLocaleString("en"));
  if (graph.parts === 1) return `${arcs} arcs · one part`;
  const share = largestShare(graph);
  // Never 100 % where something is missing.
  const percent = `${formatNumber(Math.min(99.9, 100 * share), share > 0.99 ? 1 : 0)} %`;
  return `${arcs} arcs · ${parts} parts; the largest holds ${percent}${ringsOthers(graph) ? ", others ringed" : ""}`;
}

/** @param {Graph} graph @returns {number} of the digits, those of the largest part */
const largestShare = ({ part }) => Array.from(part).filter((one) => one === 0).length / part.length;

/** Were most of them ringed, it would tell nothing apart. @param {Graph} graph */
const ringsOthers = (graph) => graph.parts > 1 && largestShare(graph) > 0.5;

/** @param {number} arcs how many @param {number} scale of the view @returns {number} */
const opacity = (arcs, scale) =>
  Math.min(OPAQUE.most, Math.max(OPAQUE.least, OPAQUE.most * Math.sqrt((OPAQUE.at * scale) / arcs)));

/**
 * Those between two classes first, so that they lie below the others.
 * @param {Graph} graph @param {Plane} plane
 * @returns {Uint32Array} [E] which arc comes when
 */
function byClass({ arcs }, { labels }) {
  const count = arcs.length / 2;
  const kind = (/** @type {number} */ arc) => {
    const [a, b] = [labels[arcs[2 * arc]], labels[arcs[2 * arc + 1]]];
    return a === b ? a + 1 : 0;
  };
  const next = new Uint32Array(CLASSES + 2);
  for (let arc = 0; arc < count; arc++) next[kind(arc) + 1] += 1;
  for (let k = 1; k < next.length; k++) next[k] += next[k - 1];
  const order = new Uint32Array(count);
  for (let arc = 0; arc < count; arc++) order[next[kind(arc)]++] = arc;
  return order;
}
