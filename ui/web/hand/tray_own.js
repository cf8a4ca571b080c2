/** The thumbnail of the visitor's own digit, or of the pen to draw one with. */

import { digitCanvas, paint } from "../kit/digits.js";
import { button } from "../kit/dom.js";
import { pixelsOf } from "../maths/ink.js";
import { ownLevels } from "../state/chosen.js";

export class OwnDigit {
  /** @param {() => void} onPick */
  constructor(onPick) {
    this.canvas = digitCanvas({ "aria-hidden": "true" });
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
