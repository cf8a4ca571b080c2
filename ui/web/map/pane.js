/** One map: what lies behind, the codes, the axes, and over them what follows the hand. */

import { element, formatNumber, formatScaled } from "../kit/dom.js";
import { drawAxes, drawPrior } from "./layers/axes.js";
import { drawPoints } from "./layers/points.js";
import { drawCross, drawHand, drawPin, drawThumb } from "./marks.js";

/** @typedef {import("./viewport.js").Viewport} Viewport */
/** @typedef {import("./viewport.js").Place} Place */
/** @typedef {import("./layers/behind.js").Backdrop} Backdrop */
/**
 * @typedef {object} Scene what a map shows
 * @property {import("./load.js").MapSide} side
 * @property {Viewport} viewport
 * @property {Set<number>} hidden digits
 * @property {string[]} colours of the digits
 * @property {string} colour of the model
 * @property {string} font a family
 */

const NOTHING = "\u00a0";
export const GROUND = "#0b0e14";
const RADIUS = 1.6;
const MANY = 5000;
const RADIUS_OF_MANY = 1.2;
// Points grow with the zoom, slowly: they say where a code is, not how large.
const GROWTH = 0.25;
// Of the map's half width: less is no distance.
const ON_PLANE = 0.01;

/** @template {Backdrop} B */
export class MapPane {
  /**
   * @param {"left" | "right"} kind
   * @param {(onProgress: () => void) => B} behind which says when something more is to be seen
   */
  constructor(kind, behind) {
    const id = `where-${kind}`;
    this.kind = kind;
    this.behind = behind(() => this.drawBase());
    this.base = element("canvas", { class: "base", "aria-hidden": "true" });
    this.marks = element("canvas", { class: "marks", tabindex: 0, role: "application", "aria-describedby": id });
    this.codes = element("canvas");
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.frame = element("div", { class: "frame" }, this.base, this.marks, this.problem);
    this.name = element("b", { class: "name" });
    this.share = element("span", { class: "share" });
    this.where = element("p", { class: "where", id }, NOTHING);
    this.words = element("figcaption", {}, this.where);
    this.element = element(
      "figure",
      { class: `map ${kind}` },
      element("p", { class: "tag" }, element("i", { class: "dot" }), this.name, this.share),
      this.frame,
      this.words,
    );
    this.size = 0;
    this.ratio = 1;
    /** @type {Scene | null} */
    this.scene = null;
    /** @type {import("./in_hand.js").HandMark | null} */
    this.hand = null;
  }

  /** @param {{name: string}} model @param {string | null} problem in place of the map */
  announce({ name }, problem) {
    this.name.textContent = name;
    this.name.title = name;
    this.marks.setAttribute("aria-label", `Map of ${name}: arrow keys move the pin, + and − zoom, Home shows all`);
    this.problem.textContent = problem === null ? "" : `${name}: ${problem}.`;
    this.problem.hidden = problem === null;
    this.frame.toggleAttribute("data-lacks", problem !== null);
    this.marks.hidden = problem !== null;
  }

  /** @param {import("./load.js").MapSide} side */
  build({ plane }) {
    this.behind.forget();
    // Two codes are the whole of it.
    const isSlice = plane !== null && plane.dim > 2;
    this.share.textContent = isSlice ? `${formatNumber(100 * plane.share, 0)} % of the variance` : "";
    this.share.title = isSlice ? "What this plane holds of the variance of the codes" : "";
  }

  /** Takes the size that the page gives it. @returns {boolean} whether it is another one */
  measure() {
    const { clientWidth: size } = this.frame;
    const ratio = window.devicePixelRatio;
    // Hidden: a canvas of no size cannot be drawn, and what was drawn is still true when it is back.
    if (size === 0) return false;
    if (size === this.size && ratio === this.ratio) return false;
    this.size = size;
    this.ratio = ratio;
    for (const canvas of [this.base, this.marks, this.codes]) canvas.width = canvas.height = Math.round(size * ratio);
    return true;
  }

  /** Where the view, the legend or the theme has changed. @param {Scene} scene */
  drawCodes(scene) {
    this.scene = scene;
    drawCodes(this.codes, scene, this.ratio);
    this.drawBase();
  }

  drawBase() {
    const { scene } = this;
    if (scene) drawBase(this.base, this.codes, this.size, this.behind, scene);
  }

