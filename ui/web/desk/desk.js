/** The latent desk: one z, two decoders, everything in the same frame. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import { Rest } from "../gestures/rest.js";
import { DeskDigit } from "../hand/coded_digit.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { Base } from "../kit/base.js";
import { element } from "../kit/dom.js";
import histograms from "../kit/histograms.css";
import { component } from "../kit/mount.js";
import { Pictures } from "../kit/pictures.js";
import { Toolbar } from "../kit/toolbar.js";
import { mulberry32, normals } from "../maths/random.js";
import { PIXELS } from "../nn/nn.js";
import { locate } from "../server/models.js";
import { get, put } from "../state/parameters.js";
import { z } from "../state/z.js";
import { deskActions } from "./actions.js";
import desk from "./desk.css";
import { loadDesk } from "./load.js";
import { Painting } from "./painting.js";
import { Presses } from "./presses.js";
import { Samples } from "./samples.js";
import sliders from "./sliders.css";
import { Sliders } from "./sliders.js";
import { Strip } from "./strip.js";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/** @typedef {import("./load.js").Side} Side */
/** @typedef {import("../state/z.js").Z} Z */
/**
 * @typedef {object} DeskData see ui/components/desk.py
 * @property {ModelData} left
 * @property {ModelData} right
 * @property {string} digits
 * @property {number} seed
 * @property {boolean} usual nobody has chosen models or z
 */

const KEY_GESTURE_MS = 600;

