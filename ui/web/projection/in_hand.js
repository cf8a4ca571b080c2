/** The digit in hand, the one under the pointer, and the selection: in the panel, in the tray, and marked in both plots. */

import { Panel } from "../hand/panel.js";
import { Tray } from "../hand/tray.js";
import { digitName } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { nearest } from "../maths/neighbours.js";
import { mulberry32 } from "../maths/seeded_noise.js";
import { loadDigits } from "../server/digit_set.js";
import { loadLatent } from "../server/models.js";
import { openHand, rowInHand, takeRow } from "../state/chosen.js";
import { showInHand } from "../state/digit.js";

/** @typedef {import("../server/models.js").Latent} Latent */
/** @typedef {{names: string[], digits: string, seed: number}} Asked left and right model, the set, and what chance has */
/** @typedef {{digits: import("../server/digit_set.js").Digits, latents: Latent[]}} Loaded */

const NEIGHBOURS = 10;

export class InHand {
  /**
   * @param {import("./slot.js").Slot[]} slots left and right
   * @param {object} listener
   * @param {() => void} listener.onNews `show` has something to do in the next frame
   * @param {() => void} listener.onPick and at once
   * @param {() => void} listener.onSelect other points are to be bright
   */
  constructor(slots, { onNews, onPick, onSelect }) {
    this.slots = slots;
    /** @type {Latent[]} */
    this.latents = [];
    this.wanted = "";
    /** What each model makes of the digit in hand, once it is here. @type {Float32Array[] | null} */
    this.codes = null;
    this.picks = new Picks({ onHover: onNews, onSelect, onPick: () => this.tell() });
    this.panel = new Panel((row) => this.picks.pick(row));
    this.tray = new Tray({ label: "Digits, to their codes", onDigit: (chosen, deed) => this.take(chosen, deed) });
    this.heard = element("p", { class: "heard", role: "status" });
    this.onNews = onNews;
    this.onPick = onPick;
  }

  /** @param {Asked} asked @returns {Promise<Loaded | Error | null>} null where it is here already */
  async load({ names, digits, seed }) {
    const wanted = JSON.stringify([names, digits, seed]);
    if (wanted === this.wanted && this.panel.digits) return null;
    this.wanted = wanted;
    this.panel.leave();
    try {
      const files = new Map(names.map((name) => [name, loadLatent(name, digits)]));
      const latents = Promise.all(names.map((name) => /** @type {Promise<Latent>} */ (files.get(name))));
      const opened = this.tray.open({ digits, seed }).then(() => this.tray.set?.load());
      const [set, found] = await Promise.all([loadDigits(digits), latents, opened]);
      return { digits: set, latents: found };
    } catch (error) {
      return /** @type {Error} */ (error);
    }
  }

  /** @param {Loaded | null} loaded see `load` @param {number} seed */
  build(loaded, seed) {
    const { panel, picks, tray } = this;
    if (loaded) {
      this.latents = loaded.latents;
      panel.build(loaded.digits, loaded.latents);
    }
    tray.refresh();
    const size = panel.digits?.labels.length ?? 0;
    const isOwn = picks.pinned === null && tray.chosen.own;
    if (!isOwn && (picks.pinned === null || picks.pinned >= size)) {
      picks.pinned = this.opening(seed, size);
      showInHand(`${picks.digits} ${picks.pinned}`, panel.digits?.labels[picks.pinned] ?? null, true);
    }
    if (tray.chosen.byChance) tray.unmark();
  }

  /** The digit that a visitor sees first: the same for the same seed. @param {number} seed @param {number} size of the set */
  opening(seed, size) {
    const rows = this.slots.map(({ content }) => content?.points.rows).find((found) => found?.length);
    const place = mulberry32(seed)();
    return rows ? rows[Math.floor(place * rows.length)] : Math.floor(place * size);
  }

  /** @param {import("../hand/tray.js").Chosen} chosen @param {import("../hand/pad.js").DigitChange} deed */
  take(chosen, deed) {
    this.picks.show(chosen.row);
    if (chosen.byChance) this.tray.unmark();
    if (chosen.byChance) this.picks.show(null);
    if (deed.stroke) this.onNews();
    else this.tell();
  }

  /** Lets go of the selection, or else of the digit in hand. */
  escape() {
    const { picks, tray } = this;
    if (picks.selected) return picks.select(null);
    if (picks.pinned !== null) return picks.pick(null);
    tray.unmark();
    this.tell();
  }

