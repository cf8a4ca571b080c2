/** What was found on an uploaded picture: a box to move and to size, the other shapes to choose, a threshold. */

import { stepInPlane } from "../kit/controls.js";
import { button, element } from "../kit/dom.js";
import { digitIn, inkAt } from "./upload_digit.js";

/** @typedef {import("./upload_digit.js").Box} Box */
/** @typedef {import("./upload_digit.js").Ink} Ink */
/** @typedef {{box: Box, threshold: number}} Setting */
/**
 * @typedef {object} Found
 * @property {string} ink address of the ink, grey
 * @property {Box[]} boxes around each shape, the digit's first
 * @property {number} threshold
 */

const [LEAST, MOST] = [0.02, 0.9];
const SMALLEST = 6;
// Of the picture's longer side, for each press of an arrow key.
const KEY_STEP = 0.01;
/** Which edges of the box a corner takes along: left, top, right, bottom. */
const CORNERS = {
  "top left": [1, 1, 0, 0],
  "top right": [0, 1, 1, 0],
  "bottom left": [1, 0, 0, 1],
  "bottom right": [0, 0, 1, 1],
};
const WHOLE = [1, 1, 1, 1];

let gestures = 0;

export class Finder {
  /**
   * @param {object} listener
   * @param {(levels: Uint8Array, gesture: number, isNew: boolean) => void} listener.onLevels the digit in the box, once
   *   a frame while a gesture goes on, which `isNew` begins
   * @param {() => void} listener.onRest a gesture has ended
   * @param {() => void} listener.onBlank there is no stroke in the box
   */
  constructor(listener) {
    this.listener = listener;
    /** @type {Ink | null} */
    this.ink = null;
    this.opened = 0;
    /** What the digit in hand was made with. @type {Setting} */
    this.told = { box: [0, 0, 1, 1], threshold: 0 };
    /** The same, before each gesture. @type {Setting[]} */
    this.past = [];
    this.box = this.told.box;
    /** @type {{pointer: number, x: number, y: number, box: Box, edges: number[]} | null} */
    this.drag = null;
    /** The gesture under way, below zero as no stroke of a pen is; 0 for none. */
    this.gesture = 0;
    this.frames = 0;

    this.picture = element("img", { class: "before", alt: "The picture", draggable: false });
    const corners = Object.entries(CORNERS).map(([name, edges]) => {
      const onpointerdown = (/** @type {PointerEvent} */ event) => this.down(event, edges);
      return element("i", { class: `grip ${name}`, style: `${name.replace(" ", ": 0; ")}: 0`, onpointerdown });
    });
    this.frame = element(
      "div",
      {
        class: "frame",
        tabindex: 0,
        role: "application",
        "aria-label": "Box around the digit: arrow keys move it, with Shift they change its size",
        title: "What is taken: drag the box or its corners",
        onpointerdown: (/** @type {PointerEvent} */ event) => this.down(event, WHOLE),
        onpointermove: (/** @type {PointerEvent} */ event) => this.move(event),
        onpointerup: () => this.rest(),
        onpointercancel: () => this.rest(),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
        onkeyup: () => this.rest(),
      },
      ...corners,
    );
    this.others = element("div", { class: "others" });
    this.figure = element("div", { class: "found" }, this.picture, this.others, this.frame);
    this.threshold = element("input", {
      type: "range",
      min: LEAST,
      max: MOST,
      step: 0.01,
      oninput: () => this.tellSoon(),
      onchange: () => this.rest(),
    });
    this.slider = element(
      "label",
      { class: "threshold", title: "How dark a stroke has to be: to the left more is taken for ink" },
      "Threshold",
      this.threshold,
    );
  }

  /** @param {string} before address of the picture @param {Found} found */
  async open(before, found) {
    const opened = ++this.opened;
    this.ink = null;
    this.past = [];
    this.drag = null;
    this.gesture = 0;
    this.picture.src = before;
    this.frame.hidden = true;
    this.threshold.disabled = true;
    this.others.replaceChildren();
    const ink = await inkAt(found.ink);
    if (opened !== this.opened) return;
    this.ink = ink;
    this.frame.hidden = false;
    this.threshold.disabled = false;
    if (found.boxes.length > 1) this.others.replaceChildren(...found.boxes.map((box, i) => this.shape(box, i + 1)));
    this.told = { box: found.boxes[0], threshold: found.threshold };
    this.show(this.told);
  }