/** @extends {Base<DeskData, Side[]>} */
export class DeskView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root, "The desk still shows");
    /** @type {Side[]} */
    this.sides = [];
    /** @type {Z | null} null before the models are here */
    this.state = null;
    this.uniform = mulberry32(0);
    this.normal = normals(this.uniform);
    this.drawn = new Float32Array(PIXELS);
    this.painting = new Painting(this);
    this.gestureTimer = 0;
    this.hand = new Rest(root, () => this.rest());
    this.pictures = new Pictures();
    this.sliders = new Sliders(
      { onInput: (i, value) => this.slide(i, value), onReset: (i, doubled) => this.resetOne(i, doubled) },
      (unit) => this.setUnit(unit),
    );
    this.strip = new Strip((value, side) => this.slide(this.strip.coordinate, value, side));
    this.tray = new Tray({ label: "Digits, to their codes", onDigit: (chosen, deed) => this.digit.take(chosen, deed) });
    this.digit = new DeskDigit(this);
    this.pictures.pictures[0].element.append(this.digit.original);
    this.samples = new Samples(
      (z) => this.change((state) => state.replace(z)),
      () => this.painting.schedule(),
    );
    this.presses = new Presses(this);
    const actions = deskActions(this);
    this.toolbar = new Toolbar(actions);
    this.toolbar.element.prepend(this.tray.drawButton());
    root.replaceChildren(
      this.toolbar.element,
      this.alert.element,
      element(
        "div",
        { class: "stage" },
        this.pictures.element,
        this.tray.pad.element,
        this.sliders.element,
        element("div", { class: "below" }, this.strip.element, this.tray.element),
      ),
      this.samples.element,
    );
    this.leave = [
      listenForKeys([...actions, this.samples.action]),
      leaveListsChosenFrom(),
      () => this.presses.stop(),
      () => this.tray.close(),
      () => this.hand.stop(),
    ];
  }

  /** @param {DeskData} data @param {DeskData | undefined} before */
  take({ left, right, seed }, before) {
    this.recolourPair(left, right);
    if (seed !== before?.seed) this.reseed(seed);
  }

  /** @param {DeskData} data */
  key({ left, right, digits }) {
    return [left.name, right.name, digits];
  }

  /** @param {DeskData} data */
  async load(data) {
    return (await Promise.all([loadDesk(data), this.tray.open(data)]))[0];
  }

  /** @param {DeskData} data */
  announce({ left, right }) {
    if (!this.state) this.pictures.announce([left, right]);
  }

  /** @param {DeskData | null} data */
  wait(data) {
    this.pictures.wait(data, this.sides);
    this.painting.invalidate();
  }

  get namesShown() {
    return this.sides.map(({ name }) => name);
  }

  /** @param {DeskData} data @param {Side[]} sides */
  build(data, sides) {
    this.pictures.announce([data.left, data.right]);
    z.hold(
      this,
      sides.map(({ name, encodings }) => ({ name, dim: encodings.dim })),
    );
    z.measure([sides[0].encodings, sides[1].encodings]);
    z.unit = get("unit");
    this.state = z;
    this.sides = sides;
    this.place();
    this.presses.forget();
    this.sliders.build(sides, z);
    const coordinate = get("coordinate");
    z.touched = coordinate !== null && coordinate < z.dim ? coordinate : this.sliders.first;
    this.samples.build(sides);
    if (z.isChosen) this.hand.touch();
    this.painting.invalidate();
    this.painting.paint();
    void locate(sides, data.digits).then(() => sides === this.sides && this.painting.invalidate(true));
  }

  /** What nobody has chosen: the codes of the digit in hand, or numbers drawn from N(0, I), the same for both. */
  place() {
    z.open(this.digit.opening() ?? [this.drawnAfter(0), this.drawnAfter(1)]);
  }

  /** @param {number} side @returns {Float32Array} what was chosen of it, or of the other, and drawn numbers */
  drawnAfter(side) {
    const from = z.chosen[side] ? side : 1 - side;
    const numbers = this.drawn.slice();
    numbers.set(z.numbers[from].subarray(0, z.chosen[from]));
    return numbers;
  }

  /** @param {number} seed */
  reseed(seed) {
    this.uniform = mulberry32(seed);
    this.normal = normals(this.uniform);
    // As many as a model can have coordinates: whatever pair is chosen, the same seed opens with the same z.
    this.drawn = Float32Array.from({ length: PIXELS }, this.normal);
    this.samples.reseed(seed);
    this.tray.reseed(seed);
    if (!this.state || z.isChosen) return;
    this.place();
    this.painting.invalidate();
  }

  pickDigit() {
    if (this.state) this.tray.pickRandom(this.uniform());
  }

  /**
   * A slider's step or drag, or a click on the strip.
   * @param {number} i @param {number} value @param {number} [side]
   */
  slide(i, value, side) {
    const gesture = this.hand.held ? "press" : `slide ${i}`;
    const keepStrip = i === this.strip.coordinate;
    const from = side !== undefined && this.state?.has(side, i) ? side : undefined;
    this.change((state) => state.move(i, value, from), { gesture, keepStrip });
    clearTimeout(this.gestureTimer);
    this.gestureTimer = setTimeout(() => !this.hand.held && this.state?.endGesture(), KEY_GESTURE_MS);
  }

  /** @param {number} i @param {boolean} [doubled] by a double click */
  resetOne(i, doubled) {
    if (doubled) this.presses.takeBackDouble();
    this.change((state) => state.reset(i));
  }

  /**
   * @param {(state: Z) => void} mutate
   * @param {{gesture?: string | null, keepStrip?: boolean, keepDigit?: boolean}} [options]
   */
  change(mutate, { gesture = null, keepStrip = false, keepDigit = false } = {}) {
    if (!this.state) return;
    this.state.change(mutate, gesture);
    if (!keepDigit) this.tray.unmark();
    this.changed(keepStrip);
  }

  /** @param {(state: Z) => boolean} step through what was, false where there is nothing */
  travel(step) {
    if (!this.state || !step(this.state)) return;
    this.tray.unmark();
    this.changed();
  }

  /** z has changed. @param {boolean} [keepStrip] where only its own coordinate moved */
  changed(keepStrip = false) {
    this.tellCoordinate();
    this.hand.touch();
    this.painting.invalidate(keepStrip);
  }

  /** The strip's goes into the link, where it is not the first. */
  tellCoordinate() {
    put("coordinate", z.touched === this.sliders.first ? null : z.touched);
  }

  /** @param {import("../state/z.js").Unit} unit */
  setUnit(unit) {
    put("unit", unit);
    if (!this.state) return;
    this.state.unit = unit;
    this.sliders.redraw(this.sides, this.state);
    this.painting.invalidate();
  }

  rest() {
    if (this.data?.usual) this.send?.("chosen", true);
    this.pictures.tell(this.sides.map(({ name }) => name));
  }

  close() {
    this.painting.stop();
    clearTimeout(this.gestureTimer);
    z.release(this);
    super.close();
  }
}

export default component("desk", [histograms, sliders, tray, pad, desk], (root) => new DeskView(root));
