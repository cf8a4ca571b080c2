/** Four corners: everything between four digits, in a square a model, and one place in both. */

import { Toolbar } from "../../kit/controls.js";
import { digitCanvas, paint } from "../../kit/digits.js";
import { button, element } from "../../kit/dom.js";
import { blend } from "../../maths/paths.js";
import { mulberry32 } from "../../maths/seeded_noise.js";
import { get, put } from "../../state/parameters.js";
import { cornersOf, isSameStop, setCorners, stopsOf } from "../../state/stops.js";
import { StopsInHand } from "../stops_in_hand.js";
import { Square, saveCorners } from "./square.js";

/** @typedef {import("../mode.js").Mode} Mode */
/** @typedef {import("../mode.js").Side} Side */
/** @typedef {import("../../state/stops.js").Stop} Stop */

const FRAMES = 64;
const ROUND_TRIP_S = 8;
const SEEDS = 2 ** 32;
const PLACES = ["upper left", "upper right", "lower left", "lower right"];
const KINDS = /** @type {const} */ (["left", "right"]);
const TASK = "corners ";

/**
 * Once around the square, from the upper left to the right, at constant speed.
 * @param {number} t 0 to 1 @returns {{x: number, y: number}} 0 to 1, y down
 */
function roundTrip(t) {
  const along = 4 * (t - Math.floor(t));
  const clamp = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));
  return { x: along < 2 ? clamp(along) : clamp(3 - along), y: along < 2 ? clamp(along - 1) : clamp(4 - along) };
}

/** @param {number} x @param {number} y @returns {number[]} of the four corners, row by row; their sum is 1 */
const weights = (x, y) => [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];

/** @implements {Mode} */
export class CornersMode {
  /** @param {import("../mode.js").Host} host */
  constructor(host) {
    /** @type {"corners"} */
    this.name = "corners";
    this.host = host;
    this.timeline = { frames: FRAMES, endless: false, duration_s: ROUND_TRIP_S, marks: [0.25, 0.5, 0.75] };
    this.hand = new StopsInHand(host.tray);
    /** @type {Side[]} */
    this.sides = [];
    this.digits = "";
    /** @type {number | undefined} */
    this.seed = undefined;
    this.opened = 0;
    this.place = { x: 0, y: 0 };
    this.time = NaN;
    /** Of each side: its four codes, row by row. @type {Float32Array[][]} */
    this.codes = [];
    /** @type {Float32Array[]} */
    this.blends = [];
    this.draw = mulberry32(0);

    this.squares = KINDS.map((kind) => new Square(kind, this.byHand, () => host.rest()));
    this.stops = PLACES.map((_, i) => {
      const canvas = digitCanvas({ "aria-hidden": "true" });
      const weight = element("span", { class: "weight" });
      return { canvas, weight, button: button(canvas, () => this.select(i), { class: "corner" }, weight) };
    });
    this.blended = KINDS.map((kind) => {
      const canvas = digitCanvas({ role: "img" });
      return { canvas, element: element("figure", { class: `blend ${kind}` }, canvas) };
    });
    const [a, b, c, d] = this.stops.map(({ button }) => button);
    this.actions = [{ name: "Digits", key: "g", title: "Four random digits", run: () => this.shuffle() }];
    this.above = new Toolbar(this.actions, "Four corners").element;
    this.below = element("div");
    const middle = element(
      "div",
      { class: "middle" },
      element("div", { class: "pair-of-stops upper" }, a, b),
      element("div", { class: "blends" }, ...this.blended.map((one) => one.element)),
      element("div", { class: "pair-of-stops lower" }, c, d),
    );
    const [left, right] = this.squares.map((square) => square.element);
    this.replacesStage = element(
      "section",
      { class: "corners", "aria-label": "Between four digits" },
      element("div", { class: "corners-grid" }, left, middle, right),
    );
    this.resized = new ResizeObserver(() => this.fit());
  }

