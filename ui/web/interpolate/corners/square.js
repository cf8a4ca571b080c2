/** One model's square between four digits: a grid of blends, coarse to fine, and a handle that goes anywhere in it. */

import { goesSideways, isNear, keepFinger } from "../../gestures/finger.js";
import { stepInPlane } from "../../kit/controls.js";
import { paintAt, shape } from "../../kit/digits.js";
import { element, modelTag } from "../../kit/dom.js";
import { column, picture, row, savePng, text, title } from "../../kit/png.js";
import { fourCorners } from "../../maths/paths.js";
import { Batch } from "../../nn/batch.js";

/** @typedef {import("../mode.js").Side} Side */

// As many cells in a row as can still be told apart.
const CELLS_WIDE = 9;
const CELLS_NARROW = 5;
const NARROW_PX = 240;
// The corners, the middles of the edges and the middle: what must follow a stroke in its own frame.
const COARSE = 9;
const AT_ONCE = 4;
// What a finger that means the knob may miss it by.
const GRAB_PX = 32;
const KEY_STEP = 1 / 32;
const KEY_LEAP = 1 / 8;

export class Square {
  /**
   * @param {"left" | "right"} kind
   * @param {(x: number, y: number) => void} onMove by hand, both 0 to 1
   * @param {() => void} onRest the hand is done
   */
  constructor(kind, onMove, onRest) {
    this.onMove = onMove;
    this.onRest = onRest;
    this.n = CELLS_WIDE;
    this.place = { x: 0, y: 0 };
    /** @type {Float32Array[]} */
    this.corners = [];
    /** @type {Float32Array} */
    this.codes = new Float32Array(0);
    /** @type {Batch | undefined} */
    this.batch = undefined;
    this.words = "";
    /** Cells, the coarse ones first. @type {number[]} */
    this.order = [];
    this.todo = 0;
    this.cursor = 0;
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.knob = element("i", { class: "knob" });
    this.travel = element("div", { class: "travel" }, this.knob);
    this.field = element(
      "div",
      {
        class: "field",
        role: "slider",
        tabindex: 0,
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        onpointerdown: this.onDown,
        onpointermove: this.onDrag,
        onpointerup: this.onUp,
        onpointercancel: this.onUp,
        onkeydown: this.onKey,
      },
      this.canvas,
      this.travel,
    );
    keepFinger(this.field, ({ targetTouches: [finger] }) => this.isOnKnob(finger));
    this.name = element("span", { class: "name" });
    this.element = element(
      "figure",
      { class: `square ${kind}`, style: `--aspect: ${shape.width / shape.height}` },
      this.field,
      modelTag(this.name, { as: "figcaption" }),
    );
    this.arrange();
  }

  /** @param {Side} side */
  build({ name, label, model }) {
    if (this.batch?.model !== model) this.batch = new Batch(model, COARSE);
    this.name.replaceChildren(element("b", {}, name), ` ${label}`);
    this.name.title = `${name} ${label}`;
    this.canvas.dataset.grid = name;
    this.field.setAttribute("aria-label", `Place between the four corners, ${name}`);
  }

  /** @param {number} width of the square in CSS pixels @returns {boolean} whether it has other cells now */
  fit(width) {
    const n = width < NARROW_PX ? CELLS_NARROW : CELLS_WIDE;
    if (n === this.n) return false;
    this.n = n;
    this.arrange();
    return true;
  }

  arrange() {
    const { n } = this;
    const stride = (n - 1) / 2;
    const isCoarse = (/** @type {number} */ cell) => (cell % n) % stride === 0 && Math.floor(cell / n) % stride === 0;
    const cells = Array.from({ length: n * n }, (_, cell) => cell);
    this.order = [...cells.filter(isCoarse), ...cells.filter((cell) => !isCoarse(cell))];
    this.canvas.width = n * shape.width;
    this.canvas.height = n * shape.height;
    this.element.style.setProperty("--cells", String(n));
    this.cursor = 0;
  }

  /**
   * The coarse cells show it at once; those between are due, and `work` paints them.
   * @param {Float32Array[]} corners four codes, row by row from the upper left
   */
  fill(corners) {
    this.corners = corners;
    const [z00, z01, z10, z11] = corners;
    this.codes = fourCorners(z00, z01, z10, z11, this.n);
    this.paint(this.order.slice(0, COARSE));
    this.todo = this.order.length - COARSE;
  }

