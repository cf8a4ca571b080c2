/** The surface that a decoder spans over its plane: how much it magnifies each place, and geodesics between two. */

import { formatNumber } from "../kit/dom.js";
import { describePlace } from "../map/pane.js";
import { askMagnification, askPlaneGeodesic } from "../server/latent_ask.js";
import { Ask, once } from "./ask.js";
import { rounded } from "./choice.js";
import { describeFactor } from "./heat.js";
import { farDigits } from "./start.js";

/** @typedef {import("../map/load.js").MapSide} MapSide */
/** @typedef {import("../map/plane.js").Plane} Plane */
/** @typedef {import("../map/viewport.js").Place} Place */
/** @typedef {import("./pane.js").ManifoldPane} ManifoldPane */
/** @typedef {import("./manifold_map.js").Tool} Tool */

const PICTURES = 9;
// A hand that drags an end does not ask at every step.
const REST_MS = 150;
// Where nothing is to be found any more; the view goes as far.
const FARTHEST = 4;

/** @implements {Tool} */
export class Geodesics {
  /** @param {import("./choice.js").Choice} choice @param {() => void} onChange */
  constructor(choice, onChange) {
    this.choice = choice;
    /** @type {MapSide[]} */
    this.sides = [];
    /** @type {Place[]} between two digits that the seed draws */
    this.usual = [];
    /** @type {Ask<import("./heat.js").Field>} */
    this.fields = new Ask(onChange);
    /** @type {Ask<import("../server/latent_ask.js").PlaneGeodesic>} */
    this.curves = new Ask(onChange);
  }

  /** @param {import("./manifold_map.js").ManifoldData} data @param {MapSide[]} sides */
  build({ digits, seed }, sides) {
    this.sides = sides;
    this.digits = digits;
    this.fields.start((side, signal) => {
      const { plane, name: model } = sides[side];
      return plane && once(() => askMagnification({ model, digits }, signal));
    });
    this.draw(seed);
  }

  /** Other ends to begin with. @param {number} seed */
  draw(seed) {
    const plane = this.sides.map((side) => side.plane).find(Boolean);
    const rows = plane ? farDigits(plane, seed) : null;
    this.usual = plane && rows ? rows.map((row) => rounded([plane.xs[row], plane.ys[row]])) : [];
    this.ask();
  }

  /** The same places on both maps. @returns {Place[]} */
  get chosen() {
    return this.choice.now.ends ?? this.usual;
  }

  ends() {
    return this.chosen;
  }

  /** @param {number} [delay] in ms */
  ask(delay = 0) {
    const [from, to] = this.chosen;
    if (!to) return this.curves.drop();
    const digits = /** @type {string} */ (this.digits);
    const question = (/** @type {number} */ side, /** @type {AbortSignal} */ signal) => {
      const { plane, name: model } = this.sides[side];
      return plane && askPlaneGeodesic({ model, digits, from, to }, signal);
    };
    this.curves.start(question, { delay });
  }

  /** @param {Place[]} ends @param {number} [delay] in ms */
  set(ends, delay) {
    this.choice.set({ ends: ends.map((place) => rounded(within(place))) });
    this.ask(delay);
  }

  /** @param {number} _ whose map @param {Place} place */
  click(_, place) {
    const { chosen } = this;
    this.set(chosen.length < 2 ? [...chosen, place] : [place]);
  }

  /** @param {number} _ @param {number} index of the end @param {Place} place */
  drag(_, index, place) {
    this.set(this.chosen.with(index, place), REST_MS);
  }

  clear() {
    this.set([]);
  }

  mark() {
    const { ends } = this.choice.now;
    return () => {
      this.choice.set({ ends });
      this.ask();
    };
  }

  /** @param {ManifoldPane} pane @param {number} side @returns {boolean} whether it looks otherwise now */
  dress(pane, side) {
    const { found } = this.fields.answers[side];
    pane.scale.show(found);
    return pane.heat.take(found);
  }

  /** @param {number} side @returns {import("./pane.js").Line[]} */
  lines(side) {
    const [from, to] = this.chosen;
    if (!to) return [];
    const { found } = this.curves.answers[side];
    const straight = { places: [from, to], dashed: true, stops: times((t) => between(from, to, t)) };
    if (!found) return [straight];
    return [straight, { places: pairs(found.places), stops: times((t) => along(found.places, t)) }];
  }

  /** @param {number} side @returns {string} */
  facts(side) {
    return this.fields.answers[side].problem ?? "";
  }

  /** @param {number} side @returns {string} */
  numbers(side) {
    const { length } = this.chosen;
    if (length < 2) return length ? "Click the other end." : "Click two places for the geodesic between them.";
    const { found, problem, busy } = this.curves.answers[side];
    if (problem || !found) return problem ?? (busy ? "geodesic …" : "");
    const gain = found.straightLength ? 100 * (found.length / found.straightLength - 1) : 0;
    const lengths = `geodesic ${formatNumber(found.length)} · straight ${formatNumber(found.straightLength)}`;
    return `${lengths} (${formatNumber(gain, 0)} %)${busy ? " …" : ""}`;
  }

  /** @param {number} side @returns {import("./below.js").Film[]} */
  films(side) {
    const { plane, model } = this.sides[side];
    const [from, to] = this.chosen;
    if (!plane || !to) return [];
    const film = (/** @type {string} */ name, /** @type {Place[]} */ places) => ({
      name,
      count: PICTURES,
      pixels: (/** @type {number} */ k) => model.decode(plane.code(places[k])),
    });
    const { found } = this.curves.answers[side];
    const straight = times((t) => between(from, to, t));
    // Until the answer is there, the straight line stands for it, as it does for the server.
    const curved = found ? times((t) => along(found.places, t)) : straight;
    return [film("geodesic", curved), film("straight", straight)];
  }

  /** @param {number} side @param {import("./manifold_map.js").Pointed} pointed */
  look(side, { place, pane }) {
    const { plane, model } = this.sides[side];
    if (!plane) return null;
    const factor = pane.heat.factor(place);
    const words = `${describePlace(plane, place, 0)}${factor === null ? "" : ` · ${describeFactor(factor)}`}`;
    return { place, words, picture: model.decode(plane.code(place)) };
  }

  get busy() {
    return this.fields.busy || this.curves.busy;
  }

  close() {
    this.fields.drop();
    this.curves.drop();
  }
}

/** @param {(t: number) => Place} at @returns {Place[]} at even times from 0 to 1 */
const times = (at) => Array.from({ length: PICTURES }, (_, k) => at(k / (PICTURES - 1)));

/** @param {Place} a @param {Place} b @param {number} t @returns {Place} */
const between = (a, b, t) => [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];

/** @param {Float32Array} places [2 N] @returns {Place[]} */
const pairs = (places) => Array.from({ length: places.length / 2 }, (_, k) => [places[2 * k], places[2 * k + 1]]);

/** @param {Float32Array} places [2 N] @param {number} t in [0, 1] @returns {Place} */
function along(places, t) {
  const last = places.length / 2 - 1;
  const k = Math.min(last - 1, Math.floor(t * last));
  const [ax, ay, bx, by] = places.subarray(2 * k, 2 * k + 4);
  return between([ax, ay], [bx, by], t * last - k);
}

/** @param {Place} place @returns {Place} */
const within = ([x, y]) => [clamp(x), clamp(y)];

/** @param {number} value */
const clamp = (value) => Math.min(FARTHEST, Math.max(-FARTHEST, value));
