/** What lies along a time from 0 to 1: a chart, a strip of pictures, and the hand that presses or drags along it. */

import { stepOnLine } from "../kit/controls.js";
import { digitCanvas, paint } from "../kit/digits.js";
import { element, roundUp, svg } from "../kit/dom.js";
import { STEPS } from "../maths/paths.js";

/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} colour
 * @property {ArrayLike<number | null>} values the first at time 0, the last at 1; a gap where there is none
 * @property {boolean} [between] values lie between even times, one fewer than these, as speeds do
 * @property {boolean} [faint] without a value of its own
 */
/** @typedef {{node: HTMLElement, value: Text}} Reading */

const TICKS = 3;

/** Lines from 0 up, with a cursor that glides over them. */
export class AlongChart {
  /**
   * @param {object} options
   * @param {string} options.label
   * @param {string} [options.unit] of the values, as it stands after the label
   * @param {(t: number) => void} options.onSeek
   */
  constructor({ label, unit = "", onSeek }) {
    this.label = label;
    /** @type {Line[]} */
    this.lines = [];
    this.time = 0;
    this.top = 1;
    this.digits = 0;
    // Only who is there by keys wants to hear it at every step.
    this.isTold = false;
    this.ticks = element("div", { "aria-hidden": "true" });
    this.paths = svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
    this.cursor = element("i", { class: "glides cursor" });
    this.pointer = element("i", { class: "glides pointer", hidden: true });
    /** One a line that is not faint. @type {HTMLElement[]} */
    this.dots = [];
    /** @type {Reading[]} */
    this.readings = [];
    this.readout = element("span", { class: "readout", hidden: true });
    this.plot = element(
      "div",
      {
        class: "plot",
        role: "slider",
        tabindex: 0,
        "aria-label": `${label} along the path`,
        "aria-valuemin": 0,
        "aria-valuemax": 1,
        "aria-valuenow": 0,
        onpointermove: (/** @type {PointerEvent} */ event) => this.onPointer(event),
        onpointerleave: () => this.leave(),
        onpointercancel: () => this.leave(),
        onfocus: () => this.tell(),
        onblur: () => (this.isTold = false),
      },
      this.paths,
      this.pointer,
      this.cursor,
    );
    seekAlong(this.plot, { onSeek, time: () => this.time, step: 1 / (STEPS - 1) });
    this.element = element(
      "div",
      { class: "along" },
      element("header", {}, element("span", {}, unit ? `${label}, ${unit}` : label), this.readout),
      element("div", { class: "body" }, this.ticks, this.plot),
    );
  }

  /**
   * @param {Line[]} lines the later ones over the others
   * @param {number} t of the cursor
   */
  draw(lines, t) {
    this.lines = lines;
    const most = Math.max(0, ...lines.flatMap(({ values }) => Array.from(values, (value) => finite(value) ?? 0)));
    const step = most > 0 ? roundUp(most / TICKS) : 1;
    this.digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    this.top = Math.ceil(most / step - 1e-9) * step || 1;
    this.drawTicks(step);
    this.paths.replaceChildren(...lines.map((line) => this.path(line)));
    const told = lines.filter(({ faint }) => !faint);
    this.dots.forEach((dot) => dot.remove());
    this.dots = told.map(({ colour }) => element("i", { class: "glides dot-at", style: `--colour: ${colour}` }));
    this.plot.append(...this.dots);
    this.readings = told.map(({ name, colour }) => {
      const value = document.createTextNode("");
      const node = element("span", { title: name, style: `--colour: ${colour}` }, element("i", {}), value);
      return { node, value };
    });
    this.readout.replaceChildren(...this.readings.map(({ node }) => node));
    this.mark(t);
  }

  /** @param {number} t 0 to 1; the cursor's */
  mark(t) {
    this.time = t;
    const across = `${(100 * t).toFixed(3)}%`;
    this.cursor.style.transform = `translateX(${across})`;
    let dot = 0;
    for (const line of this.lines) {
      if (line.faint) continue;
      const value = valueAt(line, t);
      const { style } = this.dots[dot++];
      style.visibility = value === null ? "hidden" : "visible";
      if (value !== null) style.transform = `translate(${across}, ${(100 * (1 - value / this.top)).toFixed(3)}%)`;
    }
    if (this.isTold) this.tell();
  }

  /** For those who do not see where the cursor is. */
  tell() {
    this.isTold = true;
    this.plot.setAttribute("aria-valuenow", this.time.toFixed(3));
    this.plot.setAttribute("aria-valuetext", this.words(this.time));
  }

  /** @param {number} t @returns {string} the values there */
  words(t) {
    const told = this.lines.filter(({ faint }) => !faint);
    return told.map((line) => `${line.name} ${this.format(valueAt(line, t))}`).join(", ");
  }

  /** @param {PointerEvent} event */
  onPointer({ clientX }) {
    const { left, width } = this.plot.getBoundingClientRect();
    const t = Math.min(1, Math.max(0, (clientX - left) / width));
    this.pointer.hidden = this.readout.hidden = false;
    this.pointer.style.transform = `translateX(${(100 * t).toFixed(3)}%)`;
    const told = this.lines.filter(({ faint }) => !faint);
    told.forEach((line, i) => (this.readings[i].value.data = this.format(valueAt(line, t))));
  }

  leave() {
    this.pointer.hidden = this.readout.hidden = true;
  }

  /** @param {number | null} value */
  format(value) {
    return value === null ? "–" : value.toFixed(this.digits + 1);
  }

  /** @param {number} step between two */
  drawTicks(step) {
    const count = Math.round(this.top / step);
    const levels = Array.from({ length: count + 1 }, (_, k) => k * step);
    this.ticks.replaceChildren(
      ...levels.flatMap((level) => {
        const style = `--y: ${1 - level / this.top}`;
        return [
          element("i", { class: "rule", style }),
          element("span", { class: "tick", style }, level ? level.toFixed(this.digits) : "0"),
        ];
      }),
    );
  }

