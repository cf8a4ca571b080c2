/** Attribute: what leads from one class to another, added to the digit in hand. */

import { Choice, Toolbar } from "../kit/controls.js";
import { element, formatNumber, modelTag } from "../kit/dom.js";
import { CLASSES } from "../maths/class_means.js";
import { mulberry32 } from "../maths/seeded_noise.js";
import { seekAlong } from "../player/along.js";
import { loadClassMeans } from "../server/models.js";
import { get, put } from "../state/parameters.js";

/** @typedef {import("../maths/class_means.js").ClassMeans} ClassMeans */
/** @typedef {import("./mode.js").Mode} Mode */
/** @typedef {import("./mode.js").Side} Side */

const FRAMES = 64;
const DURATION_S = 4;
const [LOW, HIGH] = [-0.5, 1.5];
const KINDS = /** @type {const} */ (["left", "right"]);

/** @param {number} t 0 to 1 @returns {number} how often the attribute is added */
const strengthAt = (t) => LOW + (HIGH - LOW) * t;
/** @param {number} s @returns {number} its inverse */
const timeOf = (s) => (s - LOW) / (HIGH - LOW);

const [from = null, to = null] = get("classes").split("_").filter(Boolean).map(Number);
/**
 * What a visitor has chosen outlives a page change, as modules do; null is left to the digit, and to the seed.
 * @type {{from: number | null, to: number | null}}
 */
const kept = { from, to };

/** @implements {Mode} */
export class AttributeMode {
  /** @param {import("./mode.js").Host} host */
  constructor(host) {
    /** @type {"attribute"} */
    this.name = "attribute";
    this.host = host;
    const [start, whole] = [timeOf(0), timeOf(1)];
    this.timeline = { frames: FRAMES, endless: false, duration_s: DURATION_S, t: start, marks: [start, whole] };
    /** @type {Side[]} */
    this.sides = [];
    /** Of each side. @type {ClassMeans[]} */
    this.means = [];
    /** @type {Float32Array[]} */
    this.start = [];
    /** @type {Float32Array[]} */
    this.vectors = [];
    /** @type {Float32Array[]} */
    this.codes = [];
    this.opened = 0;
    this.seed = 0;
    this.draw = mulberry32(0);
    this.from = 0;
    this.to = 1;
    this.choosers = {
      from: new ClassChooser("From", (from) => this.choose({ from })),
      to: new ClassChooser("To", (to) => this.choose({ to })),
    };
    const { tray } = host;
    this.actions = [
      { name: "Swap", key: "x", title: "From and to change places", run: () => this.swap() },
      { name: "Digit", key: "g", title: "A random digit", run: () => tray.pickRandom(this.draw()) },
    ];
    this.above = element(
      "div",
      { class: "attribute" },
      this.choosers.from.element,
      this.choosers.to.element,
      new Toolbar(this.actions, "Attribute").element,
    );
    this.bands = KINDS.map((kind) => new MeansBand(kind, (t) => host.seek(t)));
    this.strength = element("output", { class: "strength" });
    this.scale = element(
      "div",
      { class: "band scale" },
      this.strength,
      element(
        "div",
        { class: "ticks", "aria-hidden": "true" },
        ...[LOW, 0, 1, HIGH].map((s) =>
          element("span", { style: `--at: ${timeOf(s)}` }, formatNumber(s, Number.isInteger(s) ? 0 : 1)),
        ),
      ),
      element("span", { class: "nearest-mean" }),
    );
    this.below = element("div", { class: "bands" }, ...this.bands.map((band) => band.element), this.scale);
  }

  /** @param {import("./mode.js").Opened} opened */
  async open({ sides, digits, seed }) {
    const asked = ++this.opened;
    if (seed !== this.seed) this.draw = mulberry32(seed);
    const means = await Promise.all(sides.map(({ name }) => loadClassMeans(name, digits)));
    if (asked !== this.opened) return;
    Object.assign(this, { sides, means, seed });
    this.codes = sides.map(({ model }) => new Float32Array(model.latentDim));
    const lacking = Array.from({ length: CLASSES }, (_, label) => !means[0].has(label));
    for (const chooser of Object.values(this.choosers)) chooser.lacking = lacking;
    this.bands.forEach((band, i) => {
      band.element.hidden = i >= sides.length;
      if (i < sides.length) band.build(sides[i]);
    });
    this.refresh();
  }

  /** @param {{from?: number, to?: number}} classes */
  choose(classes) {
    Object.assign(kept, classes);
    this.refresh();
    put("classes", `${this.from}_${this.to}`);
    this.host.rest();
  }

  swap() {
    this.choose({ from: this.to, to: this.from });
  }

  /** The digit in hand has changed: what nobody has chosen follows it. */
  onDigit() {
    if (this.sides.length) this.refresh();
  }

  redecode() {
    if (this.sides.length) this.refresh();
  }

  refresh() {
    const { chosen } = this.host.tray;
    this.start = this.sides.map(({ model }) => Float32Array.from(model.encode(chosen.pixels, chosen.label)));
    const [means] = this.means;
    const known = (/** @type {number | null} */ label) => label !== null && means.has(label);
    const own = chosen.label ?? means.nearest(this.start[0]);
    this.from = /** @type {number} */ (known(kept.from) ? kept.from : own);
    this.to = /** @type {number} */ (known(kept.to) ? kept.to : this.another(this.from));
    this.vectors = this.means.map((one) => one.attribute(this.from, this.to));
    this.choosers.from.current = this.from;
    this.choosers.to.current = this.to;
    this.bands.slice(0, this.sides.length).forEach((band, side) => {
      const nearest = Array.from({ length: FRAMES }, (_, k) => this.nearestMean(side, k / (FRAMES - 1)));
      band.draw(nearest);
    });
    this.host.changed();
  }

