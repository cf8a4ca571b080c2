/** The pinned codes, one a model: z, where it lies on the planes, and what moves it. */

import { Rest } from "../../gestures/rest.js";
import { lineOf } from "../../maths/whereabouts.js";
import { z } from "../../state/z.js";

/** @typedef {import("../../state/z.js").Z} Z */
/** @typedef {[ArrayLike<number>, ArrayLike<number>]} Codes left, right */
/** @typedef {import("../plane.js").MapSide} MapSide */
/** @typedef {import("../viewport.js").Place} Place */

const KEY_GESTURE_MS = 600;

export class Pins {
  keys = "arrow keys move the pin, Escape takes it back to where it was first";
  busy = false;
  /** What they decode to stands beside the maps, so they are on those whatever tool is in hand. */
  isBeside = false;

  /**
   * @param {HTMLElement} root of the component
   * @param {object} options
   * @param {() => Codes} options.opening what is pinned where nobody has chosen z
   * @param {() => void} options.onChange
   * @param {() => void} options.onRest left there for a while
   */
  constructor(root, { opening, onChange, onRest }) {
    this.opening = opening;
    this.onChange = onChange;
    /** @type {MapSide[]} */
    this.sides = [];
    /** Null before it is in hand for the first time. @type {Z | null} */
    this.state = null;
    /** @type {Codes | null} the codes that these models opened with */
    this.opened = null;
    this.gestureTimer = 0;
    this.hand = new Rest(root, () => z.isChosen && onRest());
  }

  /** @returns {import("../../state/z.js").ZPair | null} */
  get z() {
    return this.state?.z ?? null;
  }

  /** @param {MapSide[]} sides */
  build(sides) {
    const before = this.sides.map(({ model }) => model.latentDim);
    this.sides = sides;
    if (this.state) this.hold(before);
  }

  /** It is in hand: z is that of these models from now on. */
  open() {
    if (!this.state) this.hold([]);
  }

  /** @param {number[]} before codes of each model that was here */
  hold(before) {
    const { sides } = this;
    z.hold(
      this,
      sides.map(({ name, model }) => ({ name, dim: model.latentDim, classes: model.config.classes })),
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
    this.begin();
    if (z.isChosen) this.hand.touch();
  }

  /** Where nobody has chosen z: what the other side's pin stands for on this side's plane, or else what it opens with. */
  begin() {
    const [left, right] = this.opening();
    z.open([this.beside(0) ?? left, this.beside(1) ?? right]);
    this.opened = [z.z[0].slice(), z.z[1].slice()];
  }

  /** It opens with others now. */
  restart() {
    if (!this.state || z.isChosen) return;
    this.begin();
    this.onChange();
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

  /** @param {number} side @returns {{place: Place, off: number} | null} where its pin is on its plane */
  project(side) {
    return (this.state && this.sides[side].plane?.project(z.z[side])) ?? null;
  }

  /** @param {number} _ whose map: both models are pinned at the same place @param {Place} place */
  click(_, place) {
    this.pin(place, null);
  }

  /** Many such moves are one step of undo. @param {Place} place */
  step(place) {
    this.pin(place, "keys");
    clearTimeout(this.gestureTimer);
    this.gestureTimer = setTimeout(() => z.endGesture(), KEY_GESTURE_MS);
  }

  /** @param {Place} place @param {string | null} gesture */
  pin(place, gesture) {
    this.change((state) => {
      const [left, right] = this.sides.map(({ plane }, side) => plane?.code(place) ?? state.z[side]);
      state.replace([left, right]);
    }, gesture);
  }

  /** @param {() => boolean} isShown @returns {import("../../kit/controls.js").Action[]} */
  actions(isShown) {
    const step = (/** @type {boolean} */ back) => {
      const enabled = () => isShown() && (back ? z.canUndo : z.canRedo);
      const run = () => enabled() && this.travel((state) => (back ? state.undo() : state.redo()));
      return { key: "z", control: true, shift: !back, enabled, leaves: () => !enabled(), run };
    };
    return [
      { name: "Undo", title: "The pin before", ...step(true) },
      { name: "Redo", title: "The pin after", ...step(false) },
    ];
  }

  /** Back to where they were when the page opened. */
  clear() {
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

  /** A pointer is down: nothing is at rest before `hand.release`. */
  press() {
    z.endGesture();
    this.hand.hold();
  }

  mark() {
    const mark = z.mark();
    return () => this.travel((state) => state.rewind(mark));
  }

  /** No end is taken hold of: a drag moves the map. @returns {Place[]} */
  ends() {
    return [];
  }

  drag() {}

  /** @returns {import("../marks.js").Line[]} */
  lines() {
    return [];
  }

  /** Where they are, for who does not see it. */
  get words() {
    const words = this.sides.map((one, side) => {
      const pin = this.project(side);
      const at = pin && one.plane?.describe(pin.place, pin.off);
      return `${one.name}: ${[at, lineOf(one, z.z[side], one.model.decode(z.z[side])).words].filter(Boolean).join(", ")}.`;
    });
    return words.join(" ");
  }

  numbers() {
    return this.isBeside ? "" : "Click a place: its z is pinned in both models.";
  }

  /** @param {number} side @returns {import("../pane.js").Film[]} */
  films(side) {
    const { plane, model } = this.sides[side];
    return this.z && plane && !this.isBeside
      ? [{ name: "decoded", count: 1, pixels: () => model.decode(z.z[side]) }]
      : [];
  }

  close() {
    clearTimeout(this.gestureTimer);
    z.release(this);
    this.hand.stop();
  }
}
