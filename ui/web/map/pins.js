/** The pinned codes, one a model: z, where it lies on the planes, and what moves it. */

import { Rest } from "../gestures/rest.js";
import { codes } from "../hand/coded_digit.js";
import { z } from "../state/z.js";

/** @typedef {import("../state/z.js").Z} Z */
/** @typedef {import("../state/z.js").ZPair} ZPair */
/** @typedef {import("./load.js").MapSide} MapSide */
/** @typedef {import("./viewport.js").Place} Place */

const KEY_GESTURE_MS = 600;

export class Pins {
  /**
   * @param {HTMLElement} root of the component
   * @param {{onChange: () => void, onRest: () => void}} events moved; left there for a while
   */
  constructor(root, { onChange, onRest }) {
    this.onChange = onChange;
    /** @type {MapSide[]} */
    this.sides = [];
    /** @type {Z | null} null before the models are here */
    this.state = null;
    /** @type {ZPair | null} the codes that these models opened with */
    this.opened = null;
    this.gestureTimer = 0;
    /** Before each of the last two presses. @type {import("../state/z.js").Mark[]} */
    this.before = [];
    this.hand = new Rest(root, () => z.isChosen && onRest());
  }

  /** @returns {ZPair | null} */
  get z() {
    return this.state?.z ?? null;
  }

  /** @param {MapSide[]} sides @param {Float32Array} digit in hand, whose codes are pinned first */
  build(sides, digit) {
    const before = this.sides.map(({ model }) => model.latentDim);
    this.sides = sides;
    z.hold(
      this,
      sides.map(({ name, model }) => ({ name, dim: model.latentDim })),
    );
    z.measure([sides[0].encodings, sides[1].encodings]);
    this.state = z;
    sides.forEach(({ model }, side) => {
      const other = sides[1 - side].model;
      // A model of another size is pinned where the one that stays is.
      const isNew = model.latentDim !== before[side] && other.latentDim === before[1 - side];
      const place = isNew && z.isChosen ? this.beside(side) : null;
      if (place) z.take(side, place);
    });
    this.before = [];
    this.open(digit);
    if (z.isChosen) this.hand.touch();
  }

  /**
   * What nobody has chosen: what the other side's pin stands for on this side's plane, or the codes of a digit.
   * @param {Float32Array} digit
   */
  open(digit) {
    const own = codes(this.sides, digit);
    z.open([this.beside(0) ?? own[0], this.beside(1) ?? own[1]]);
    this.opened = [z.z[0].slice(), z.z[1].slice()];
  }

  /** @param {number} side @returns {Float64Array | null} */
  beside(side) {
    const [{ plane }, other] = [this.sides[side], this.sides[1 - side]];
    const pinned = z.whole(1 - side);
    return (pinned && other.plane && plane?.code(other.plane.project(pinned).place)) || null;
  }

  /** The visitor takes them to another page: they are chosen. */
  takeAlong() {
    if (!this.state || z.isChosen) return;
    z.choose();
    this.hand.rest();
  }

  /** Another digit is in hand. @param {Float32Array} digit */
  takeDigit(digit) {
    if (!this.state || z.isChosen) return;
    this.open(digit);
    this.onChange();
  }

  /** @param {number} side @returns {{place: Place, off: number} | null} where its pin is on its plane */
  project(side) {
    return (this.state && this.sides[side].plane?.project(z.z[side])) ?? null;
  }

  /** Both models at the same place of their planes. @param {Place} place @param {string | null} [gesture] */
  pin(place, gesture = null) {
    this.change((state) => {
      const [left, right] = this.sides.map(({ plane }, side) => plane?.code(place) ?? state.z[side]);
      state.replace([left, right]);
    }, gesture);
  }

  /** Many such moves are one step of undo. @param {Place} place */
  step(place) {
    this.pin(place, "keys");
    clearTimeout(this.gestureTimer);
    this.gestureTimer = setTimeout(() => z.endGesture(), KEY_GESTURE_MS);
  }

  /** Back to where they were when the page opened. */
  reopen() {
    const { opened } = this;
    if (opened) this.change((state) => state.replace(opened));
  }

  /** @param {(state: Z) => boolean} step through what was, false where there is nothing */
  travel(step) {
    if (this.state && step(z)) this.changed();
  }

  /** @param {(state: Z) => void} mutate @param {string | null} [gesture] */
  change(mutate, gesture = null) {
    if (!this.state) return;
    z.change(mutate, gesture);
    this.changed();
  }

  changed() {
    this.hand.touch();
    this.onChange();
  }

  /** A pointer is down: nothing is at rest before `release`. */
  press() {
    z.endGesture();
    this.before = [...this.before.slice(-1), z.mark()];
    this.hand.hold();
  }

  release() {
    this.hand.release();
  }

  /** Call at a double click: its two presses are as if they had not been. */
  takeBackDouble() {
    if (!this.state || this.before.length < 2) return;
    z.rewind(this.before[0]);
    this.changed();
  }

  stop() {
    clearTimeout(this.gestureTimer);
    z.release(this);
    this.hand.stop();
  }
}
