/** The arcs of a neighbour graph, drawn bit by bit behind the codes that they join. */

import { element } from "../kit/dom.js";
import { drawLayer } from "../map/layers/behind.js";
import { drawPoints } from "../map/layers/points.js";
import { radiusOf } from "../map/pane.js";

/** @typedef {Awaited<ReturnType<typeof import("../server/latent_ask.js").askGraph>>} Graph */
/** @typedef {import("../map/layers/behind.js").Backdrop} Backdrop */
/** @typedef {import("../map/pane.js").Scene} Scene */

const CLASSES = 10;
const BETWEEN_CLASSES = "#8b93a3";
const APART = "#ffffff";
// Of a few arcs each is to be seen, of very many the tissue.
const OPAQUE = { most: 0.55, least: 0.07, at: 8000 };
const WIDTH = 0.8;
const RIM = 1.4;
const AT_ONCE = 100;

/** @implements {Backdrop} */
export class Arcs {
  /**
   * @param {string} task its name among the slices
   * @param {import("../kit/slices.js").Slices} slices
   * @param {HTMLCanvasElement} base what it is drawn on in the end
   * @param {() => void} onProgress something more is to be seen
   */
  constructor(task, slices, base, onProgress) {
    this.task = task;
    this.slices = slices;
    this.base = base;
    this.onProgress = onProgress;
    this.follows = false;
    this.points = 1;
    /** @type {GlobalCompositeOperation} */
    this.blending = "source-over";
    /** @type {Graph | null} */
    this.graph = null;
    this.forget();
  }

  forget() {
    this.slices.cancel(this.task);
    this.graph = null;
    this.width = 0;
    /** @type {import("../map/layers/behind.js").Layer | null} the last that was finished */
    this.shown = null;
    /** @type {import("../map/layers/behind.js").Layer | null} takes its place bit by bit */
    this.coming = null;
  }

  /**
   * @param {Graph | null} graph @param {import("../map/plane.js").Plane} plane of the codes that it joins
   * @returns {boolean} whether it is another one
   */
  take(graph, plane) {
    if (graph === this.graph) return false;
    this.graph = graph;
    this.order = graph && byClass(graph, plane);
    /** 0 for the largest part, which is not marked. */
    this.apart = graph && Uint8Array.from(graph.part, (part) => (part ? 1 : 0));
    return true;
  }

  /** Whether the map has another size than when they were drawn. */
  get isOutgrown() {
    return this.width !== this.base.width;
  }

  /** @param {Scene} scene */
  start(scene) {
    this.slices.cancel(this.task);
    this.coming = null;
    this.width = this.base.width;
    if (!this.graph || !scene.side.plane || !this.width) return;
    const layer = { canvas: element("canvas"), viewport: scene.viewport };
    // Over what is shown, the same arcs would be twice as bright while they come.
    this.coming = this.shown ? null : layer;
    this.slices.start(this.task, this.steps(layer.canvas, scene), (done) => {
      if (done) {
        this.shown = layer;
        this.coming = null;
      }
      if (done || this.coming) this.onProgress();
    });
  }

  /** @param {HTMLCanvasElement} canvas @param {Scene} scene @yields after a few arcs */
  *steps(canvas, { side, viewport, hidden, colours }) {
    const { graph, order, apart } = this;
    const plane = side.plane;
    if (!graph || !order || !apart || !plane) return;
    const size = (canvas.width = canvas.height = this.base.width);
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
    const shownApart = apart.map((isApart, row) => Number(Boolean(isApart) && !hidden.has(labels[row])));
    const marked = { xs, ys, labels: shownApart, count: plane.count };
    drawPoints(rings, marked, viewport, new Set([0]), [APART, APART], radius);
    g.globalAlpha = 1;
    g.drawImage(rings, 0, 0);
  }

  /** @param {CanvasRenderingContext2D} g @param {number} size @param {import("../map/viewport.js").Viewport} viewport */
  draw(g, size, viewport) {
    g.imageSmoothingEnabled = true;
    for (const layer of [this.shown, this.coming]) if (layer) drawLayer(g, size, viewport, layer);
  }
}

/** @param {ArrayLike<number>} part of each digit @returns {number} of the digits, those of the largest part */
export const largestShare = (part) => Array.from(part).filter((one) => one === 0).length / part.length;

/** Were most of them ringed, it would tell nothing apart. @param {Graph} graph */
export const ringsOthers = ({ part, parts }) => parts > 1 && largestShare(part) > 0.5;

/** @param {number} arcs how many @param {number} scale of the view @returns {number} */
const opacity = (arcs, scale) =>
  Math.min(OPAQUE.most, Math.max(OPAQUE.least, OPAQUE.most * Math.sqrt((OPAQUE.at * scale) / arcs)));

/**
 * Those between two classes first, so that they lie below the others.
 * @param {Graph} graph @param {import("../map/plane.js").Plane} plane
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
