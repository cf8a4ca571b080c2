/** A grid of small pictures to pick from, one tab stop: arrow keys move inside it. */

import { oneTabStop } from "./controls.js";
import { digitCanvas, paint } from "./digits.js";
import { button, element } from "./dom.js";

export class Gallery {
  /**
   * @param {object} options
   * @param {number} options.count
   * @param {string} options.label of the whole, for screen readers
   * @param {(index: number) => string} options.describe one picture; "" while there is none, and no button then
   * @param {(index: number) => void} options.onPick
   * @param {string} [options.kind] a class name
   */
  constructor({ count, label, describe, onPick, kind = "" }) {
    this.describe = describe;
    this.canvases = Array.from({ length: count }, () => digitCanvas({ "aria-hidden": "true" }));
    this.buttons = this.canvases.map((canvas, i) => button(canvas, () => onPick(i), { class: "cell" }));
    this.element = element("div", { class: `gallery ${kind}`, role: "group", "aria-label": label }, ...this.buttons);
    /** Moves the tab stop. */
    this.stopAt = oneTabStop(this.element, this.buttons, {
      columns: () => getComputedStyle(this.element).gridTemplateColumns.split(" ").length,
    });
    this.picked = -1;
    /** @type {HTMLParagraphElement | undefined} */
    this.words = undefined;
    this.relabel();
  }

  relabel() {
    this.buttons.forEach((cell, i) => {
      const words = this.describe(i);
      cell.setAttribute("aria-label", words);
      cell.title = words;
      cell.toggleAttribute("data-nameless", !words);
    });
  }

  /** @param {number} count so many are shown, from the first on */
  set shown(count) {
    this.buttons.forEach((button, i) => (button.hidden = i >= count));
    if (this.buttons.findIndex(({ tabIndex }) => tabIndex === 0) >= count) this.stopAt(0);
  }

  /** @param {string} label */
  set label(label) {
    this.element.setAttribute("aria-label", label);
  }

  /** @param {string | null} words in place of the pictures, where there are none to show */
  set lack(words) {
    if (words === (this.words?.textContent ?? null)) return;
    this.words?.remove();
    this.words = words === null ? undefined : element("p", { class: "lack" }, words);
    if (this.words) this.element.append(this.words);
    this.element.toggleAttribute("data-lacks", words !== null);
  }

  /** @param {number} i @param {Float32Array | Uint8Array} pixels */
  paint(i, pixels) {
    paint(this.canvases[i], pixels);
  }

  /** @param {number} index the picked picture, or -1 */
  set current(index) {
    if (index === this.picked) return;
    this.picked = index;
    this.buttons.forEach((button, i) => button.toggleAttribute("data-current", i === index));
  }
}
