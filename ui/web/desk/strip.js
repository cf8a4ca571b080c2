/** Eleven decoded pictures along the coordinate last touched, for each model. */

import { coordinateName, element, formatScaled } from "../kit/dom.js";
import { Gallery } from "../kit/gallery.js";
import { rangeOf } from "./sliders.js";

const COUNT = 11;

export class Strip {
  /** @param {(value: number, side: number) => void} onPick */
  constructor(onPick) {
    this.coordinate = 0;
    this.range = 1;
    this.galleries = ["left", "right"].map(
      (kind, side) =>
        new Gallery({
          count: COUNT,
          kind: `strip-row ${kind}`,
          label: "",
          describe: (k) => `${coordinateName(this.coordinate)} = ${this.text(this.value(k), 1)}`,
          onPick: (k) => onPick(this.value(k), side),
        }),
    );
    this.title = element("h3", {}, "\u00a0");
    this.markers = ["left", "right"].map((kind) => element("i", { class: `marker ${kind}` }));
    this.element = element(
      "section",
      { class: "strip" },
      this.title,
      element("div", { class: "rows" }, ...this.galleries.map((gallery) => gallery.element), ...this.markers),
    );
    this.todo = 0;
  }

  /** @param {number} k column @returns {number} of the coordinate, in the unit of the sliders */
  value(k) {
    return this.range * ((2 * k) / (COUNT - 1) - 1);
  }

  /** @param {number} value @param {number} digits of the range */
  text(value, digits) {
    return formatScaled(value, this.range, Math.ceil(digits - Math.log10(this.range / 4) - 1e-9));
  }

  /** Pictures are decoded by `work`. @param {import("../server/models.js").CodedModel[]} sides @param {import("../state/z.js").Z} state */
  invalidate(sides, state) {
    const names = sides.map(({ name }) => name);
    this.coordinate = state.touched;
    this.range = rangeOf(sides, state, this.coordinate).range;
    this.todo = 2 * COUNT;
    const name = coordinateName(this.coordinate);
    const unit = state.unit === "sd" ? " standard deviations" : "";
    this.title.textContent = `Along ${name}, ${this.text(-this.range, 0)} to ${this.text(this.range, 0)}${unit}`;
    this.galleries.forEach((gallery, side) => {
      gallery.label = `${names[side]} along ${name}`;
      gallery.lack = state.has(side, this.coordinate) ? null : `${names[side]} has no ${name}`;
      gallery.relabel();
    });
  }

  /** Where the present z is, in [0, 1] of each row's width; null where the model lacks the coordinate. */
  get positions() {
    return this.markers.map((marker) => (marker.hidden ? null : Number(marker.style.getPropertyValue("--at"))));
  }

  /** What a row says in place of its pictures. */
  get lacks() {
    return this.galleries.map((gallery) => gallery.words?.textContent ?? null);
  }

  /** @param {import("../state/z.js").Z} state */
  mark(state) {
    const i = this.coordinate;
    this.markers.forEach((marker, side) => {
      marker.hidden = !state.has(side, i);
      if (marker.hidden) return;
      const value = Math.min(1, Math.max(-1, state.value(side, i) / this.range));
      const at = ((value + 1) / 2) * (COUNT - 1);
      marker.style.setProperty("--at", String((at + 0.5) / COUNT));
    });
  }

  /** A picture a step. @param {import("../server/models.js").CodedModel[]} sides @param {import("../state/z.js").Z} state */
  *work(sides, state) {
    const i = this.coordinate;
    while (this.todo > 0) {
      const k = (2 * COUNT - this.todo) >> 1;
      const side = this.todo-- % 2;
      if (!state.has(side, i)) continue;
      const z = Float32Array.from(state.z[side]);
      z[i] = state.at(side, i, this.value(k));
      this.galleries[side].paint(k, sides[side].model.decode(z));
      yield;
    }
  }
}
