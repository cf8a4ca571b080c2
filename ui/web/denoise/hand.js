/** What a pointer and the keys do on a corrupted picture: they move and resize the box, or rub noise in. */

import { isPlain, stepInPlane } from "../kit/controls.js";
import { shape } from "../kit/digits.js";

/** @typedef {[number, number]} Place in pixels of the picture */
/** @typedef {import("./settings.js").Box} Box */

const CORNER = 2.5;
// `focusVisible` is newer than TypeScript's description of the DOM.
/** @type {FocusOptions & {focusVisible: boolean}} */
const QUIETLY = { preventScroll: true, focusVisible: false };
const ENDS = /** @type {const} */ (["pointerup", "pointercancel"]);

export class Hand {
  /**
   * @param {HTMLElement[]} frames of the corrupted pictures
   * @param {object} actions
   * @param {() => "box" | "rub" | null} actions.mode
   * @param {() => Box} actions.box that is cut out now
   * @param {(box: Box) => void} actions.place
   * @param {(from: Place, to: Place) => void} actions.rub
   * @param {(place: Place | null) => void} actions.point at what the keys would rub
   */
  constructor(frames, actions) {
    this.frames = frames;
    this.actions = actions;
    /** @type {((place: Place) => void) | null} */
    this.drag = null;
    /** Of the pointer that drags: no other finger takes part. */
    this.pointer = NaN;
    /** @type {Place} */
    this.cursor = [shape.width / 2, shape.height / 2];
    for (const frame of frames) {
      frame.addEventListener("pointerdown", this.onDown);
      frame.addEventListener("pointermove", this.onMove);
      for (const type of ENDS) frame.addEventListener(type, this.onUp);
    }
    frames[0].addEventListener("keydown", this.onKey);
    frames[0].addEventListener("focus", this.onFocus);
    frames[0].addEventListener("blur", () => actions.point(null));
    this.refresh();
  }

  /** The mode has changed. */
  refresh() {
    const mode = this.actions.mode();
    const [first] = this.frames;
    for (const frame of this.frames) frame.dataset.mode = mode ?? "";
    this.actions.point(null);
    if (!mode) {
      for (const name of ["tabindex", "role", "aria-label"]) first.removeAttribute(name);
      return;
    }
    first.tabIndex = 0;
    first.setAttribute("role", "application");
    this.describe();
    if (mode === "rub" && first.matches(":focus-visible")) this.onFocus();
  }

  describe() {
    const mode = this.actions.mode();
    const { x, y, w, h } = this.actions.box();
    const words =
      mode === "box"
        ? `Box at ${x}, ${y}, ${w} by ${h} pixels: arrow keys move it, with Shift they resize it`
        : "Corrupted digit: arrow keys move, Space rubs noise in";
    if (mode) this.frames[0].setAttribute("aria-label", words);
  }

  /** @param {PointerEvent} event @returns {Place} */
  at({ clientX, clientY, currentTarget }) {
    const { left, top, width, height } = /** @type {HTMLElement} */ (currentTarget).getBoundingClientRect();
    return [((clientX - left) / width) * shape.width, ((clientY - top) / height) * shape.height];
  }

  onDown = (/** @type {PointerEvent} */ event) => {
    const mode = this.actions.mode();
    if (!mode || event.button || this.drag) return;
    this.pointer = event.pointerId;
    const place = this.at(event);
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    event.preventDefault();
    this.frames[0].focus(QUIETLY);
    this.drag = mode === "box" ? this.boxDrag(place) : this.rubDrag(place);
    this.drag(place);
  };

  onMove = (/** @type {PointerEvent} */ event) => {
    if (!this.drag) {
      if (this.actions.mode() !== "box") return;
      const corner = this.cornerAt(this.at(event));
      /** @type {HTMLElement} */ (event.currentTarget).dataset.corner = corner ? String(corner[0] === corner[1]) : "";
      return;
    }
    if (event.pointerId !== this.pointer) return;
    const drag = this.drag;
    const moves = event.getCoalescedEvents?.() ?? [];
    if (moves.length < 2 || this.actions.mode() === "box") drag(this.at(event));
    else {
      const { currentTarget } = event;
      for (const { clientX, clientY } of moves) {
        drag(this.at(/** @type {PointerEvent} */ ({ clientX, clientY, currentTarget })));
      }
    }
  };

