/** The pinned codes, one a model: what moves them, what undoes that, what Python and the link hear of them. */

import { codes } from "../desk/digit.js";
import { fingerprint, Reporter } from "../desk/report.js";
import { goOn, lastZ, leaveZ } from "../desk/start.js";
import { PIXELS } from "../nn/nn.js";
import { DeskState } from "../state/history.js";
import { formatZ } from "../state/live_link.js";
import { startingPins } from "./start.js";

/** @typedef {import("../desk/report.js").ZReport} ZReport */
/** @typedef {import("../state/history.js").ZPair} ZPair */
/** @typedef {import("./load.js").MapSide} MapSide */
/** @typedef {import("./latent_map.js").MapData} MapData */
/** @typedef {import("./viewport.js").Place} Place */
/** @typedef {{mark: import("../state/history.js").Mark, untouched: boolean}} Situation */

const KEY_GESTURE_MS = 600;

export class Pins {
  /**
   * @param {HTMLElement} root of the component
   * @param {{onChange: () => void, onRest: (report: ZReport) => void}} events moved; left there for a while
   */
  constructor(root, { onChange, onRest }) {
    this.onChange = onChange;
    /** @type {MapSide[]} */
    this.sides = [];
    /** @type {DeskState | null} */
    this.state = null;
    /** @type {ZPair | null} the codes that these models opened with */
    this.opened = null;
    /** Nobody has chosen these. */
    this.untouched = true;
    this.gestureTimer = 0;
    /** @type {(Situation | undefined)[]} before each of the last two presses */
    this.before = [];
    this.reporter = new Reporter(
      root,
      () => /** @type {DeskState} */ (this.state).toJson(),
      (report) => {
        if (!this.untouched) onRest(report);
      },
    );
  }

  /** @returns {ZPair | null} */
  get z() {
    return this.state?.z ?? null;
  }

  /** @param {MapData} data @param {MapSide[]} sides @param {Float32Array} digit in hand, whose codes are pinned first */
  build({ z, z_right: right }, sides, digit) {
    // What was reported from here is older than what is here.
    const isNews = !this.reporter.knows(fingerprint(z, right));
    const kept = this.untouched ? undefined : this.state?.z;
    const before = this.state ? { state: this.state, sides: this.sides, untouched: this.untouched } : lastZ();
    this.sides = sides;
    this.opened = startingPins(sides, isNews ? [z, right] : [null, null], kept, this.codesOf(digit));
    this.state = new DeskState(this.opened, [sides[0].encodings, sides[1].encodings]);
    this.before = [];
    this.reporter.know(fingerprint(z, right));
    this.untouched &&= !z;
    if (!this.untouched) {
      goOn(this.state, sides, before, new Float32Array(PIXELS));
      this.reporter.touch();
    }
  }

  /** The visitor takes them to another page: they are chosen. */
  takeAlong() {
    if (!this.untouched || !this.state) return;
    this.untouched = false;
    this.reporter.touch();
    this.reporter.report();
  }

  /** What Python says now, of the models that are here. @param {MapData} data @param {Float32Array} pixels as `build` */
  take({ z, z_right: right }, pixels) {
    const { state, sides } = this;
    if (!state) return;
    const digit = this.codesOf(pixels);
    const news = fingerprint(z, right);
    if (z && !this.reporter.knows(news)) {
      // Neither reported from here nor known before: someone else has set it.
      this.reporter.know(news);
      this.change((pins) => pins.replace(startingPins(sides, [z, right], state.z, digit)));
    } else if (this.untouched && !same(state.z, digit)) {
      state.replace(digit);
      this.opened = state.z;
      this.onChange();
    }
  }

  /** @param {Float32Array} pixels @returns {ZPair} */
  codesOf(pixels) {
    const [left, right] = codes(this.sides, pixels);
    return [Float64Array.from(left), Float64Array.from(right)];
  }

  /** @param {number} side @returns {{place: Place, off: number} | null} where its pin is on its plane */
  project(side) {
    return (this.state && this.sides[side].plane?.project(this.state.z[side])) ?? null;
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
    this.gestureTimer = setTimeout(() => this.state?.endGesture(), KEY_GESTURE_MS);
  }

  /** Back to where they were when the page opened. */
  reopen() {
    const { opened } = this;
    if (opened) this.change((state) => state.replace(opened));
  }

  /** @param {(state: DeskState) => boolean} step through what was, false where there is nothing */
  travel(step) {
    if (this.state && step(this.state)) this.changed();
  }

  /** @param {(state: DeskState) => void} mutate @param {string | null} [gesture] */
  change(mutate, gesture = null) {
    if (!this.state) return;
    this.state.change(mutate, gesture);
    this.changed();
  }

  changed() {
    this.untouched = false;
    this.reporter.touch();
    this.onChange();
  }

  /** A pointer is down: nothing is reported before `release`. */
  press() {
    const { state, untouched } = this;
    state?.endGesture();
    this.before = [this.before[1], state ? { mark: state.mark(), untouched } : undefined];
    this.reporter.hold();
  }

  release() {
    this.reporter.release();
  }

  /** Call at a double click: its two presses are as if they had not been. */
  takeBackDouble() {
    const [before] = this.before;
    if (!this.state || !before) return;
    this.state.rewind(before.mark);
    this.changed();
    this.untouched = before.untouched;
  }

  /** @param {{left: string, right: string}} parameters @returns {import("../state/live_link.js").Query} */
  linkQuery(parameters) {
    if (!this.state || this.untouched) return {};
    const { left, right } = this.state.toJson();
    return { [parameters.left]: formatZ(left), [parameters.right]: right ? formatZ(right) : undefined };
  }

  stop() {
    leaveZ(this);
    clearTimeout(this.gestureTimer);
    this.reporter.stop();
  }
}

/** @param {ZPair} a @param {ZPair} b @returns {boolean} */
const same = (a, b) => a.every((z, side) => z.every((value, i) => value === b[side][i]));
