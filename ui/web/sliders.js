/** One slider a coordinate, most active first, over the histograms of the codes. */

import { arrange, inactive } from "./coordinates_order.js";
import { coordinateName, element, formatNumber } from "./dom.js";
import { guardFinger } from "./finger.js";
import { density, Histogram, histogramLegend } from "./histogram.js";

export const RANGE = 4;
const STEP = 0.1;
const FINE_STEP = 0.01;
const PAGE_STEP = 0.5;
// Values that differ by less look the same on the slider and in the link.
const SAME = 5e-4;

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
      step: 0.001,
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
    this.setRange(RANGE);
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
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? FINE_STEP : STEP;
    /** @type {Record<string, number>} */
    const steps = {
      ArrowRight: step,
      ArrowUp: step,
      ArrowLeft: -step,
      ArrowDown: -step,
      PageUp: PAGE_STEP,
      PageDown: -PAGE_STEP,
    };
    if (event.key === "Delete" || event.key === "Backspace") onReset(this.i);
    else if (event.key in steps) onInput(this.i, this.clamp(this.input.valueAsNumber + steps[event.key]));
    else return;
    event.preventDefault();
  }

  /** @param {number} value */
  clamp(value) {
    return Math.min(this.range, Math.max(-this.range, Math.round(value * 1000) / 1000));
  }

  /** @param {import("./desk_load.js").Side[]} sides @param {import("./desk_state.js").DeskState} state */
  drawHistogram(sides, state) {
    const densities = sides.map(({ encodings }, side) =>
      state.has(side, this.i) ? density(encodings, this.i, state.scale(side, this.i)) : null,
    );
    this.histogram.draw(densities, -this.range, this.range);
  }

  /**
   * @param {import("./desk_state.js").DeskState} state @param {string[]} names of the models
   * @returns {boolean} whether the range changed
   */
  update(state, names) {
    const { i } = this;
    const having = [0, 1].filter((side) => state.has(side, i));
    const values = having.map((side) => state.value(side, i));
    if (String(values) === this.shown) return false;
    this.shown = String(values);
    const [value, other] = values;
    const range = Math.max(RANGE, ...values.map((v) => Math.ceil(Math.abs(v) - 1e-9)));
    const widened = range > this.range || (range < this.range && !this.input.matches(":active"));
    if (widened) this.setRange(range);
    this.input.value = value.toFixed(3);
    const text = formatNumber(value);
    const alone = values.length < 2;
    const differs = !alone && Math.abs(value - other) >= SAME;
    if (this.number.textContent !== text) this.number.textContent = text;
    this.ghost.hidden = !differs;
    if (differs) this.ghost.style.setProperty("--at", String((other + this.range) / (2 * this.range)));
    this.element.classList.toggle("right-only", having[0] === 1);
    const second = names[0] === names[1] ? "right" : names[1];
    const rest = alone ? `, ${names[having[0]]} only` : differs ? `, ${second} ${formatNumber(other)}` : "";
    this.input.setAttribute("aria-valuetext", text + rest);
    return widened;
  }
}

export class Sliders {
  /** @param {SliderEvents} events @param {(unit: import("./desk_state.js").Unit) => void} onUnit */
  constructor(events, onUnit) {
    this.events = events;
    /** @type {Slider[]} by coordinate */
    this.sliders = [];
    /** @type {string[]} of the models */
    this.names = [];
    this.list = element("div", { class: "list" });
    this.legend = element("p", { class: "legend" });
    const unit = (/** @type {string} */ value, /** @type {string} */ label, /** @type {string} */ title) =>
      element(
        "label",
        { title },
        element("input", { type: "radio", name: "unit", value, checked: value === "z", onchange: () => onUnit(/** @type {any} */ (value)) }),
        element("span", {}, label),
      );
    this.units = element(
      "div",
      { class: "units", role: "radiogroup", "aria-label": "Unit of the sliders" },
      unit("z", "z", "Both models at the same z"),
      unit("sd", "own sd", "Each model in standard deviations from the mean of its own codes"),
    );
    this.element = element(
      "section",
      { class: "sliders", "aria-label": "Latent coordinates" },
      element("header", {}, this.legend, this.units),
      element("div", { class: "scroll" }, this.list),
    );
  }

  /** @param {import("./desk_load.js").Side[]} sides @param {import("./desk_state.js").DeskState} state */
  build(sides, state) {
    const judges = sides.map(({ name, model, encodings }) => ({ name, kind: model.config.kind, encodings }));
    const arrangement = arrange(judges);
    const { order, folded } = arrangement;
    this.sliders = Array.from({ length: state.dim }, (_, i) => new Slider(i, this.events));
    const rows = (/** @type {number[]} */ coordinates) => coordinates.map((i) => this.sliders[i].element);
    this.list.replaceChildren(...rows(order));
    if (folded.length) this.list.append(inactive(judges, arrangement, ...rows(folded)));
    this.legend.replaceChildren(...histogramLegend(sides));
    const shared = (/** @type {number} */ i) => state.has(0, i) && state.has(1, i);
    this.first = [...order, ...folded].find(shared) ?? 0;
    this.names = sides.map(({ name }) => name);
    this.redraw(sides, state);
  }

  /** Everything, after a change of unit or models. @param {import("./desk_load.js").Side[]} sides @param {import("./desk_state.js").DeskState} state */
  redraw(sides, state) {
    for (const slider of this.sliders) {
      slider.update(state, this.names);
      slider.drawHistogram(sides, state);
    }
  }

  /** @param {import("./desk_load.js").Side[]} sides @param {import("./desk_state.js").DeskState} state */
  update(sides, state) {
    for (const slider of this.sliders) if (slider.update(state, this.names)) slider.drawHistogram(sides, state);
  }
}
