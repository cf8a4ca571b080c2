/** The digit in hand on both maps: where its code lies, decoded beside it, and the digits whose codes are nearest. */

import { Panel } from "../hand/panel.js";
import { digitCanvas, paint } from "../kit/digits.js";
import { loadDigits } from "../server/digit_set.js";
import { loadMeans } from "../server/models.js";

/** @typedef {import("./load.js").MapSide} MapSide */
/** @typedef {import("./viewport.js").Place} Place */
/** @typedef {{means: Float32Array, dim: number}} Means */

const NOTHING = "Draw, upload or pick a digit to see its neighbours in each model.";

export class InHand {
  /** @param {import("../hand/tray.js").Tray} tray @param {() => void} onArrived there is more to show */
  constructor(tray, onArrived) {
    this.tray = tray;
    this.onArrived = onArrived;
    this.panel = new Panel((row) => void tray.pickRow(row));
    this.canvases = [digitCanvas(), digitCanvas()];
    /** @type {MapSide[]} */
    this.sides = [];
    /** @type {Float32Array[]} */
    this.codes = [];
    /** Undefined: not yet, or no longer. @type {import("../hand/tray.js").Chosen | null | undefined} */
    this.shown = undefined;
    this.wanted = "";
  }

  /** Nobody has chosen what the seed did. @returns {import("../hand/tray.js").Chosen | null} */
  get chosen() {
    const { chosen, isLeft } = this.tray;
    return chosen.byChance || isLeft ? null : chosen;
  }

  /** @param {MapSide[]} sides @param {string} digits */
  build(sides, digits) {
    this.sides = sides;
    this.digits = digits;
    this.shown = undefined;
  }

  /** What has changed is encoded, decoded and compared. */
  refresh() {
    const { chosen, panel, sides } = this;
    if (chosen === this.shown) return;
    this.shown = chosen;
    if (!chosen) return panel.empty(NOTHING);
    this.codes = sides.map(({ model }, side) => {
      const code = Float32Array.from(model.encode(chosen.pixels));
      paint(this.canvases[side], model.decode(code));
      return code;
    });
    void this.load();
    const { pixels, row } = chosen;
    panel.show({ row, rows: null, own: row === null ? { pixels, codes: this.codes } : null }, () => true);
  }

  /** The whole set and its codes, once a digit is in hand: for the maps alone they are not needed. */
  async load() {
    const { sides, digits = "" } = this;
    const wanted = JSON.stringify([...sides.map(({ name }) => name), digits]);
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.panel.leave();
    try {
      const means = new Map(sides.map(({ name }) => [name, loadMeans(name, digits)]));
      const [set, ...found] = await Promise.all([loadDigits(digits), ...sides.map(({ name }) => means.get(name))]);
      if (wanted !== this.wanted) return;
      const latents = sides.map(({ name, model }, side) => ({ name, model, .../** @type {Means} */ (found[side]) }));
      this.panel.build(set, latents);
      this.shown = undefined;
      this.onArrived();
    } catch (error) {
      if (wanted !== this.wanted) return;
      this.wanted = "";
      this.panel.complain(/** @type {Error} */ (error).message, () => void this.load());
    }
  }

  /** @param {Set<number>} hidden digits @returns {(import("./marks.js").HandMark | null)[]} on each map */
  marks(hidden) {
    const { shown, codes, canvases, panel } = this;
    return this.sides.map(({ plane }, side) => {
      if (!shown || !plane) return null;
      const rows = panel.digits ? Array.from(panel.readings[side].rows) : [];
      const neighbours = rows
        .filter((row) => !hidden.has(plane.labels[row]))
        .map((row) => /** @type {Place} */ ([plane.xs[row], plane.ys[row]]));
      return { place: plane.project(codes[side]).place, name: shown.name, picture: canvases[side], neighbours };
    });
  }
}
