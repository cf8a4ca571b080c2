/** Stops of which one is the digit in hand: what the tray does to the hand, it does to that one. */

import { digitName } from "../kit/digits.js";
import { pixelsOf } from "../maths/ink.js";
import { ownLevels, replaceOwn, takeOwn, takeRow } from "../state/chosen.js";
import { isSameStop } from "../state/stops.js";

/** @typedef {import("../state/stops.js").Stop} Stop */
/** @typedef {{label: number | null, name: string}} Named "digit 7, no. 17", or "your digit", which has no label */

export class StopsInHand {
  /** @param {import("../hand/tray.js").Tray} tray opened */
  constructor(tray) {
    this.tray = tray;
    /** @type {Stop[]} */
    this.stops = [];
    this.selected = 0;
  }

  /** The digit in hand as a stop. @returns {Stop} */
  get inHand() {
    const { own, row } = this.tray.chosen;
    return own ? { row: null, levels: ownLevels() } : { row, levels: null };
  }

  /**
   * Fetches digits that are not here yet, and selects the stop that is in hand.
   * @param {Stop[]} stops
   * @returns {Promise<boolean>} whether one is in hand; else the selection is the first
   * @throws {import("../server/load.js").LoadError}
   */
  async open(stops) {
    await this.tray.rows(stops.flatMap(({ row }) => (row === null ? [] : [row])));
    this.stops = stops;
    const { inHand } = this;
    const place = stops.findIndex((stop) => isSameStop(stop, inHand));
    this.selected = Math.max(0, place);
    return place >= 0;
  }

  /** Takes a stop in hand. @param {number} index */
  select(index) {
    const { tray } = this;
    const { row, levels } = this.stops[index];
    this.selected = index;
    if (levels) {
      tray.pad.stop();
      if (isSameStop({ row, levels: ownLevels() }, { row, levels })) takeOwn();
      else replaceOwn(levels);
      tray.pad.redraw();
    } else if (tray.set) {
      takeRow(tray.set.name, row);
    }
    tray.refresh();
  }

  /**
   * The digit in hand has changed: the selected stop becomes it, unless a step back leads to another stop.
   * @param {import("../hand/pad.js").DigitChange} change
   * @returns {Stop[]} the stops from now on
   */
  take(change) {
    const { inHand } = this;
    const other = change.undone ? this.stops.findIndex((stop) => isSameStop(stop, inHand)) : -1;
    if (other >= 0) this.selected = other;
    else this.stops = this.stops.with(this.selected, inHand);
    return this.stops;
  }

  /** @param {Stop} stop @returns {Float32Array} [pixels] in [0, 1] */
  pixels({ row, levels }) {
    if (levels) return pixelsOf(levels);
    return /** @type {import("../server/digit_set.js").DigitSet} */ (this.tray.set).pixels(/** @type {number} */ (row));
  }

  /** @param {Stop} stop @returns {{pixels: Float32Array, label: number | null}} */
  digit(stop) {
    return { pixels: this.pixels(stop), label: this.name(stop).label };
  }

  /** @param {Stop} stop @returns {Named} */
  name({ row }) {
    if (row === null) return { label: null, name: "your digit" };
    const label = /** @type {import("../server/digit_set.js").DigitSet} */ (this.tray.set).label(row);
    return { label, name: digitName(label, row) };
  }
}
