/** Ten chips, one a class of digits, of which one is chosen. */

import { Choice } from "../kit/choice.js";
import { element } from "../kit/dom.js";
import { CLASSES } from "../maths/class_means.js";

export class ClassChooser {
  /** @param {string} label such as "From" @param {(digit: number) => void} onPick */
  constructor(label, onPick) {
    const classes = Array.from({ length: CLASSES }, (_, digit) => String(digit));
    const options = classes.map((digit) => /** @type {const} */ ([digit, digit, "", `${label} ${digit}`]));
    this.choice = new Choice(`${label} class`, label, options, (digit) => onPick(Number(digit)));
    const words = element("span", { class: "what" }, label);
    this.element = element("div", { class: "class-chooser" }, words, this.choice.element);
  }

  /** @param {number} digit */
  set current(digit) {
    this.choice.value = String(digit);
  }

  /** @param {boolean[]} lacking of each class whether the set has no digit of it */
  set lacking(lacking) {
    lacking.forEach((isLacking, digit) => {
      this.choice.offer(String(digit), !isLacking, isLacking ? `There is no ${digit} among these digits` : "");
    });
  }
}