  /** @param {import("../mode.js").Opened} opened */
  async open({ sides, digits, seed, arrives }) {
    const opening = ++this.opened;
    this.digits = digits;
    if (seed !== this.seed) this.draw = mulberry32(seed);
    this.seed = seed;
    const stops = this.cornersNow();
    const isInHand = await this.hand.open(stops);
    if (opening !== this.opened) return;
    // The digit that was taken in hand on another page comes along; a link's corners stay what they are.
    if (!isInHand && arrives) setCorners(digits, this.hand.take({}));
    else if (!isInHand) this.hand.select(0);
    this.sides = sides;
    this.replacesStage.toggleAttribute("data-single", sides.length < 2);
    this.squares.forEach((square, i) => {
      square.element.hidden = this.blended[i].element.hidden = i >= sides.length;
      if (i < sides.length) square.build(sides[i]);
    });
    this.blends = sides.map(({ model }) => new Float32Array(model.latentDim));
    this.codes = sides.map(({ model }) => this.stops.map(() => new Float32Array(model.latentDim)));
    sides.forEach(({ name }, i) => {
      this.blended[i].canvas.dataset.model = name;
      this.blended[i].canvas.setAttribute("aria-label", `The blend, decoded by ${name}`);
    });
    this.resized.observe(this.squares[0].field);
    this.fill([0, 1, 2, 3]);
  }

  /** @returns {Stop[]} chosen ones, or the first stops of a path and digits of other classes */
  cornersNow() {
    const chosen = cornersOf(this.digits);
    if (chosen.length) return chosen;
    const { tray } = this.host;
    const set = /** @type {import("../../server/digit_set.js").DigitSet} */ (tray.set);
    const first = stopsOf(this.digits).slice(0, 2);
    const start = first.length ? first : [this.hand.inHand];
    const labels = start.map(({ row }) => (row === null || set.greys(row) === null ? null : set.label(row)));
    const others = set
      .oneOfEach(this.seed ?? 0, tray.chosen.label, 10)
      .filter((row) => !labels.includes(set.label(row)))
      .map((row) => ({ row, levels: null }));
    return Array.from({ length: 4 }, (_, i) => [...start, ...others][i] ?? start[0]);
  }

  /** @param {number[]} changed corners: they are encoded, and the squares follow */
  fill(changed) {
    const { hand, stops } = this;
    for (const i of changed) {
      const pixels = hand.pixels(hand.stops[i]);
      const { label } = hand.name(hand.stops[i]);
      paint(stops[i].canvas, pixels);
      this.sides.forEach(({ model }, side) => this.codes[side][i].set(model.encode(pixels, label)));
    }
    this.relabel();
    this.refill();
    this.show();
    this.host.changed();
  }

  refill() {
    const { slices } = this.host;
    this.replacesStage.dataset.drawn = "false";
    this.sides.forEach((_, side) => {
      const square = this.squares[side];
      square.fill(this.codes[side]);
      slices.start(TASK + side, square.work(), () => {
        const isDone = this.sides.every((_, i) => this.squares[i].todo === 0);
        if (isDone) this.replacesStage.dataset.drawn = "true";
      });
    });
  }

  relabel() {
    const { hand } = this;
    this.stops.forEach(({ button }, i) => {
      const words = `${hand.name(hand.stops[i]).name}, ${PLACES[i]}`;
      button.title = words;
      button.setAttribute("aria-label", words);
      button.setAttribute("aria-pressed", String(i === hand.selected));
    });
  }

  fit() {
    const { width } = this.squares[0].field.getBoundingClientRect();
    if (!width || !this.sides.length) return;
    const others = this.squares.map((square) => square.fit(width));
    if (others.includes(true)) this.refill();
  }

  /** The blend at the place of the handle. */
  show() {
    const { x, y } = this.place;
    const shares = weights(x, y).map((weight) => `${Math.round(100 * weight)} %`);
    this.stops.forEach(({ weight }, i) => {
      if (weight.textContent !== shares[i]) weight.textContent = shares[i];
    });
    const words = shares.map((share, i) => `${share} ${PLACES[i]}`).join(", ");
    this.sides.forEach(({ model }, side) => {
      paint(this.blended[side].canvas, model.decode(this.blendAt(side, x, y)));
      this.squares[side].mark(x, y, words);
    });
  }

