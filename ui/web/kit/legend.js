/**
 * Ten chips, one a digit, that switch it on and off; every page that has them shows the same.
 *
 * A page adopts `legend.css` with it, and shows `element`.
 */

import { get, put } from "../state/parameters.js";
import { oneTabStop } from "./controls.js";
import { button, element } from "./dom.js";

const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);

export class Legend {
  /**
   * @param {object} options
   * @param {string[]} options.colours of the ten digits
   * @param {(hidden: Set<number>) => void} options.onChange by hand, with the digits that are off now
   */
  constructor({ colours, onChange }) {
    this.onChange = onChange;
    /** The digits that are off. @type {Set<number>} */
    this.hidden = new Set([...get("hide")].map(Number));
    this.chips = DIGITS.map((digit) =>
      button(
        element("i", { class: "chip-colour" }),
        (event) => this.click(digit, event),
        {
          class: "chip",
          "aria-label": `Digit ${digit}`,
          title: "Switch on or off; with Shift or a double click, show this digit alone",
          // Its two clicks have undone each other.
          ondblclick: (/** @type {MouseEvent} */ { shiftKey }) => shiftKey || this.single(digit),
        },
        String(digit),
      ),
    );
    this.element = element("div", { class: "legend", role: "group", "aria-label": "Digits" }, ...this.chips);
    oneTabStop(this.element, this.chips);
    this.recolour(colours);
    this.show();
  }

  /** @param {Iterable<number>} digits to be off, all others on; calls no one back */
  setHidden(digits) {
    this.hidden = new Set([...digits].sort());
    put("hide", [...this.hidden].join(""));
    this.show();
  }

  /** @param {string[]} colours of the ten digits */
  recolour(colours) {
    this.chips.forEach((chip, digit) => chip.style.setProperty("--digit", colours[digit]));
  }

  /** @param {number} digit @param {MouseEvent} event */
  click(digit, { shiftKey, detail }) {
    if (!shiftKey) this.toggle(digit);
    else if (detail < 2) this.single(digit);
  }

  /** @param {number} digit on where it is off, and the other way round */
  toggle(digit) {
    this.change(this.hidden.has(digit) ? [...this.hidden].filter((d) => d !== digit) : [...this.hidden, digit]);
  }

  /** @param {number} digit on, and no other; all, where that is so already */
  single(digit) {
    const others = DIGITS.filter((d) => d !== digit);
    const alone = !this.hidden.has(digit) && others.every((d) => this.hidden.has(d));
    this.change(alone ? [] : others);
  }

  showAll() {
    this.change([]);
  }

  /** @param {number[]} hidden */
  change(hidden) {
    this.setHidden(hidden);
    this.onChange(this.hidden);
  }

  show() {
    this.chips.forEach((chip, digit) => chip.setAttribute("aria-pressed", String(!this.hidden.has(digit))));
  }
}