  onUp = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId === this.pointer) this.drag = null;
  };

  /** @param {Place} place @returns {[number, number] | null} which corner of the box is there: 0 or 1 along x and y */
  cornerAt([px, py]) {
    const { x, y, w, h } = this.actions.box();
    if (!w || !h) return null;
    for (const i of [0, 1]) {
      for (const j of [0, 1]) if (Math.hypot(px - x - i * w, py - y - j * h) <= CORNER) return [i, j];
    }
    return null;
  }

  /** @param {Place} start @returns {(place: Place) => void} */
  boxDrag(start) {
    const { x, y, w, h } = this.actions.box();
    const corner = this.cornerAt(start);
    if (corner) {
      const [fixedX, fixedY] = [x + (1 - corner[0]) * w, y + (1 - corner[1]) * h];
      return (place) => {
        const [left, width] = span(fixedX, place[0], shape.width);
        const [top, height] = span(fixedY, place[1], shape.height);
        this.actions.place({ x: left, y: top, w: width, h: height });
      };
    }
    const inside = start[0] >= x && start[0] < x + w && start[1] >= y && start[1] < y + h;
    const [dx, dy] = inside ? [start[0] - x, start[1] - y] : [w / 2, h / 2];
    return (place) => {
      if (w && h) this.actions.place({ x: Math.round(place[0] - dx), y: Math.round(place[1] - dy), w, h });
    };
  }

  /** @param {Place} start @returns {(place: Place) => void} */
  rubDrag(start) {
    let last = start;
    return (place) => {
      this.actions.rub(last, place);
      last = place;
    };
  }

  onFocus = () => {
    if (this.actions.mode() === "rub" && this.frames[0].matches(":focus-visible")) this.actions.point(this.cursor);
  };

  onKey = (/** @type {KeyboardEvent} */ event) => {
    const mode = this.actions.mode();
    const step = stepInPlane(event);
    const rubs = mode === "rub" && isPlain(event) && (event.key === " " || event.key === "Enter");
    if (!mode || (!step && !rubs)) return;
    event.preventDefault();
    if (mode === "rub") this.moveCursor(step ?? [0, 0], rubs || event.shiftKey);
    else if (step) this.moveBox(step, event.shiftKey);
  };

  /** @param {Place} step @param {boolean} resizes */
  moveBox([dx, dy], resizes) {
    const { x, y, w, h } = this.actions.box();
    const within = (/** @type {number} */ room, /** @type {number} */ side) => Math.min(room, Math.max(1, side));
    const [wider, higher] = [within(shape.width - x, w + dx), within(shape.height - y, h + dy)];
    this.actions.place(resizes ? { x, y, w: wider, h: higher } : { x: x + dx, y: y + dy, w, h });
    this.describe();
  }

  /** @param {Place} step @param {boolean} rubs on the way */
  moveCursor([dx, dy], rubs) {
    const before = this.cursor;
    const within = (/** @type {number} */ side, /** @type {number} */ value) =>
      Math.min(side - 0.5, Math.max(0.5, value));
    this.cursor = [within(shape.width, before[0] + dx), within(shape.height, before[1] + dy)];
    if (rubs) this.actions.rub(before, this.cursor);
    this.actions.point(this.cursor);
  }
}

/**
 * @param {number} fixed @param {number} moved one end each @param {number} side of the picture
 * @returns {[number, number]} whole start and length inside the picture
 */
function span(fixed, moved, side) {
  const end = Math.min(side, Math.max(0, Math.round(moved)));
  const other = end === fixed ? (fixed < side ? fixed + 1 : fixed - 1) : end;
  return [Math.min(fixed, other), Math.abs(other - fixed)];
}
