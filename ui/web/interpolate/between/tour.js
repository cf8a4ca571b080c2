/** The digits that a path goes through, one of them in hand: chosen, added, removed, turned round, left to chance. */

import { oneTabStop, Toolbar } from "../../kit/controls.js";
import { digitCanvas, paint } from "../../kit/digits.js";
import { button, element } from "../../kit/dom.js";
import { mulberry32 } from "../../maths/seeded_noise.js";
import { areStopsChosen, FEWEST, isSameStop, MOST, proposeStops, setStops, stopsOf } from "../../state/stops.js";
import { StopsInHand } from "../stops_in_hand.js";

/** @typedef {import("../../state/stops.js").Stop} Stop */

const CLASSES = 10;
const SEEDS = 2 ** 32;
/** The last stops here, by the set: it outlives a page change, as modules do. @type {Map<string, Stop[]>} */
const shown = new Map();

export class Tour {
  /**
   * @param {import("../../hand/tray.js").Tray} tray
   * @param {{onStops: () => void, onRest: () => void}} listener `onStops`: they are others, at every stroke sample
   */
  constructor(tray, listener) {
    this.tray = tray;
    this.listener = listener;
    this.hand = new StopsInHand(tray);
    this.digits = "";
    this.seed = NaN;
    this.draw = mulberry32(0);
    this.actions = [
      { name: "Swap", key: "x", title: "The other way round", run: () => this.reverse() },
      { name: "Digits", key: "g", title: "Random digits", run: () => this.shuffle() },
    ];
    const changes = {
      onSelect: (/** @type {number} */ i) => this.select(i),
      onAdd: () => this.add(),
      onRemove: (/** @type {number} */ i) => this.remove(i),
    };
    this.row = new StopsRow(changes, this.actions);
  }

  /** @returns {Stop[]} */
  get stops() {
    return this.hand.stops;
  }

  /** @returns {import("../../server/digit_set.js").DigitSet} */
  get set() {
    return /** @type {import("../../server/digit_set.js").DigitSet} */ (this.tray.set);
  }

  /** Whether all are the same digit. */
  get staysPut() {
    const [first, ...others] = this.stops;
    return others.every((stop) => isSameStop(stop, first));
  }

  /** @returns {string[]} such as "digit 7, no. 17" */
  get names() {
    return this.stops.map((stop) => this.hand.name(stop).name);
  }

  /** @returns {string[]} such as "7" */
  get shortNames() {
    return this.stops.map((stop) => String(this.hand.name(stop).label ?? "own"));
  }

  /**
   * What was chosen before, or by the link; else the digit in hand and another. Stops that another page has set since
   * are newer than the digit in hand.
   * @param {string} digits @param {number} seed
   * @param {boolean} arrives with the digit in hand, which is to be among the others
   * @throws {import("../../server/load.js").LoadError}
   */
  async open(digits, seed, arrives) {
    if (digits !== this.digits || seed !== this.seed) this.draw = mulberry32(seed);
    Object.assign(this, { digits, seed });
    const isKept = areStopsChosen(digits) || (!arrives && stopsOf(digits).length > 0);
    const stops = isKept ? stopsOf(digits) : this.proposal(seed);
    const isInHand = await this.hand.open(stops);
    if (!isKept) proposeStops(digits, stops);
    if (!isInHand && arrives && shown.get(digits) === stops) this.keep(this.hand.take({}));
    else if (!isInHand) this.hand.select(this.hand.selected);
    shown.set(digits, this.stops);
    this.show();
  }

  /** The digit in hand, and one of another class. @param {number} seed @returns {Stop[]} */
  proposal(seed) {
    const { set, tray, hand } = this;
    const [row = set.byChance(mulberry32(seed)())] = set.oneOfEach(seed, tray.chosen.label, 1);
    return [hand.inHand, { row, levels: null }];
  }

  /** @param {Stop[]} stops */
  keep(stops) {
    setStops(this.digits, stops);
    shown.set(this.digits, stops);
  }

  /** The digit in hand is another. @param {import("../../hand/pad.js").DigitChange} change */
  take(change) {
    this.replace(this.hand.take(change));
  }

  /** @param {Stop[]} stops from now on */
  replace(stops) {
    this.hand.stops = stops;
    this.keep(stops);
    this.show();
    this.listener.onStops();
  }

