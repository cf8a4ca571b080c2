/** The latent desk: one z, two decoders, everything in the same frame. */

import { deskActions } from "./desk_actions.js";
import { loadDesk } from "./desk_load.js";
import { DeskState } from "./desk_state.js";
import { download, drawDesk, snapshot } from "./desk_png.js";
import { fingerprint, Reporter } from "./desk_report.js";
import { startingZ } from "./desk_start.js";
import { element } from "./dom.js";
import { contribute, formatZ } from "./live_link.js";
import { PIXELS } from "./nn.js";
import { Pictures } from "./pictures.js";
import { mulberry32, normals } from "./random.js";
import { Samples } from "./samples.js";
import { Sliders } from "./sliders.js";
import { Strip } from "./strip.js";
import { modelColours } from "./theme.js";
import { listenForKeys, toolbar } from "./toolbar.js";
import { Tray } from "./tray.js";

/** @typedef {{name: string, label: string, colour: {light: string, dark: string}}} ModelData */
/** @typedef {import("./desk_load.js").Side} Side */
/**
 * @typedef {object} DeskData see ui/components/desk.py
 * @property {ModelData} left
 * @property {ModelData} right
 * @property {string} digits
 * @property {number} seed
 * @property {number[] | null} z
 * @property {number[] | null} z_right
 * @property {{left: string, right: string}} parameters
 */

const KEY_GESTURE_MS = 600;
// Of the 16.7 ms of a frame, what the pictures beside the hand's way may take.
const SLICE_MS = 4;

