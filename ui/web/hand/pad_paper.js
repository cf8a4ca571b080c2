/** The paper of the drawing pad: strokes by mouse, finger, stylus or keys, kept by `chosen.js`. */

import { isPlain, stepInPlane } from "../kit/controls.js";
import { digitCanvas, paint } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { pixelsOf } from "../maths/ink.js";
import { DIGIT } from "../nn/shape.js";
import { beginStroke, own, rest, undoOwn } from "../state/chosen.js";

// Of the canvas that is seen: fine enough for any screen.
const SIDE = 560;
const MIDDLE = 0.5;
const KEY_STEP = 1 / DIGIT.width;

let strokes = 0;

export class Paper {
  /**
   * @param {object} listener
   * @param {(stroke: number) => void} listener.onStroke the stroke of this number has begun or grown
   * @param {() => void} listener.onCancel the browser took the pointer away: the stroke never was
   * @param {() => void} listener.onBack the last stroke is to be taken back
   * @param {(words: string) => void} listener.say to who does not see it
   */
  constructor(listener) {
    this.listener = listener;
    /** Of the pen, in [0, 1] of the paper's side. */
    this.radius = 0;
    /** @type {number | null} */
    this.pointer = null;
    this.cursor = { x: MIDDLE, y: MIDDLE, isDown: false };
    this.canvas = element("canvas", {
      class: "paper",
      width: SIDE,
      height: SIDE,
      tabindex: 0,
      role: "application",
      "aria-label":
        "Drawing pad: arrow keys move the pen, Space puts it down or lifts it, Backspace takes a stroke back.",
      onpointerdown: this.onDown,
      onpointermove: this.onMove,
      onpointerup: this.onUp,
      onpointercancel: this.onCancel,
      onkeydown: this.onKey,
      onblur: () => this.lift(),
    });
    this.crosshair = element("i", { class: "pen", hidden: true });
  }

  /** A pointer's stroke is under way. */
  get isHeld() {
    return this.pointer !== null;
  }

  focus() {
    this.canvas.focus({ preventScroll: true });
  }

  /** As the visitor's digit is now. */
  redraw() {
    const g = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    g.fillStyle = "#000";
    g.fillRect(0, 0, SIDE, SIDE);
    if (own.base) {
      const base = digitCanvas({}, DIGIT);
      paint(base, pixelsOf(own.base));
      g.imageSmoothingEnabled = false;
      g.drawImage(base, 0, 0, SIDE, SIDE);
    }
    for (const { radius, points } of own.strokes) line(g, radius, points);
  }

  /** @param {PointerEvent} event @returns {[number, number]} in [0, 1] of the paper, and beyond its edge */
  place({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  }

  onDown = (/** @type {PointerEvent} */ event) => {
    if (this.pointer !== null || event.button !== 0 || !event.isPrimary) return;
    this.lift();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.begin(...this.place(event));
  };

  onMove = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== this.pointer) return;
    const all = event.getCoalescedEvents();
    this.extend((all.length ? all : [event]).map((one) => this.place(one)));
  };

  onUp = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId === this.pointer) this.end();
  };

  onCancel = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    undoOwn();
    this.redraw();
    this.listener.onCancel();
  };

  /** @param {number} x @param {number} y */
  begin(x, y) {
    strokes += 1;
    beginStroke(this.radius, x, y);
    this.drawn([x, y, x, y]);
  }

  /** @param {[number, number][]} places */
  extend(places) {
    const last = own.strokes[own.strokes.length - 1];
    const from = last.points.slice(-2);
    for (const [x, y] of places) own.extend(x, y);
    this.drawn([...from, ...places.flat()]);
  }

  /** @param {number[]} points that are new, after the one before them */
  drawn(points) {
    const g = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    line(g, own.strokes[own.strokes.length - 1].radius, points);
    this.listener.onStroke(strokes);
  }

  /** The pointer has left the paper. */
  end() {
    if (this.pointer === null) return;
    this.pointer = null;
    void rest();
  }

  onKey = (/** @type {KeyboardEvent} */ event) => {
    if (!isPlain(event)) return;
    const way = stepInPlane(event);
    if (way) this.step(way);
    else if (event.key === " ") this.press();
    else if (event.key === "Backspace") this.listener.onBack();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** @param {[number, number]} way */
  step([dx, dy]) {
    const { cursor } = this;
    const moved = (/** @type {number} */ from, /** @type {number} */ by) =>
      Math.min(1, Math.max(0, from + by * KEY_STEP));
    [cursor.x, cursor.y] = [moved(cursor.x, dx), moved(cursor.y, dy)];
    if (cursor.isDown) this.extend([[cursor.x, cursor.y]]);
    this.aim();
  }

  press() {
    const { cursor } = this;
    if (cursor.isDown) {
      this.lift();
    } else {
      cursor.isDown = true;
      this.begin(cursor.x, cursor.y);
      this.listener.say("Pen down");
    }
    this.aim();
  }

  /** The keyboard's pen. */
  lift() {
    this.crosshair.hidden = true;
    if (!this.cursor.isDown) return;
    this.cursor.isDown = false;
    this.listener.say("Pen up");
    void rest();
  }

  aim() {
    const { crosshair, cursor } = this;
    crosshair.hidden = false;
    crosshair.toggleAttribute("data-down", cursor.isDown);
    crosshair.style.left = `${100 * cursor.x}%`;
    crosshair.style.top = `${100 * cursor.y}%`;
  }
}

/** @param {CanvasRenderingContext2D} g @param {number} radius @param {number[]} points x, y, ..., in [0, 1] */
function line(g, radius, points) {
  g.lineWidth = 2 * radius * SIDE;
  g.lineCap = g.lineJoin = "round";
  g.strokeStyle = "#fff";
  g.beginPath();
  for (let k = 0; k < points.length; k += 2) {
    if (k) g.lineTo(points[k] * SIDE, points[k + 1] * SIDE);
    else g.moveTo(points[k] * SIDE, points[k + 1] * SIDE);
  }
  // A point alone would leave no mark.
  if (points.length === 2) g.lineTo(points[0] * SIDE, points[1] * SIDE);
  g.stroke();
}
