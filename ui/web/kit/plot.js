/** A small plot that follows the hand: axes, lines, areas, dots, rules, and handles that are dragged or moved by keys. */

import { share, textOf, ticksOf, valueAt } from "./axis.js";
import { stepInPlane } from "./controls.js";
import { element, formatNumber, svg } from "./dom.js";

/** @typedef {import("./axis.js").Axis} Axis */
/** @typedef {{x: number, y: number, kind?: string, title?: string, r?: number}} Dot `kind`: a class name */
/**
 * @typedef {object} HandleOptions
 * @property {string} label for who does not see
 * @property {(x: number, y: number) => void} onDrag to a place in the plot's own units, inside its axes
 * @property {(across: number, up: number) => void} onStep by an arrow key, -1 to 1 each; ten times as far with Shift
 * @property {() => void} [onRest] the hand has let go
 * @property {string} [kind] a class name
 */
/**
 * @typedef {object} HandlePlace
 * @property {string} value said in words
 * @property {number} x
 * @property {number} y
 * @property {number} [now] what it sets; x if left out
 */

const MARGIN = { left: 44, right: 10, top: 10 };
// Below: of ticks alone, and with a label.
const FOOT = { ticks: 20, label: 36 };
const TICK_EVERY = { x: 70, y: 44 };
const HANDLE = 7;
const FINGER = 22;
const BIG_STEP = 10;
// A line that runs along an end of an axis is as wide there.
const SLACK = 2;

let plots = 0;

