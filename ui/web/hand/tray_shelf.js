/** The digits of a set to pick from: two of each class or of one class, page by page, shuffled, or by number. */

import { closeOnEscape } from "../gestures/keys.js";
import { Choice } from "../kit/controls.js";
import { digitCanvas, paint } from "../kit/digits.js";
import { button, element } from "../kit/dom.js";
import { Gallery } from "../kit/gallery.js";
import { pixelsOf } from "../maths/ink.js";
import { mulberry32 } from "../maths/seeded_noise.js";
import { DIGIT } from "../nn/shape.js";
import { ownLevels } from "../state/chosen.js";
import { get, put } from "../state/parameters.js";

/** @typedef {import("../server/digit_set.js").DigitSet} DigitSet */

const CLASSES = 10;
const FOLDED = 20;
const UNFOLDED = 100;

export class Shelf {
  /** @param {{onPick: (row: number) => void, onProblem: (words: string) => void}} listener */
  constructor(listener) {
    this.listener = listener;
    /** @type {DigitSet | null} */
    this.set = null;
    /** @type {number[]} */
    this.rows = [];
    /** Of each class, in the order to show. @type {number[][]} */
    this.lists = [];
    /** @type {number[]} */
    this.order = [];
    /** @type {number | null} */
    this.only = null;
    this.page = 0;
    this.seed = 0;
    this.shuffles = 0;
    /** @type {number | null} */
    this.current = null;
    this.isUnfolded = false;

    const classes = ["all", ...Array.from({ length: CLASSES }, (_, digit) => String(digit))].map((words) =>
      words === "all"
        ? /** @type {const} */ ([words, words, "Digits of all classes", "All classes"])
        : /** @type {const} */ ([words, words, `Digits of class ${words}`, `Class ${words}`]),
    );
    const look = { value: get("class"), kind: "classes" };
    this.classes = new Choice("Class", "class", classes, (words) => this.choose(words), look);
    this.number = element("input", {
      type: "text",
      inputmode: "numeric",
      size: 5,
      maxlength: 6,
      autocomplete: "off",
      "aria-label": "Number in the set",
      onchange: () => void this.goTo(this.number.value),
    });
    this.search = element("label", { class: "number", title: "The digit of this number" }, "no.", this.number);
    this.shuffle = button("Shuffle", () => void this.mix(), { title: "Show others" });
    this.fold = button("", () => this.unfold(!this.isUnfolded), { class: "fold" });
    this.back = button("‹", () => void this.turn(-1), { class: "turn", name: "Digits before these" });
    this.on = button("›", () => void this.turn(1), { class: "turn", name: "Next digits" });
    this.place = element("div", { class: "place-of-digits" });
    this.element = element("div", { class: "shelf" }, this.back, this.place, this.on);
    this.tools = [this.classes.element, this.search, this.shuffle, this.fold];
    this.labelFold();
  }

  /** @param {DigitSet} set @param {number} seed of the shuffles */
  open(set, seed) {
    if (set === this.set && seed === this.seed) return;
    this.set = set;
    this.seed = seed;
    this.shuffles = 0;
    this.page = 0;
    this.lists = set.byClass;
    this.arrange();
    this.show();
    if (this.only === null && get("class") !== "all") void this.browse(Number(get("class")));
  }

  /** @param {number | null} row in hand, to be marked; null for none @param {string} number to stand in the field */
  mark(row, number) {
    this.current = row;
    this.number.value = number;
    if (this.gallery) this.gallery.current = row === null ? -1 : this.rows.indexOf(row);
  }

  get perPage() {
    return this.isUnfolded ? UNFOLDED : FOLDED;
  }

  /** What there is to show: one class, or all of them in turn, so that each line holds all ten. */
  arrange() {
    const { lists, only } = this;
    const longest = Math.max(...lists.map((rows) => rows.length));
    this.order =
      only === null
        ? Array.from({ length: longest }, (_, k) => lists.flatMap((rows) => (k < rows.length ? [rows[k]] : []))).flat()
        : lists[only];
  }

  show() {
    const start = this.page * this.perPage;
    this.rows = this.order.slice(start, start + this.perPage);
    const count = this.rows.length;
    if (this.gallery?.buttons.length === count) this.gallery.relabel();
    else this.build(count);
    const { set, gallery } = this;
    this.rows.forEach((row, i) => gallery?.paint(i, /** @type {Uint8Array} */ (set?.greys(row))));
    this.mark(this.current, this.number.value);
    const isLast = this.set?.whole !== null && start + count >= this.order.length;
    this.back.setAttribute("aria-disabled", String(this.page === 0));
    this.on.setAttribute("aria-disabled", String(isLast));
    if (!gallery) return;
    gallery.label = this.only === null ? "Digits of all classes" : `Digits of class ${this.only}`;
    gallery.lack = count ? null : `There is no ${this.only} in this set`;
  }

