/** One divergence in three ways, on one axis: where they agree, their marks stand in one line. */

import { element, formatScaled } from "../../kit/dom.js";

/** @typedef {{closed: number, integral: number, sampled: import("../../maths/gaussians.js").Estimate}} Found */

/** A number among others of its size. @param {number} value @param {number} [scale] that size */
export const inNats = (value, scale = value) => formatScaled(value, Math.max(0.5, scale));

export class Estimates {
  /** @param {string} name @param {"P" | "Q"} of which draws are taken @param {string} kind a class name */
  constructor(name, of, kind) {
    this.closed = new Row("closed form");
    this.integral = new Row("integral");
    this.sampled = new Row("1,000 draws", `Monte Carlo: the mean over 1,000 draws of ${of}, and its standard error`);
    this.sampled.parts[1].prepend(element("i", { class: "error" }));
    this.rows = [this.closed, this.integral, this.sampled];
    this.ends = element("div", { class: "ends" });
    this.element = element(
      "section",
      { class: `estimates ${kind}`, "aria-label": name },
      element("h3", {}, element("b", {}, name), " in nats"),
      ...this.rows.flatMap(({ parts }) => parts),
      this.ends,
    );
  }

  /** @param {Found} found @param {number} most at the end of the axis */
  show({ closed, integral, sampled }, most) {
    const { value, standardError } = sampled;
    const at = (/** @type {number} */ nats) => String(Math.max(-0.02, nats / most));
    this.element.style.setProperty("--closed", at(closed));
    this.closed.show(at(closed), inNats(closed));
    this.integral.show(at(integral), inNats(integral, closed));
    this.sampled.show(at(value), `${inNats(value, closed)} ± ${inNats(standardError, closed)}`);
    this.sampled.parts[1].style.setProperty("--error", String(standardError / most));
    this.ends.replaceChildren(...[0, most / 2, most].map((tick) => element("span", {}, tick.toLocaleString("en"))));
  }
}

class Row {
  /** @param {string} way @param {string} [title] */
  constructor(way, title) {
    this.mark = element("i", { class: "mark" });
    this.number = element("output");
    const track = element("div", { class: "track" }, this.mark);
    this.parts = [element("span", { class: "way", title }, way), track, this.number];
  }

  /** @param {string} at in [0, 1] of the axis @param {string} words */
  show(at, words) {
    this.parts[1].style.setProperty("--at", at);
    this.number.textContent = words;
  }
}
