/** What a player shows, to take away: a film, a strip of it as a picture, its numbers as a table. */

import { Alert } from "../kit/controls.js";
import { digitCanvas, paint, shape } from "../kit/digits.js";
import { button, element } from "../kit/dom.js";
import * as sheet from "../kit/png.js";
import { downloadFile } from "../kit/png.js";
import { STEPS } from "../maths/paths.js";
import { askFilm } from "../server/film.js";
import { LoadError } from "../server/load.js";
import { get, put } from "../state/parameters.js";

/**
 * @typedef {object} Panel one of up to four films side by side
 * @property {string} caption
 * @property {string} colour of the mark beside it
 * @property {(t: number, out: Float32Array) => void} pictureAt [pixels] in [0, 1]
 */
/** @typedef {"gif" | "webp"} Format */
/** @typedef {(string | number | null)[][]} Table its head first */
/**
 * @typedef {object} Source what is on show
 * @property {HTMLElement} root of the component
 * @property {string} name of the file, without its ending
 * @property {Panel[]} panels
 * @property {(frames: number) => {times: number[], fps: number, loop: boolean}} film such as the player's
 * @property {string} [note] the line under the strips
 * @property {(times: number[]) => Table} rows of the numbers at these times, a film's worth of them once along the way
 * @property {(name: string) => void} [saveStill] in place of the picture of the strips; adds the ending
 */

const SIZES = [280, 420, 560];
const FRAMES = [30, 60, 120];
const STRIP = 11;
// Between two frames to answer the hand; a picture takes well below a millisecond.
const SLICE_MS = 6;

/**
 * @param {Panel["pictureAt"]} pictureAt @param {number[]} times
 * @returns {Promise<Uint8Array>} [times * pixels] as `vae_core.pictures.animation.as_frames`
 */
async function greys(pictureAt, times) {
  const { pixels } = shape;
  const picture = new Float32Array(pixels);
  // Which rounds to the nearest, and half to even.
  const frames = new Uint8ClampedArray(times.length * pixels);
  let deadline = performance.now() + SLICE_MS;
  for (let k = 0; k < times.length; k++) {
    pictureAt(times[k], picture);
    for (let i = 0; i < pixels; i++) frames[k * pixels + i] = picture[i] * 255;
    if (performance.now() < deadline) continue;
    await new Promise((resolve) => setTimeout(resolve));
    deadline = performance.now() + SLICE_MS;
  }
  return new Uint8Array(frames.buffer);
}

const SIDE = 84;

/** Pictures at some times, a row for each panel. @param {Source} source @param {number[]} times */
function saveStrip({ root, panels, note, name }, times) {
  const picture = new Float32Array(shape.pixels);
  const strips = panels.map(({ caption, colour, pictureAt }, i) => {
    const cells = times.map((t) => {
      const canvas = digitCanvas();
      pictureAt(t, picture);
      paint(canvas, picture);
      return sheet.picture(canvas, SIDE);
    });
    return sheet.column([sheet.title(caption, colour, i === 0), sheet.row(cells)]);
  });
  const words = note ? [sheet.text(note, { font: "11px" })] : [];
  sheet.savePng(root, name, sheet.column([...strips, ...words], 14));
}

/** @param {Table} rows @param {string} name of the file, without its ending */
function saveCsv(rows, name) {
  const text = rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
  downloadFile(new Blob([text], { type: "text/csv" }), `${name}.csv`);
}

// What a number of 32 bits is worth.
const SIGNIFICANT = 7;

