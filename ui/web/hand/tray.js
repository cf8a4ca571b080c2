/** The digit in hand: picked from the set, drawn, or uploaded. One for all pages, see `chosen.js`. */

import { isTaken, keyAmong, listenForKeys } from "../gestures/keys.js";
import { Alert } from "../kit/controls.js";
import { digitName, shape } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { pixelsOf } from "../maths/ink.js";
import { mulberry32 } from "../maths/seeded_noise.js";
import { DIGIT } from "../nn/shape.js";
import { DigitSet, loadTray } from "../server/digit_set.js";
import {
  adjustOwn,
  openHand,
  ownLevels,
  refuseRow,
  replaceOwn,
  rest,
  rowInHand,
  takeOwn,
  takeRow,
  undoOwn,
} from "../state/chosen.js";
import { showInHand } from "../state/digit.js";
import { takePictures } from "./incoming.js";
import { Pad } from "./pad.js";
import { OwnDigit, Shelf } from "./tray_shelf.js";
import { Upload } from "./upload.js";

/** @typedef {import("./pad.js").DigitChange} DigitChange */
/**
 * @typedef {object} Chosen
 * @property {Float32Array} pixels [pixels] in [0, 1]
 * @property {number | null} row in the set; null where it is the visitor's own
 * @property {number | null} label null where it is the visitor's own
 * @property {boolean} own drawn or uploaded
 * @property {boolean} byChance nobody chose it: the seed did
 * @property {string} name such as "digit 7, no. 17"
 */
/** @typedef {{pixels: Float32Array, row: number | null, label: number | null}} Shown */

const EIGHT = 8;
const ONLY_DIGITS = `Only digits can be drawn or uploaded, pictures of ${DIGIT}; these are of other pictures.`;

export class Tray {
  /**
   * @param {object} options
   * @param {(chosen: Chosen, change: DigitChange) => void} options.onDigit the digit in hand has changed by a hand, at every
   *   stroke sample while it is being drawn; not called by `open`
   * @param {string} [options.label] what the tray is for
   * @param {boolean} [options.listens] to the page's keys, and to what is dropped or pasted: of several trays only one does
   */
  constructor({ onDigit, label = "Digit", listens = true }) {
    this.onDigit = onDigit;
    /** @type {DigitSet | null} */
    this.set = null;
    this.seed = 0;
    this.opened = 0;
    this.asked = 0;
    this.isLeft = false;
    /** @type {Chosen} */
    this.chosen = {
      pixels: new Float32Array(shape.pixels),
      row: null,
      label: null,
      own: false,
      byChance: true,
      name: "",
    };
    /** What was in hand when it was last read. @type {{row: number | null, levels: Uint8Array | null}} */
    this.known = { row: null, levels: null };

    const onRefuse = () => this.alert.show(ONLY_DIGITS);
    this.pad = new Pad({
      hasKey: listens,
      onChange: (change) => this.changed(change),
      onUndo: () => this.undo(),
      onOpen: () => {
        this.alert.hide();
        this.upload.clear();
      },
      onRefuse,
    });
    this.upload = new Upload({
      onLevels: (levels) => {
        this.pad.stop();
        replaceOwn(levels);
        this.pad.redraw();
        this.changed({ replaced: true });
      },
      onAdjust: (levels, stroke, isNew) => {
        this.pad.stop();
        adjustOwn(levels, isNew);
        this.pad.redraw();
        this.changed({ stroke });
      },
      onRest: () => void rest(),
      onUndo: () => this.undo(),
      onFile: () => this.leave.push(takePictures(this.upload)),
      onRefuse,
    });
    this.shelf = new Shelf({ onPick: (row) => this.pickRow(row), onProblem: (words) => this.alert.show(words) });
    this.own = new OwnDigit(() => this.pickOwn());
    this.alert = new Alert();
    const { isDigit } = shape;
    this.own.element.hidden = !isDigit;
    this.element = element(
      "section",
      { class: "tray", "aria-label": label },
      element("header", {}, this.pad.drawButton(), this.upload.button, ...this.shelf.tools),
      this.alert.element,
      this.pad.element,
      this.upload.news,
      element("div", { class: "digits" }, this.own.element, this.shelf.element),
    );
    this.leave = listens
      ? [listenForKeys([this.pad.action]), takePictures(isDigit ? this.upload : { wait: () => {}, show: onRefuse })]
      : [];
    // Before any key of the page itself: strokes are taken back first.
    window.addEventListener("keydown", this.onKey, true);
  }

  /**
   * Fetches the first digits of the set and restores the digit in hand; call it again where `digits` or `seed` change.
   * @param {{digits: string, seed: number}} options
   * @throws {import("../server/load.js").LoadError} in one sentence
   */
  async open({ digits, seed }) {
    const opened = ++this.opened;
    this.asked += 1;
    const hand = openHand(digits);
    const set = this.set?.name === digits ? this.set : new DigitSet(digits, await loadTray(digits));
    if ((rowInHand(digits) ?? 0) >= set.size) refuseRow(set.size);
    const row = rowInHand(digits);
    if (row !== null && !set.greys(row)) await set.load();
    await hand;
    if (opened !== this.opened) return;
    this.set = set;
    this.pad.redraw();
    this.reseed(seed);
  }

