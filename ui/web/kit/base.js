/** What live components that show models have in common: what they load, what they say meanwhile, and when they paint. */

import { tellIfSlow } from "../server/load.js";
import { loadModel } from "../server/models.js";
import { turnTo } from "../state/digit.js";
import { Alert } from "./controls.js";
import { element } from "./dom.js";
import { modelsIn } from "./mount.js";
import { modelColours } from "./theme.js";
import { Wheel } from "./wheel.js";

/** @typedef {import("./mount.js").ModelData} ModelData */
/** @typedef {import("../nn/nn.js").Model} Model */

const NAMES = new Intl.ListFormat("en");

/**
 * A component says what it shows, `key`; how that is loaded, `load`; and what is done with it, `build`. Whatever Python
 * sends, only the newest is built; what cannot be loaded is said and can be tried again, and what was shown stays.
 * @template Data, Loaded
 */
export class Base {
  /**
   * @param {HTMLElement} root
   * @param {string} [subject] what still shows the models of before where others cannot be loaded
   */
  constructor(root, subject = "The page still shows") {
    this.root = root;
    this.subject = subject;
    this.alert = new Alert();
    /** @type {Data | undefined} */
    this.data = undefined;
    /** @type {import("./mount.js").Send | undefined} */
    this.send = undefined;
    /** What is shown, or on its way. @type {string | undefined} */
    this.wanted = undefined;
    /** How often loading has begun: who has waited looks whether it is still the last time. */
    this.run = 0;
    this.frame = 0;
    /** For pages that show it, where a model is class-conditional. */
    this.wheel = new Wheel(
      (digit, gesture) => this.turnDigit(digit, gesture),
      () => this.isReady && this.redecode(),
    );
    /** @type {(() => void)[]} */
    this.leave = [];
  }

  /**
   * Takes what Python or the theme changed, and leaves the rest as it is.
   * @param {Data} data
   * @param {import("./mount.js").Send} send
   */
  update(data, send) {
    const before = this.data;
    this.data = data;
    this.send = send;
    this.wheel.show(modelsIn(data));
    this.take(data, before);
    if (!this.loadIfOther(data) && this.isReady) this.refresh(data, before);
  }

  /** @param {Data} data @returns {boolean} whether its key has changed, so that everything is loaded anew */
  loadIfOther(data) {
    const wanted = JSON.stringify(this.key(data));
    if (wanted === this.wanted) return false;
    this.wanted = wanted;
    void this.begin();
    return true;
  }

  get isReady() {
    return this.root.dataset.ready === "true";
  }

  /** Loads what is wanted, and builds it. */
  async begin() {
    const run = ++this.run;
    const data = /** @type {Data} */ (this.data);
    const isLast = () => run === this.run;
    this.root.dataset.ready = "false";
    this.root.setAttribute("aria-busy", "true");
    this.alert.hide();
    this.announce(data);
    try {
      const loaded = await tellIfSlow(this.load(data), () => isLast() && this.wait(data));
      if (!isLast()) return;
      this.wait(null);
      await this.build(/** @type {Data} */ (this.data), loaded);
      if (isLast()) this.show();
    } catch (error) {
      if (isLast()) this.complain(/** @type {Error} */ (error));
    }
  }

  /** It can be used. */
  show() {
    this.root.dataset.ready = "true";
    this.root.removeAttribute("aria-busy");
  }

  /** @param {Error} error in one sentence */
  complain(error) {
    this.root.removeAttribute("aria-busy");
    this.wait(null);
    const names = this.namesShown;
    const still = names.length ? ` ${this.subject} ${NAMES.format(names)}.` : "";
    this.alert.show(error.message + still, () => void this.begin());
  }

  /** Paints in the next frame. */
  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  /** Ends the place that was reserved, where what is here is lower. */
  endReservedPlace() {
    this.host.style.minHeight = "0";
  }

  /** @returns {HTMLElement} */
  get host() {
    return /** @type {HTMLElement} */ (/** @type {ShadowRoot} */ (this.root.getRootNode()).host);
  }