  /** @param {number} count */
  build(count) {
    this.gallery = new Gallery({
      count,
      kind: "tray-grid",
      label: "Digits",
      describe: (i) => `A ${this.set?.label(this.rows[i])}, number ${this.rows[i]} of the set`,
      onPick: (i) => this.pick(i),
    });
    this.gallery.element.toggleAttribute("data-many", count > FOLDED);
    this.place.replaceChildren(this.gallery.element);
  }

  /** @param {number} i of those on the page; what was opened to pick from has done its work */
  pick(i) {
    const row = this.rows[i];
    if (this.isUnfolded) {
      this.unfold(false, this.order.indexOf(row));
      this.gallery?.buttons[this.rows.indexOf(row)].focus({ preventScroll: true });
    }
    this.listener.onPick(row);
  }

  /** @param {number} by */
  async turn(by) {
    const start = (this.page + by) * this.perPage;
    if (start < 0 || (start >= this.order.length && !(await this.loaded()))) return;
    if (start < this.order.length) this.page += by;
    this.show();
  }

  /** @param {string} words a class, or "all" */
  choose(words) {
    put("class", words);
    void this.browse(words === "all" ? null : Number(words));
  }

  /** @param {number | null} only a class; null for all */
  async browse(only) {
    if (!(await this.loaded())) return;
    this.only = only;
    this.page = 0;
    this.arrange();
    this.show();
  }

  async mix() {
    if (!(await this.loaded())) return;
    const uniform = mulberry32(this.seed + ++this.shuffles);
    this.lists = this.lists.map((rows) => shuffled(rows, uniform));
    this.page = 0;
    this.arrange();
    this.show();
  }

  /**
   * @param {boolean} open over what follows, until one is picked, or Escape or a press elsewhere closes it
   * @param {number} [first] place in the order that is to be seen
   */
  unfold(open, first = this.page * this.perPage) {
    if (open === this.isUnfolded) return;
    this.close();
    this.isUnfolded = open;
    if (open) this.listen();
    this.labelFold();
    this.page = Math.floor(first / this.perPage);
    this.show();
  }

  listen() {
    const isHere = (/** @type {Event} */ event) =>
      [this.element, ...this.tools].some((part) => event.composedPath().includes(part));
    const onPress = (/** @type {Event} */ event) => isHere(event) || this.unfold(false);
    window.addEventListener("pointerdown", onPress, true);
    const closed = closeOnEscape(() => {
      this.unfold(false);
      this.fold.focus({ preventScroll: true });
    });
    this.stopListening = () => {
      window.removeEventListener("pointerdown", onPress, true);
      closed();
    };
  }

  /** Nothing outside closes it any more. */
  close() {
    this.stopListening?.();
    this.stopListening = undefined;
  }

  labelFold() {
    this.fold.setAttribute("aria-expanded", String(this.isUnfolded));
    this.fold.textContent = this.isUnfolded ? "fewer" : "more";
    this.fold.setAttribute("aria-label", this.isUnfolded ? "Fewer digits" : "More digits");
  }

  /** @param {string} words */
  async goTo(words) {
    const number = words.trim().replace(/^#/, "");
    if (!number || !(await this.loaded())) return;
    const size = this.set?.whole?.labels.length ?? 0;
    const row = /^\d+$/.test(number) ? Number(number) : NaN;
    if (row < size) this.listener.onPick(row);
    else this.listener.onProblem(`There is no digit no. ${number}: the numbers go from 0 to ${size - 1}.`);
  }

  /** @returns {Promise<boolean>} whether the whole set is here */
  async loaded() {
    const { set } = this;
    if (!set) return false;
    if (set.whole) return true;
    try {
      await set.load();
    } catch (error) {
      this.listener.onProblem(/** @type {Error} */ (error).message);
      return false;
    }
    if (set !== this.set) return false;
    this.arrange();
    return true;
  }
}

/** @param {number[]} rows @param {() => number} uniform @returns {number[]} in another order (Fisher and Yates) */
function shuffled(rows, uniform) {
  const others = [...rows];
  for (let i = others.length - 1; i > 0; i--) {
    const k = Math.floor(uniform() * (i + 1));
    [others[i], others[k]] = [others[k], others[i]];
  }
  return others;
}

export class OwnDigit {
  /** @param {() => void} onPick */
  constructor(onPick) {
    this.canvas = digitCanvas({ "aria-hidden": "true" }, DIGIT);
    this.element = button(this.canvas, onPick, { class: "cell own" });
    this.show(false);
  }

  /** @param {boolean} isCurrent whether it is in hand */
  show(isCurrent) {
    const levels = ownLevels();
    const words = levels ? "Your digit" : "Draw a digit";
    this.element.toggleAttribute("data-current", isCurrent);
    this.element.toggleAttribute("data-empty", !levels);
    if (levels) paint(this.canvas, pixelsOf(levels));
    if (this.element.title === words) return;
    this.element.title = words;
    this.element.setAttribute("aria-label", words);
  }
}
