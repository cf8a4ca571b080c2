/** The histogram of one model's errors, a bar of which can be picked by pointer or arrow keys. */

import { stepOnLine } from "../kit/arrow_keys.js";
import { button, element, formatNumber, modelTag, svg } from "../kit/dom.js";
import { BINS } from "./bins.js";

const HEIGHT = 40;
// A bar of one digit among thousands must be seen, too.
const LEAST = 0.8;

export class Bars {
  /**
   * @param {string} name of the model
   * @param {(bin: number | null) => void} onPick
   * @param {(bin: number | null) => string} describe
   */
  constructor(name, onPick, describe) {
    this.name = name;
    this.onPick = onPick;
    this.describe = describe;
    /** @type {number | null} */
    this.bin = null;
    this.all = svg("path", { class: "all" });
    this.one = svg("path", { class: "one" });
    this.line = element("i", { class: "in-hand", hidden: true, title: "The digit in hand" });
    this.median = element("span", { class: "median" }, "\u00a0");
    this.plot = element(
      "div",
      {
        class: "bars",
        role: "slider",
        tabindex: 0,
        "aria-label": `Squared errors of ${name}`,
        "aria-valuemin": 0,
        "aria-valuemax": BINS - 1,
        "aria-valuenow": 0,
        "data-errors-of": name,
        onclick: (/** @type {MouseEvent} */ event) => this.onClick(event),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.onKey(event),
      },
      svg(
        "svg",
        { viewBox: `0 0 ${BINS} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
        this.all,
        this.one,
      ),
      this.line,
    );
    this.element = element(
      "div",
      { class: "bars-row" },
      button(modelTag(name), () => this.onPick(null), { class: "mark", title: `All digits, ${name}` }, this.median),
      this.plot,
    );
  }

  /** @param {import("./bins.js").Errors} errors @param {number} top of all models' counts */
  build(errors, top) {
    this.errors = errors;
    this.top = top;
    this.all.setAttribute("d", this.path(0, BINS));
    this.median.textContent = `median ${formatNumber(errors.median)}`;
  }

  /** @param {number} from @param {number} to @returns {string} the bars from one bin up to another */
  path(from, to) {
    const { errors, top = 1 } = this;
    let path = "";
    for (let k = from; errors && k < to; k++) {
      const count = errors.counts[k];
      if (!count) continue;
      const height = Math.max(LEAST, (count / top) * HEIGHT);
      path += `M${k + 0.06} ${HEIGHT}V${(HEIGHT - height).toFixed(2)}h.88V${HEIGHT}Z`;
    }
    return path;
  }

  /** @param {number | null} bin that is picked */
  show(bin) {
    this.bin = bin;
    this.plot.toggleAttribute("data-picked", bin !== null);
    this.one.setAttribute("d", bin === null ? "" : this.path(bin, bin + 1));
    this.plot.setAttribute("aria-valuenow", String(bin ?? 0));
    this.plot.setAttribute("aria-valuetext", this.describe(bin));
  }

  /** @param {number} place of the digit in hand, 0 to 1 */
  mark(place) {
    this.line.hidden = false;
    this.line.style.left = `${(100 * place).toFixed(2)}%`;
  }

  /** @param {MouseEvent} event */
  onClick({ clientX }) {
    const { left, width } = this.plot.getBoundingClientRect();
    const bin = this.nearest(Math.min(BINS - 1, Math.max(0, Math.floor((BINS * (clientX - left)) / width))));
    if (bin !== null) this.onPick(bin === this.bin ? null : bin);
  }

  /** @param {number} bin @returns {number | null} the one nearest to it that holds digits */
  nearest(bin) {
    const counts = this.errors?.counts;
    for (let step = 0; counts && step < BINS; step++) {
      for (const k of [bin - step, bin + step]) if (counts[k]) return k;
    }
    return null;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const { errors, bin } = this;
    const step = stepOnLine(event);
    if (!errors || !step) return;
    event.preventDefault();
    const full = Array.from(errors.counts.keys()).filter((k) => errors.counts[k]);
    const middle = errors.order[errors.order.length >> 1];
    const at = bin === null ? full.findIndex((k) => errors.rowsIn(k).includes(middle)) : full.indexOf(bin);
    const ends = { [-Infinity]: 0, [Infinity]: full.length - 1 };
    // The first key shows where the keys set out from.
    const to = ends[step] ?? (bin === null ? at : at + step);
    if (full[to] !== undefined) this.onPick(full[to]);
  }
}
