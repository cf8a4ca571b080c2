/** The shortest path between two digits through the neighbour graph of the codes. */

import { digitName, shape } from "../../kit/digits.js";
import { formatNumber } from "../../kit/dom.js";
import { pixelsOf } from "../../maths/ink.js";
import { loadDigits } from "../../server/digit_set.js";
import { askPath } from "../../server/latent_ask.js";
import { graphChoice } from "../../state/paths.js";
import { areStopsChosen, proposeStops, setStops, stopsOf, stopsText } from "../../state/stops.js";
import { REST_MS, TwoEnds } from "./two_ends.js";

/** @typedef {import("../plane.js").MapSide} MapSide */
/** @typedef {import("../viewport.js").Place} Place */
/** @typedef {import("../../state/stops.js").Stop} Stop */

/** @extends {TwoEnds<import("../../server/latent_ask.js").AskedPath>} */
export class GraphPaths extends TwoEnds {
  /** @param {() => Set<number>} hidden digits, which no click picks @param {() => void} onChange */
  constructor(hidden, onChange) {
    super(onChange);
    this.hidden = hidden;
    /** @type {Stop[] | null} fewer than two, or being dragged; null where those of the tour count */
    this.picked = null;
    /** What the tour passes between its ends: it stays where an end is dragged. @type {Stop[]} */
    this.between = [];
    /** @type {import("../../server/digit_set.js").Digits | null} */
    this.whole = null;
  }

  /** @param {MapSide[]} sides @param {{digits: string, seed: number}} data */
  build(sides, data) {
    if (data.digits !== this.digits) this.whole = this.picked = null;
    super.build(sides, data);
  }

  /** @param {{delay?: number, keep?: boolean}} [options] see `Ask.start` */
  ask(options) {
    const { sides, digits, chosen } = this;
    const graph = graphChoice();
    if (chosen.length < 2) return this.asked.drop();
    const asked = async (/** @type {string} */ model, /** @type {AbortSignal} */ signal) => {
      const stops = await stopsText(chosen);
      const path = askPath({ model, digits, stops, path: "graph", graph }, signal);
      return (await Promise.all([path, this.loadDigits()]))[0];
    };
    this.asked.start(sides, (model, signal) => [asked(model, signal)], options);
  }

  async loadDigits() {
    const { digits } = this;
    const whole = await loadDigits(digits);
    if (digits === this.digits) this.whole = whole;
  }

  /** What somebody chose; of what Interpolate only proposed the link knows nothing. @returns {Stop[]} */
  get tour() {
    return areStopsChosen(this.digits) ? stopsOf(this.digits) : [];
  }

  /** @returns {Stop[]} at most two: the ends of the tour */
  get chosen() {
    if (this.picked) return this.picked;
    const stops = this.tour.filter(({ row }) => row === null || row < this.count);
    return stops.length > 1
      ? [stops[0], stops[stops.length - 1]]
      : this.usual.map(({ row }) => ({ row, levels: null }));
  }

  /** @param {number} side @returns {Place[]} */
  ends(side) {
    const { plane, model } = this.sides[side];
    if (!plane?.count) return [];
    return this.chosen.map(({ row, levels }) => {
      if (levels) return plane.project(model.encode(pixelsOf(levels))).place;
      const at = /** @type {number} */ (row);
      return [plane.xs[at], plane.ys[at]];
    });
  }

  /** @param {Stop[]} stops @param {{delay?: number, keep?: boolean}} [options] see `Ask.start` */
  pick(stops, options) {
    this.picked = stops.length < 2 ? stops : null;
    if (stops.length === 2) setStops(this.digits, [stops[0], ...this.between, stops[1]]);
    this.ask(options);
  }

  /** @param {number} side whose map @param {Place} place */
  click(side, place) {
    const row = this.rowAt(side, place);
    if (row === null) return;
    this.between = [];
    const { chosen } = this;
    const stop = { row, levels: null };
    this.pick(chosen.length < 2 ? [...chosen, stop] : [stop]);
  }

