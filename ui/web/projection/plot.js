/** One plot: points that can be pointed at, picked and selected, with rings around two of them. */

import { element } from "../kit/dom.js";
import { blank, marked, SCALE } from "../kit/png.js";
import { drawFigure, markerOf } from "./figure.js";
import { Hand } from "./hand.js";
import { Plane, Space } from "./outlook.js";
import { drawRing, RINGS, Rings } from "./rings.js";

/** @typedef {import("./points.js").Points} Points */
/** @typedef {import("./figure.js").Look} Look */
/** @typedef {import("./figure.js").Shown} Shown */
/** @typedef {import("./hand.js").Pixel} Pixel */
/**
 * @typedef {object} Listener rows are those of the set of digits
 * @property {() => import("./hand.js").Tool} tool
 * @property {() => void} onChange the plot is to be painted
 * @property {(row: number | null) => void} onHover
 * @property {(row: number | null) => void} onPick null for a click beside all points
 * @property {() => void} onDouble the second click of two, in place of `onPick`
 * @property {(rows: number[]) => void} onSelect with the lasso or the box
 */
/** @typedef {{points: Points, titles: string[], key: string, model: string, address: string}} Content
 *   where the visitor looks from is kept while `key` is the same */
/**
 * @typedef {object} Mark
 * @property {number[] | null} point null where it is not known
 * @property {number | null} digit which can be switched off; null where it is none
 */
/** @typedef {Mark & {name: string, how: string, isWaiting: boolean}} HandMark see `Placed` */

// How near to a point a pointer and a finger pick it.
const REACH = { pointer: 12, finger: 22 };

