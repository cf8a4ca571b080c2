/** A grid of small pictures to pick from, one tab stop: arrow keys move inside it. */

import { digitCanvas, paint } from "./digits.js";
import { element } from "./dom.js";

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
    this.buttons = this.canvases.map((canvas, i) =>
      element("button", { type: "button", class: "cell", tabindex: i ? -1 : 0, onclick: () => onPick(i) }, canvas),
    );
    this.element = element(
      "div",
      { class: `gallery ${kind}`, role: "group", "aria-label": label, onkeydown: this.onKey },
      ...this.buttons,
    );
    this.picked = -1;
    /** @type {HTMLParagraphElement | undefined} */
    this.words = undefined;
    this.relabel();
  }

  relabel() {
    this.buttons.forEach((button, i) => {
      const words = this.describe(i);
      button.setAttribute("aria-label", words);
      button.title = words;
      button.toggleAttribute("data-nameless", !words);
    });
  }

  /** @param {number} count so many are shown, from the first on */
  set shown(count) {
    this.buttons.forEach((button, i) => (button.hidden = i >= count));
    const stop = this.buttons.findIndex(({ tabIndex }) => tabIndex === 0);
    if (stop >= count) this.moveStop(stop, 0);
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

  onKey = (/** @type {KeyboardEvent} */ event) => {
    const from = this.buttons.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (from < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const columns = getComputedStyle(this.element).gridTemplateColumns.split(" ").length;
    const last = this.buttons.filter(({ hidden }) => !hidden).length - 1;
    /** @type {Record<string, number>} */
    const targets = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      ArrowUp: from - columns,
      ArrowDown: from + columns,
      Home: 0,
      End: last,
    };
    const to = targets[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to < 0 || to > last) return;
    this.moveStop(from, to);
    this.buttons[to].focus();
  };

  /** The tab stop. @param {number} from @param {number} to */
  moveStop(from, to) {
    this.buttons[from].tabIndex = -1;
    this.buttons[to].tabIndex = 0;
  }
}