  /** To the next point of a plot that is on. @param {number} side @param {number} by 1 or -1 @param {Set<number>} hidden digits */
  step(side, by, hidden) {
    const { picks, slots } = this;
    const points = slots[side].content?.points;
    if (!points) return;
    const { rows, labels, indices, count } = points;
    let index = picks.pinned === null ? undefined : indices.get(picks.pinned);
    index ??= by > 0 ? -1 : count;
    for (index += by; index >= 0 && index < count; index += by) {
      if (!hidden.has(labels[index])) return picks.pick(rows[index]);
    }
  }

  /** Along the codes nearest in one model, never back. @param {number} side */
  goToNearest(side) {
    const { pinned, trail } = this.picks;
    const code = this.codes?.[side];
    if (!code) return;
    const { means, dim } = this.latents[side];
    if (pinned !== null) trail.add(pinned);
    const found = nearest(means, dim, code, NEIGHBOURS, pinned ?? -1).find((row) => !trail.has(row));
    if (found !== undefined) this.picks.keep(found);
  }

  /** What is picked or selected has changed for longer than a moment. */
  tell() {
    const { picks, tray, panel } = this;
    tray.follow(picks.pinned !== null);
    this.onPick();
    this.heard.textContent = picks.isEmpty && !this.own ? "" : (panel.line.textContent ?? "");
  }

  /** The visitor's own digit, where that is what is in hand. @returns {import("../hand/tray.js").Chosen | null} */
  get own() {
    const { chosen, isLeft } = this.tray;
    return this.picks.pinned === null && chosen.own && !isLeft ? chosen : null;
  }

  /** @returns {Float32Array[] | null} see `codes` */
  encode() {
    const { own, panel, latents, picks } = this;
    const row = picks.pinned ?? -1;
    if (!panel.digits || (row < 0 && !own)) return null;
    return latents.map(({ model, means, dim }) =>
      own ? Float32Array.from(model.encode(own.pixels)) : means.subarray(row * dim, (row + 1) * dim),
    );
  }

  /** What is in hand, in the plot of a side. @param {number} side @returns {import("./plot.js").HandMark | null} */
  mark(side) {
    const slot = this.slots[side];
    const { pinned } = this.picks;
    const points = slot.content?.points;
    if (!points || (pinned === null && !this.own)) return null;
    const digit = pinned === null ? null : (points.digit(pinned) ?? this.panel.digits?.labels[pinned] ?? null);
    const name = pinned === null ? "your digit" : digitName(digit, pinned);
    const point = pinned === null ? null : points.at(pinned);
    if (point) return { point, digit, name, how: "", isWaiting: false };
    const placed = this.codes && slot.place(this.latents[side], this.codes[side]);
    return placed && { ...placed, digit, name };
  }

  /** In the panel, and in the rings. @param {Set<number>} hidden digits @param {boolean} hasFinger */
  show(hidden, hasFinger) {
    const { slots, panel, own } = this;
    const { hovered, pinned, selected } = this.picks;
    this.codes = this.encode();
    const marks = slots.map((_, side) => this.mark(side));
    // A finger hides nothing by leaving, and the panel may be out of sight.
    const picture = panel.picture(hovered ?? (hasFinger ? pinned : null));
    slots.forEach(({ plot }, side) => plot.ring(marks[side], hovered === pinned ? null : hovered, picture));
    const labels = panel.digits?.labels;
    const rows = selected && [...selected].filter((row) => !hidden.has(labels?.[row] ?? -1));
    const row = hovered ?? (rows ? null : pinned);
    const shown = own && this.codes && row === null && !rows ? { pixels: own.pixels, codes: this.codes } : null;
    const points = slots.flatMap(({ content }) => content?.points ?? []);
    const isDrawn = (/** @type {number} */ one) => !points.length || points.some(({ indices }) => indices.has(one));
    // What is only pointed at is drawn as what it is.
    const label = hovered === pinned || hovered === null ? null : (labels?.[hovered] ?? null);
    panel.show({ row, rows, own: shown, note: marks.find((mark) => mark?.how)?.how, label }, isDrawn);
  }
}

/** Which digit is under the pointer, which is kept, and which are selected; rows are those of the set of digits. */
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
