/** The digit in hand where z is in hand, too: each model's code of it. */

import { digitCanvas, paint } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { digit } from "../state/digit.js";

/** @typedef {import("../state/z.js").Z} Z */
/**
 * @typedef {object} Host the page
 * @property {import("./tray.js").Tray} tray
 * @property {Z | null} state
 * @property {{model: import("../nn/nn.js").Model}[]} sides
 * @property {(step: (state: Z) => boolean) => void} travel
 * @property {(mutate: (state: Z) => void, options: {gesture: string | null, keepDigit: boolean}) => void} change
 */

/** Of a decoder alone. */
export const NO_CODE = "A decoder alone gives no digit a code";
const NONE = -1;
// Half of the link's last decimal, and a little.
const ROUNDING = 5.1e-4;

export class CodedDigit {
  /** @param {Host} page */
  constructor(page) {
    this.page = page;
    /** How many the page could undo after each step of the drawing; NONE where it took no step. @type {number[]} */
    this.steps = [];
    /** @type {number | undefined} */
    this.stroke = undefined;
    this.canvas = digitCanvas({ role: "img", "aria-label": "The original" });
    /** The digit itself, beside what the models make of its code. */
    this.original = element("figure", { class: "original", hidden: true }, element("p", {}, "original"), this.canvas);
    /** Whose codes these are. @type {import("./tray.js").Chosen | null} */
    this.encoded = null;
    /** @type {ArrayLike<number>[]} */
    this.codes = [];
    /** @type {Host["sides"]} */
    this.sides = [];
    this.digit = 0;
  }

  /** Shows the original while z is its code, and marks it in the tray; z may have come back to it. */
  compare() {
    const { tray, state, sides } = this.page;
    const { chosen } = tray;
    if (chosen.byChance || !state || !canEncode(sides)) {
      this.original.hidden = true;
      return;
    }
    if (this.encoded !== chosen || this.sides !== sides || this.digit !== digit()) {
      this.encoded = chosen;
      this.digit = digit();
      this.sides = sides;
      this.codes = codes(sides, chosen, state.z);
      paint(this.canvas, chosen.pixels);
      this.canvas.setAttribute("aria-label", `The original: ${chosen.name}`);
      this.original.title = chosen.name;
    }
    const isCode = this.codes.every((code, side) => sides[side].model.half || isNear(code, state.z[side]));
    this.original.hidden = !isCode;
    if (isCode) tray.remark();
  }

  /** @returns {[number[], number[]] | null} the codes of the digit that somebody chose, where nobody chose z */
  codesToOpenWith() {
    const { tray, state, sides } = this.page;
    this.steps = [];
    if (!state?.isChosen && !tray.chosen.byChance && canEncode(sides)) return codes(sides, tray.chosen, state?.z);
    tray.unmark();
    return null;
  }

  /** @param {import("./tray.js").Chosen} chosen @param {import("./pad.js").DigitChange} change */
  take(chosen, change) {
    const { page, steps } = this;
    const { state } = page;
    if (!state) return;
    const isNext = change.stroke === undefined ? change.replaced : change.stroke !== this.stroke;
    this.stroke = change.stroke;
    if (isNext) steps.push(NONE);
    const last = change.undone || change.cancelled ? steps.pop() : undefined;
    // The page has gone back by itself.
    if (change.cancelled) return;
    const before = state.past.length;
    if (last === before) {
      page.travel((one) => one.undo());
    } else if (chosen.byChance) {
      page.tray.unmark();
    } else {
      const gesture = change.stroke === undefined ? null : `stroke ${change.stroke}`;
      page.change((one) => one.replace(codes(page.sides, chosen, one.z)), { gesture, keepDigit: true });
      if ((change.stroke || change.replaced) && state.past.length > before) steps[steps.length - 1] = state.past.length;
    }
  }
}

/** @param {{model: import("../nn/nn.js").Model}[]} sides @returns {boolean} but for a decoder alone, which never will */
const canEncode = (sides) =>
  sides.every(({ model }) => model.canEncode || model.half) && sides.some(({ model }) => model.canEncode);

/**
 * @param {{model: import("../nn/nn.js").Model}[]} sides @param {{pixels: Float32Array, label: number | null}} chosen
 * @param {ArrayLike<number>[]} [z] what a decoder alone keeps
 * @returns {[number[], number[]]}
 */
export function codes(sides, { pixels, label }, z = []) {
  const [left, right] = sides.map(({ model }, side) =>
    Array.from(model.canEncode ? model.encode(pixels, label) : z[side]),
  );
  return [left, right];
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @returns {boolean} but for the rounding of a link */
const isNear = (a, b) => a.length === b.length && Array.from(a).every((value, i) => Math.abs(value - b[i]) <= ROUNDING);
