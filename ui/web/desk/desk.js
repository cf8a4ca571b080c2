/** The latent desk: one z, two decoders, everything in the same frame. */

import { leaveListsChosenFrom, listenForKeys } from "../gestures/keys.js";
import { Rest } from "../gestures/rest.js";
import { CodedDigit } from "../hand/coded_digit.js";
import pad from "../hand/pad.css";
import tray from "../hand/tray.css";
import { Tray } from "../hand/tray.js";
import { Base } from "../kit/base.js";
import { Toolbar } from "../kit/controls.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { Pictures } from "../kit/pictures.js";
import { Slices } from "../kit/slices.js";
import histograms from "../kit/styles/histograms.css";
import { loadDecoder, loadEncoders, loadPair, locate } from "../server/models.js";
import { turnTo } from "../state/digit.js";
import { get, put } from "../state/parameters.js";
import { z } from "../state/z.js";
import { Chance, deskActions } from "./actions.js";
import desk from "./desk.css";
import deskNarrow from "./desk_narrow.css";
import { LateEncoders } from "./late_encoders.js";
import { saveDesk } from "./png.js";
import { Presses } from "./presses.js";
import { Samples } from "./samples.js";
import sliders from "./sliders.css";
import { Sliders } from "./sliders.js";
import { Strip } from "./strip.js";

/** @typedef {import("../kit/mount.js").ModelData} ModelData */
/** @typedef {import("../server/models.js").CodedModel} Side */
/** @typedef {import("../state/z.js").Z} Z */
/**
 * @typedef {object} DeskData see ui/components/desk.py
 * @property {ModelData} left @property {ModelData} right
 * @property {string} digits @property {number} seed
 * @property {boolean} usual nobody has chosen models or z
 */

// Of the 16.7 ms of a frame, what the pictures beside the hand's way may take.
const SLICE_MS = 4;