  /** @param {number} side @param {number} index of the end @param {Place} place */
  drag(side, index, place) {
    const row = this.rowAt(side, place);
    const { chosen } = this;
    if (row === null || chosen[index]?.row === row) return;
    this.between = this.picked ? [] : this.tour.slice(1, -1);
    this.pick(chosen.with(index, { row, levels: null }), { delay: REST_MS, keep: true });
  }

  clear() {
    this.pick([]);
  }

  mark() {
    const { picked } = this;
    const stops = stopsOf(this.digits);
    const bringBack = areStopsChosen(this.digits) ? setStops : proposeStops;
    return () => {
      this.picked = picked;
      if (stops !== stopsOf(this.digits)) bringBack(this.digits, stops);
      this.ask();
    };
  }

  /** @param {number} side @returns {import("../marks.js").Line[]} */
  lines(side) {
    const { plane } = this.sides[side];
    const { found, busy } = this.asked.answers[side];
    // A former path would end where no end is any more.
    if (!plane || !found?.rows || busy) return [];
    const places = Array.from(found.rows, (row) => /** @type {Place} */ ([plane.xs[row], plane.ys[row]]));
    return [{ places, stops: places }];
  }

  /** @param {number} side @returns {string} */
  numbers(side) {
    const { length } = this.chosen;
    if (length < 2) return length ? "Click the other digit." : "Click two digits for the path between them.";
    const { found, problem, busy } = this.asked.answers[side];
    if (problem || !found?.rows) return problem ?? (busy ? "path …" : "");
    const count = found.rows.length;
    const words = `path of ${count} ${count === 1 ? "digit" : "digits"} · length ${formatNumber(found.length)}`;
    return busy ? `${words} …` : words;
  }

  /** @param {number} side @returns {import("../pane.js").Film[]} */
  films(side) {
    const { plane, model } = this.sides[side];
    const rows = this.asked.answers[side].found?.rows;
    if (!plane || !rows || !this.whole) return [];
    const greys = (/** @type {number} */ k) => /** @type {Uint8Array} */ (this.picture(rows[k]));
    const { labels } = this.whole;
    const decoded = (/** @type {number} */ k) => model.decode(model.encode(scaled(greys(k)), labels[rows[k]]));
    return [
      { name: "digits", count: rows.length, pixels: greys },
      { name: "decoded", count: rows.length, pixels: decoded },
    ];
  }

  /**
   * Both maps look at the same digit: that nearest to the pointer on the map that has it.
   * @param {number} side @param {number} from whose map has the pointer @param {Place} at
   */
  look(side, from, at) {
    const { plane } = this.sides[side];
    const row = this.rowAt(from, at);
    if (!plane?.count || row === null) return null;
    /** @type {Place} */
    const place = [plane.xs[row], plane.ys[row]];
    return { place, words: digitName(plane.labels[row], row), picture: this.picture(row) };
  }

  /** @param {number} row @returns {Uint8Array | null} its grey levels, once the set is here */
  picture(row) {
    return this.whole?.images.subarray(row * shape.pixels, (row + 1) * shape.pixels) ?? null;
  }

  /** @param {number} side @param {Place} at @returns {number | null} the digit whose code is nearest on that map */
  rowAt(side, [x, y]) {
    const { plane } = this.sides[side];
    if (!plane) return null;
    const { xs, ys, labels, count } = plane;
    const hidden = this.hidden();
    let [best, least] = [-1, Infinity];
    for (let row = 0; row < count; row++) {
      if (hidden.has(labels[row])) continue;
      const square = (xs[row] - x) ** 2 + (ys[row] - y) ** 2;
      if (square < least) [best, least] = [row, square];
    }
    return best < 0 ? null : best;
  }
}

/** @param {Uint8Array} greys @returns {Float32Array} in [0, 1] */
const scaled = (greys) => Float32Array.from(greys, (grey) => grey / 255);