  /** @param {Line} line */
  path({ values, colour, faint, between }) {
    const { length } = values;
    let d = "";
    let isOn = false;
    for (let k = 0; k < length; k++) {
      const value = finite(values[k]);
      if (value !== null) {
        const x = between ? (k + 0.5) / length : k / Math.max(1, length - 1);
        d += `${isOn ? "L" : "M"}${x.toFixed(4)} ${(1 - value / this.top).toFixed(4)}`;
      }
      isOn = value !== null;
    }
    return svg("path", { d, class: faint ? "faint" : "", style: `--colour: ${colour}` });
  }
}

/** @param {number | null} value */
const finite = (value) => (value !== null && Number.isFinite(value) ? value : null);

/** @param {Line} line @param {number} t @returns {number | null} linear between two values; null next to a gap */
function valueAt({ values, between }, t) {
  const last = values.length - 1;
  if (last < 0) return null;
  const place = Math.min(last, Math.max(0, between ? t * values.length - 0.5 : t * last));
  const before = Math.floor(place);
  const [a, b] = [finite(values[before]), finite(values[Math.min(last, before + 1)])];
  const share = place - before;
  if (share === 0) return a;
  return a === null || b === null ? null : (1 - share) * a + share * b;
}

/** Pictures at even times side by side, with a mark that glides over them. */
export class FilmStrip {
  /**
   * @param {object} options
   * @param {number} [options.frames] how many, at least 2: the first at time 0, the last at 1
   * @param {string} options.label for those who do not see it
   * @param {(t: number) => void} options.onSeek
   */
  constructor({ frames = 11, label, onSeek }) {
    this.time = 0;
    this.nearest = -1;
    this.canvases = Array.from({ length: frames }, () => digitCanvas({ "aria-hidden": "true" }));
    this.marker = element("i", { class: "glides" });
    this.element = element(
      "div",
      {
        class: "film-strip",
        role: "slider",
        tabindex: 0,
        "aria-label": label,
        "aria-valuemin": 0,
        "aria-valuemax": frames - 1,
        style: `--frames: ${frames}`,
      },
      ...this.canvases,
      this.marker,
    );
    const last = frames - 1;
    // Time 0 and time 1 are the middles of the pictures at the ends.
    const toTime = (/** @type {number} */ share) => (share * frames - 0.5) / last;
    seekAlong(this.element, { onSeek, time: () => this.time, step: 1 / last, toTime });
    this.mark(0);
  }

  /** @param {string} label */
  set label(label) {
    this.element.setAttribute("aria-label", label);
  }

  /** @param {number} k frame, from 0 @param {Float32Array} picture [pixels] in [0, 1] */
  paint(k, picture) {
    paint(this.canvases[k], picture);
  }

  /** @param {number} t 0 to 1 */
  mark(t) {
    this.time = t;
    const { length } = this.canvases;
    const place = t * (length - 1);
    this.marker.style.transform = `translateX(${((100 * (place + 0.5)) / length).toFixed(3)}%)`;
    const nearest = Math.round(place);
    if (nearest === this.nearest) return;
    this.nearest = nearest;
    this.element.setAttribute("aria-valuenow", String(nearest));
    this.element.setAttribute("aria-valuetext", `picture ${nearest + 1} of ${length}`);
  }

  /** @param {string} colour of the mark */
  recolour(colour) {
    this.element.style.setProperty("--colour", colour);
  }
}

const SIDEWAYS_PX = 3;
// In steps; a pointer that meant to hit one comes so near.
const NEAR = 0.02;

/**
 * Sideways only: a finger that goes up or down scrolls the page.
 * @param {HTMLElement} node of role slider
 * @param {object} options
 * @param {(t: number) => void} options.onSeek
 * @param {() => number} options.time of now
 * @param {number} options.step of an arrow key
 * @param {(share: number) => number} [options.toTime] from a share of the node's width
 */
export function seekAlong(node, { onSeek, time, step, toTime = (share) => share }) {
  const inside = (/** @type {number} */ t) => Math.min(1, Math.max(0, t));
  const seekTo = (/** @type {PointerEvent} */ { clientX }) => {
    const { left, width } = node.getBoundingClientRect();
    onSeek(inside(toTime((clientX - left) / width)));
  };
  /** What keys have asked for and is not painted yet: the next one goes on from there. @type {number | null} */
  let asked = null;
  let [isHeld, downX, downY] = [false, 0, 0];
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    node.setPointerCapture(event.pointerId);
    [downX, downY] = [event.clientX, event.clientY];
    // A finger may yet scroll the page; one that only taps ends in a click.
    isHeld = event.pointerType !== "touch";
    if (isHeld) seekTo(event);
  });
  node.addEventListener("pointermove", (event) => {
    if (!node.hasPointerCapture(event.pointerId)) return;
    const [across, along] = [Math.abs(event.clientX - downX), Math.abs(event.clientY - downY)];
    isHeld ||= across >= SIDEWAYS_PX && across > along;
    if (isHeld) seekTo(event);
  });
  node.addEventListener("click", (event) => seekTo(/** @type {PointerEvent} */ (event)));
  node.addEventListener("keydown", (event) => {
    const by = stepOnLine(event);
    if (!by) return;
    event.preventDefault();
    const place = (asked ?? time()) / step;
    const to = by < 0 ? Math.ceil(place - NEAR) + by : Math.floor(place + NEAR) + by;
    asked = inside(to * step);
    onSeek(asked);
    requestAnimationFrame(() => (asked = null));
  });
}
