/** The digit in hand: picked from the set, drawn, or uploaded. One for all pages, see `chosen.js`. */

import { openHand, ownLevels, replaceOwn, rowInHand, takeOwn, takeRow, undoOwn } from "./chosen.js";
import { DigitSet, loadTray } from "./digit_set.js";
import { digitCanvas, paint } from "./digits.js";
import { element } from "./dom.js";
import { isTaken, listenForKeys } from "./keys.js";
import { PIXELS } from "./nn.js";
import { Pad } from "./pad.js";
import { pixelsOf } from "./pad_ink.js";
import { mulberry32 } from "./random.js";
import { actionButton } from "./toolbar.js";
import { Shelf } from "./tray_shelf.js";
import { Upload } from "./upload.js";

/** @typedef {import("./pad.js").Deed} Deed */
/**
 * @typedef {object} Chosen
 * @property {Float32Array} pixels [784] in [0, 1]
 * @property {number | null} row in the set; null where it is the visitor's own
 * @property {number | null} label null where it is the visitor's own
 * @property {boolean} own drawn or uploaded
 * @property {boolean} byChance nobody chose it: the seed did
 * @property {string} name such as "7 · #17"
 */
/** @typedef {{pixels: Float32Array, row: number | null, label: number | null}} Shown */

const EIGHT = 8;
const PER_CLASS = 10;

export class Tray {
  /**
   * @param {object} options
   * @param {(chosen: Chosen, deed: Deed) => void} options.onDigit the digit in hand has changed by a hand, at every
   *   stroke sample while it is being drawn; not called by `open`
   * @param {string} [options.label] what the tray is for
   */
  constructor({ onDigit, label = "Digit" }) {
    this.onDigit = onDigit;
    /** @type {DigitSet | null} */
    this.set = null;
    this.seed = 0;
    this.opened = 0;
    this.asked = 0;
    this.isLeft = false;
    /** @type {Chosen} */
    this.chosen = { pixels: new Float32Array(PIXELS), row: null, label: null, own: false, byChance: true, name: "" };

    this.pad = new Pad({
      onChange: (deed) => this.changed(deed),
      onUndo: () => this.undo(),
      onClose: () => this.closePad(),
    });
    this.upload = new Upload({
      onLevels: (levels) => {
        replaceOwn(levels);
        this.pad.redraw();
        this.changed({ replaced: true });
      },
      onUndo: () => this.undo(),
    });
    this.shelf = new Shelf({ onPick: (row) => this.pickRow(row), onProblem: (words) => this.complain(words) });
    const draw = { name: "Draw", key: "d", title: "Draw a digit", run: () => this.togglePad() };
    this.drawButton = actionButton(draw);
    this.drawButton.classList.add("draw");
    this.drawButton.setAttribute("aria-expanded", "false");
    this.ownCanvas = digitCanvas({ "aria-hidden": "true" });
    this.ownButton = element(
      "button",
      { type: "button", class: "cell own", onclick: () => this.pickOwn() },
      this.ownCanvas,
    );
    this.problem = element("p", { class: "problem", role: "alert" });
    this.element = element(
      "section",
      { class: "tray", "aria-label": label },
      element("header", {}, this.drawButton, this.upload.button, ...this.shelf.tools),
      this.problem,
      this.pad.element,
      this.upload.news,
      element("div", { class: "digits" }, this.ownButton, this.shelf.element),
    );
    this.leave = [listenForKeys([draw]), this.upload.listen(this.element)];
    // Before any key of the page itself: strokes are taken back first.
    window.addEventListener("keydown", this.onKey, true);
    this.showOwn();
  }

  /**
   * Fetches the first digits of the set and restores the digit in hand; call it again where `digits` or `seed` change.
   * @param {{digits: string, seed: number, opening?: {row?: number | null, drawn?: string}}} options `opening` is what
   *   the link says, which counts once
   * @throws {import("./load.js").LoadError} in one sentence
   */
  async open({ digits, seed, opening = {} }) {
    const opened = ++this.opened;
    this.asked += 1;
    const hand = openHand(digits, opening.row ?? null, opening.drawn ?? "");
    const set = this.set?.name === digits ? this.set : new DigitSet(digits, await loadTray(digits));
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
    const levels = ownLevels();
    const row = rowInHand(set.name);
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
    this.mark();
  }

  /** @param {DigitSet} set @param {number} row @returns {Chosen} */
  ofSet(set, row) {
    const label = set.label(row);
    return { pixels: set.pixels(row), row, label, own: false, byChance: false, name: `${label} · #${row}` };
  }

