/** One slider a coordinate, most active first, over the histograms of the codes. */

import { guardFinger } from "../gestures/finger.js";
import { Choice, isPlain, stepInPlane } from "../kit/controls.js";
import { arrange, inactive, othersOnly } from "../kit/coordinates.js";
import { coordinateName, element, formatScaled, roundUp } from "../kit/dom.js";
import { bulk, density, Histogram, histogramLegend } from "../kit/histogram.js";
import { get } from "../state/parameters.js";

// Of the coordinate's `unit`, which is 1 where the slider goes from -4 to 4.
const STEP = 0.1;
const FINE_STEP = 0.01;
/** @type {Record<string, number>} */
const PAGES = { PageUp: 0.5, PageDown: -0.5 };
const RESOLUTION = 1e-4;
// Values that differ by less look the same on the slider.
const SAME = 5e-4;
// Standard deviations from the mean of the codes that a slider shows at least.
const DEVIATIONS = 3;

/**
 * How far from 0 the codes of both models go, in the unit of the sliders: all but a few of them, and three standard
 * deviations, to a round number.
 * @param {import("../server/models.js").CodedModel[]} sides @param {import("../state/z.js").Z} state
 * @param {number} i coordinate
 * @returns {{range: number, unit: number}} the slider goes from -range to range; `unit` is about a quarter of it, round
 */
export function rangeOf(sides, state, i) {
  const ends = sides.flatMap(({ encodings }, side) => {
    if (!state.has(side, i)) return [];
    const [origin, step] = state.scale(side, i);
    const [mean, std] = [encodings.mean[i], encodings.std[i]];
    const codes = [...bulk(encodings, i), mean - DEVIATIONS * std, mean + DEVIATIONS * std];
    return codes.map((z) => Math.abs(z - origin) / step);
  });
  const farthest = Math.max(...ends) || 1;
  const unit = roundUp(farthest / 4);
  return { unit, range: atLeast(farthest, unit) };
}

/** @param {number} value @param {number} unit @returns {number} the next whole number of units */
const atLeast = (value, unit) => tidy(Math.ceil(value / unit - 1e-9) * unit);

/** Without what float64 adds to a product of round numbers. @param {number} value */
const tidy = (value) => Number(value.toPrecision(12));

/**
 * @typedef {object} SliderEvents
 * @property {(i: number, value: number) => void} onInput
 * @property {(i: number, doubled?: boolean) => void} onReset doubled where two clicks have moved the slider before
 */

class Slider {
  /** @param {number} i coordinate @param {SliderEvents} events */
  constructor(i, events) {
    this.i = i;
    this.histogram = new Histogram();
    this.input = element("input", {
      type: "range",
      "data-dim": i,
      "aria-label": `z ${i}`,
      ondblclick: () => events.onReset(i, true),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.onKey(event, events),
    });
    this.ghost = element("i", { class: "ghost", hidden: true });
    guardFinger(this.input, (value) => events.onInput(i, value));
    this.number = element("span", { class: "value", "aria-hidden": "true" });
    this.element = element(
      "div",
      { class: "slider" },
      element("span", { class: "coordinate" }, coordinateName(i)),
      element("div", { class: "track" }, this.histogram.element, this.ghost, this.input),
      this.number,
    );
    this.least = this.range = this.unit = 1;
    this.shown = "";
  }

  /** @param {{range: number, unit: number}} of `rangeOf`: it is never narrower */
  measure({ range, unit }) {
    this.least = range;
    this.unit = unit;
    this.input.step = String(tidy(RESOLUTION * unit));
    this.setRange(range);
    this.shown = "";
  }

  /** @param {number} range the slider goes from -range to range */
  setRange(range) {
    this.range = range;
    this.input.min = String(-range);
    this.input.max = String(range);
  }

  /** @param {KeyboardEvent} event @param {SliderEvents} events */
  onKey(event, { onInput, onReset }) {
    if (!isPlain(event)) return;
    const [across, down] = stepInPlane(event) ?? [0, 0];
    const by = (across - down) * (event.shiftKey ? FINE_STEP : STEP) + (PAGES[event.key] ?? 0);
    if (event.key === "Delete" || event.key === "Backspace") onReset(this.i);
    else if (by) onInput(this.i, this.clamp(this.input.valueAsNumber + by * this.unit));
    else return;
    event.preventDefault();
  }

  /** @param {number} value */
  clamp(value) {
    const least = RESOLUTION * this.unit;
    return Math.min(this.range, Math.max(-this.range, tidy(Math.round(value / least) * least)));
  }