  /** Goes on from where it is: corners that keep changing must reach the last cell, too. */
  *work() {
    const rest = this.order.length - COARSE;
    while (this.todo > 0) {
      const count = Math.min(AT_ONCE, this.todo);
      this.paint(Array.from({ length: count }, (_, k) => this.order[COARSE + ((this.cursor + k) % rest)]));
      this.cursor = (this.cursor + count) % rest;
      this.todo -= count;
      yield;
    }
  }

  /** @param {number[]} cells at most `COARSE` */
  paint(cells) {
    const { batch, codes, n } = this;
    if (!batch) return;
    const dim = codes.length / (n * n);
    const chosen = new Float32Array(cells.length * dim);
    cells.forEach((cell, k) => chosen.set(codes.subarray(cell * dim, (cell + 1) * dim), k * dim));
    const pictures = batch.decode(chosen, cells.length);
    const { pixels, width, height } = shape;
    cells.forEach((cell, k) => {
      const [x, y] = [(cell % n) * width, Math.floor(cell / n) * height];
      paintAt(this.canvas, pictures.subarray(k * pixels, (k + 1) * pixels), x, y);
    });
  }

  /** @param {number} x @param {number} y 0 to 1 @param {string} words for who does not see */
  mark(x, y, words) {
    this.place = { x, y };
    this.travel.style.transform = `translate(${100 * x}%, ${100 * y}%)`;
    if (this.words === words) return;
    this.words = words;
    this.field.setAttribute("aria-valuenow", String(Math.round(100 * x)));
    this.field.setAttribute("aria-valuetext", words);
  }

  /** @param {{clientX: number, clientY: number}} point */
  isOnKnob({ clientX, clientY }) {
    const { left, top, width, height } = this.knob.getBoundingClientRect();
    return Math.hypot(clientX - left - width / 2, clientY - top - height / 2) <= GRAB_PX;
  }

  /** A finger beside the knob moves it sideways, or by a tap: what goes up and down scrolls the page. */
  onDown = (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0) return;
    this.finger = event.pointerType === "touch" && !this.isOnKnob(event) ? event : undefined;
    if (!this.finger) this.take(event);
  };

  /** @param {PointerEvent} event */
  take(event) {
    this.field.setPointerCapture(event.pointerId);
    this.finger = undefined;
    this.held = event.pointerId;
    this.goTo(event);
  }

  onDrag = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId === this.held) this.goTo(event);
    else if (event.pointerId === this.finger?.pointerId && goesSideways(this.finger, event)) this.take(event);
  };

  onUp = (/** @type {PointerEvent} */ event) => {
    const isTap = event.type === "pointerup" && event.pointerId === this.finger?.pointerId;
    if (isTap && isNear(/** @type {PointerEvent} */ (this.finger), event)) this.take(event);
    if (event.pointerId === this.finger?.pointerId) this.finger = undefined;
    if (event.pointerId !== this.held) return;
    this.held = undefined;
    this.onRest();
  };

  /** The middle of a corner's cell is that corner. @param {PointerEvent} event */
  goTo({ clientX, clientY }) {
    const { left, top, width } = this.field.getBoundingClientRect();
    const cell = width / this.n;
    const along = (/** @type {number} */ px) => Math.min(1, Math.max(0, (px - cell / 2) / (width - cell)));
    this.onMove(along(clientX - left), along(clientY - top));
  }

  onKey = (/** @type {KeyboardEvent} */ event) => {
    const [across, down] = stepInPlane(event) ?? [0, 0];
    if (!across && !down) return;
    const step = event.shiftKey ? KEY_LEAP : KEY_STEP;
    event.preventDefault();
    const { x, y } = this.place;
    const held = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));
    this.onMove(held(x + step * across), held(y + step * down));
    this.onRest();
  };
}

const GAP = 24;
const STOP = 56;
const NAME = { font: "11px", width: STOP + GAP - 4 };

/**
 * @param {Element} root @param {string} name of the file, without its ending
 * @param {Square[]} squares those that are shown
 * @param {{canvas: HTMLCanvasElement, name: string}[]} stops the corners
 * @param {string} digits the set
 */
export function saveCorners(root, name, squares, stops, digits) {
  const grids = squares.map(({ element, canvas }, i) => {
    const colour = getComputedStyle(element).getPropertyValue("--colour");
    return column([title(canvas.dataset.grid ?? "", colour, i === 0), picture(canvas, canvas.width, canvas.height)]);
  });
  const corners = stops.map((stop) => column([picture(stop.canvas, STOP), text(stop.name, NAME)]));
  const words = ["The corners, row by row", `${digits.toUpperCase()} digits`].map((line) =>
    text(line, { font: NAME.font }),
  );
  savePng(root, name, column([row(grids, GAP), row([...corners, column(words)], 4)], 12));
}
