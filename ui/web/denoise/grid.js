/** The pictures: a row each of clean digits, corrupted ones, and what each model makes of them. */

import { oneTabStop } from "../kit/controls.js";
import { digitCanvas, paint, shape } from "../kit/digits.js";
import { button, element, formatNumber, modelTag } from "../kit/dom.js";
import { MOST } from "./engine.js";

/** @typedef {import("./engine.js").Likeness} Likeness */

/** @param {number} value in dB @returns {string} */
export const formatPsnr = (value) => (Number.isFinite(value) ? formatNumber(value, 1) : "∞");

/** @param {Likeness} likeness @returns {[string, string]} */
const words = ({ psnr, ssim }) => [formatPsnr(psnr), formatNumber(ssim, 2)];

/**
 * @param {Likeness[]} likenesses of the digits
 * @param {Likeness[]} corrupted of the same digits before any model: those that the corruption has left as they were
 *   are counted for no row, unless it has changed none; as in `vae_core.metrics.denoising`
 * @returns {Likeness}
 */
export function meanLikeness(likenesses, corrupted) {
  const changed = likenesses.filter((_, i) => Number.isFinite(corrupted[i].psnr));
  const counted = changed.length ? changed : likenesses;
  const mean = (/** @type {(one: Likeness) => number} */ read) =>
    counted.reduce((sum, one) => sum + read(one), 0) / counted.length;
  return { psnr: mean(({ psnr }) => psnr), ssim: mean(({ ssim }) => ssim) };
}

/** Two small numbers, PSNR in dB and SSIM. */
class Numbers {
  /** @param {string} kind a class name */
  constructor(kind) {
    this.texts = [document.createTextNode(""), document.createTextNode("")];
    this.spans = this.texts.map((text) => element("span", {}, text));
    this.element = element("p", { class: kind, title: "PSNR in dB, SSIM" }, ...this.spans);
  }

  /** @param {Likeness} likeness @param {Likeness} [corrupted] each number is marked where it is the better one */
  show(likeness, corrupted = likeness) {
    const shown = words(likeness);
    const better = [likeness.psnr > corrupted.psnr, likeness.ssim > corrupted.ssim];
    this.texts.forEach((text, i) => text.data !== shown[i] && (text.data = shown[i]));
    this.spans.forEach((span, i) => span.toggleAttribute("data-better", better[i]));
  }
}

export class Row {
  /** @param {string} kind a class name @param {string} name @param {string} label a few words */
  constructor(kind, name, label) {
    this.name = name;
    this.label = label;
    this.canvases = Array.from({ length: MOST }, () => digitCanvas({ role: "img" }));
    this.numbers = this.canvases.map(() => new Numbers("numbers"));
    this.frames = this.canvases.map((canvas) => element("div", { class: "frame" }, canvas));
    this.figures = this.frames.map((frame, i) => element("figure", {}, frame, this.numbers[i].element));
    this.mean = new Numbers("mean");
    const names = element("span", { class: "name" }, element("b", {}, name), element("small", {}, label));
    this.tag = modelTag(names, { as: "h3", title: `${name} ${label}`.trim() });
    this.element = element("section", { class: `row ${kind}` }, this.tag, ...this.figures, this.mean.element);
    /** @type {Likeness[]} */
    this.shown = [];
    /** @type {Likeness | null} */
    this.average = null;
  }

  /** @param {Float32Array} pictures [count * pixels] in [0, 1] @param {number} count */
  paint(pictures, count) {
    const { pixels } = shape;
    for (let i = 0; i < count; i++) paint(this.canvases[i], pictures.subarray(i * pixels, (i + 1) * pixels));
  }

  /** @param {Likeness[]} likenesses @param {Row | null} baseline the corrupted digits' own, of the same digits */
  showLikenesses(likenesses, baseline) {
    this.shown = likenesses;
    this.average = meanLikeness(likenesses, (baseline ?? this).shown);
    likenesses.forEach((one, i) => this.numbers[i].show(one, baseline?.shown[i]));
    this.mean.show(this.average, baseline?.average ?? undefined);
  }

  /** @param {(label: number | null) => string} describe @param {(number | null)[]} labels */
  announce(describe, labels) {
    labels.forEach((label, i) => this.canvases[i].setAttribute("aria-label", describe(label)));
  }
}

