/** Which digit is under the pointer, which is kept, and which are selected; rows are those of the set of digits. */

import { openHand, rowInHand, takeRow } from "../state/chosen.js";

export class Picks {
  /**
   * @param {object} listener
   * @param {() => void} listener.onHover
   * @param {() => void} listener.onPick what is kept or selected has changed
   * @param {() => void} listener.onSelect what is to be highlighted has changed; comes before `onPick`
   */
  constructor(listener) {
    this.listener = listener;
    this.digits = "";
    /** @type {number | null} */
    this.pinned = null;
    /** @type {number | null} */
    this.hovered = null;
    /** Perhaps none. @type {Set<number> | null} */
    this.selected = null;
    /** What was kept before the last click. @type {number | null} */
    this.before = null;
    /** Where the way along the nearest codes has been. @type {Set<number>} */
    this.trail = new Set();
  }

  get isEmpty() {
    return this.pinned === null && !this.selected;
  }

  /** @param {string} digits the set */
  open(digits) {
    void openHand(digits);
    if (digits === this.digits) return;
    this.digits = digits;
    this.pinned = rowInHand(digits);
  }

  /** @param {number | null} row */
  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.listener.onHover();
  }

  /** @param {number | null} row under the pointer; a near miss loses nothing */
  click(row) {
    this.before = this.pinned;
    if (row !== null) this.pick(row);
    else if (this.selected) this.select(null);
  }

  /** The click was the first half of a double click. */
  takeBackClick() {
    this.pick(this.before);
  }

  /** @param {number | null} row to be kept; null for none */
  pick(row) {
    this.trail.clear();
    this.keep(row);
  }

  /** `pick`, on the way along nearest codes. @param {number | null} row */
  keep(row) {
    takeRow(this.digits, row);
    this.show(row);
    this.listener.onPick();
  }

  /** The tray has taken it in hand. @param {number | null} row null for none of the set */
  show(row) {
    this.hovered = null;
    this.pinned = row;
    this.forget();
  }

  /** @param {number[] | null} rows */
  select(rows) {
    this.selected = rows && new Set(rows);
    this.hovered = null;
    this.listener.onSelect();
    this.listener.onPick();
  }

  /** What is selected is so no more. */
  forget() {
    if (!this.selected) return;
    this.selected = null;
    this.listener.onSelect();
  }
}