  /**
   * @param {Viewport} viewport
   * @param {Place | null} pin
   * @param {Place | null} pointer
   * @param {HTMLCanvasElement} picture what is decoded where the pointer is
   * @param {string} colour of the model
   * @param {import("./in_hand.js").HandMark | null} hand
   * @param {string} font a family
   */
  drawMarks(viewport, pin, pointer, picture, colour, hand, font) {
    const { size } = this;
    this.hand = hand;
    const g = context(this.marks, size);
    g.clearRect(0, 0, size, size);
    if (hand) drawHand(g, viewport, size, hand, colour, font);
    if (pin) drawPin(g, viewport.pixel(pin, size), colour);
    if (!pointer) return;
    const pixel = viewport.pixel(pointer, size);
    drawCross(g, pixel);
    drawThumb(g, pixel, size, picture, colour);
  }

  /**
   * @param {import("./plane.js").Plane} plane
   * @param {Place} place @param {number} off its distance from the plane
   */
  say(plane, place, off) {
    this.tell(describePlace(plane, place, off));
  }

  /** @param {string} words */
  tell(words) {
    if (this.where.textContent !== words) this.where.textContent = words;
  }

  hush() {
    this.where.textContent = NOTHING;
  }
}

/** @param {import("./plane.js").Plane} plane @param {Place} place @param {number} off @returns {string} */
export function describePlace(plane, place, off) {
  const unit = plane.unit(place);
  const words = plane.axisNames.map((name, axis) => `${name} ${formatScaled(unit[axis], plane.half)}`);
  if (off >= ON_PLANE * plane.half) words.push(`${formatScaled(off, plane.half)} off this plane`);
  return words.join(" · ");
}

/** @param {HTMLCanvasElement} canvas @param {number} size in pixels of the page @returns {CanvasRenderingContext2D} */
export function context(canvas, size) {
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const ratio = canvas.width / size;
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  return g;
}

/** @param {HTMLCanvasElement} canvas @param {Scene} scene @param {number} ratio its pixels in one of the page */
function drawCodes(canvas, { side, viewport, hidden, colours }, ratio) {
  if (!side.plane) return;
  const radius = Math.round(radiusOf(side.plane, viewport) * ratio * 10) / 10;
  drawPoints(canvas, side.plane, viewport, hidden, colours, radius);
}

/**
 * @param {import("./plane.js").Plane} plane @param {Viewport} viewport
 * @returns {number} of its points, in pixels of the page
 */
export const radiusOf = ({ count }, { scale }) =>
  (count > MANY ? RADIUS_OF_MANY : RADIUS) * Math.max(1, scale ** GROWTH);

/**
 * @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} codes drawn before
 * @param {number} size @param {Backdrop} behind @param {Scene} scene
 */
function drawBase(canvas, codes, size, behind, { side, viewport, font }) {
  const g = context(canvas, size);
  g.fillStyle = GROUND;
  g.fillRect(0, 0, size, size);
  if (!side.plane) return;
  behind.draw(g, size, viewport);
  g.globalCompositeOperation = behind.blending;
  g.globalAlpha = behind.points;
  g.drawImage(codes, 0, 0, size, size);
  g.globalAlpha = 1;
  g.globalCompositeOperation = "source-over";
  drawPrior(g, size, side.plane, viewport, font);
  drawAxes(g, size, side.plane, viewport, font);
}

/**
 * The map as it is, drawn anew at another resolution.
 * @param {MapPane<Backdrop>} pane @param {number} size @param {number} ratio
 * @param {Place | null} pin @param {Place | null} pointer
 * @returns {HTMLCanvasElement | null} null where there is no map
 */
export function redraw({ scene, behind, hand }, size, ratio, pin, pointer) {
  if (!scene?.side.plane) return null;
  const [codes, canvas] = [0, 1].map(() => element("canvas", { width: size * ratio, height: size * ratio }));
  drawCodes(codes, scene, ratio);
  drawBase(canvas, codes, size, behind, scene);
  const g = context(canvas, size);
  if (hand) drawHand(g, scene.viewport, size, hand, scene.colour, scene.font);
  if (pin) drawPin(g, scene.viewport.pixel(pin, size), scene.colour);
  if (pointer) drawCross(g, scene.viewport.pixel(pointer, size));
  return canvas;
}
