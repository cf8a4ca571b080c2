/** One map of the Manifold page: its two surfaces, the paths over them, and what follows the hand. */

import { digitCanvas } from "../kit/digits.js";
import { drawCross, drawPin, drawThumb } from "../map/marks.js";
import { context, MapPane } from "../map/pane.js";
import { Arcs } from "./arcs.js";
import { Below } from "./below.js";
import { Heat, Scale } from "./heat.js";

/** @typedef {import("../map/layers/behind.js").Backdrop} Backdrop */
/** @typedef {import("../map/viewport.js").Place} Place */
/** @typedef {import("../map/viewport.js").Viewport} Viewport */
/** @typedef {{places: Place[], dashed?: boolean, stops?: Place[]}} Line through its places; dots at its stops */
/**
 * @typedef {object} Marks
 * @property {Line[]} lines
 * @property {Place[]} ends
 * @property {Place | null} pointer
 * @property {boolean} thumb whether the picture rides beside the pointer
 */

const DOT = 2.6;
const THICK = 2.4;
const THIN = 1.6;
const CASING = 2.2;

/** @extends {MapPane<Backdrop>} */
export class ManifoldPane extends MapPane {
  /** @param {"left" | "right"} kind @param {import("../kit/slices.js").Slices} slices */
  constructor(kind, slices) {
    super(kind, () => new Heat());
    this.heat = /** @type {Heat} */ (this.behind);
    this.arcs = new Arcs(`arcs ${kind}`, slices, this.base, () => this.drawBase());
    this.scale = new Scale();
    this.below = new Below();
    this.thumb = digitCanvas();
    this.words.append(this.scale.element, this.below.element);
  }

  /** @param {{name: string}} model @param {string | null} problem */
  announce(model, problem) {
    super.announce(model, problem);
    const keys = "arrow keys move the pointer, Enter sets an end, Escape clears, + and − zoom, Home shows all";
    this.marks.setAttribute("aria-label", `Map of ${model.name}: ${keys}`);
  }

  /** @param {import("../map/load.js").MapSide} side */
  build(side) {
    super.build(side);
    this.heat.forget();
    this.arcs.forget();
  }

  /** @param {import("./choice.js").Surface} surface */
  turn(surface) {
    this.behind = surface === "graph" ? this.arcs : this.heat;
  }

  /** @param {Viewport} viewport @param {Marks} marks @param {string} colour of the model */
  paintMarks(viewport, marks, colour) {
    const g = context(this.marks, this.size);
    g.clearRect(0, 0, this.size, this.size);
    drawPaths(g, this.size, viewport, marks, colour);
    if (!marks.pointer) return;
    const pixel = viewport.pixel(marks.pointer, this.size);
    drawCross(g, pixel);
    if (marks.thumb) drawThumb(g, pixel, this.size, this.thumb, colour);
  }
}

/**
 * @param {CanvasRenderingContext2D} g @param {number} size @param {Viewport} viewport
 * @param {Marks} marks @param {string} colour of the model
 */
export function drawPaths(g, size, viewport, { lines, ends }, colour) {
  for (const { places, dashed = false, stops = [] } of lines) {
    const width = dashed || places === stops ? THIN : THICK;
    g.beginPath();
    for (const place of places) g.lineTo(...viewport.pixel(place, size));
    g.lineJoin = g.lineCap = "round";
    g.setLineDash([]);
    g.strokeStyle = "rgb(0 0 0 / 70%)";
    g.lineWidth = width + CASING;
    g.stroke();
    g.setLineDash(dashed ? [4, 6] : []);
    g.strokeStyle = "#fff";
    g.lineWidth = width;
    g.stroke();
    g.setLineDash([]);
    for (const stop of stops) dot(g, viewport.pixel(stop, size));
  }
  for (const end of ends) drawPin(g, viewport.pixel(end, size), colour);
}

/** @param {CanvasRenderingContext2D} g @param {Place} pixel */
function dot(g, [x, y]) {
  for (const [radius, style] of /** @type {[number, string][]} */ ([
    [DOT + 1.4, "#000"],
    [DOT, "#fff"],
  ])) {
    g.beginPath();
    g.arc(x, y, radius, 0, 2 * Math.PI);
    g.fillStyle = style;
    g.fill();
  }
}