  close() {
    this.wanted = undefined;
    this.run += 1;
    this.host.style.minHeight = "";
    cancelAnimationFrame(this.frame);
    this.wheel.close();
    for (const leave of this.leave) leave();
    this.root.replaceChildren();
    delete this.root.dataset.ready;
  }

  /** @param {ModelData} left @param {ModelData} right whose colours the style sheets have from now on */
  recolourPair(left, right) {
    const colours = modelColours(this.root, [left.colour, right.colour]);
    this.root.style.setProperty("--left", colours[0]);
    this.root.style.setProperty("--right", colours[1]);
    this.root.classList.toggle("same-colour", colours[0] === colours[1]);
  }

  /** @param {Data} _data @returns {unknown} of whose change everything is loaded anew */
  key(_data) {
    throw new Error("A component says what it shows.");
  }

  /** @param {Data} _data @returns {Promise<Loaded>} @throws {Error} in one sentence for the visitor */
  async load(_data) {
    throw new Error("A component says what it loads.");
  }

  /** @param {Data} _data as it is by now @param {Loaded} _loaded @returns {Promise<void> | void} */
  build(_data, _loaded) {}

  /** @returns {string[]} names of the models that are here */
  get namesShown() {
    return [];
  }

  /** At every change, before anything is loaded. @param {Data} _data @param {Data | undefined} _before */
  take(_data, _before) {}

  /** A change of what is shown without a change of its key. @param {Data} _data @param {Data | undefined} _before */
  refresh(_data, _before) {}

  /** What can be shown at once of what is on its way. @param {Data} _data */
  announce(_data) {}

  /** Says that it takes long, or no more. @param {Data | null} _data */
  wait(_data) {}

  /** By a hand on the wheel; a page that holds z makes it a step of undo. @param {number} digit @param {string} _gesture */
  turnDigit(digit, _gesture) {
    turnTo(digit);
  }

  /** Class-conditional models draw another digit: all that is decoded is stale. */
  redecode() {}

  paint() {}
}

// A hand that draws pauses longer than this only where it is done.
const REST_MS = 600;

/**
 * A component that shows one model or more side by side.
 * @template {{models: ModelData[], digits: string, seed: number}} Data
 * @template Loaded
 * @extends {Base<Data, Loaded>}
 */
export class ModelsBase extends Base {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    this.waiting = element("p", { class: "waiting", hidden: true });
    /** Tells a screen reader what the hand has come to. */
    this.heard = element("p", { class: "heard", role: "status" });
    this.restTimer = 0;
  }

  /** @returns {Model[]} those that are here */
  get models() {
    return [];
  }

  get namesShown() {
    return this.models.map(({ name }) => name);
  }

  /** @returns {string} for who does not see what is shown */
  get summary() {
    return "";
  }

  /** @param {Data} data @returns {unknown[]} */
  key({ models, digits, seed }) {
    return [models.map(({ name }) => name), digits, seed];
  }

  /** @param {Data} data @returns {Promise<Model[]>} those that are here already are not loaded again */
  loadModels({ models }) {
    return Promise.all(models.map(async ({ name }) => this.models.find((one) => one.name === name) ?? loadModel(name)));
  }

  /** @param {Data} data @returns {string[]} of its models, in this theme */
  coloursOf({ models }) {
    return modelColours(
      this.root,
      models.map(({ colour }) => colour),
    );
  }

  /** @param {Data | null} data */
  wait(data) {
    this.waiting.hidden = !data;
    this.waiting.textContent = data && `loading ${data.models.map(({ name }) => name).join(", ")} …`;
  }

  /** The hand has moved something. */
  restSoon() {
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.rest(), REST_MS);
  }

  rest() {
    const words = this.models.length ? this.summary : "";
    if (this.heard.textContent !== words) this.heard.textContent = words;
  }

  close() {
    clearTimeout(this.restTimer);
    super.close();
  }
}
