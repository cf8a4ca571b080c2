/** The drawing pad: the paper, and what stands around it. What is drawn is kept by `chosen.js`. */

import { closeOnEscape } from "../gestures/keys.js";
import { actionButton, Choice } from "../kit/controls.js";
import { digitCanvas, paint, shape } from "../kit/digits.js";
import { button, element } from "../kit/dom.js";
import { pixelsOf } from "../maths/ink.js";
import { DIGIT } from "../nn/shape.js";
import { own, ownLevels, replaceOwn } from "../state/chosen.js";
import { get, put } from "../state/parameters.js";
import { Paper } from "./pad_paper.js";

const RADII = { thin: 0.03, medium: 0.045, thick: 0.065 };
const PENS = /** @type {Pen[]} */ (Object.keys(RADII));
const BLANK = new Float32Array(DIGIT.pixels);

/** @typedef {keyof typeof RADII} Pen */
/**
 * @typedef {object} DigitChange how the own digit came to change
 * @property {number} [stroke] number of the stroke under way, or below zero, of the gesture on an uploaded picture
 * @property {boolean} [replaced] uploaded, or cleared
 * @property {boolean} [undone] a step was taken back
 * @property {boolean} [cancelled] the browser took the pointer away: the stroke never was
 */

export class Pad {
  /**
   * @param {object} listener
   * @param {boolean} listener.hasKey whether the page opens it by its key
   * @param {(change: DigitChange) => void} listener.onChange the own digit has changed
   * @param {() => boolean} listener.onUndo whether there was something to take back
   * @param {() => void} listener.onOpen
   * @param {() => void} listener.onRefuse the pictures are no digits
   */
  constructor(listener) {
    this.listener = listener;
    this.action = { name: "Draw", key: "d", title: "Draw a digit", run: () => this.toggle() };
    /** @type {HTMLButtonElement[]} */
    this.drawButtons = [];
    this.heard = element("p", { class: "heard", role: "status" });
    this.paper = new Paper({
      onStroke: (stroke) => this.changed({ stroke }),
      onCancel: () => this.changed({ cancelled: true }),
      onBack: () => this.undo(),
      say: (words) => this.say(words),
    });
    this.paper.radius = RADII[get("pen")];
    this.hint = element("p", { class: "hint", "aria-hidden": "true" }, "Draw a digit");
    const seen = { class: "seen", role: "img", "aria-label": "Your digit as the models see it" };
    this.seen = digitCanvas({ ...seen, title: "As the models see it" }, DIGIT);
    this.undoButton = button("Undo", () => this.undo(), { title: "Take the last stroke back (Ctrl-Z)" });
    this.clearButton = button("Clear", () => this.clear(), { title: "An empty pad" });
    const pens = PENS.map((pen) => {
      const words = `A ${pen} pen`;
      return /** @type {const} */ ([pen, element("i", { class: `nib ${pen}` }), words, words]);
    });
    const onPen = (/** @type {Pen} */ pen) => {
      this.paper.radius = RADII[pen];
      put("pen", pen);
    };
    const pen = new Choice("Pen", "pen", pens, onPen, { value: get("pen") });
    const closing = { class: "close", title: "Close the pad (Escape)", "aria-label": "Close the pad" };
    const close = button("✕", () => this.close(), closing);
    this.element = element(
      "div",
      { class: "pad", hidden: true },
      element("div", { class: "sheet" }, this.paper.canvas, this.hint, this.paper.crosshair, close),
      element("div", { class: "pens" }, this.seen, pen.element, this.undoButton, this.clearButton),
      this.heard,
    );
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** A stroke is under way. */
  get isHeld() {
    return this.paper.isHeld;
  }

  /** What holds the pad may have a look of its own meanwhile. @param {boolean} open */
  show(open) {
    this.element.hidden = !open;
    this.element.parentElement?.toggleAttribute("data-drawing", open);
    for (const draw of this.drawButtons) draw.setAttribute("aria-expanded", String(open));
  }

  open() {
    if (!shape.isDigit) return this.listener.onRefuse();
    this.listener.onOpen();
    if (!this.isOpen) {
      this.opener = this.focused;
      this.closed = closeOnEscape(() => this.close());
    }
    this.show(true);
    this.redraw();
    this.paper.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** The focus goes back to where it was. */
  close() {
    const hadFocus = this.element.contains(this.focused);
    this.leave();
    const back = this.opener instanceof HTMLElement ? this.opener : this.drawButtons[0];
    if (hadFocus) back.focus({ preventScroll: true });
  }

  /** As `close`, where the page is left. */
  leave() {
    this.stop();
    this.show(false);
    this.closed?.();
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** @returns {HTMLButtonElement} one more that opens the pad and closes it, wherever the page wants it */
  drawButton() {
    const { action, listener } = this;
    const draw = listener.hasKey ? actionButton(action) : button(action.name, action.run, { title: action.title });
    draw.classList.add("draw");
    if (!shape.isDigit) draw.setAttribute("aria-disabled", "true");
    this.drawButtons.push(draw);
    draw.setAttribute("aria-expanded", String(this.isOpen));
    return draw;
  }

  get focused() {
    return /** @type {ShadowRoot} */ (this.element.getRootNode()).activeElement;
  }

  /** The keyboard's pen. */
  lift() {
    this.paper.lift();
  }

  /** No stroke goes on, of whatever pen. */
  stop() {
    this.paper.lift();
    this.paper.end();
  }

  /** As the visitor's digit is now. */
  redraw() {
    this.paper.redraw();
    this.refresh();
  }

  /** What stands around the paper. */
  refresh() {
    const levels = ownLevels();
    paint(this.seen, levels ? pixelsOf(levels) : BLANK);
    this.hint.hidden = own.strokes.length > 0 || own.base !== null;
    this.undoButton.setAttribute("aria-disabled", String(!own.canUndo));
    this.clearButton.setAttribute("aria-disabled", String(!levels));
  }

  /** @param {DigitChange} change */
  changed(change) {
    this.refresh();
    this.listener.onChange(change);
  }

  undo() {
    if (this.listener.onUndo()) this.say("Taken back");
  }

  clear() {
    if (this.clearButton.getAttribute("aria-disabled") === "true") return;
    this.stop();
    replaceOwn(null);
    this.paper.redraw();
    this.changed({ replaced: true });
    this.paper.focus();
  }

  /** @param {string} words */
  say(words) {
    this.heard.textContent = words;
  }
}