export class Plot {
  /**
   * @param {string} label for who does not see
   * @param {Axis} x
   * @param {Axis} y
   * @param {{height?: number, kind?: string}} [look] in pixels; a class name
   */
  constructor(label, x, y, { height = 240, kind = "" } = {}) {
    this.height = height;
    this.width = 0;
    /** What is drawn, in the order in which it was first named. @type {Map<string, {node: SVGElement, draw: () => void}>} */
    this.items = new Map();
    this.grid = svg("g", { class: "grid", "aria-hidden": "true" });
    /** What lies inside the axes is all that is seen of lines and areas. */
    this.inside = svg("rect", { x: MARGIN.left - SLACK, y: MARGIN.top - SLACK });
    this.clip = svg("clipPath", { id: `plot-${++plots}` }, this.inside);
    this.marks = svg("g");
    this.handles = svg("g");
    this.svg = svg(
      "svg",
      { class: "plot-area", role: "group", "aria-label": label, height },
      this.clip,
      this.grid,
      this.marks,
      this.handles,
    );
    this.element = element("div", { class: `plot ${kind}`.trim() }, this.svg);
    this.axes(x, y);
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.element);
  }

  /** @param {Axis} x @param {Axis} y from now on */
  axes(x, y) {
    this.x = x;
    this.y = y;
    this.redraw();
  }

  measure() {
    const width = this.element.clientWidth;
    if (width === this.width) return;
    this.width = width;
    this.redraw();
  }

  redraw() {
    if (!this.width) return;
    this.svg.setAttribute("width", String(this.width));
    this.inside.setAttribute("width", String(Math.max(0, this.across) + 2 * SLACK));
    this.inside.setAttribute("height", String(this.up + 2 * SLACK));
    this.drawGrid();
    for (const { draw } of this.items.values()) draw();
  }

  /** Pixels of the horizontal axis. */
  get across() {
    return this.width - MARGIN.left - MARGIN.right;
  }

  /** Pixels of the vertical axis. */
  get up() {
    const { label } = /** @type {Axis} */ (this.x);
    return this.height - MARGIN.top - (label ? FOOT.label : FOOT.ticks);
  }

  /** @param {number} value @returns {number} pixels from the left */
  px(value) {
    return MARGIN.left + share(/** @type {Axis} */ (this.x), value) * this.across;
  }

  /** @param {number} value @returns {number} pixels from the top */
  py(value) {
    return MARGIN.top + (1 - share(/** @type {Axis} */ (this.y), value)) * this.up;
  }

  /** @param {{clientX: number, clientY: number}} event @returns {[number, number]} x and y there, inside the axes */
  at({ clientX, clientY }) {
    const { left, top } = this.svg.getBoundingClientRect();
    const across = (clientX - left - MARGIN.left) / this.across;
    const up = 1 - (clientY - top - MARGIN.top) / this.up;
    return [valueAt(/** @type {Axis} */ (this.x), across), valueAt(/** @type {Axis} */ (this.y), up)];
  }

  /** @param {string} key @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys @param {string} [kind] a class name */
  line(key, xs, ys, kind = "") {
    this.put(key, "path", { class: `line ${kind}`, ...this.clipped }, (node) =>
      node.setAttribute("d", this.path(xs, ys)),
    );
  }

  /**
   * Between a line and a level, or two lines.
   * @param {string} key @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys
   * @param {ArrayLike<number> | number} base @param {string} [kind] a class name
   */
  area(key, xs, ys, base, kind = "") {
    this.put(key, "path", { class: `area ${kind}`, ...this.clipped }, (node) => {
      const back = Array.from(xs).reverse();
      const floor = typeof base === "number" ? back.map(() => base) : Array.from(base).reverse();
      const [there, home] = [this.path(xs, ys), this.path(back, floor)];
      node.setAttribute("d", there && `${there}L${home.slice(1)}Z`);
    });
  }

  /** @param {string} key @param {readonly Dot[]} dots */
  dots(key, dots) {
    this.put(key, "g", {}, (node) => {
      node.replaceChildren(
        ...dots.map(({ x, y, kind = "", title, r = 4 }) =>
          svg(
            "circle",
            { class: `dot-mark ${kind}`, cx: this.px(x).toFixed(2), cy: this.py(y).toFixed(2), r },
            ...(title ? [svg("title", {}, title)] : []),
          ),
        ),
      );
    });
  }

  /** A line across. @param {string} key @param {{x?: number, y?: number}} at @param {string} [words] beside it @param {string} [kind] */
  rule(key, { x, y }, words = "", kind = "") {
    this.put(key, "g", { class: `rule ${kind}` }, (node) => {
      const [left, right] = [MARGIN.left, this.width - MARGIN.right];
      const [top, bottom] = [MARGIN.top, MARGIN.top + this.up];
      const [px, py] = [x === undefined ? null : this.px(x), y === undefined ? null : this.py(y)];
      const ends = px === null ? { x1: left, x2: right, y1: py, y2: py } : { x1: px, x2: px, y1: top, y2: bottom };
      const at = px === null ? { x: right - 4, y: Number(py) - 5, "text-anchor": "end" } : { x: px + 5, y: top + 11 };
      node.replaceChildren(svg("line", ends), svg("text", at, words));
    });
  }

  /** @param {string} key @param {number} x @param {number} y @param {string} words @param {string} [kind] */
  words(key, x, y, words, kind = "") {
    this.put(key, "text", { class: kind }, (node) => {
      node.setAttribute("x", this.px(x).toFixed(2));
      node.setAttribute("y", this.py(y).toFixed(2));
      node.textContent = words;
    });
  }

  /** @param {string} key of what is no longer to be seen */
  remove(key) {
    this.items.get(key)?.node.remove();
    this.items.delete(key);
  }

  /**
   * @param {HandleOptions} options
   * @returns {(place: HandlePlace) => void} puts it there
   */
  handle({ label, onDrag, onStep, onRest = () => {}, kind = "" }) {
    const node = svg(
      "g",
      { class: `handle ${kind}`, role: "slider", tabindex: 0, "aria-label": label },
      svg("circle", { class: "reach", r: FINGER }),
      svg("circle", { class: "knob", r: HANDLE }),
    );
    const key = `handle ${label}`;
    /** Where it is, in pixels. */
    let [left, top] = [0, 0];
    /** How far from its middle the hand holds it. @type {[number, number] | null} */
    let held = null;
    node.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      node.focus({ preventScroll: true });
      const frame = this.svg.getBoundingClientRect();
      held = [event.clientX - frame.left - left, event.clientY - frame.top - top];
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", ({ clientX, clientY }) => {
      if (held) onDrag(...this.at({ clientX: clientX - held[0], clientY: clientY - held[1] }));
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      node.addEventListener(end, () => {
        if (!held) return;
        held = null;
        onRest();
      });
    }
    node.addEventListener("keydown", (event) => {
      const step = stepInPlane(event);
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const far = event.shiftKey ? BIG_STEP : 1;
      onStep(step[0] * far, -step[1] * far);
      onRest();
    });
    return ({ value, x, y, now = x }) => {
      const { from, to } = /** @type {Axis} */ (this.x);
      const said = { text: value, min: Math.min(from, to, now), max: Math.max(from, to, now), now: spoken(now) };
      for (const [name, words] of Object.entries(said)) node.setAttribute(`aria-value${name}`, String(words));
      const draw = () => {
        [left, top] = [this.px(x), this.py(y)];
        node.setAttribute("transform", `translate(${left} ${top})`);
      };
      this.place(key, node, draw, this.handles);
    };
  }

  close() {
    this.observer.disconnect();
  }

  get clipped() {
    return { "clip-path": `url(#${this.clip.id})` };
  }

  /**
   * @param {string} key @param {"path" | "g" | "text"} tag @param {Record<string, unknown>} attributes
   * @param {(node: SVGElement) => void} draw
   */
  put(key, tag, attributes, draw) {
    const node = this.items.get(key)?.node ?? svg(tag, { "data-mark": key });
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value).trim());
    this.place(key, node, () => draw(node));
  }

  /** @param {string} key @param {SVGElement} node @param {() => void} draw @param {SVGElement} [layer] */
  place(key, node, draw, layer = this.marks) {
    if (!this.items.has(key)) layer.append(node);
    this.items.set(key, { node, draw });
    if (this.width) draw();
  }

  /** @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys @returns {string} what is not finite is left out */
  path(xs, ys) {
    /** @type {string[]} */
    const places = [];
    for (let i = 0; i < xs.length; i++) {
      if (Number.isFinite(xs[i]) && Number.isFinite(ys[i])) {
        places.push(`${this.px(xs[i]).toFixed(2)} ${this.py(ys[i]).toFixed(2)}`);
      }
    }
    return places.length ? `M${places.join("L")}` : "";
  }

  drawGrid() {
    const [x, y] = [/** @type {Axis} */ (this.x), /** @type {Axis} */ (this.y)];
    const [right, bottom] = [this.width - MARGIN.right, MARGIN.top + this.up];
    /** @type {SVGElement[]} */
    const nodes = [];
    for (const tick of ticksOf(x, this.across / TICK_EVERY.x)) {
      const px = this.px(tick).toFixed(2);
      nodes.push(svg("line", { x1: px, x2: px, y1: MARGIN.top, y2: bottom }));
      nodes.push(svg("text", { x: px, y: bottom + 14, "text-anchor": "middle" }, textOf(x, tick)));
    }
    for (const tick of ticksOf(y, this.up / TICK_EVERY.y)) {
      const py = this.py(tick);
      nodes.push(svg("line", { x1: MARGIN.left, x2: right, y1: py.toFixed(2), y2: py.toFixed(2) }));
      nodes.push(svg("text", { x: MARGIN.left - 6, y: (py + 4).toFixed(2), "text-anchor": "end" }, textOf(y, tick)));
    }
    const middle = (MARGIN.left + right) / 2;
    const turned = `translate(11 ${(MARGIN.top + bottom) / 2}) rotate(-90)`;
    nodes.push(svg("text", { class: "axis", x: middle, y: this.height - 4, "text-anchor": "middle" }, x.label));
    nodes.push(svg("text", { class: "axis", transform: turned, "text-anchor": "middle" }, y.label));
    this.grid.replaceChildren(...nodes);
  }
}

/** @param {number} value as an attribute that a program reads */
const spoken = (value) => formatNumber(value).replace("−", "-");