  /** @param {DigitSet} set @returns {number} the digit that a visitor sees first: the same for the same seed */
  rowOfSeed(set) {
    return oneOf(hundred(set), mulberry32(this.seed)());
  }

  mark() {
    const { own, row } = this.chosen;
    this.shelf.mark(this.isLeft ? null : row, row === null || this.isLeft ? "" : String(row));
    this.ownButton.toggleAttribute("data-current", own && !this.isLeft);
    this.showOwn();
  }

  showOwn() {
    const levels = ownLevels();
    this.ownButton.toggleAttribute("data-empty", !levels);
    const words = levels ? "Your digit" : "Draw a digit";
    if (this.ownButton.title !== words) {
      this.ownButton.title = words;
      this.ownButton.setAttribute("aria-label", words);
    }
    if (levels) paint(this.ownCanvas, pixelsOf(levels));
  }

  /** The page no longer shows the digit in hand: nothing is marked until another is chosen. */
  unmark() {
    if (this.isLeft) return;
    this.isLeft = true;
    this.mark();
  }

  /** The own digit has changed. @param {Deed} deed */
  changed(deed) {
    this.complain("");
    if (deed.stroke) this.upload.settle();
    this.isLeft = false;
    this.asked += 1;
    if (!this.set) return;
    this.refresh();
    this.onDigit(this.chosen, deed);
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
    if (this.set) void this.pickRow(oneOf(hundred(this.set), uniform));
  }

  pickOwn() {
    if (!ownLevels()) {
      this.openPad();
      return;
    }
    takeOwn();
    this.changed({});
  }

  /** @param {number} index a row of the set @returns {Promise<Float32Array>} [784] in [0, 1] */
  async row(index) {
    return (await this.rows([index]))[0];
  }

  /** @param {number[]} indices rows @returns {Promise<Float32Array[]>} @throws {import("./load.js").LoadError} */
  async rows(indices) {
    const set = /** @type {DigitSet} */ (this.set);
    if (indices.some((row) => !set.greys(row))) await set.load();
    return indices.map((row) => set.pixels(row));
  }

  /** @returns {Shown[]} the digit in hand, and seven of other classes, which stay the same while one is being drawn */
  eight() {
    const { set, chosen } = this;
    if (!set) return [];
    const uniform = mulberry32(this.seed);
    const others = firstTen(set)
      .map((rows) => ({ row: oneOf(rows, uniform()), order: uniform() }))
      .sort((a, b) => a.order - b.order)
      .map(({ row }) => row)
      .filter((row) => row !== undefined && set.label(row) !== chosen.label)
      .slice(0, EIGHT - 1);
    return [chosen, ...others.map((row) => this.ofSet(set, row))].map(({ pixels, row, label }) => ({
      pixels,
      row,
      label,
    }));
  }

  togglePad() {
    if (this.pad.isOpen) this.closePad();
    else this.openPad();
  }

  openPad() {
    this.complain("");
    this.upload.clear();
    this.drawButton.setAttribute("aria-expanded", "true");
    this.pad.open();
  }

  closePad() {
    const hadFocus = this.pad.element.contains(/** @type {ShadowRoot} */ (this.element.getRootNode()).activeElement);
    this.pad.close();
    this.drawButton.setAttribute("aria-expanded", "false");
    if (hadFocus) this.drawButton.focus();
  }

  /** The last stroke, Clear or upload. @returns {boolean} whether there was one */
  undo() {
    if (this.pad.isHeld) return true;
    this.pad.lift();
    if (!undoOwn()) return false;
    this.pad.redraw();
    this.changed({ undone: true });
    return true;
  }

  onKey = (/** @type {KeyboardEvent} */ event) => {
    if (!this.pad.isOpen || isTaken(event.composedPath()[0])) return;
    const control = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") this.closePad();
    else if (!control || event.shiftKey || event.key.toLowerCase() !== "z" || !this.undo()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  /** @param {string} words an empty string for none */
  complain(words) {
    this.problem.textContent = words;
  }

  close() {
    this.opened += 1;
    this.asked += 1;
    this.pad.close();
    window.removeEventListener("keydown", this.onKey, true);
    for (const leave of this.leave) leave();
  }
}

/** @param {DigitSet} set @returns {number[][]} rows of the first ten of each class */
const firstTen = (set) => set.byClass.map((rows) => rows.slice(0, PER_CLASS));

/** @param {DigitSet} set @returns {number[]} the same, ordered by class */
const hundred = (set) => firstTen(set).flat();

/** @param {number[]} rows @param {number} uniform in (0, 1) @returns {number} */
const oneOf = (rows, uniform) => rows[Math.floor(uniform * rows.length)];
