/** The squared error of every digit of the set: a histogram for each model, and the digits behind a bar. */

import { Alert, stepOnLine } from "../kit/controls.js";
import { button, element, formatNumber, modelTag, svg } from "../kit/dom.js";
import { glossed } from "../kit/glosses.js";
import { addressOf, fetchTensors } from "../server/load.js";
import { get, put } from "../state/parameters.js";
import { axisOf, BINS, Errors, endsOf, placeOf, ticksOf } from "./bins.js";
import { Examples } from "./examples.js";

const COUNTED = new Intl.NumberFormat("en");

export class ErrorsOfSet {
  /** @param {import("./examples.js").Access} access */
  constructor(access) {
    /** @type {Bars[]} */
    this.bars = [];
    /** @type {{name: string, bin: number | null}} all digits of a model where `bin` is null */
    this.picked = { name: "", bin: null };
    this.examples = new Examples(access);
    this.alert = new Alert();
    this.list = element("div", { class: "bars-list" });
    this.ticks = element("div", { class: "ticks", "aria-hidden": "true" });
    this.caption = element("p", { class: "caption", "aria-live": "polite" }, "\u00a0");
    this.element = element(
      "section",
      { class: "errors-of-set" },
      element("h3", {}, ...glossed("Squared error over the whole set", "squared-error")),
      this.alert.element,
      this.list,
      this.ticks,
      this.caption,
      this.examples.element,
    );
  }

  /** @param {import("../kit/mount.js").ModelData[]} models */
  announce(models) {
    const kept = new Map(this.bars.map((bars) => [bars.name, bars]));
    this.bars = models.map(
      ({ name }) =>
        kept.get(name) ??
        new Bars(
          name,
          (bin) => this.pick(name, bin),
          (bin) => this.describe(name, bin),
        ),
    );
    this.list.replaceChildren(...this.bars.map((bars) => bars.element));
  }

  /** @param {string[]} colours */
  recolour(colours) {
    this.bars.forEach((bars, i) => bars.element.style.setProperty("--colour", colours[i]));
    const at = this.bars.findIndex(({ name }) => name === this.picked.name);
    if (at >= 0) this.examples.element.style.setProperty("--colour", colours[at]);
    this.colours = colours;
  }

  /** @param {import("./examples.js").Side[]} sides @param {string} digits the set */
  async load(sides, digits) {
    const wanted = (this.wanted = {});
    this.sides = sides;
    this.alert.hide();
    try {
      const errors = await Promise.all(sides.map(({ name }) => loadErrors(name, digits)));
      if (wanted === this.wanted) this.build(errors, digits);
    } catch (error) {
      if (wanted === this.wanted) this.alert.show(/** @type {Error} */ (error).message, () => this.load(sides, digits));
    }
  }

  /** @param {Float32Array[]} errors of each model @param {string} digits */
  build(errors, digits) {
    const axis = axisOf(errors);
    this.axis = axis;
    const built = errors.map((list) => new Errors(list, axis));
    const top = Math.max(...built.map(({ counts }) => Math.max(...counts)));
    this.bars.forEach((bars, i) => bars.build(built[i], top));
    this.ticks.replaceChildren(
      ...ticksOf(axis).map((tick) =>
        element("span", { style: `left: ${(100 * placeOf(axis, tick)).toFixed(2)}%` }, String(tick)),
      ),
    );
    const isKept = this.digits === digits && this.bars.some(({ name }) => name === this.picked.name);
    const isFirst = this.digits === undefined;
    this.digits = digits;
    // Another set or another model moves the axis, and with it what a bar stands for.
    if (isKept) this.pick(this.picked.name, null);
    else this.reopen(isFirst);
    this.mark(this.marked);
  }

  /** @param {boolean} isFirst as the link, or the page before, has it */
  reopen(isFirst) {
    const [at, bin] = (isFirst ? get("bar") : "").split("_").map(Number);
    const isHere = at < this.bars.length;
    this.pick(this.bars[isHere ? at : 0].name, isHere && bin < BINS ? bin : null);
  }

  /** @param {number[] | undefined} errors of the digit in hand, one a model */
  mark(errors) {
    this.marked = errors;
    const { axis } = this;
    if (!axis || !errors) return;
    this.bars.forEach((bars, i) => bars.mark(placeOf(axis, errors[i])));
  }

  /** @param {string} name of a model @param {number | null} bin */
  pick(name, bin) {
    const index = this.bars.findIndex((bars) => bars.name === name);
    const side = this.sides?.[index];
    const errors = this.bars[index]?.errors;
    if (!side || !errors) return;
    this.picked = { name, bin };
    put("bar", bin === null ? (index ? String(index) : "") : `${index}_${bin}`);
    this.bars.forEach((bars, i) => bars.show(i === index ? bin : null));
    this.caption.textContent = `${name}: ${this.describe(name, bin)}`;
    if (this.colours) this.examples.element.style.setProperty("--colour", this.colours[index]);
    const again = () => this.pick(name, bin);
    void this.examples.show(side, errors, bin).catch((error) => this.alert.show(error.message, again));
  }

  /** @param {string} name @param {number | null} bin @returns {string} */
  describe(name, bin) {
    const { axis } = this;
    const errors = this.bars.find((bars) => bars.name === name)?.errors;
    if (!axis || !errors) return "";
    const all = COUNTED.format(errors.order.length);
    if (bin === null) return `all ${all} digits, median ${formatNumber(errors.median)}`;
    const [from, to] = endsOf(axis, bin).map((end) => formatNumber(end));
    return `squared error ${from} to ${to}, ${COUNTED.format(errors.counts[bin])} of ${all} digits`;
  }

  close() {
    this.wanted = undefined;
    this.examples.close();
  }
}

/** @param {string} model @param {string} digits @returns {Promise<Float32Array>} by row of the set */
async function loadErrors(model, digits) {
  const tensors = await fetchTensors(addressOf("errors", model, `${digits}.safetensors`));
  const errors = tensors.squared_error?.data;
  if (!(errors instanceof Float32Array)) throw new Error(`The errors of ${model} cannot be read.`);
  return errors;
}

const HEIGHT = 40;
// A bar of one digit among thousands must be seen, too.
const LEAST = 0.8;

/** The histogram of one model's errors, a bar of which can be picked by pointer or arrow keys. */
class Bars {
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