  /** @param {number} label @returns {number} another class that the set has, the same for the same seed */
  another(label) {
    const classes = Array.from({ length: CLASSES }, (_, one) => one);
    const others = classes.filter((one) => one !== label && this.means[0].has(one));
    return others[Math.floor(mulberry32(this.seed)() * others.length)] ?? label;
  }

  /** @param {number} side @param {number} t @returns {Float32Array} [D] */
  codeAt(side, t) {
    return this.walkTo(side, t).slice();
  }

  /** @param {number} side @param {number} t @returns {Float32Array} [D], overwritten by the next call */
  walkTo(side, t) {
    const [start, vector, code] = [this.start[side], this.vectors[side], this.codes[side]];
    const s = strengthAt(t);
    for (let i = 0; i < code.length; i++) code[i] = start[i] + s * vector[i];
    return code;
  }

  /** @param {number} side @param {number} t @returns {number} a class */
  nearestMean(side, t) {
    return this.means[side].nearest(this.walkTo(side, t));
  }

  /** @param {number} side @param {number} t @param {Float32Array} out [pixels] */
  pictureAt(side, t, out) {
    out.set(this.sides[side].model.decode(this.walkTo(side, t)));
  }

  /** @param {number} t */
  onTime(t) {
    const words = `s = ${formatNumber(strengthAt(t))}`;
    if (this.strength.textContent !== words) this.strength.textContent = words;
    this.sides.forEach((_, side) => this.bands[side].mark(t, this.nearestMean(side, t)));
  }

  problem() {
    return this.from === this.to ? "Both classes are the same: nothing moves." : "";
  }

  fileName() {
    const { label } = this.host.tray.chosen;
    return `${label ?? "drawn"}-plus-${this.to}-minus-${this.from}`;
  }

  caption() {
    const s = formatNumber(strengthAt(this.host.time()));
    const nearest = this.sides.map(({ name }, side) => `${name}: nearest mean ${this.bands[side].shown}.`);
    const sum = `${this.host.tray.chosen.name} plus ${s} times the mean ${this.to} minus the mean ${this.from}.`;
    return `${sum} ${nearest.join(" ")}`;
  }

  close() {
    this.opened += 1;
  }
}

export class ClassChooser {
  /** @param {string} label such as "From" @param {(digit: number) => void} onPick */
  constructor(label, onPick) {
    const classes = Array.from({ length: CLASSES }, (_, digit) => String(digit));
    const options = classes.map((digit) => /** @type {const} */ ([digit, digit, "", `${label} ${digit}`]));
    this.choice = new Choice(`${label} class`, label, options, (digit) => onPick(Number(digit)));
    const words = element("span", { class: "what" }, label);
    this.element = element("div", { class: "class-chooser" }, words, this.choice.element);
  }

  /** @param {number} digit */
  set current(digit) {
    this.choice.value = String(digit);
  }

  /** @param {boolean[]} lacking of each class whether the set has no digit of it */
  set lacking(lacking) {
    lacking.forEach((isLacking, digit) => {
      this.choice.offer(String(digit), !isLacking, isLacking ? `There is no ${digit} among these digits` : "");
    });
  }
}

class MeansBand {
  /** @param {"left" | "right"} kind @param {(t: number) => void} onSeek */
  constructor(kind, onSeek) {
    /** The class now. @type {number | undefined} */
    this.shown = undefined;
    this.runs = "";
    this.time = 0;
    this.name = element("b", {});
    this.parts = element("div", { class: "parts" });
    this.cursor = element("i", { class: "glides" });
    this.track = element("div", { class: "track", "aria-hidden": "true" }, this.parts, this.cursor);
    seekAlong(this.track, { onSeek, time: () => this.time, step: 1 });
    this.nearest = element("span", { class: "nearest-mean" });
    this.element = element("div", { class: `band ${kind}` }, modelTag(this.name), this.track, this.nearest);
  }

  /** @param {import("./mode.js").Side} side */
  build({ name }) {
    this.name.textContent = name;
    this.name.title = name;
    this.shown = undefined;
  }

  /** @param {number[]} nearest the class at even times from 0 to 1 */
  draw(nearest) {
    const runs = nearest.join("");
    if (runs === this.runs) return;
    this.runs = runs;
    const starts = nearest.flatMap((digit, k) => (digit === nearest[k - 1] ? [] : [k]));
    const parts = starts.map((start, i) => {
      const length = (starts[i + 1] ?? nearest.length) - start;
      return element("span", { style: `flex-grow: ${length}` }, String(nearest[start]));
    });
    this.parts.replaceChildren(...parts);
  }

  /** @param {number} t 0 to 1 @param {number} digit the class there */
  mark(t, digit) {
    this.time = t;
    this.cursor.style.transform = `translateX(${(100 * t).toFixed(3)}%)`;
    if (digit === this.shown) return;
    this.shown = digit;
    this.nearest.textContent = `nearest mean: ${digit}`;
  }
}
