/** The shortest way between two places of a plane, as pictures measure it, and the straight line beside it. */

import { formatNumber } from "../../kit/dom.js";
import { askPlaneGeodesic } from "../../server/latent_ask.js";
import { get, put } from "../../state/parameters.js";
import { FARTHEST } from "../viewport.js";
import { REST_MS, TwoEnds } from "./two_ends.js";

/** @typedef {import("../viewport.js").Place} Place */

const PICTURES = 9;
const DECIMALS = 3;

/** The same on both maps, and over page changes; null as long as nobody has chosen any. @type {Place[] | null} */
let chosen = parse(get("ends"));

/** @extends {TwoEnds<import("../../server/latent_ask.js").PlaneGeodesic>} */
export class Geodesics extends TwoEnds {
  /** @returns {Place[]} at most two */
  ends() {
    return chosen ?? this.usual.map(({ place }) => rounded(place));
  }

  /** @param {{delay?: number, keep?: boolean}} [options] see `Ask.start` */
  ask({ delay } = {}) {
    const { sides, digits } = this;
    const [from, to] = this.ends();
    if (!to) return this.asked.drop();
    this.asked.start(sides, (model, signal) => askPlaneGeodesic({ model, digits, from, to }, signal), { delay });
  }

  /** @param {Place[] | null} ends @param {number} [delay] in ms */
  set(ends, delay) {
    chosen = ends?.map(rounded) ?? null;
    // A link says none, or both.
    put("ends", chosen?.length === 2 ? chosen.flat().join("_") : "");
    this.ask({ delay });
  }

  /** @param {number} _ whose map @param {Place} place */
  click(_, place) {
    const ends = this.ends();
    this.set(ends.length < 2 ? [...ends, place] : [place]);
  }

  /** @param {number} _ @param {number} index of the end @param {Place} place */
  drag(_, index, place) {
    this.set(this.ends().with(index, place), REST_MS);
  }

  clear() {
    this.set([]);
  }

  mark() {
    const before = chosen;
    return () => this.set(before);
  }

  /** @param {number} side @returns {import("../marks.js").Line[]} */
  lines(side) {
    const [from, to] = this.ends();
    if (!to) return [];
    const { found } = this.asked.answers[side];
    const straight = { places: [from, to], dashed: true, stops: times((t) => between(from, to, t)) };
    return found
      ? [straight, { places: pairs(found.places), stops: times((t) => along(found.places, t)) }]
      : [straight];
  }

  /** @param {number} side @returns {string} */
  numbers(side) {
    const { length } = this.ends();
    if (length < 2) return length ? "Click the other end." : "Click two places for the geodesic between them.";
    const { found, problem, busy } = this.asked.answers[side];
    if (problem || !found) return problem ?? (busy ? "geodesic …" : "");
    const gain = found.straightLength ? 100 * (found.length / found.straightLength - 1) : 0;
    const lengths = `geodesic ${formatNumber(found.length)} · straight ${formatNumber(found.straightLength)}`;
    return `${lengths} (${formatNumber(gain, 0)} %)${busy ? " …" : ""}`;
  }

  /** @param {number} side @returns {import("../pane.js").Film[]} */
  films(side) {
    const { plane, model } = this.sides[side];
    const [from, to] = this.ends();
    if (!plane || !to) return [];
    const film = (/** @type {string} */ name, /** @type {Place[]} */ places) => ({
      name,
      count: PICTURES,
      pixels: (/** @type {number} */ k) => model.decode(plane.code(places[k])),
    });
    const { found } = this.asked.answers[side];
    const straight = times((t) => between(from, to, t));
    // Until the answer is there, the straight line stands for it, as it does for the server.
    const curved = found ? times((t) => along(found.places, t)) : straight;
    return [film("geodesic", curved), film("straight", straight)];
  }
}

/** @param {string} text of the link @returns {Place[] | null} */
function parse(text) {
  if (!text) return null;
  const [x, y, x2, y2] = text.split("_").map(Number);
  return [rounded([x, y]), rounded([x2, y2])];
}

/** @param {Place} place @returns {Place} inside, as the link and the server have it */
function rounded([x, y]) {
  const round = (/** @type {number} */ value) =>
    Number(Math.min(FARTHEST, Math.max(-FARTHEST, value)).toFixed(DECIMALS)) + 0;
  return [round(x), round(y)];
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