export class DeskView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Side[]} */
    this.sides = [];
    /** @type {DeskState | null} */
    this.state = null;
    this.dirty = false;
    this.frame = 0;
    this.gestureTimer = 0;
    this.untouched = true;
    this.reporter = new Reporter(
      () => /** @type {DeskState} */ (this.state).toJson(),
      (report) => this.send?.(report),
    );
    this.pictures = new Pictures();
    this.sliders = new Sliders(
      { onInput: (i, value) => this.slide(i, value), onReset: (i) => this.change((state) => state.reset(i)) },
      (unit) => this.setUnit(unit),
    );
    this.strip = new Strip((value, side) => this.slide(this.strip.coordinate, value, side));
    this.tray = new Tray((pixels) => this.encode(pixels));
    this.samples = new Samples(
      (z) => this.change((state) => state.replace(z)),
      () => this.schedule(),
    );
    this.alert = element("div", { class: "alert", role: "alert", hidden: true });
    const actions = deskActions(this);
    root.replaceChildren(
      toolbar(actions),
      this.alert,
      element(
        "div",
        { class: "stage" },
        this.pictures.element,
        this.sliders.element,
        element("div", { class: "below" }, this.strip.element, this.tray.element),
      ),
      this.samples.element,
    );
    this.stopKeys = listenForKeys([...actions, this.samples.action]);
    this.withdrawLink = contribute(() => this.linkQuery());
    root.addEventListener("pointerdown", this.onPress);
    for (const type of ["pointerup", "pointercancel", "blur"]) window.addEventListener(type, this.onRelease, true);
  }

  /**
   * Takes what Python or the theme changed, and leaves the rest as it is.
   * @param {DeskData} data
   * @param {(report: import("./desk_report.js").ZReport) => void} send
   */
  update(data, send) {
    this.send = send;
    const before = this.data;
    this.data = data;
    const [left, right] = modelColours(this.root, [data.left.colour, data.right.colour]);
    this.root.style.setProperty("--left", left);
    this.root.style.setProperty("--right", right);
    this.root.classList.toggle("same-colour", left === right);
    if (data.seed !== before?.seed) this.reseed(data.seed);
    const wanted = `${data.left.name}/${data.right.name}/${data.digits}`;
    if (wanted !== this.wanted) {
      this.wanted = wanted;
      void this.load(data);
    } else if (this.state && data.z && !this.reporter.knows(fingerprint(data.z, data.z_right))) {
      // Neither reported from here nor known before: someone else has set it.
      this.reporter.know(fingerprint(data.z, data.z_right));
      this.change((state) => state.replace(this.startingZ(data, state.z)));
    }
  }

  /** @param {DeskData} data */
  async load(data) {
    const { wanted } = this;
    this.root.dataset.ready = "false";
    this.root.setAttribute("aria-busy", "true");
    this.alert.hidden = true;
    if (!this.state) this.pictures.announce([data.left, data.right]);
    try {
      const { sides, tray } = await loadDesk(data);
      if (wanted === this.wanted) this.build(data, sides, tray);
    } catch (error) {
      if (wanted === this.wanted) this.complain(data, /** @type {Error} */ (error));
    }
  }

  /** @param {DeskData} data @param {Side[]} sides @param {import("./tray.js").TrayData} tray */
  build(data, sides, tray) {
    const before = this.state;
    this.sides = sides;
    this.pictures.announce([data.left, data.right]);
    this.state = new DeskState(this.startingZ(data, before?.z), [sides[0].encodings, sides[1].encodings]);
    if (before) this.state.unit = before.unit;
    this.sliders.build(sides, this.state);
    this.state.touched = this.sliders.first;
    this.tray.build(tray);
    this.samples.build(sides);
    this.reporter.know(fingerprint(data.z, data.z_right));
    this.untouched &&= !data.z;
    if (!this.untouched) this.reporter.touch();
    this.invalidate();
    this.paint();
    this.root.dataset.ready = "true";
    this.root.removeAttribute("aria-busy");
  }

  /** @param {DeskData} data @param {Error} error */
  complain(data, error) {
    this.root.removeAttribute("aria-busy");
    const shown = this.sides.map(({ name }) => name).join(" and ");
    this.alert.replaceChildren(
      element("p", {}, `${error.message} ${shown ? `The desk still shows ${shown}.` : ""}`),
      element("button", { type: "button", onclick: () => this.load(this.data ?? data) }, "Try again"),
    );
    this.alert.hidden = false;
  }

  /** @param {DeskData} data @param {import("./desk_state.js").ZPair} [kept] */
  startingZ(data, kept) {
    const [left, right] = this.sides.map(({ encodings }) => encodings.dim);
    return startingZ([left, right], [data.z, data.z_right], this.untouched ? undefined : kept, this.drawn);
  }

  /** @param {number} seed */
  reseed(seed) {
    this.uniform = mulberry32(seed);
    this.normal = normals(this.uniform);
    // As many as a model can have coordinates: whatever pair is chosen, the same seed opens with the same z.
    this.drawn = Float32Array.from({ length: PIXELS }, this.normal);
    this.samples.seed(seed);
    if (!this.state || !this.data) return;
    this.samples.draw();
    if (!this.untouched) return;
    this.state.replace(this.startingZ(this.data));
    this.invalidate();
  }

  /** @param {(side: Side, eps: Float32Array) => Float32Array} sampler from the same N(0, 1) numbers for both models */
  drawZ(sampler) {
    if (!this.state) return;
    const eps = Float32Array.from({ length: this.state.dim }, this.normal);
    const [left, right] = this.sides.map((side) => sampler(side, eps));
    this.change((state) => state.replace([left, right]));
  }

  pickDigit() {
    if (this.state) this.tray.pickRandom(this.uniform());
  }

  /** @param {Float32Array} pixels of a digit */
  encode(pixels) {
    const codes = this.sides.map(({ model }) => model.encode(pixels).slice());
    this.change((state) => state.replace([codes[0], codes[1]]), { keepDigit: true });
  }

  /** A slider's step or drag, or a click on the strip. @param {number} i @param {number} value @param {number} [side] */
  slide(i, value, side) {
    const gesture = `slide ${i}`;
    const keepStrip = i === this.strip.coordinate;
    const from = side !== undefined && this.state?.has(side, i) ? side : undefined;
    this.change((state) => state.move(i, value, from), { gesture, keepStrip });
    clearTimeout(this.gestureTimer);
    this.gestureTimer = setTimeout(() => !this.reporter.held && this.state?.endGesture(), KEY_GESTURE_MS);
  }

  /**
   * @param {(state: DeskState) => void} mutate
   * @param {{gesture?: string | null, keepStrip?: boolean, keepDigit?: boolean}} [options]
   */
  change(mutate, { gesture = null, keepStrip = false, keepDigit = false } = {}) {
    if (!this.state) return;
    this.state.remember(gesture);
    mutate(this.state);
    if (!keepDigit) this.tray.leave();
    this.changed(keepStrip);
  }

  /** @param {(state: DeskState) => boolean} step through what was, false where there is nothing */
  travel(step) {
    if (!this.state || !step(this.state)) return;
    this.tray.leave();
    this.changed();
  }

  /** z has changed. @param {boolean} [keepStrip] where only its own coordinate moved */
  changed(keepStrip = false) {
    this.untouched = false;
    this.reporter.touch();
    if (keepStrip) {
      this.dirty = true;
      this.schedule();
    } else {
      this.invalidate();
    }
  }

  /** @param {import("./desk_state.js").Unit} unit */
  setUnit(unit) {
    if (!this.state) return;
    this.state.unit = unit;
    this.sliders.redraw(this.sides, this.state);
    this.invalidate();
  }

  /** Everything that depends on z is to be painted. */
  invalidate() {
    this.strip.invalidate(
      /** @type {DeskState} */ (this.state),
      this.sides.map(({ name }) => name),
    );
    this.dirty = true;
    this.schedule();
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  paint() {
    const { state, sides } = this;
    if (!state) return;
    if (this.dirty) {
      this.dirty = false;
      this.pictures.update(sides, state.z);
      this.sliders.update(sides, state);
      this.strip.mark(state);
    }
    const deadline = performance.now() + SLICE_MS;
    if (this.strip.work(sides, state, deadline) || this.samples.work(deadline)) this.schedule();
  }

  onPress = () => this.reporter.hold();

  onRelease = () => {
    if (!this.reporter.held) return;
    this.state?.endGesture();
    this.reporter.release();
  };

  /** @returns {import("./live_link.js").Query} */
  linkQuery() {
    if (!this.state || !this.data || this.untouched) return {};
    const { left, right } = this.state.toJson();
    const { parameters } = this.data;
    return { [parameters.left]: formatZ(left), [parameters.right]: right ? formatZ(right) : undefined };
  }

  savePng() {
    if (!this.state) return;
    const names = this.sides.map(({ name }) => name);
    download(drawDesk(snapshot(this, this.state.z)), `desk-${names.join("-")}.png`);
  }

  close() {
    this.wanted = undefined;
    cancelAnimationFrame(this.frame);
    clearTimeout(this.gestureTimer);
    this.reporter.stop();
    this.stopKeys();
    this.withdrawLink();
    this.root.removeEventListener("pointerdown", this.onPress);
    for (const type of ["pointerup", "pointercancel", "blur"]) window.removeEventListener(type, this.onRelease, true);
    this.root.replaceChildren();
    delete this.root.dataset.ready;
  }
}