  /** @param {number} side @param {number} x @param {number} y @returns {Float32Array} overwritten by the next call */
  blendAt(side, x, y) {
    const [z00, z01, z10, z11] = this.codes[side];
    return blend(z00, z01, z10, z11, x, y, this.blends[side]);
  }

  byHand = (/** @type {number} */ x, /** @type {number} */ y) => {
    // The player lets go of the handle where a hand takes it.
    if (!this.isByHand) {
      this.isByHand = true;
      this.time = this.host.time();
      this.host.seek(this.time);
    }
    this.place = { x, y };
    put("between", `${decimal(x)}_${decimal(y)}`);
    this.show();
  };

  /** @param {number} t */
  onTime(t) {
    if (t === this.time) return;
    // Of a link, or from before the page changed: the player stands still where it was then.
    this.isByHand = Number.isNaN(this.time) && get("between") !== "";
    this.time = t;
    const [x, y] = get("between").split("_").map(Number);
    this.place = this.isByHand ? { x, y } : roundTrip(t);
    if (!this.isByHand) put("between", "");
    this.show();
  }

  /** @param {number} i */
  select(i) {
    this.hand.select(i);
    this.relabel();
    this.host.rest();
  }

  shuffle() {
    const set = this.host.tray.set;
    if (!set || !this.sides.length) return;
    const rows = set.oneOfEach(Math.floor(this.draw() * SEEDS), null, 4);
    const stops = this.hand.stops.map((stop, i) => (i in rows ? { row: rows[i], levels: null } : stop));
    this.hand.stops = stops;
    setCorners(this.digits, stops);
    this.hand.select(this.hand.selected);
    this.fill([0, 1, 2, 3]);
    this.host.rest();
  }

  /** @param {import("../../hand/tray.js").Chosen} _ @param {import("../../hand/pad.js").DigitChange} change */
  onDigit(_, change) {
    if (!this.sides.length) return;
    setCorners(this.digits, this.hand.take(change));
    this.fill([this.hand.selected]);
  }

  redecode() {
    if (this.sides.length) this.fill([0, 1, 2, 3]);
  }

  /** @param {number} side @param {number} t @param {Float32Array} out [pixels] */
  pictureAt(side, t, out) {
    const { x, y } = roundTrip(t);
    out.set(this.sides[side].model.decode(this.blendAt(side, x, y)));
  }

  /** @param {number} side @param {number} t @returns {Float32Array} [D] */
  codeAt(side, t) {
    const { x, y } = roundTrip(t);
    return this.blendAt(side, x, y).slice();
  }

  /** Such as "7" of a stop; "drawn" of the visitor's own. @returns {string[]} */
  get labels() {
    return this.hand.stops.map((stop) => String(this.hand.name(stop).label ?? "drawn"));
  }

  problem() {
    const [first, ...others] = this.hand.stops;
    return others.every((stop) => isSameStop(stop, first)) ? "All corners are the same: nothing changes." : "";
  }

  fileName() {
    return `four-corners-${this.labels.join("-")}`;
  }

  caption() {
    const { x, y } = this.place;
    const names = this.hand.stops.map((stop) => this.hand.name(stop).name);
    const parts = weights(x, y).map((weight, i) => `${Math.round(100 * weight)} % ${names[i]}`);
    return `A blend of ${parts.join(", ")}.`;
  }

  /** @param {string} name of the file, without its ending */
  saveStill(name) {
    const squares = this.squares.slice(0, this.sides.length);
    const stops = this.stops.map(({ canvas }, i) => ({ canvas, name: this.hand.name(this.hand.stops[i]).name }));
    if (squares.length) saveCorners(this.replacesStage, name, squares, stops, this.digits);
  }

  close() {
    this.opened += 1;
    this.resized.disconnect();
    KINDS.forEach((_, side) => this.host.slices.cancel(TASK + side));
  }
}

/** @param {number} value @returns {number} as the link has it */
const decimal = (value) => Number(value.toFixed(3));
