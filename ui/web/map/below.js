/** Under one map: what its layer shows, how long its path is, and the pictures along it. */

import { paintAt, SIZE } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";

/**
 * @typedef {object} Film
 * @property {string} name
 * @property {number} count of pictures
 * @property {(k: number) => Float32Array | Uint8Array} pixels of the k-th, which the next call may overwrite
 */

const NOTHING = "\u00a0";

/** Pictures side by side on one canvas. */
class Row {
  constructor() {
    this.name = element("span", { class: "row-name" });
    this.canvas = element("canvas", { role: "img", height: SIZE, width: SIZE });
    this.element = element("div", { class: "film-row", hidden: true }, this.name, this.canvas);
  }

  /** @param {string} name @param {number} count of pictures */
  open(name, count) {
    if (this.name.textContent !== name) this.name.textContent = name;
    // A width that is set empties the canvas, and there would be a frame without pictures.
    if (this.canvas.width !== count * SIZE) this.canvas.width = count * SIZE;
    this.canvas.style.setProperty("--count", String(count));
    this.canvas.setAttribute("aria-label", `${name}: ${count} pictures`);
    this.element.hidden = false;
  }

  /** @param {number} index @param {Float32Array | Uint8Array} pixels */
  paint(index, pixels) {
    paintAt(this.canvas, pixels, index * SIZE, 0);
  }
}

export class Below {
  constructor() {
    this.rows = [new Row(), new Row()];
    this.facts = element("p", { class: "facts" }, NOTHING);
    this.numbers = element("p", { class: "lengths" }, NOTHING);
    this.films = element("div", { class: "films", tabindex: -1 }, ...this.rows.map((row) => row.element));
    this.element = element("div", { class: "below" }, this.facts, this.numbers, this.films);
  }

  /**
   * Takes no place where there is nothing to say.
   * @param {string} facts of the layer @param {string} numbers of the path, or a sentence in their place
   * @param {Film[]} [films] at most two
   */
  show(facts, numbers, films = []) {
    this.element.hidden = !facts && !numbers;
    this.facts.hidden = !facts;
    for (const [line, words] of /** @type {[HTMLElement, string][]} */ ([
      [this.facts, facts],
      [this.numbers, numbers],
    ])) {
      if (line.textContent !== (words || NOTHING)) line.replaceChildren(...glossed(words || NOTHING, "geodesic"));
    }
    this.rows.forEach((row, i) => {
      row.element.hidden = true;
      if (!films[i]) return;
      const { name, count, pixels } = films[i];
      row.open(name, count);
      for (let k = 0; k < count; k++) row.paint(k, pixels(k));
    });
    // Only what scrolls is a stop for the keyboard.
    this.films.tabIndex = this.films.scrollWidth > this.films.clientWidth ? 0 : -1;
  }
}
