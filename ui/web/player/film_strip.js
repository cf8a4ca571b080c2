/** Pictures at even times side by side, with a mark that glides over them. */

import { digitCanvas, paint } from "../kit/digits.js";
import { element } from "../kit/dom.js";
import { seekAlong } from "./along_hand.js";

export class FilmStrip {
  /**
   * @param {object} options
   * @param {number} [options.frames] how many, at least 2: the first at time 0, the last at 1
   * @param {string} options.label for those who do not see it
   * @param {(t: number) => void} options.onSeek
   */
  constructor({ frames = 11, label, onSeek }) {
    this.time = 0;
    this.nearest = -1;
    this.canvases = Array.from({ length: frames }, () => digitCanvas({ "aria-hidden": "true" }));
    this.marker = element("i", { class: "glides" });
    this.element = element(
      "div",
      {
        class: "film-strip",
        role: "slider",
        tabindex: 0,
        "aria-label": label,
        "aria-valuemin": 0,
        "aria-valuemax": frames - 1,
        style: `--frames: ${frames}`,
      },
      ...this.canvases,
      this.marker,
    );
    const last = frames - 1;
    // Time 0 and time 1 are the middles of the pictures at the ends.
    const toTime = (/** @type {number} */ share) => (share * frames - 0.5) / last;
    seekAlong(this.element, { onSeek, time: () => this.time, step: 1 / last, toTime });
    this.mark(0);
  }

  /** @param {string} label */
  set label(label) {
    this.element.setAttribute("aria-label", label);
  }

  /** @param {number} k frame, from 0 @param {Float32Array} picture [784] in [0, 1] */
  paint(k, picture) {
    paint(this.canvases[k], picture);
  }

  /** @param {number} t 0 to 1 */
  mark(t) {
    this.time = t;
    const { length } = this.canvases;
    const place = t * (length - 1);
    this.marker.style.transform = `translateX(${((100 * (place + 0.5)) / length).toFixed(3)}%)`;
    const nearest = Math.round(place);
    if (nearest === this.nearest) return;
    this.nearest = nearest;
    this.element.setAttribute("aria-valuenow", String(nearest));
    this.element.setAttribute("aria-valuetext", `picture ${nearest + 1} of ${length}`);
  }

  /** @param {string} colour of the mark */
  recolour(colour) {
    this.element.style.setProperty("--colour", colour);
  }
}
