/** To which class's mean code a model is nearest along the way. */

import { element, modelTag } from "../kit/dom.js";
import { seekAlong } from "../player/along_hand.js";

export class MeansBand {
  /** @param {"left" | "right"} kind @param {(t: number) => void} onSeek */
  constructor(kind, onSeek) {
    /** The class now. @type {number | undefined} */
    this.shown = undefined;
    this.runs = "";
    this.time = 0;
    this.name = element("b", {});
    this.parts = element("div", { class: "parts" });
    this.cursor = element("i", { class: "glides" });
    this.track = element("div", { class: "track", "aria-hidden": "true" }, this.parts, this.cursor);
    seekAlong(this.track, { onSeek, time: () => this.time, step: 1 });
    this.nearest = element("span", { class: "nearest-mean" });
    this.element = element("div", { class: `band ${kind}` }, modelTag(this.name), this.track, this.nearest);
  }

  /** @param {import("./mode.js").Side} side */
  build({ name }) {
    this.name.textContent = name;
    this.name.title = name;
    this.shown = undefined;
  }

  /** @param {number[]} nearest the class at even times from 0 to 1 */
  draw(nearest) {
    const runs = nearest.join("");
    if (runs === this.runs) return;
    this.runs = runs;
    const starts = nearest.flatMap((digit, k) => (digit === nearest[k - 1] ? [] : [k]));
    const parts = starts.map((start, i) => {
      const length = (starts[i + 1] ?? nearest.length) - start;
      return element("span", { style: `flex-grow: ${length}` }, String(nearest[start]));
    });
    this.parts.replaceChildren(...parts);
  }

  /** @param {number} t 0 to 1 @param {number} digit the class there */
  mark(t, digit) {
    this.time = t;
    this.cursor.style.transform = `translateX(${(100 * t).toFixed(3)}%)`;
    if (digit === this.shown) return;
    this.shown = digit;
    this.nearest.textContent = `nearest mean: ${digit}`;
  }
}
