/** Ten chips, one a class of digits, of which one is chosen. */

import { element } from "../kit/dom.js";
import { CLASSES } from "../maths/class_means.js";

export class ClassChooser {
  /** @param {string} label such as "From" @param {(digit: number) => void} onPick */
  constructor(label, onPick) {
    this.inputs = Array.from({ length: CLASSES }, (_, digit) =>
      element("input", {
        type: "radio",
        name: label,
        value: digit,
        "aria-label": `${label} ${digit}`,
        onchange: () => onPick(digit),
      }),
    );
    this.chips = this.inputs.map((input, digit) => element("label", {}, input, element("span", {}, String(digit))));
    this.element = element(
      "div",
      { class: "class-chooser" },
      element("span", { class: "what" }, label),
      element("div", { class: "units", role: "radiogroup", "aria-label": `${label} class` }, ...this.chips),
    );
  }

  /** @param {number} digit */
  set current(digit) {
    this.inputs[digit].checked = true;
  }

  /** @param {boolean[]} lacking of each class whether the set has no digit of it */
  set lacking(lacking) {
    lacking.forEach((isLacking, digit) => {
      this.inputs[digit].disabled = isLacking;
      this.chips[digit].title = isLacking ? `There is no ${digit} among these digits` : "";
    });
  }
}