  /** @param {Box} box @param {number} number @returns {HTMLElement} a button that takes what is in the box */
  shape(box, number) {
    const name = `Take shape ${number}`;
    const take = () => {
      this.put(box);
      this.tell();
      this.rest();
    };
    const shape = button("", take, { name });
    this.place(shape, box);
    return shape;
  }

  /** @param {HTMLElement} one @param {Box} box */
  place(one, [left, top, right, bottom]) {
    const { width, height } = /** @type {Ink} */ (this.ink);
    one.style.left = `${(100 * left) / width}%`;
    one.style.top = `${(100 * top) / height}%`;
    one.style.width = `${(100 * (right - left)) / width}%`;
    one.style.height = `${(100 * (bottom - top)) / height}%`;
  }

  /** @param {Setting} setting */
  show({ box, threshold }) {
    this.threshold.value = String(threshold);
    this.put(box);
  }

  /** @param {Box} box */
  put(box) {
    this.box = box;
    this.place(this.frame, box);
  }

  tellSoon() {
    this.frames ||= requestAnimationFrame(() => this.tell());
  }

  tell() {
    cancelAnimationFrame(this.frames);
    this.frames = 0;
    const { ink, box } = this;
    if (!ink) return;
    const threshold = Number(this.threshold.value);
    const levels = digitIn(ink, box, threshold);
    if (!levels.some((level) => level > 0)) {
      this.listener.onBlank();
      return;
    }
    const isNew = this.gesture === 0;
    if (isNew) {
      this.gesture = --gestures;
      this.past.push(this.told);
    }
    this.told = { box, threshold };
    this.listener.onLevels(levels, this.gesture, isNew);
  }

  /** No hand is on it. */
  rest() {
    this.drag = null;
    if (this.frames) this.tell();
    if (this.gesture) this.listener.onRest();
    this.gesture = 0;
  }

  /** As before the last gesture; the digit goes back by itself. @returns {boolean} whether there was one */
  back() {
    const before = this.past.pop();
    if (!before) return false;
    this.told = before;
    this.show(before);
    return true;
  }

  /** @param {PointerEvent} event @param {number[]} edges left, top, right, bottom: 1 for those that go along */
  down(event, edges) {
    if (this.drag || event.button !== 0 || !event.isPrimary) return;
    event.stopPropagation();
    this.frame.setPointerCapture(event.pointerId);
    this.drag = { pointer: event.pointerId, x: event.clientX, y: event.clientY, box: this.box, edges };
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { drag, ink } = this;
    if (!drag || !ink || event.pointerId !== drag.pointer) return;
    const scale = ink.width / this.figure.clientWidth;
    this.change(drag.box, drag.edges, (event.clientX - drag.x) * scale, (event.clientY - drag.y) * scale);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const way = stepInPlane(event);
    if (!way || !this.ink) return;
    event.preventDefault();
    event.stopPropagation();
    const step = Math.max(1, Math.round(KEY_STEP * Math.max(this.ink.width, this.ink.height)));
    this.change(this.box, event.shiftKey ? CORNERS["bottom right"] : WHOLE, way[0] * step, way[1] * step);
  }

  /**
   * The edges that go along do so as far as the picture and the smallest box allow.
   * @param {Box} box @param {number[]} edges @param {number} dx @param {number} dy in pixels of the ink
   */
  change(box, edges, dx, dy) {
    const { width, height } = /** @type {Ink} */ (this.ink);
    const [left, top, right, bottom] = box;
    const [wide, tall] = [right - left - SMALLEST, bottom - top - SMALLEST];
    const within = (/** @type {number} */ by, /** @type {number} */ least, /** @type {number} */ most) =>
      Math.round(Math.min(most, Math.max(least, by)));
    const x = within(dx, edges[0] ? -left : -wide, edges[2] ? width - right : wide);
    const y = within(dy, edges[1] ? -top : -tall, edges[3] ? height - bottom : tall);
    this.put([left + edges[0] * x, top + edges[1] * y, right + edges[2] * x, bottom + edges[3] * y]);
    this.tellSoon();
  }
}