/** @param {string | number | null} value @returns {string} as RFC 4180 asks; empty where there is no number */
function cell(value) {
  if (typeof value === "number") return Number.isFinite(value) ? String(Number(value.toPrecision(SIGNIFICANT))) : "";
  return value === null ? "" : /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** A row of buttons, one a kind of file. */
export class TakeAway {
  /** @param {{source: () => Source | null}} options asked at every press; null while there is nothing to save yet */
  constructor({ source }) {
    this.source = source;
    this.isBusy = false;
    this.leaving = new AbortController();
    this.films = [
      button("GIF", (event) => this.film("gif", event), { title: "The film as a GIF" }),
      button("WebP", (event) => this.film("webp", event), { title: "The film as an animated WebP" }),
    ];
    this.size = choice("film", "Width of a model's picture in the film", SIZES, "px");
    this.frames = choice("frames", "Length of the film", FRAMES, "frames");
    this.alert = new Alert();
    this.element = element(
      "div",
      { class: "take-away" },
      element(
        "span",
        { class: "files units", role: "group", "aria-label": "Save" },
        ...this.films,
        button("PNG", () => this.still(), { title: "The pictures along the way (S)" }),
        button("CSV", () => this.table(), { title: "The numbers along the way" }),
      ),
      element("span", { class: "how" }, this.size, this.frames),
      this.alert.element,
    );
    /** For `listenForKeys`. @type {import("../kit/controls.js").Action[]} */
    this.actions = [{ name: "Save PNG", key: "s", title: "Save what is shown as a PNG", run: () => this.still() }];
  }

  /** @param {Format} format @param {MouseEvent} event of its button */
  async film(format, { currentTarget }) {
    const pressed = /** @type {HTMLButtonElement} */ (currentTarget);
    const source = this.source();
    if (this.isBusy || !source) return;
    const { panels, name } = source;
    const shot = source.film(Number(this.frames.value));
    const words = pressed.textContent;
    this.alert.hide();
    // The row keeps its width.
    pressed.style.minWidth = `${pressed.getBoundingClientRect().width}px`;
    pressed.textContent = "…";
    pressed.setAttribute("aria-label", `${words}: being made`);
    this.setBusy(true);
    try {
      const made = [];
      for (const { caption, pictureAt } of panels) made.push({ caption, frames: await greys(pictureAt, shot.times) });
      const { channels, height, width } = shape;
      const question = {
        shape: [channels, height, width],
        panels: made,
        format,
        size: Number(this.size.value),
        fps: shot.fps,
        loop: shot.loop,
      };
      downloadFile(await askFilm(question, this.leaving.signal), `${name}.${format}`);
    } catch (error) {
      if (!(error instanceof LoadError) && !this.leaving.signal.aborted) throw error;
      if (error instanceof LoadError) this.alert.show(error.message);
    } finally {
      pressed.textContent = words;
      pressed.removeAttribute("aria-label");
      this.setBusy(false);
    }
  }

  still() {
    const source = this.source();
    if (!source) return;
    if (source.saveStill) source.saveStill(source.name);
    else saveStrip(source, this.alongTheWay(source, STRIP));
  }

  table() {
    const source = this.source();
    if (source) saveCsv(source.rows(this.alongTheWay(source, STEPS)), source.name);
  }

  /** @param {Source} source @param {number} count @returns {number[]} even times over all that the film shows, once */
  alongTheWay(source, count) {
    const { times } = source.film(Number(this.frames.value));
    const [from, to] = [Math.min(...times), Math.max(...times)];
    return Array.from({ length: count }, (_, k) => from + (k / (count - 1)) * (to - from));
  }

  /** @param {boolean} isBusy */
  setBusy(isBusy) {
    this.isBusy = isBusy;
    for (const film of this.films) film.setAttribute("aria-disabled", String(isBusy));
    this.element.toggleAttribute("aria-busy", isBusy);
  }

  /** Gives up what is being made. */
  close() {
    this.leaving.abort();
  }
}

/** @param {"film" | "frames"} key of the link @param {string} title @param {number[]} values @param {string} unit */
function choice(key, title, values, unit) {
  const options = values.map((value) => element("option", { value }, `${value} ${unit}`));
  const select = element("select", { title, "aria-label": title, onchange: () => put(key, select.value) }, ...options);
  select.value = get(key);
  return select;
}
