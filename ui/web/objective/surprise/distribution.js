/** A distribution over the ten digits in the hand: bars that are dragged, and below them how surprising each digit is. */

import { stepOnLine } from "../../kit/controls.js";
import { button, element, formatNumber } from "../../kit/dom.js";
import { surprise } from "../../maths/categorical.js";
import { get, put } from "../../state/parameters.js";

/** @typedef {{name: string, title: string, weights: (now: readonly number[]) => readonly number[]}} Preset */
/** @typedef {{symbol: string, name: string, of: (nats: number) => number}} Unit of information */

const MOST = 100;
const BIG_STEP = 10;
// At the foot of the chart, in nats: the least that a link can say of ten digits is 1 in 901.
const DEEPEST = 7;

export class Distribution {
  /**
   * @param {"P" | "Q"} name
   * @param {"chances" | "others"} key of the link
   * @param {readonly number[]} fallback where the link says nothing
   * @param {Preset[]} presets
   * @param {() => void} onChange
   */
  constructor(name, key, fallback, presets, onChange) {
    this.name = name;
    this.key = key;
    this.fallback = fallback;
    this.onChange = onChange;
    this.weights = get(key) ? get(key).split("_").map(Number) : [...fallback];
    this.columns = this.weights.map((_, digit) => new Column(name, digit));
    this.own = new Level("own");
    this.others = new Level("others");
    this.caption = element("span", { class: "caption" });
    const bars = element("div", { class: "bars" }, ...this.columns.map(({ bar }) => bar));
    const buttons = presets.map(({ name, title, weights }) =>
      button(name, () => this.take(weights(this.weights)), { title }),
    );
    this.element = element(
      "section",
      { class: "distribution", "aria-label": name },
      element("div", { class: "again" }, element("b", {}, name), ...buttons),
      bars,
      element("div", { class: "names", "aria-hidden": "true" }, ...this.columns.map(({ label }) => label)),
      element(
        "div",
        { class: "surprises", "aria-hidden": "true" },
        ...this.columns.map(({ hang }) => hang),
        this.own.element,
        this.others.element,
      ),
      element("div", { class: "names small", "aria-hidden": "true" }, ...this.columns.map(({ number }) => number)),
      this.caption,
    );
    this.listen(bars);
  }

  /** @param {readonly number[]} weights */
  take(weights) {
    this.weights = weights.map((weight) => Math.round(Math.min(MOST, Math.max(0, weight))));
    const text = this.weights.join("_");
    put(this.key, text === this.fallback.join("_") ? "" : text);
    this.onChange();
  }

  /** @param {number} digit @param {number} weight */
  set(digit, weight) {
    this.take(this.weights.with(digit, weight));
  }

  /** The hand drags a bar, or paints over several. @param {HTMLElement} bars */
  listen(bars) {
    /** Where the hand was: across in bars, up in weight. @type {[number, number] | null} */
    let before = null;
    const at = (/** @type {PointerEvent} */ { clientX, clientY }) => {
      const { left, top, width, height } = bars.getBoundingClientRect();
      const digit = Math.floor(((clientX - left) / width) * this.weights.length);
      const weight = MOST * (1 - (clientY - top) / height);
      return /** @type {[number, number]} */ ([Math.min(this.weights.length - 1, Math.max(0, digit)), weight]);
    };
    const paint = (/** @type {PointerEvent} */ event) => {
      const [digit, weight] = at(event);
      const [first, old] = before ?? [digit, weight];
      const steps = Math.abs(digit - first);
      const weights = [...this.weights];
      for (let k = steps ? 1 : 0; k <= steps; k++) {
        const share = steps ? k / steps : 1;
        weights[first + k * Math.sign(digit - first)] = old + share * (weight - old);
      }
      before = [digit, weight];
      this.take(weights);
      return digit;
    };
    bars.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      bars.setPointerCapture(event.pointerId);
      this.columns[paint(event)].bar.focus({ preventScroll: true });
    });
    bars.addEventListener("pointermove", (event) => before && paint(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      bars.addEventListener(end, () => (before = null));
    }
    this.columns.forEach(({ bar }, digit) =>
      bar.addEventListener("keydown", (event) => {
        const step = stepOnLine(event);
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        this.set(digit, this.weights[digit] + step * (event.shiftKey ? BIG_STEP : 1));
      }),
    );
  }

  /** @param {string[]} colours of the ten digits */
  recolour(colours) {
    this.columns.forEach((column, digit) => column.recolour(colours[digit]));
  }

  /**
   * @param {number[] | null} shares null where there are none
   * @param {Unit} unit
   */
  show(shares, unit) {
    this.caption.textContent = `below: surprise −${unit.symbol} ${this.name.toLowerCase()} in ${unit.name}`;
    this.columns.forEach((column, digit) => column.show(this.weights[digit], shares?.[digit] ?? null, unit));
  }
}

/** One digit: its bar, its name, and how surprising it is. */
class Column {
  /** @param {string} of the distribution @param {number} digit */
  constructor(of, digit) {
    this.percent = element("span");
    this.bar = element(
      "div",
      {
        class: "bar",
        role: "slider",
        tabindex: 0,
        "aria-label": `${of} of ${digit}`,
        "aria-orientation": "vertical",
        "aria-valuemin": 0,
        "aria-valuemax": MOST,
      },
      element("i", {}),
      this.percent,
    );
    this.label = element("span", {}, String(digit));
    this.hang = element("div", { class: "hang" }, element("i", {}));
    this.number = element("span");
  }

  /** @param {string} colour */
  recolour(colour) {
    for (const part of [this.bar, this.hang]) part.style.setProperty("--digit", colour);
  }

  /** @param {number} weight @param {number | null} share @param {Unit} unit */
  show(weight, share, unit) {
    const nats = share === null ? null : surprise(share);
    const percent = share === null ? "–" : `${formatNumber(100 * share, share && share < 0.0995 ? 1 : 0)} %`;
    const number = nats === null ? "–" : nats === Infinity ? "∞" : formatNumber(unit.of(nats));
    this.percent.textContent = percent;
    this.number.textContent = number;
    this.bar.style.setProperty("--height", String(weight / MOST));
    this.hang.style.setProperty("--height", String(depth(nats ?? 0)));
    this.hang.toggleAttribute("data-infinite", nats === Infinity);
    this.bar.setAttribute("aria-valuenow", String(weight));
    const words = nats === Infinity ? "infinite" : `${number} ${unit.name}`;
    this.bar.setAttribute("aria-valuetext", nats === null ? `${weight}` : `${percent}, surprise ${words}`);
  }
}

/** A line across the surprises, at a mean of them. */
class Level {
  /** @param {string} kind a class name */
  constructor(kind) {
    this.words = element("span");
    this.element = element("div", { class: `level ${kind}` }, this.words);
  }

  /** @param {string} words @param {number | null} nats null for none */
  show(words, nats) {
    this.element.hidden = nats === null || nats === Infinity;
    this.words.textContent = words;
    this.element.style.setProperty("--height", String(depth(nats ?? 0)));
  }
}

/** @param {number} nats @returns {number} in [0, 1] of the chart */
const depth = (nats) => Math.min(1, nats / DEEPEST);