  /** @param {number} seed of what is left to chance */
  reseed(seed) {
    this.seed = seed;
    if (!this.set) return;
    this.shelf.open(this.set, seed);
    this.refresh();
  }

  /** Reads what is in hand, and marks it. */
  refresh() {
    const { set } = this;
    if (!set) return;
    const levels = set.shape.isDigit ? ownLevels() : null;
    const row = rowInHand(set.name);
    this.known = { row, levels: ownLevels() };
    if (row !== null && set.greys(row)) this.chosen = this.ofSet(set, row);
    else if (levels) {
      this.chosen = {
        pixels: pixelsOf(levels),
        row: null,
        label: null,
        own: true,
        byChance: false,
        name: "your digit",
      };
    } else this.chosen = { ...this.ofSet(set, this.rowOfSeed(set)), byChance: true };
    const { chosen } = this;
    showInHand(chosen.own ? "own" : `${set.name} ${chosen.row}`, chosen.label, chosen.byChance);
    this.mark();
  }

  /** @param {DigitSet} set @param {number} row @returns {Chosen} */
  ofSet(set, row) {
    const label = set.label(row);
    return { pixels: set.pixels(row), row, label, own: false, byChance: false, name: digitName(label, row) };
  }

  /** @param {DigitSet} set @returns {number} the digit that a visitor sees first: the same for the same seed */
  rowOfSeed(set) {
    return set.byChance(mulberry32(this.seed)());
  }

  mark() {
    const { own, row } = this.chosen;
    this.shelf.mark(this.isLeft ? null : row, row === null || this.isLeft ? "" : String(row));
    this.own.show(own && !this.isLeft);
  }

  /** The page no longer shows the digit in hand: nothing is marked until another is chosen. */
  unmark() {
    if (this.isLeft) return;
    this.isLeft = true;
    this.mark();
  }

  /** The page shows the digit in hand again. */
  remark() {
    if (!this.isLeft) return;
    this.isLeft = false;
    this.mark();
  }

  /** The page has taken another digit in hand, or none, by itself. @param {boolean} isTaken */
  follow(isTaken) {
    this.asked += 1;
    if (isTaken) this.isLeft = false;
    this.refresh();
    if (this.chosen.byChance) this.unmark();
  }

  /** Takes over what another tray of the page has taken in hand: to be called at each `announce`. */
  async keepUp() {
    // What this one has taken it has read by then.
    await null;
    const { set, known } = this;
    const row = set && rowInHand(set.name);
    if (!set || (row === known.row && ownLevels() === known.levels)) return;
    if (row !== null && !set.greys(row) && !(await this.shelf.loaded())) return;
    this.pad.redraw();
    this.changed({});
  }

  /** The own digit has changed. @param {DigitChange} change */
  changed(change) {
    this.alert.hide();
    this.upload.abandon();
    if (change.stroke && change.stroke > 0) this.upload.settle();
    this.isLeft = false;
    this.asked += 1;
    if (!this.set) return;
    this.refresh();
    this.onDigit(this.chosen, change);
  }

  /** @param {number} row in the set; one that is not here yet is fetched first */
  async pickRow(row) {
    const { set } = this;
    if (!set) return;
    const asked = ++this.asked;
    if (!set.greys(row)) {
      if (!(await this.shelf.loaded()) || asked !== this.asked) return;
      if (!set.greys(row)) throw new RangeError(`The set has no row ${row}.`);
    }
    takeRow(set.name, row);
    this.changed({});
  }

  /** One of the first hundred. @param {number} uniform in (0, 1) */
  pickRandom(uniform) {
    if (this.set) void this.pickRow(this.set.byChance(uniform));
  }

  pickOwn() {
    if (!ownLevels()) {
      this.pad.open();
      return;
    }
    takeOwn();
    this.changed({});
  }

  /**
   * @param {number[]} indices rows of the set
   * @returns {Promise<Chosen[]>}
   * @throws {import("../server/load.js").LoadError}
   */
  async rows(indices) {
    const set = /** @type {DigitSet} */ (this.set);
    if (indices.some((row) => !set.greys(row))) await set.load();
    return indices.map((row) => this.ofSet(set, row));
  }

  /** @returns {Shown[]} the digit in hand, and seven of other classes, which stay the same while one is being drawn */
  eight() {
    const { set, chosen } = this;
    if (!set) return [];
    const others = set.oneOfEach(this.seed, chosen.label, EIGHT - 1);
    return [chosen, ...others.map((row) => this.ofSet(set, row))].map(({ pixels, row, label }) => ({
      pixels,
      row,
      label,
    }));
  }

  /** The last stroke, Clear or upload. @returns {boolean} whether there was one */
  undo() {
    if (this.pad.isHeld) return true;
    this.pad.lift();
    if (!undoOwn()) return false;
    this.pad.redraw();
    this.upload.undone();
    this.changed({ undone: true });
    return true;
  }

  onKey = (/** @type {KeyboardEvent} */ event) => {
    if (!this.pad.isOpen || isTaken(event.composedPath()[0])) return;
    const control = event.ctrlKey || event.metaKey;
    if (!control || event.shiftKey || keyAmong(event, (key) => key === "z") !== "z" || !this.undo()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  close() {
    this.opened += 1;
    this.asked += 1;
    this.pad.leave();
    this.shelf.close();
    window.removeEventListener("keydown", this.onKey, true);
    for (const leave of this.leave) leave();
  }
}