  /** @param {import("../server/models.js").CodedModel[]} sides @param {import("../state/z.js").Z} state */
  drawHistogram(sides, state) {
    const densities = sides.map(({ encodings }, side) =>
      state.has(side, this.i) ? density(encodings, this.i, state.scale(side, this.i)) : null,
    );
    this.histogram.draw(densities, -this.range, this.range);
  }

  /**
   * @param {import("../state/z.js").Z} state @param {string[]} names of the models
   * @returns {boolean} whether the range changed
   */
  update(state, names) {
    const { i } = this;
    const having = [0, 1].filter((side) => state.has(side, i));
    const values = having.map((side) => state.value(side, i));
    if (String(values) === this.shown) return false;
    this.shown = String(values);
    const [value, other] = values;
    const range = Math.max(this.least, ...values.map((v) => atLeast(Math.abs(v), this.unit)));
    const widened = range > this.range || (range < this.range && !this.input.matches(":active"));
    if (widened) this.setRange(range);
    this.input.value = String(value);
    const text = formatScaled(value, this.range);
    const alone = values.length < 2;
    const differs = !alone && Math.abs(value - other) >= SAME * this.unit;
    if (this.number.textContent !== text) this.number.textContent = text;
    this.ghost.hidden = !differs;
    if (differs) this.ghost.style.setProperty("--at", String((other + this.range) / (2 * this.range)));
    this.element.classList.toggle("right-only", having[0] === 1);
    const second = names[0] === names[1] ? "right" : names[1];
    const rest = alone ? `, ${names[having[0]]} only` : differs ? `, ${second} ${formatScaled(other, this.range)}` : "";
    this.input.setAttribute("aria-valuetext", text + rest);
    return widened;
  }
}

export class Sliders {
  /** @param {SliderEvents} events @param {(unit: import("../state/z.js").Unit) => void} onUnit */
  constructor(events, onUnit) {
    this.events = events;
    /** @type {Slider[]} by coordinate */
    this.sliders = [];
    /** The most active coordinate that both models have. */
    this.first = 0;
    /** @type {string[]} of the models */
    this.names = [];
    this.list = element("div", { class: "list" });
    this.legend = element("p", { class: "legend" });
    const units = /** @type {const} */ ([
      ["z", "z", "Both models at the same z"],
      ["sd", "own sd", "Each model in standard deviations from the mean of its own codes"],
    ]);
    this.units = new Choice("Unit of the sliders", "unit", units, onUnit, { value: get("unit") });
    this.element = element(
      "section",
      { class: "sliders", "aria-label": "Latent coordinates" },
      element("header", {}, this.legend, this.units.element),
      element("div", { class: "scroll" }, this.list),
    );
  }

  /** @param {import("../server/models.js").CodedModel[]} sides @param {import("../state/z.js").Z} state */
  build(sides, state) {
    const judges = sides.map(({ name, model, encodings }) => ({ name, kind: model.config.kind, encodings }));
    const arrangement = arrange(judges);
    const { order, others, folded } = arrangement;
    this.sliders = Array.from({ length: state.dim }, (_, i) => new Slider(i, this.events));
    const rows = (/** @type {number[]} */ coordinates) => coordinates.map((i) => this.sliders[i].element);
    this.list.replaceChildren(...rows(order.slice(0, others)));
    if (others < order.length) this.list.append(othersOnly(judges), ...rows(order.slice(others)));
    if (folded.length) this.list.append(inactive(judges, arrangement, ...rows(folded)));
    this.legend.replaceChildren(...histogramLegend(sides));
    const shared = (/** @type {number} */ i) => state.has(0, i) && state.has(1, i);
    this.first = [...order, ...folded].find(shared) ?? 0;
    this.names = sides.map(({ name }) => name);
    this.redraw(sides, state);
  }

  /** Everything, after a change of unit or models. @param {import("../server/models.js").CodedModel[]} sides @param {import("../state/z.js").Z} state */
  redraw(sides, state) {
    for (const slider of this.sliders) {
      slider.measure(rangeOf(sides, state, slider.i));
      slider.update(state, this.names);
      slider.drawHistogram(sides, state);
    }
  }

  /** @param {import("../server/models.js").CodedModel[]} sides @param {import("../state/z.js").Z} state */
  update(sides, state) {
    for (const slider of this.sliders) if (slider.update(state, this.names)) slider.drawHistogram(sides, state);
  }
}
