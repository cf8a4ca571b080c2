/** One Plotly plot: points that can be pointed at, picked and selected, with rings around two of them. */

import { hasWebGL, planeToImage, purge } from "../frame/plotly.js";
import { listenForZoom } from "../gestures/zoom_hand.js";
import { element } from "../kit/dom.js";
import { CAMERA, DIGITS, homeRanges, layout, OUTLINES, selectedPoints, traces } from "./figure.js";
import { Hand } from "./hand.js";
import { RINGS, Rings, toPixel } from "./rings.js";
import { zoomed } from "./zoom.js";

/** @typedef {import("./data.js").Points} Points */
/** @typedef {import("./figure.js").Look} Look */
/** @typedef {import("./figure.js").Shown} Shown */
/** @typedef {import("../frame/plotly.js").PlotlyLibrary} PlotlyLibrary */
/** @typedef {import("./zoom.js").Axis} Axis */
/**
 * @typedef {object} Listener rows are those of the set of digits
 * @property {(row: number | null) => void} onHover
 * @property {(row: number | null) => void} onPick null for a click beside all points
 * @property {() => void} onDouble the second click of two, in place of `onPick`
 * @property {(rows: number[]) => void} onSelect with the lasso or the box
 */
/** @typedef {{point: number[] | null, digit: number | null}} Mark a digit that can be switched off; null where it is none */
/** @typedef {import("./place.js").Placed & Mark & {name: string}} HandMark */
/** @typedef {{points: Points, titles: string[], key: string, zoomKey: string, model: string, address: string}} Content
 *   the camera is kept while `key` is the same, a zoom while `zoomKey` is */

// After a drag a scene goes on moving for a while.
const FOLLOW_MS = 600;
// Plotly's own gestures are replaced where they would know of one plot only; its log would name what is no fault.
const CONFIG = { displayModeBar: false, doubleClick: false, scrollZoom: false, logging: 0, showTips: false };

/** @type {import("./zoom.js").Change} */
const UNCHANGED = { factor: 1, dx: 0, dy: 0, at: [0, 0] };