/** @extends {Base<DeskData, Side[]>} */
export class DeskView extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root, "The desk still shows");
    /** @type {Side[]} */
    this.sides = [];
    /** @type {Z | null} null before the models are here */
    this.state = null;
    this.chance = new Chance(0);
    /** z is another than on the screen. */
    this.isStale = false;
    this.slices = new Slices(SLICE_MS);
    this.hand = new Rest(root, () => this.rest());
    this.pictures = new Pictures();
    this.sliders = new Sliders(
      { onInput: (i, value) => this.slide(i, value), onReset: (i, doubled) => this.resetOne(i, doubled) },
      (unit) => this.setUnit(unit),
    );
    this.strip = new Strip((value, side) => this.slide(this.strip.coordinate, value, side));
    this.tray = new Tray({
      label: "Digits, to their codes",
      onDigit: (chosen, change) => this.encoders.take(chosen, change),
    });
    this.digit = new CodedDigit(this);
    this.encoders = new LateEncoders(this);
    this.encoders.watch([this.tray.element, this.tray.pad.element]);
    this.pictures.pictures[0].element.append(this.digit.original);
    this.samples = new Samples(
      (z) => this.change((state) => state.replace(z)),
      () => this.decodeOthers(),
    );
    this.presses = new Presses(
      root,
      this.hand,
      () => this.state,
      () => {
        this.tellCoordinate();
        this.invalidate();
      },
    );
    this.sliders.element.prepend(this.wheel.element);
    const actions = deskActions(this);
    this.toolbar = new Toolbar(actions, "Latent desk");
    this.toolbar.element.prepend(this.tray.pad.drawButton());
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
      () => this.slices.stop(),
      () => this.presses.stop(),
      () => this.tray.close(),
      () => this.encoders.close(),
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
    const [sides] = await Promise.all([
      loadPair(data.left, data.right, data.digits, loadDecoder),
      this.tray.open(data),
    ]);
    if (!this.tray.chosen.byChance) await loadEncoders(sides);
    return sides;
  }

  /** @param {DeskData} data */
  announce({ left, right }) {
    if (!this.state) this.pictures.announce([left, right]);
  }

  /** @param {DeskData | null} data */
  wait(data) {
    this.pictures.wait(data, this.sides);
    this.invalidate();
  }

  get namesShown() {
    return this.sides.map(({ name }) => name);
  }

  /** @param {DeskData} data @param {Side[]} sides */
  build(data, sides) {
    this.pictures.announce([data.left, data.right]);
    z.hold(
      this,
      sides.map(({ name, model }) => ({ name, dim: model.latentDim, classes: model.config.classes })),
    );
    z.measure([sides[0].encodings, sides[1].encodings]);
    z.unit = get("unit");
    this.state = z;
    this.sides = sides;
    this.encoders.open(sides);
    this.place();
    this.presses.forget();
    this.sliders.build(sides, z);
    const coordinate = get("coordinate");
    z.touched = coordinate !== null && coordinate < z.dim ? coordinate : this.sliders.first;
    this.samples.build(sides);
    if (z.isChosen) this.hand.touch();
    this.invalidate();
    this.paint();
    void locate(sides, data.digits).then(() => sides === this.sides && this.invalidate(true));
  }

  /** What nobody has chosen: the codes of the digit in hand, or numbers drawn from N(0, I), the same for both. */
  place() {
    z.open(this.digit.codesToOpenWith() ?? [this.chance.startOf(0), this.chance.startOf(1)]);
  }

  /** @param {number} seed */
  reseed(seed) {
    this.chance = new Chance(seed);
    this.samples.reseed(seed);
    this.tray.reseed(seed);
    if (!this.state || z.isChosen) return;
    this.place();
    this.invalidate();
  }

  /** @param {import("./actions.js").Sampler} sample from the same N(0, 1) numbers for both models */
  draw(sample) {
    if (!this.state) return;
    const eps = Float32Array.from({ length: this.state.dim }, this.chance.normal);
    const [left, right] = this.sides.map((side) => sample(side, eps));
    this.change((state) => state.replace([left, right]));
  }

  pickDigit() {
    if (this.state) this.tray.pickRandom(this.chance.uniform());
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
    this.presses.endGestureSoon();
  }

  /** @param {number} i @param {boolean} [doubled] by a double click */
  resetOne(i, doubled) {
    if (doubled) this.presses.takeBackDouble();
    this.change((state) => state.reset(i));
  }

  /** @param {number} digit @param {string} gesture */
  turnDigit(digit, gesture) {
    if (this.state) this.change(() => turnTo(digit), { gesture, keepDigit: true });
    else turnTo(digit);
  }

  redecode() {
    this.samples.invalidate();
    this.invalidate();
  }

  /**
   * @param {(state: Z) => void} mutate
   * @param {{gesture?: string | null, keepStrip?: boolean, keepDigit?: boolean}} [options]
   */
  change(mutate, { gesture = null, keepStrip = false, keepDigit = false } = {}) {
    if (!this.state) return;
    this.state.change(mutate, gesture);
    if (!keepDigit) this.leaveDigit();
    this.changed(keepStrip);
  }

  /** @param {(state: Z) => boolean} step through what was, false where there is nothing */
  travel(step) {
    if (!this.state || !step(this.state)) return;
    this.leaveDigit();
    this.changed();
  }

  /** z is no longer to be the code of the digit in hand. */
  leaveDigit() {
    this.encoders.forget();
    this.tray.unmark();
  }

  /** z has changed. @param {boolean} [keepStrip] where only its own coordinate moved */
  changed(keepStrip = false) {
    this.tellCoordinate();
    this.hand.touch();
    this.invalidate(keepStrip);
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
    this.invalidate();
  }

  /** Everything that depends on z is to be painted. @param {boolean} [keepStrip] but the strip shows the same */
  invalidate(keepStrip = false) {
    const { state, sides, strip } = this;
    if (!state) return;
    this.isStale = true;
    this.schedule();
    if (keepStrip) return;
    strip.invalidate(sides, state);
    this.decodeOthers();
  }

  paint() {
    const { state, sides } = this;
    if (!state || !this.isStale) return;
    this.isStale = false;
    this.pictures.update(sides, state.z);
    this.digit.compare();
    this.sliders.update(sides, state);
    this.strip.mark(state);
    this.toolbar.refresh();
  }

  /** What the hand does not move, as there is time. */
  decodeOthers() {
    this.slices.start("others", this.others(), () => {});
  }

  *others() {
    const { strip, sides, state, samples } = this;
    if (!state) return;
    yield* strip.work(sides, state);
    yield* samples.work();
  }

  savePng() {
    const { data, state } = this;
    if (state && data) saveDesk(this, state.z, `${data.digits.toUpperCase()} digits, seed ${data.seed}`);
  }

  rest() {
    if (this.data?.usual) this.send?.("chosen", true);
    this.pictures.tell(this.sides.map(({ name }) => name));
  }

  close() {
    z.release(this);
    super.close();
  }
}

export default component("desk", [histograms, sliders, tray, pad, desk, deskNarrow], (root) => new DeskView(root));
