/** The neighbour graph of the codes, and the shortest path through it between two digits. */

import { digitName } from "../kit/digits.js";
import { formatNumber } from "../kit/dom.js";
import { pixelsOf } from "../maths/ink.js";
import { PIXELS } from "../nn/nn.js";
import { loadDigits } from "../server/digit_set.js";
import { askGraph, askPath } from "../server/latent_ask.js";
import { graphChoice } from "../state/graph_choice.js";
import { areStopsChosen, proposeStops, setStops, stopsOf, stopsText } from "../state/stops.js";
import { largestShare, ringsOthers } from "./arcs.js";
import { Ask, once } from "./ask.js";
import { farDigits, nearestRow } from "./start.js";

/** @typedef {import("../map/load.js").MapSide} MapSide */
/** @typedef {import("../map/viewport.js").Place} Place */
/** @typedef {import("./pane.js").ManifoldPane} ManifoldPane */
/** @typedef {import("./manifold_map.js").Tool} Tool */
/** @typedef {import("../state/stops.js").Stop} Stop */

const REST_MS = 150;

/** @implements {Tool} */
export class GraphPaths {
  /**
   * @param {() => Set<number>} hidden digits, which no click picks
   * @param {() => void} onChange
   */
  constructor(hidden, onChange) {
    this.hidden = hidden;
    this.onChange = onChange;
    this.digits = "";
    this.count = 0;
    /** @type {MapSide[]} */
    this.sides = [];
    /** @type {Stop[]} drawn by the seed */
    this.usual = [];
    /** @type {Stop[] | null} fewer than two, or being dragged; null where those of the tour count */
    this.picked = null;
    /** What the tour passes between its ends: it stays where an end is dragged. @type {Stop[]} */
    this.between = [];
    /** @type {import("../server/digit_set.js").Digits | null} */
    this.whole = null;
    /** @type {Ask<import("./arcs.js").Graph>} */
    this.graphs = new Ask(onChange);
    /** @type {Ask<import("../server/latent_ask.js").AskedPath>} */
    this.paths = new Ask(onChange);
    this.isOpen = false;
  }

  /** @param {import("./manifold_map.js").ManifoldData} data @param {MapSide[]} sides */
  build({ digits, seed }, sides) {
    if (digits !== this.digits) this.whole = this.picked = null;
    this.sides = sides;
    this.digits = digits;
    this.isOpen = false;
    this.close();
    this.draw(seed);
  }

  /** Other digits to begin with. @param {number} seed */
  draw(seed) {
    const plane = this.sides.map((side) => side.plane).find(Boolean);
    this.usual = ((plane && farDigits(plane, seed)) ?? []).map((row) => ({ row, levels: null }));
    this.count = plane?.count ?? 0;
    if (this.isOpen) this.askPaths({ keep: true });
  }

