/** One map: what lies behind, the codes, the axes, and over them what follows the hand; under it, words and pictures. */

import { digitCanvas, paintAt, shape } from "../kit/digits.js";
import { element, formatNumber, modelTag } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";
import { blank, column, marked, picture, row, SCALE, text, title } from "../kit/png.js";
import { drawAxes, drawPrior } from "./layers/axes.js";
import { Backdrop } from "./layers/backdrop.js";
import { Scale } from "./layers/magnification.js";
import { drawPoints, radiusOf } from "./layers/points.js";
import { drawMarks } from "./marks.js";

/** @typedef {import("./layers/backdrop.js").Scene} Scene */
/** @typedef {import("./marks.js").Marks} Marks */
/**
 * @typedef {object} Film
 * @property {string} name
 * @property {number} count of pictures
 * @property {(k: number) => Float32Array | Uint8Array} pixels of the k-th, which the next call may overwrite
 */

const NOTHING = "\u00a0";
const GROUND = "#0b0e14";
// In a picture to keep: of a longer path as many of its pictures, from end to end.
const MAP = 420;
const SMALL = 46;
const MOST_PICTURES = 15;

export class MapPane {
  /** @param {"left" | "right"} kind @param {import("../kit/slices.js").Slices} slices */
  constructor(kind, slices) {
    const id = `where-${kind}`;
    this.backdrop = new Backdrop(`behind ${kind}`, slices, () => this.drawBase());
    this.base = element("canvas", { class: "base", "aria-hidden": "true" });
    this.marks = element("canvas", { class: "marks", tabindex: 0, role: "application", "aria-describedby": id });
    this.codes = element("canvas");
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.frame = element("div", { class: "frame" }, this.base, this.marks, this.problem);
    this.name = element("b", { class: "name" });
    this.share = element("span", { class: "share" });
    this.where = element("p", { class: "where short", id }, NOTHING);
    this.scale = new Scale();
    this.below = new Below();
    this.words = element("figcaption", {}, this.where, this.scale.element);
    this.element = element(
      "figure",
      { class: `map ${kind}` },
      modelTag(this.name, { as: "p" }, this.share),
      this.frame,
      this.words,
      this.below.element,
    );
    this.thumb = digitCanvas();
    this.size = 0;
    this.ratio = 1;
    /** @type {Scene | null} null where there is no plane */
    this.scene = null;
    /** @type {Marks | null} */
    this.over = null;
  }

  /** @param {{name: string}} model @param {string | null} problem in place of the map */
  announce({ name }, problem) {
    this.name.textContent = name;
    this.name.title = name;
    this.problem.textContent = problem === null ? "" : `${name}: ${problem}.`;
    this.problem.hidden = problem === null;
    this.frame.toggleAttribute("data-lacks", problem !== null);
    this.marks.hidden = problem !== null;
  }

  /** @param {string} keys of the tool that is in hand, and what they do */
  label(keys) {
    const words = `Map of ${this.name.textContent}: ${keys}, + and − zoom, Home shows all`;
    if (this.marks.getAttribute("aria-label") !== words) this.marks.setAttribute("aria-label", words);
  }