export class Plot {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    this.canvas = element("canvas", { class: "points" });
    this.rings = new Rings();
    this.element = element(
      "div",
      { class: "plot", tabindex: 0, role: "application", "aria-roledescription": "scatter plot" },
      this.canvas,
      ...this.rings.elements,
    );
    /** @type {Content | null} */
    this.content = null;
    /** @type {Plane | Space | null} */
    this.outlook = null;
    /** @type {{pinned: HandMark | null, hovered: Mark | null}} */
    this.ringed = { pinned: null, hovered: null };
    /** @type {Set<number>} */
    this.hidden = new Set();
    this.isStale = true;
    this.hand = new Hand(this.element, {
      tool: listener.tool,
      isSpace: () => this.outlook instanceof Space,
      hover: (pixel) => listener.onHover(pixel && this.rowAt(pixel, REACH.pointer)),
      pick: (pixel, isFinger) => listener.onPick(this.rowAt(pixel, isFinger ? REACH.finger : REACH.pointer)),
      takeBack: listener.onDouble,
      zoom: (factor, pixel) => this.zoom(factor, pixel),
      move: (dx, dy) => this.look((outlook) => outlook.move(dx, dy)),
      turn: (dx, dy) => this.look((outlook) => outlook instanceof Space && outlook.turn(dx, dy)),
      surround: (path) => this.rings.surround(path),
      select: (path) => listener.onSelect(this.rowsIn(path)),
    });
    this.sizes = new ResizeObserver(() => this.redraw());
    this.sizes.observe(this.element);
  }

  get size() {
    const { width, height } = this.element.getBoundingClientRect();
    return { width: Math.floor(width), height: Math.floor(height) };
  }

  /** In the next frame. */
  redraw() {
    this.isStale = true;
    this.listener.onChange();
  }

  /** @param {Content} content to be drawn from now on */
  show(content) {
    const outlook = new (content.points.dims === 3 ? Space : Plane)(content.points.bounds);
    outlook.size = this.size;
    const before = this.outlook;
    if (before && this.content?.key === content.key) outlook.follow(/** @type {Plane & Space} */ (before));
    this.outlook = outlook;
    this.content = content;
    this.redraw();
  }

  clear() {
    this.content = this.outlook = null;
    this.redraw();
  }

  /**
   * @param {HandMark | null} pinned what is in hand @param {number | null} hovered row
   * @param {Uint8Array | null} picture of the digit under the pointer or finger
   */
  ring(pinned, hovered, picture) {
    const points = this.content?.points;
    const under = hovered === null || !points ? null : { point: points.at(hovered), digit: points.digit(hovered) };
    this.ringed = { pinned, hovered: under };
    this.rings.name(pinned?.name ?? "", pinned?.how ?? "", pinned?.isWaiting ?? false);
    this.rings.show(under === null ? "pinned" : "hovered", picture);
  }

  /** @param {Look} look @param {Shown} shown */
  paint(look, shown) {
    if (this.isStale) this.draw(look, shown);
    for (const which of RINGS) this.rings.place(which, this.pixel(which), this.size.width);
  }

  /** @param {Look} look @param {Shown} shown */
  draw(look, shown) {
    this.isStale = false;
    this.hidden = shown.hidden;
    const { canvas, content, outlook, size } = this;
    const ratio = devicePixelRatio;
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    Object.assign(canvas.style, { width: `${size.width}px`, height: `${size.height}px` });
    if (outlook) outlook.size = size;
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    g.scale(ratio, ratio);
    this.drawOn(g, look, shown, ratio);
    // What is drawn, and from where, for whoever looks on.
    Object.assign(this.element.dataset, { points: content?.address ?? "", seen: outlook?.seen.join(" ") ?? "" });
  }

  /**
   * @param {CanvasRenderingContext2D} g in pixels of the page @param {Look} look @param {Shown} shown
   * @param {number} ratio pixels of the canvas to one of the page
   */
  drawOn(g, look, shown, ratio) {
    const { content, outlook } = this;
    if (!content || !outlook) return;
    g.save();
    g.beginPath();
    g.rect(0, 0, outlook.size.width, outlook.size.height);
    g.clip();
    drawFigure(g, { ...content, outlook }, look, shown, ratio);
    g.restore();
  }

  /** @param {Look} look @param {Shown} shown @returns {import("../kit/png.js").Cell} as it is */
  cell(look, shown) {
    const { width, height } = this.size;
    return marked(blank(width, height), ({ g, look: page }, x, y) => {
      g.save();
      g.translate(x, y);
      this.drawOn(g, look, shown, SCALE);
      const pixel = this.pixel("pinned");
      if (pixel) drawRing(g, pixel, page);
      g.restore();
    });
  }

  /** @param {import("./rings.js").Which} which @returns {import("./rings.js").Pixel | null} where its ring is */
  pixel(which) {
    const { point, digit } = this.ringed[which] ?? { point: null, digit: null };
    // What is drawn may be newer than the mark.
    if (!point || !this.outlook || point.length !== this.content?.points.dims) return null;
    if (digit !== null && this.hidden.has(digit)) return null;
    const pixel = this.outlook.pixel(point);
    return which === "hovered" && pixel.away !== null ? null : pixel;
  }

  /** @param {(outlook: Plane | Space) => void} change of where the points are seen from */
  look(change) {
    if (!this.outlook) return;
    change(this.outlook);
    this.redraw();
  }

  home() {
    this.look((outlook) => outlook.home());
  }

  /** @param {number} factor @param {Pixel} [pixel] that stays; the middle if left out */
  zoom(factor, pixel = [this.size.width / 2, this.size.height / 2]) {
    this.look((outlook) => outlook.zoom(factor, pixel));
  }

  /**
   * @param {Pixel} pixel @param {number} reach how far from it a point may be
   * @returns {number | null} row of the nearest point; in space, where a point is under the pixel, of the one in front
   */
  rowAt([left, top], reach) {
    const { content, outlook, hidden } = this;
    if (!content || !outlook) return null;
    const { axes, labels, rows } = content.points;
    const { x, y, depth } = outlook.places(axes);
    const { radius } = markerOf(content.points);
    let [best, least] = [-1, Infinity];
    for (let i = 0; i < x.length; i++) {
      const distance = Math.hypot(x[i] - left, y[i] - top);
      if (!(distance <= reach) || hidden.has(labels[i])) continue;
      // Any that is under the pixel before any that is not.
      const score = depth && distance <= radius ? -1 / depth[i] : distance;
      if (score < least) [best, least] = [i, score];
    }
    return best < 0 ? null : rows[best];
  }

  /** @param {Pixel[]} path closed @returns {number[]} rows of the points within that are seen */
  rowsIn(path) {
    const { content, outlook, hidden } = this;
    if (!content || !outlook) return [];
    const { axes, labels, rows } = content.points;
    const { x, y } = outlook.places(axes);
    const isWithin = (/** @type {number} */ i) => {
      let within = false;
      path.forEach(([ax, ay], k) => {
        const [bx, by] = path[(k + 1) % path.length];
        if (ay > y[i] !== by > y[i] && x[i] < ax + ((bx - ax) * (y[i] - ay)) / (by - ay)) within = !within;
      });
      return within;
    };
    return Array.from(rows).filter((_, i) => !hidden.has(labels[i]) && isWithin(i));
  }

  close() {
    this.content = this.outlook = null;
    this.sizes.disconnect();
  }
}