  /** It is on show: what it takes is fetched. */
  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.ask();
  }

  /** @param {{delay?: number, keep?: boolean}} [options] see `Ask.start` */
  ask(options) {
    const { digits } = this;
    const graph = graphChoice();
    this.graphs.start((side, signal) => {
      const { plane, name: model } = this.sides[side];
      return plane && once(() => askGraph({ model, digits, ...graph }, signal));
    }, options);
    this.askPaths(options);
  }

  /** @param {{delay?: number, keep?: boolean}} [options] see `Ask.start` */
  askPaths(options) {
    const { digits, chosen } = this;
    const graph = graphChoice();
    if (chosen.length < 2) return this.paths.drop();
    this.paths.start((side, signal) => {
      const { plane, name: model } = this.sides[side];
      const asked = async () => {
        const stops = await stopsText(chosen);
        const path = askPath({ model, digits, stops, path: "graph", graph }, signal);
        return (await Promise.all([path, this.loadDigits()]))[0];
      };
      return plane && once(asked);
    }, options);
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
    return stops.length > 1 ? [stops[0], stops[stops.length - 1]] : this.usual;
  }

  /** @param {number} side @returns {Place[]} */
  ends(side) {
    const { plane, model } = this.sides[side];
    if (!plane) return [];
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
    this.askPaths(options);
  }

  /** @param {number} side @param {Place} place @returns {number | null} the digit whose code is nearest on that map */
  rowAt(side, place) {
    const { plane } = this.sides[side];
    return plane && nearestRow(plane, place, this.hidden());
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
    this.picked = [];
    this.askPaths();
    this.onChange();
  }

  mark() {
    const { picked } = this;
    const stops = stopsOf(this.digits);
    const bringBack = areStopsChosen(this.digits) ? setStops : proposeStops;
    return () => {
      this.picked = picked;
      if (stops !== stopsOf(this.digits)) bringBack(this.digits, stops);
      this.askPaths();
    };
  }

  /** @param {ManifoldPane} pane @param {number} side @returns {boolean} whether it looks otherwise now */
  dress(pane, side) {
    pane.scale.show(null);
    const { plane } = this.sides[side];
    const { found } = this.graphs.answers[side];
    if (!plane) return false;
    const isOther = pane.arcs.take(found, plane);
    return isOther || pane.arcs.isOutgrown;
  }

  /** @param {number} side @returns {import("./pane.js").Line[]} */
  lines(side) {
    const { plane } = this.sides[side];
    const { found, busy } = this.paths.answers[side];
    // A former path would end where no end is any more.
    if (!plane || !found?.rows || busy) return [];
    const { rows } = found;
    const places = Array.from(rows, (row) => /** @type {Place} */ ([plane.xs[row], plane.ys[row]]));
    return [{ places, stops: places }];
  }

  /** @param {number} side @returns {string} */
  facts(side) {
    const { found, problem, busy } = this.graphs.answers[side];
    if (problem || !found) return problem ?? (busy ? "…" : "");
    const { part, parts, arcs } = found;
    const [drawn, several] = [arcs.length / 2, parts].map((count) => count.toLocaleString("en"));
    if (parts === 1) return `${drawn} arcs · one part`;
    const words = `${drawn} arcs · ${several} parts; the largest holds ${percent(largestShare(part))}`;
    return ringsOthers(found) ? `${words}, others ringed` : words;
  }

  /** @param {number} side @returns {string} */
  numbers(side) {
    const { length } = this.chosen;
    if (length < 2) return length ? "Click the other digit." : "Click two digits for the path between them.";
    const { found, problem, busy } = this.paths.answers[side];
    if (problem || !found?.rows) return problem ?? (busy ? "path …" : "");
    const count = found.rows.length;
    const words = `path of ${count} ${count === 1 ? "digit" : "digits"} · length ${formatNumber(found.length)}`;
    return busy ? `${words} …` : words;
  }

  /** @param {number} side @returns {import("./below.js").Film[]} */
  films(side) {
    const { plane, model } = this.sides[side];
    const rows = this.paths.answers[side].found?.rows;
    const { whole } = this;
    if (!plane || !rows || !whole) return [];
    const greys = (/** @type {number} */ k) => whole.images.subarray(rows[k] * PIXELS, (rows[k] + 1) * PIXELS);
    const decoded = (/** @type {number} */ k) => model.decode(model.encode(scaled(greys(k))));
    return [
      { name: "digits", count: rows.length, pixels: greys },
      { name: "decoded", count: rows.length, pixels: decoded },
    ];
  }

  /** @param {number} side @param {import("./manifold_map.js").Pointed} pointed */
  look(side, { row }) {
    const { plane } = this.sides[side];
    if (!plane || row === null) return null;
    /** @type {Place} */
    const place = [plane.xs[row], plane.ys[row]];
    const picture = this.whole?.images.subarray(row * PIXELS, (row + 1) * PIXELS) ?? null;
    return { place, words: digitName(plane.labels[row], row), picture };
  }

  get busy() {
    return this.graphs.busy || this.paths.busy;
  }

  close() {
    this.graphs.drop();
    this.paths.drop();
  }
}

/** @param {Uint8Array} greys @returns {Float32Array} in [0, 1] */
const scaled = (greys) => Float32Array.from(greys, (grey) => grey / 255);

/** @param {number} share @returns {string} never 100 % where something is missing */
const percent = (share) => `${formatNumber(Math.min(99.9, 100 * share), share > 0.99 ? 1 : 0)} %`;