  /** @param {import("./plane.js").Plane | null} plane */
  build(plane) {
    this.backdrop.forget();
    this.over = null;
    // Two codes are the whole of it.
    const isSlice = plane !== null && plane.dim > 2;
    const share = () => (plane?.count ? `${formatNumber(100 * plane.share, 0)} % of the variance` : "all others 0");
    this.share.textContent = isSlice ? share() : "";
    this.share.title = isSlice && plane.count ? "What this plane holds of the variance of the codes" : "";
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

  /** Where the view, the legend or the theme has changed. @param {Scene | null} scene @param {boolean} isOther layer */
  drawCodes(scene, isOther) {
    this.scene = scene;
    if (scene) {
      if (isOther || this.backdrop.layer.follows) this.backdrop.start(scene);
      drawCodes(this.codes, scene, this.ratio);
    }
    this.drawBase();
  }

  drawBase() {
    drawBase(this.base, this.codes, this.size, this.backdrop, this.scene);
  }

  /**
   * What moves, and in words the place that is looked at.
   * @param {import("./viewport.js").Viewport} viewport @param {import("./plane.js").Plane | null} plane @param {Marks} marks
   */
  paintMarks(viewport, plane, marks) {
    const { pin, pointer } = marks;
    this.over = marks;
    const g = context(this.marks, this.size);
    g.clearRect(0, 0, this.size, this.size);
    if (plane) drawMarks(g, viewport, this.size, marks);
    const words = pointer?.words ?? (pin && plane?.describe(pin.place, pin.off)) ?? NOTHING;
    if (this.where.textContent !== words) this.where.textContent = words;
  }

  /**
   * The map as it is, drawn anew at another resolution, and the words and pictures under it.
   * @param {string} colour of the model @param {boolean} isFilled its mark
   * @returns {import("../kit/png.js").Cell}
   */
  cell(colour, isFilled) {
    const { scene, over, backdrop, below, scale } = this;
    const head = title(textOf(this.name), colour, isFilled, MAP, textOf(this.share));
    if (!scene) return column([head, text(textOf(this.problem))]);
    const [codes, canvas] = [0, 1].map(() => element("canvas", { width: MAP * SCALE, height: MAP * SCALE }));
    drawCodes(codes, scene, SCALE);
    drawBase(canvas, codes, MAP, backdrop, scene);
    const pointer = over?.pointer ? { ...over.pointer, thumb: null } : null;
    if (over) drawMarks(context(canvas, MAP), scene.viewport, MAP, { ...over, pointer });
    const words = [...[this.where, below.facts, below.numbers].map(textOf), scale.words].filter(Boolean);
    const films = below.rows.filter((one) => !one.element.hidden).flatMap((one) => one.cells);
    return column([head, picture(canvas, MAP), ...words.map((line) => text(line)), ...films]);
  }
}

/** @param {HTMLCanvasElement} canvas @param {number} size in pixels of the page @returns {CanvasRenderingContext2D} */
function context(canvas, size) {
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const ratio = canvas.width / size;
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  return g;
}

/** @param {HTMLCanvasElement} canvas @param {Scene} scene @param {number} ratio its pixels in one of the page */
function drawCodes(canvas, { plane, viewport, hidden, colours }, ratio) {
  const radius = Math.round(radiusOf(plane, viewport) * ratio * 10) / 10;
  drawPoints(canvas, plane, viewport, hidden, colours, radius);
}

/**
 * @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} codes drawn before
 * @param {number} size @param {Backdrop} backdrop @param {Scene | null} scene
 */
function drawBase(canvas, codes, size, backdrop, scene) {
  const g = context(canvas, size);
  g.fillStyle = GROUND;
  g.fillRect(0, 0, size, size);
  if (!scene) return;
  const { plane, viewport, font } = scene;
  backdrop.draw(g, size, viewport);
  g.globalCompositeOperation = backdrop.layer.blending ?? "source-over";
  g.globalAlpha = backdrop.layer.points;
  g.drawImage(codes, 0, 0, size, size);
  g.globalAlpha = 1;
  g.globalCompositeOperation = "source-over";
  drawPrior(g, size, plane.prior, viewport, font);
  drawAxes(g, size, plane, viewport, font);
}

/** Pictures side by side on one canvas. */
class Row {
  constructor() {
    this.name = element("span", { class: "row-name" });
    this.canvas = digitCanvas({ role: "img" });
    this.element = element("div", { class: "film-row", hidden: true }, this.name, this.canvas);
  }

  /** @param {string} name @param {number} count of pictures */
  open(name, count) {
    if (this.name.textContent !== name) this.name.textContent = name;
    // A width that is set empties the canvas, and there would be a frame without pictures.
    if (this.canvas.width !== count * shape.width) this.canvas.width = count * shape.width;
    this.canvas.style.setProperty("--count", String(count));
    this.canvas.setAttribute("aria-label", `${name}: ${count} pictures`);
    this.element.hidden = false;
  }

  /** @param {number} index @param {Float32Array | Uint8Array} pixels */
  paint(index, pixels) {
    paintAt(this.canvas, pixels, index * shape.width, 0);
  }

  /** Its name, and some of its pictures. @returns {import("../kit/png.js").Cell[]} */
  get cells() {
    const { canvas, name } = this;
    const { width, height } = shape;
    const count = canvas.width / width;
    const shown = Math.min(count, MOST_PICTURES);
    const side = Math.min(SMALL, MAP / shown);
    const cells = Array.from({ length: shown }, (_, k) => {
      const from = width * Math.round((k * (count - 1)) / Math.max(1, shown - 1));
      return marked(blank(side, (side * height) / width), ({ g }, x, y) =>
        g.drawImage(canvas, from, 0, width, height, x, y, side, (side * height) / width),
      );
    });
    return [text(`${textOf(name)}${shown < count ? `, ${shown} of ${count}` : ""}`), row(cells)];
  }
}

/** Under one map: what its layer shows, how long its path is, and the pictures along it. */
class Below {
  constructor() {
    this.rows = [new Row(), new Row()];
    this.facts = element("p", { class: "facts" }, NOTHING);
    this.numbers = element("p", { class: "lengths" }, NOTHING);
    this.films = element("div", { class: "films", tabindex: -1 }, ...this.rows.map((row) => row.element));
    this.element = element("div", { class: "below" }, this.facts, this.numbers, this.films);
  }

  /**
   * Takes no place where there is nothing to say.
   * @param {string} facts of the layer @param {string} numbers of the path, or a sentence in their place
   * @param {Film[]} [films] at most two
   */
  show(facts, numbers, films = []) {
    this.element.hidden = !facts && !numbers;
    this.facts.hidden = !facts;
    for (const [line, words] of /** @type {[HTMLElement, string][]} */ ([
      [this.facts, facts],
      [this.numbers, numbers],
    ])) {
      if (line.textContent !== (words || NOTHING)) line.replaceChildren(...glossed(words || NOTHING, "geodesic"));
    }
    this.rows.forEach((row, i) => {
      row.element.hidden = true;
      if (!films[i]) return;
      const { name, count, pixels } = films[i];
      row.open(name, count);
      for (let k = 0; k < count; k++) row.paint(k, pixels(k));
    });
    // Only what scrolls is a stop for the keyboard.
    this.films.tabIndex = this.films.scrollWidth > this.films.clientWidth ? 0 : -1;
  }
}

/** @param {HTMLElement} node @returns {string} what is to be read there */
const textOf = ({ textContent, hidden }) => (hidden ? "" : (textContent ?? "").trim());