export class Plot {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    this.div = element("div", { class: "plotly-place" });
    this.rings = new Rings();
    this.element = element(
      "div",
      { class: "plot", tabindex: 0, role: "application", "aria-roledescription": "scatter plot" },
      this.div,
      this.rings.element,
      this.rings.label,
      this.rings.picture,
    );
    /** @type {PlotlyLibrary | null} */
    this.plotly = null;
    /** @type {Content | null} */
    this.content = null;
    /** @type {{pinned: HandMark | null, hovered: Mark | null}} */
    this.ringed = { pinned: null, hovered: null };
    this.zoomed = false;
    this.frame = 0;
    this.followUntil = 0;
    // What the hand has asked for since the last frame.
    this.change = UNCHANGED;
    this.changing = 0;
    this.hand = new Hand(this.element, {
      ...listener,
      onMove: (until) => this.follow(until),
      leavesTouch: () => this.dims === 3 && this.tool === false,
      takesOneButton: () => this.dims === 2,
    });
    listenForZoom(this.element, {
      zoom: (factor, pixel) => this.zoom(factor, pixel),
      pan: (dx, dy) => this.ask({ dx, dy }),
    });
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.div);
  }

  get dims() {
    return this.content?.points.dims ?? 0;
  }

  /**
   * @param {PlotlyLibrary} plotly @param {Content} content @param {Look} look @param {Shown} shown
   * @param {string | false} tool
   */
  async draw(plotly, content, look, shown, tool) {
    const before = this.content;
    const outlook = this.outlook(before, content);
    if (before && before.points.dims !== content.points.dims) purge(plotly, this.div);
    this.plotly = plotly;
    this.content = content;
    this.shown = shown;
    this.tool = tool;
    this.zoomed &&= before?.zoomKey === content.zoomKey;
    const { points, titles } = content;
    const figure = layout(points, titles, look, outlook, tool, this.size);
    const drawn = plotly.react(this.div, traces(points, look, shown, hasWebGL()), figure, CONFIG);
    if (!before || before.points.dims !== content.points.dims) this.attach();
    await drawn;
    this.follow();
  }

  /**
   * @param {Content | null} before @param {Content} after
   * @returns {import("./figure.js").Outlook} what is kept of where the visitor looks from
   */
  outlook(before, after) {
    const full = this.full;
    if (!before || !full || before.key !== after.key) return {};
    // Fingers turn a scene without an event: only the scene itself knows its camera.
    if (before.points.dims === 3) return { camera: full.scene._scene.getCamera() };
    if (!this.zoomed || before.zoomKey !== after.zoomKey) return {};
    /** @type {{xaxis: Axis, yaxis: Axis}} */
    const { xaxis, yaxis } = full;
    return { x: [...xaxis.range], y: [...yaxis.range] };
  }

  /** @returns {any} what Plotly has made of the layout */
  get full() {
    return /** @type {any} */ (this.div)._fullLayout;
  }

  get size() {
    const { clientWidth, clientHeight } = this.div;
    return { width: Math.max(clientWidth, 60), height: Math.max(clientHeight, 60) };
  }

  /** Shows and hides digits and outlines. @param {Shown} shown */
  show(shown) {
    this.shown = shown;
    if (!this.content) return;
    const outlines = OUTLINES.filter((name) => this.content?.points[name]);
    const visible = [...DIGITS.map((digit) => !shown.hidden.has(digit)), ...outlines.map((name) => shown[name])];
    void this.plotly?.restyle(this.div, { visible }, [...visible.keys()]);
  }

  /** Dims all that is not selected. @param {Shown} shown */
  highlight(shown) {
    this.shown = shown;
    if (!this.content || this.dims === 3) return;
    const { points } = this.content;
    const selectedpoints = DIGITS.map((digit) => selectedPoints(points, digit, shown.selected));
    void this.plotly?.update(this.div, { selectedpoints }, { selections: [] }, DIGITS);
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
    this.rings.show(this.ringed.hovered === null ? "pinned" : "hovered", picture);
    this.placeRings();
  }

  placeRings() {
    for (const which of RINGS) this.rings.place(which, this.pixel(which), this.size.width);
  }

  /** @param {import("./rings.js").Which} which @returns {import("./rings.js").Pixel | null} where its ring is */
  pixel(which) {
    const { content, full } = this;
    const { point, digit } = this.ringed[which] ?? { point: null, digit: null };
    // What is drawn may be newer than the mark.
    if (!point || !full || point.length !== content?.points.dims) return null;
    if (digit !== null && this.shown?.hidden.has(digit)) return null;
    const pixel = toPixel(full, point);
    return which === "hovered" && pixel?.away !== null ? null : pixel;
  }

  /** @param {string | false} tool Plotly's dragmode */
  use(tool) {
    this.tool = tool;
    if (!this.content) return;
    void this.plotly?.relayout(this.div, { [this.dims === 3 ? "scene.dragmode" : "dragmode"]: tool });
  }

  home() {
    if (!this.content) return;
    this.zoomed = false;
    const { x, y } = homeRanges(this.content.points);
    const update = this.dims === 3 ? { "scene.camera": CAMERA } : { "xaxis.range": x, "yaxis.range": y };
    void this.plotly?.relayout(this.div, update);
    this.follow();
  }

  /** @param {number} factor @param {import("../gestures/zoom_hand.js").Pixel} [at] the middle if left out */
  zoom(factor, at) {
    const { width, height } = this.size;
    this.ask({ factor, at: at ?? [width / 2, height / 2] });
  }

  /** Once a frame, however often the wheel turns. @param {Partial<import("./zoom.js").Change>} change */
  ask({ factor = 1, dx = 0, dy = 0, at = this.change.at }) {
    const { change } = this;
    this.change = { factor: change.factor * factor, dx: change.dx + dx, dy: change.dy + dy, at };
    this.changing ||= requestAnimationFrame(() => {
      this.changing = 0;
      const asked = this.change;
      this.change = UNCHANGED;
      if (!this.content || !this.full) return;
      this.zoomed ||= this.dims === 2;
      void this.plotly?.relayout(this.div, zoomed(this.full, homeRanges(this.content.points), asked));
      this.follow();
    });
  }

  resize() {
    const { width, height } = this.size;
    const full = this.full;
    if (!this.content || !this.div.clientWidth || !full || (full.width === width && full.height === height)) return;
    void this.plotly?.relayout(this.div, { width, height });
    this.follow();
  }

  /** To Plotly's own events, which it forgets when it is purged. */
  attach() {
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ handle) =>
      /** @type {any} */ (this.div).on(name, handle);
    on("plotly_hover", ({ points }) => this.hand.sees(this.firstRow(points)));
    on("plotly_unhover", () => this.hand.sees(null));
    on("plotly_click", ({ points }) => this.hand.hits(this.firstRow(points)));
    on("plotly_selected", (event) => {
      // It comes once more, without what was drawn, as the drawing is taken away.
      if (!event?.lassoPoints && !event?.range) return;
      this.listener.onSelect(event.points.flatMap((/** @type {any} */ point) => this.rowOf(point) ?? []));
    });
    on("plotly_relayouting", (event) => this.moved(event));
    on("plotly_relayout", (event) => this.moved(event));
    on("plotly_afterplot", () => this.placeRings());
  }

  /** @param {any[]} found @returns {number | null} */
  firstRow(found) {
    return found.map((point) => this.rowOf(point)).find((row) => row !== null) ?? null;
  }

  /** @param {{curveNumber: number, pointNumber: number}} point @returns {number | null} */
  rowOf({ curveNumber, pointNumber }) {
    return curveNumber < DIGITS.length ? (this.content?.points.row(curveNumber, pointNumber) ?? null) : null;
  }

  /** @param {Record<string, unknown> | null} event */
  moved(event) {
    if (event && "xaxis.range[0]" in event) this.zoomed = true;
    this.follow();
  }

  /** The rings go along with what moves. @param {number} [until] a time of `performance.now` */
  follow(until = performance.now() + FOLLOW_MS) {
    this.followUntil = until;
    this.frame ||= requestAnimationFrame(this.step);
  }

  step = () => {
    this.placeRings();
    this.frame = performance.now() < this.followUntil ? requestAnimationFrame(this.step) : 0;
  };

  /** @param {number} scale @returns {Promise<string>} a `data:` address of the plot as PNG, without its rings */
  async toImage(scale) {
    const { plotly } = this;
    if (!plotly) throw new Error("There is no plot yet.");
    const options = { format: "png", ...this.size, scale };
    if (this.dims === 2) return planeToImage(plotly, this.div, options);
    // Of a turn by finger the layout has not heard.
    await plotly.relayout(this.div, { "scene.camera": this.full.scene._scene.getCamera() });
    return plotly.toImage(this.div, options);
  }

  clear() {
    if (this.content && this.plotly) purge(this.plotly, this.div);
    this.content = null;
    this.hand.under = null;
    this.placeRings();
  }

  close() {
    this.clear();
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.changing);
    this.hand.close();
  }
}