export class Grid {
  /** @param {(i: number) => void} onPick a clean digit was chosen */
  constructor(onPick) {
    this.clean = new Row("original", "clean", "");
    this.corrupted = new Row("original corrupted", "corrupted", "PSNR in dB, SSIM");
    /** @type {Row[]} */
    this.models = [];
    this.clean.mean.texts.forEach((text, i) => (text.data = ["mean PSNR", "mean SSIM"][i]));
    this.buttons = this.clean.frames.map((frame, i) => {
      const cell = button(/** @type {Node} */ (frame.firstChild), () => onPick(i), { class: "cell" });
      frame.append(cell);
      return cell;
    });
    this.stopAt = oneTabStop(this.clean.element, this.buttons);
    this.outline = this.corrupted.frames.map((frame) => frame.appendChild(element("i", { class: "outline" })));
    this.cursor = element("i", { class: "cursor", hidden: true });
    this.corrupted.frames[0].append(this.cursor);
    this.element = element("div", { class: "grid", style: `--aspect: ${shape.width / shape.height}` });
    this.count = 0;
  }

  get rows() {
    return [this.clean, this.corrupted, ...this.models];
  }

  /** @param {{name: string, label: string}[]} models */
  build(models) {
    this.models = models.map(({ name, label }) => new Row("model", name, label));
    this.models.forEach((row) => row.canvases.forEach((canvas) => (canvas.dataset.model = row.name)));
    this.element.style.setProperty("--rows", String(this.rows.length));
    this.element.dataset.rows = String(this.rows.length);
    this.element.replaceChildren(...this.rows.map((row) => row.element));
    this.show(this.count);
  }

  /** @param {string[]} colours of the models */
  recolour(colours) {
    this.models.forEach((row, i) => row.element.style.setProperty("--colour", colours[i]));
  }

  /** @param {number} count how many digits are shown */
  show(count) {
    this.count = count;
    this.element.classList.toggle("single", count === 1);
    if (this.buttons.findIndex(({ tabIndex }) => tabIndex === 0) >= count) this.stopAt(0);
    this.element.style.setProperty("--columns", String(count));
    for (const row of this.rows) row.figures.forEach((figure, i) => (figure.hidden = i >= count));
  }

  /** @param {(number | null)[]} labels of the digits; null is the visitor's own */
  announce(labels) {
    const digit = (/** @type {number | null} */ label) => (label === null ? "your digit" : `a ${label}`);
    this.clean.announce(digit, labels);
    labels.forEach((label, i) => this.buttons[i].setAttribute("aria-label", `Take ${digit(label)} in hand`));
    this.corrupted.announce((label) => `${digit(label)}, corrupted`, labels);
    for (const row of this.models) row.announce((label) => `${digit(label)}, denoised by ${row.name}`, labels);
  }

  /** @param {import("./settings.js").Box | null} box in pixels, to be outlined */
  outlineBox(box) {
    const { style } = this.corrupted.element;
    for (const outline of this.outline) outline.hidden = !box?.w || !box.h;
    if (!box) return;
    const { width, height } = shape;
    const shares = { x: box.x / width, y: box.y / height, w: box.w / width, h: box.h / height };
    for (const [name, share] of Object.entries(shares)) style.setProperty(`--${name}`, String(share));
  }

  /** @param {[number, number] | null} place in pixels, where the keys would rub */
  pointAt(place) {
    this.cursor.hidden = !place;
    if (!place) return;
    this.cursor.style.left = `${(100 * place[0]) / shape.width}%`;
    this.cursor.style.top = `${(100 * place[1]) / shape.height}%`;
  }
}

export class Measurements {
  /**
   * @param {HTMLElement} root is told whether its numbers are those of its pictures
   * @param {import("./engine.js").Engine} engine
   * @param {Grid} grid
   * @param {import("../kit/slices.js").Slices} slices
   */
  constructor(root, engine, grid, slices) {
    this.root = root;
    this.engine = engine;
    this.grid = grid;
    this.slices = slices;
  }

  /** The pictures have changed. */
  refresh() {
    this.root.dataset.measured = "false";
    const onEnd = (/** @type {boolean} */ isLast) => void (this.root.dataset.measured = String(isLast));
    this.slices.follow("numbers", () => this.steps(), onEnd);
  }

  /** A row at a time. */
  *steps() {
    const { engine, grid } = this;
    // Others may be shown before the round is over.
    const { count } = grid;
    for (const [k, row] of [grid.corrupted, ...grid.models].entries()) {
      const likeness = Array.from({ length: count }, (_, i) => engine.likeness(k - 1, i));
      row.showLikenesses(likeness, k ? grid.corrupted : null);
      yield;
    }
  }
}
