/** Random walk: smooth and endless, from a seed, the same noise for both models. */

import { Choice, Toolbar } from "../kit/controls.js";
import { element, modelTag } from "../kit/dom.js";
import { sayPlace } from "../kit/pictures.js";
import { RandomWalk } from "../maths/paths.js";
import { mulberry32 } from "../maths/seeded_noise.js";
import { lineOf } from "../maths/whereabouts.js";
import { locate } from "../server/models.js";
import { get, put } from "../state/parameters.js";

/** @typedef {import("./mode.js").Mode} Mode */
/** @typedef {import("./mode.js").Side} Side */
/** @typedef {"fitted" | "prior"} Sampler */

const FRAMES = 64;
const KNOT_S = 2;
const SEEDS = 2 ** 32;
const PLACE_MS = 200;
const KINDS = /** @type {const} */ (["left", "right"]);
const SAMPLERS = /** @type {const} */ ([
  ["fitted", "fitted Gaussian", "z from the Gaussian fitted to the codes of each model"],
  ["prior", "N(0, I)", "z from N(0, I), the prior of a VAE, in both models"],
]);

/** Where the walk is: it outlives a page change, as modules do. */
const kept = { time: get("when") };

/** @implements {Mode} */
export class WalkMode {
  /** @param {import("./mode.js").Host} host */
  constructor(host) {
    /** @type {"walk"} */
    this.name = "walk";
    this.host = host;
    /** @type {Side[]} */
    this.sides = [];
    this.seed = 0;
    this.draw = mulberry32(0);
    /** @type {RandomWalk[]} */
    this.walks = [];
    /** Of each side. @type {Float32Array[]} */
    this.noise = [];
    this.placed = -Infinity;

    this.number = element("output", { class: "walk-seed" });
    this.sampler = new Choice("Sampler", "sampler", SAMPLERS, (value) => this.choose(value));
    this.actions = [{ name: "Another walk", key: "n", title: "A walk from another seed", run: () => this.renew() }];
    this.above = new Toolbar(this.actions, "Random walk").element;
    this.above.append(this.sampler.element, this.number);
    this.lines = KINDS.map((kind) => {
      const name = element("b", {});
      const place = element("span", { class: "place" }, "\u00a0");
      return { name, place, element: modelTag(name, { as: "p", class: `whereabouts ${kind}` }, place) };
    });
    this.below = element("div", { class: "pair-of-lines" }, ...this.lines.map((line) => line.element));
  }

  /** The place it opens at is where it was left. */
  get timeline() {
    return { frames: FRAMES, endless: true, duration_s: KNOT_S, t: kept.time };
  }

  /** @param {import("./mode.js").Opened} opened */
  open({ sides, digits, seed }) {
    if (seed !== this.seed) this.draw = mulberry32(seed);
    this.seed = seed;
    this.sides = sides;
    this.noise = sides.map(({ model }) => new Float32Array(model.latentDim));
    this.lines.forEach((line, side) => {
      line.element.hidden = side >= sides.length;
      line.name.textContent = sides[side]?.name ?? "";
    });
    this.restart();
    void locate(sides, digits).then(() => sides === this.sides && this.tell());
  }

  get walkSeed() {
    return get("walk") ?? this.seed;
  }

  restart() {
    const { walkSeed } = this;
    this.walks = this.sides.map(({ model }) => new RandomWalk(walkSeed, model.latentDim));
    this.number.textContent = `seed ${walkSeed}`;
    this.sampler.value = get("walker");
    this.placed = -Infinity;
    this.host.changed();
  }

  renew() {
    put("walk", Math.floor(this.draw() * SEEDS));
    this.restart();
    this.host.rest();
  }

  /** @param {Sampler} sampler */
  choose(sampler) {
    put("walker", sampler);
    this.restart();
    this.host.rest();
  }

  /** Every z is in hand here: the tray's digit plays no part. */
  onDigit() {}

  redecode() {
    this.host.changed();
    this.tell();
  }

  /** @param {number} side @param {number} t in knots @returns {Float32Array} [D] */
  codeAt(side, t) {
    const eps = this.walks[side].at(t, this.noise[side]);
    return get("walker") === "fitted" ? this.sides[side].encodings.fitted(eps) : eps.slice();
  }

  /** @param {number} side @param {number} t @param {Float32Array} out [pixels] */
  pictureAt(side, t, out) {
    out.set(this.sides[side].model.decode(this.codeAt(side, t)));
  }

  /** @param {number} t */
  onTime(t) {
    kept.time = t;
    const now = performance.now();
    clearTimeout(this.timer);
    // The place where it comes to a stop is told, too.
    if (now - this.placed < PLACE_MS) this.timer = setTimeout(() => this.tell(), PLACE_MS);
    else this.tell();
  }

  tell() {
    this.placed = performance.now();
    this.sides.forEach((one, side) => {
      const z = this.codeAt(side, kept.time);
      sayPlace(this.lines[side].place, lineOf(one, z, one.model.decode(z)));
    });
  }

  fileName() {
    return `walk-seed-${this.walkSeed}`;
  }

  caption() {
    this.tell();
    const places = this.sides.map(({ name }, side) => `${name}: ${this.lines[side].place.textContent?.trim()}.`);
    return `Walk ${this.walkSeed}. ${places.join(" ")}`;
  }

  close() {
    clearTimeout(this.timer);
  }
}