  /** @param {number} i */
  select(i) {
    this.hand.select(i);
    this.keep(this.stops);
    this.show();
    this.listener.onRest();
  }

  /** A digit of a class that is not there yet, if there is one; the tray changes it. */
  add() {
    const [row] = this.byChance(1, this.stops);
    this.replace([...this.stops, { row, levels: null }]);
    this.select(this.stops.length - 1);
  }

  /** @param {number} i */
  remove(i) {
    const { selected } = this.hand;
    const stops = this.stops.toSpliced(i, 1);
    this.hand.selected = selected > i ? selected - 1 : Math.min(selected, stops.length - 1);
    this.replace(stops);
    this.select(this.hand.selected);
  }

  reverse() {
    const { hand } = this;
    hand.selected = hand.stops.length - 1 - hand.selected;
    this.replace(hand.stops.toReversed());
  }

  shuffle() {
    this.replace(this.byChance(this.stops.length, []).map((row) => ({ row, levels: null })));
    this.select(this.hand.selected);
  }

  /**
   * @param {number} count @param {Stop[]} others whose classes are left out, as far as there are others
   * @returns {number[]} rows, each of another class
   */
  byChance(count, others) {
    const { set, hand } = this;
    const taken = others.map((stop) => hand.name(stop).label);
    const rows = set.oneOfEach(Math.floor(this.draw() * SEEDS), null, CLASSES);
    const free = [...rows.filter((row) => !taken.includes(set.label(row))), ...rows];
    return Array.from({ length: count }, (_, i) => free[i % free.length]);
  }

  show() {
    const { hand, names } = this;
    this.row.show(
      hand.stops.map((stop, i) => ({ pixels: hand.pixels(stop), name: names[i] })),
      hand.selected,
    );
  }
}

/** @typedef {{pixels: Float32Array, name: string}} Thumbnail */
/**
 * @typedef {object} Place
 * @property {HTMLElement} item
 * @property {HTMLButtonElement} button
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLButtonElement} remove
 */

const letter = (/** @type {number} */ i) => String.fromCharCode("A".charCodeAt(0) + i);

class StopsRow {
  /**
   * @param {object} listener
   * @param {(index: number) => void} listener.onSelect
   * @param {(index: number) => void} listener.onRemove
   * @param {() => void} listener.onAdd
   * @param {import("../../kit/controls.js").Action[]} actions on all of them
   */
  constructor(listener, actions) {
    this.listener = listener;
    /** @type {Place[]} */
    this.places = Array.from({ length: MOST }, (_, i) => this.build(i));
    this.add = button("+", listener.onAdd, { class: "add", name: "One digit more" });
    const items = this.places.map(({ item }) => item);
    this.list = element("div", { class: "line", role: "group", "aria-label": "Stops" }, ...items);
    this.stopAt = oneTabStop(
      this.list,
      this.places.map(({ button }) => button),
      { onMove: listener.onSelect },
    );
    this.element = element("div", { class: "stops" }, this.list, this.add, new Toolbar(actions).element);
  }

  /** @param {number} i @returns {Place} */
  build(i) {
    const canvas = digitCanvas({ "aria-hidden": "true" });
    const stop = button(canvas, () => this.listener.onSelect(i), { class: "cell stop" });
    const remove = button("✕", () => this.listener.onRemove(i), { class: "remove", title: "Remove" });
    return { item: element("span", { class: "place-of-stop" }, stop, remove), button: stop, canvas, remove };
  }

  /** @param {Thumbnail[]} stops @param {number} selected */
  show(stops, selected) {
    this.places.forEach(({ item, button, canvas, remove }, i) => {
      item.hidden = i >= stops.length;
      if (item.hidden) return;
      const { pixels, name } = stops[i];
      paint(canvas, pixels);
      const words = `${letter(i)}: ${name}`;
      button.title = words;
      button.setAttribute("aria-label", words);
      button.setAttribute("aria-pressed", String(i === selected));
      button.toggleAttribute("data-current", i === selected);
      remove.hidden = stops.length <= FEWEST;
      remove.setAttribute("aria-label", `Remove ${words}`);
    });
    this.stopAt(selected);
    this.add.hidden = stops.length >= MOST;
  }
}
