/**
 * The desk opens with decoders alone, half of each checkpoint. The encoders follow when a digit is taken, and the digits
 * taken until then wait for them.
 */

import { NO_CODE } from "../hand/coded_digit.js";
import { tellIfSlow } from "../server/load.js";
import { loadEncoders } from "../server/models.js";

/** @typedef {{model: import("../nn/nn.js").Model}[]} Sides */
/** @typedef {import("../hand/tray.js").Chosen} Chosen */
/** @typedef {import("../hand/pad.js").DigitChange} DigitChange */
/**
 * @template Data
 * @typedef {object} Host the desk
 * @property {HTMLElement} root
 * @property {import("../kit/controls.js").Alert} alert
 * @property {Data | undefined} data
 * @property {{take: (chosen: Chosen, change: DigitChange) => void}} digit takes it once both models can encode
 * @property {(data: Data | null) => void} wait
 */

const nothing = () => "";
const messageOf = (/** @type {Error} */ { message }) => message;

/** @template Data */
export class LateEncoders {
  /** @param {Host<Data>} host */
  constructor(host) {
    this.host = host;
    /** @type {Sides} */
    this.sides = [];
    /** @type {{sides: Sides, problem: Promise<string>} | null} */
    this.loading = null;
    /** In the order in which they were taken. @type {{chosen: Chosen, change: DigitChange}[]} */
    this.waiting = [];
    this.isSaid = false;
    /** What went wrong stands on the page. */
    this.isTold = false;
  }

  /** A hand that comes to where digits are will take one. @param {HTMLElement[]} elements */
  watch(elements) {
    for (const element of elements) {
      for (const type of ["pointerenter", "focusin"]) element.addEventListener(type, () => void this.load());
    }
  }

  /** @param {Sides} sides from now on; digits that wait are theirs */
  open(sides) {
    this.sides = sides;
    if (this.waiting.length) void this.settle();
  }

  /** @param {Chosen} chosen @param {DigitChange} change */
  take(chosen, change) {
    if (this.isWhole) {
      this.host.digit.take(chosen, change);
      return;
    }
    if (this.isAlone) {
      const names = [...new Set(this.sides.map(({ model }) => model.name))].join(" and ");
      this.host.alert.show(`${NO_CODE}, and of ${names} there is no encoder.`);
      return;
    }
    // Of a stroke, all that counts is how far it has come.
    const isLonger = change.stroke !== undefined && change.stroke === this.waiting.at(-1)?.change.stroke;
    if (isLonger && !change.undone && !change.cancelled) this.waiting.pop();
    this.waiting.push({ chosen, change });
    void this.settle();
  }

  /** A hand has gone on to something else. */
  forget() {
    if (!this.waiting.length) return;
    this.waiting = [];
    this.hide();
    this.rest();
  }

  close() {
    this.sides = [];
    this.waiting = [];
  }

  get isWhole() {
    return !this.isAlone && this.sides.every(({ model }) => model.canEncode || model.half);
  }

  /** No model here will ever give a digit a code. */
  get isAlone() {
    return this.sides.length > 0 && this.sides.every(({ model }) => model.half);
  }

  /** @returns {Promise<string>} what went wrong, in one sentence */
  load() {
    const { sides } = this;
    if (this.loading?.sides !== sides) {
      const loading = { sides, problem: loadEncoders(sides).then(nothing, messageOf) };
      this.loading = loading;
      void loading.problem.then(() => this.loading === loading && (this.loading = null));
    }
    return this.loading.problem;
  }

  /** Gives out the digits that wait, as soon as it can. */
  async settle() {
    const { sides, host } = this;
    host.root.setAttribute("aria-busy", "true");
    this.hide();
    const problem = await tellIfSlow(this.load(), () => sides === this.sides && this.say());
    const { waiting } = this;
    if (sides !== this.sides || !waiting.length) return;
    if (problem) {
      this.rest();
      this.isTold = true;
      host.alert.show(`${problem} Without it the digit has no code.`, () => void this.settle());
      return;
    }
    this.forget();
    for (const { chosen, change } of waiting) host.digit.take(chosen, change);
  }

  /** What is late is said. */
  say() {
    const { host } = this;
    if (!this.waiting.length || !host.data) return;
    this.isSaid = true;
    host.wait(host.data);
  }

  hide() {
    if (this.isTold) this.host.alert.hide();
    this.isTold = false;
  }

  /** Nothing waits any more. */
  rest() {
    this.host.root.removeAttribute("aria-busy");
    if (this.isSaid) this.host.wait(null);
    this.isSaid = false;
  }
}
