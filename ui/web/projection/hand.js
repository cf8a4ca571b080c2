/** What a pointer does on a plot, put together from the browser's events and from what Plotly finds beneath it. */

/**
 * @typedef {object} HandListener rows are those of the set of digits
 * @property {(row: number | null) => void} onHover never while the pointer is down
 * @property {(row: number | null) => void} onPick null for a click beside all points
 * @property {() => void} onDouble the second click of two, in place of `onPick`
 * @property {(until?: number) => void} onMove something may move until then, a time of `performance.now`
 * @property {() => boolean} leavesTouch whether fingers are the page's own
 * @property {() => boolean} takesOneButton of a mouse, and nothing of the others
 */

const CLICK_PX = 5;
const DOUBLE_MS = 350;
const TAP_MS = 400;
const ENDS = /** @type {const} */ (["pointerup", "pointercancel"]);

export class Hand {
  /** @param {HTMLElement} element that holds the plot @param {HandListener} listener */
  constructor(element, listener) {
    this.element = element;
    this.listener = listener;
    /** The row under the pointer. @type {number | null} */
    this.under = null;
    /** The row that the present press has hit. @type {number | null} */
    this.hit = null;
    /** @type {{x: number, y: number} | null} */
    this.pressed = null;
    this.clicked = -Infinity;
    element.addEventListener("pointerdown", this.onPress);
    element.addEventListener("pointerleave", this.onLeave);
    for (const type of ["keydown", "blur"]) element.addEventListener(type, () => delete element.dataset.byPointer);
    // A scene would keep the page from scrolling, even where no finger is to turn it; taps reach it as clicks.
    const guard = (/** @type {Event} */ event) => listener.leavesTouch() && event.stopPropagation();
    for (const type of ["touchstart", "touchmove"]) {
      element.addEventListener(type, guard, { capture: true, passive: true });
    }
    // In a plane Plotly fails, uncaught, at a drag with another button.
    const onButton = (/** @type {MouseEvent} */ event) => {
      if (!isFirst(event) && listener.takesOneButton()) event.stopPropagation();
    };
    element.addEventListener("mousedown", onButton, true);
    // Plotly lays a sheet over the whole page while the pointer is down.
    for (const type of ENDS) window.addEventListener(type, this.onRelease, true);
  }

  /** @param {number | null} row that Plotly sees under the pointer */
  sees(row) {
    this.under = row;
    if (!this.pressed) this.listener.onHover(row);
  }

  /** @param {number | null} row that Plotly says a press has hit */
  hits(row) {
    this.hit = row;
  }

  onPress = (/** @type {PointerEvent} */ event) => {
    if (!isFirst(event)) return;
    const { clientX, clientY, pointerType } = event;
    // A finger has not pointed at anything before.
    if (pointerType === "touch") this.under = null;
    this.hit = this.under;
    this.pressed = { x: clientX, y: clientY };
    // Focus that a script gives is shown as if keys had given it.
    this.element.dataset.byPointer = "";
    this.element.focus({ preventScroll: true });
    this.listener.onMove(Infinity);
  };

  onRelease = (/** @type {PointerEvent} */ { clientX, clientY, type, pointerType }) => {
    if (!this.pressed) return;
    const { x, y } = this.pressed;
    this.pressed = null;
    this.listener.onMove();
    const isClick = type === "pointerup" && Math.hypot(clientX - x, clientY - y) < CLICK_PX;
    if (isClick) this.settle(pointerType === "touch");
  };

  onLeave = () => {
    if (!this.pressed) this.sees(null);
  };

  /**
   * What is picked is known a moment after the pointer is up: a finger becomes a click first, and a scene has to be drawn.
   * @param {boolean} isTouch
   */
  settle(isTouch) {
    const now = performance.now();
    const isSecond = now - this.clicked < DOUBLE_MS;
    this.clicked = isSecond ? -Infinity : now;
    if (isSecond) return this.listener.onDouble();
    const look = () => {
      const row = this.hit ?? (isTouch ? this.under : null);
      if (row === null && isTouch && performance.now() < now + TAP_MS) requestAnimationFrame(look);
      else this.listener.onPick(row);
    };
    requestAnimationFrame(() => requestAnimationFrame(look));
  }

  close() {
    for (const type of ENDS) window.removeEventListener(type, this.onRelease, true);
  }
}

/** @param {MouseEvent} event @returns {boolean} not so with Ctrl: on a Mac that is the other button */
const isFirst = ({ button, ctrlKey }) => button === 0 && !ctrlKey;
