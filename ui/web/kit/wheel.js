/** The digit wheel: ten digits in a row, of which class-conditional models draw one. A press, a drag along it and keys turn it. */

import { digit, MOST_DIGITS, onTurn } from "../state/digit.js";
import { Choice } from "./controls.js";
import { shape } from "./digits.js";
import { element, modelTag } from "./dom.js";
import { glossed } from "./glosses.js";
import { modelColours } from "./theme.js";

/** @typedef {{name: string, classes: number, colour: {light: string, dark: string}}} Shown a model of the page */

const DIGITS = Array.from({ length: MOST_DIGITS }, (_, one) => String(one));

export class Wheel {
  /**
   * @param {(digit: number, gesture: string) => void} turn by a hand; those of one gesture are one step of undo
   * @param {() => void} onTurned there is another digit to be drawn, whoever turned it
   */
  constructor(turn, onTurned) {
    this.turn = turn;
    this.gestures = 0;
    /** How many there are to choose from. */
    this.count = MOST_DIGITS;
    /** Where a pointer went down. @type {PointerEvent | null} */
    this.start = null;
    this.leave = () => {};
    this.onTurned = () => {
      this.mark();
      onTurned();
    };
    const options = DIGITS.map((one) => /** @type {const} */ ([one, one, "", one]));
    this.choice = new Choice("Digit that is drawn", "wheel", options, (one) => this.begin(Number(one)), {
      kind: "wheel",
    });
    this.words = element("span", { class: "told" });
    this.element = element("div", { class: "digit-wheel", hidden: true }, this.words, this.choice.element);
    this.choice.element.addEventListener("pointerdown", this.onDown);
    this.choice.element.addEventListener("pointermove", this.onMove);
    this.choice.element.addEventListener("pointerup", this.onUp);
    this.choice.element.addEventListener("pointercancel", () => (this.start = null));
  }

  /** @param {Shown[]} models of the page: without one that takes a label there is nothing to turn */
  show(models) {
    const takers = [...new Map(models.map((model) => [model.name, model])).values()].filter(({ classes }) => classes);
    this.count = Math.min(MOST_DIGITS, ...takers.map(({ classes }) => classes));
    this.element.hidden = !takers.length;
    this.leave();
    if (!takers.length) return;
    this.leave = onTurn(this.onTurned);
    this.choice.options.forEach(({ element }, one) => (element.hidden = one >= this.count));
    this.mark();
    const tags = takers.map(({ name }) => modelTag(name));
    modelColours(
      this.element,
      takers.map(({ colour }) => colour),
    ).forEach((colour, i) => tags[i].style.setProperty("--colour", colour));
    const verb = takers.length > 1 ? "are" : "is";
    this.words.replaceChildren(
      ...tags,
      element("span", {}, ...glossed(`${verb} told the ${shape.isDigit ? "digit" : "class"}`, "conditional")),
    );
  }

  /** What the models are given. */
  mark() {
    this.choice.value = String(Math.min(digit(), this.count - 1));
  }

  /** @param {number} one the first digit of a gesture */
  begin(one) {
    this.gestures += 1;
    this.go(one);
  }

  /** @param {number} one */
  go(one) {
    if (one !== digit()) this.turn(one, `digit ${this.gestures}`);
  }

  /** @param {PointerEvent} event @returns {number} the digit that is nearest to it */
  at({ clientX }) {
    const shown = this.choice.options.filter(({ element }) => !element.hidden);
    const found = shown.findLast(({ element }) => element.getBoundingClientRect().left <= clientX) ?? shown[0];
    return Number(found.value);
  }

  onDown = (/** @type {PointerEvent} */ event) => {
    if (event.button) return;
    this.choice.element.setPointerCapture(event.pointerId);
    event.preventDefault();
    this.start = event;
    this.choice.options[this.at(event)].input.focus({ preventScroll: true });
    this.gestures += 1;
    // A finger may mean to scroll the page.
    if (event.pointerType !== "touch") this.go(this.at(event));
  };

  onMove = (/** @type {PointerEvent} */ event) => {
    const { start } = this;
    if (event.pointerId !== start?.pointerId) return;
    const [across, down] = [event.clientX - start.clientX, event.clientY - start.clientY].map(Math.abs);
    if (event.pointerType !== "touch" || across > down) this.go(this.at(event));
  };

  onUp = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== this.start?.pointerId) return;
    this.go(this.at(event));
    this.start = null;
  };

  close() {
    this.leave();
  }
}
