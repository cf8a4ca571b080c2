/** The digits that a path goes through, in a row: one is in hand, others can be added, removed, turned round. */

import { oneTabStop } from "../kit/arrow_keys.js";
import { digitCanvas, paint } from "../kit/digits.js";
import { button, element } from "../kit/dom.js";
import { Toolbar } from "../kit/toolbar.js";
import { FEWEST, MOST } from "../state/stops.js";

/** @typedef {{pixels: Float32Array, name: string}} Thumbnail */
/**
 * @typedef {object} Place
 * @property {HTMLElement} item
 * @property {HTMLButtonElement} button
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLButtonElement} remove
 */

const letter = (/** @type {number} */ i) => String.fromCharCode("A".charCodeAt(0) + i);

export class StopsRow {
  /**
   * @param {object} listener
   * @param {(index: number) => void} listener.onSelect
   * @param {(index: number) => void} listener.onRemove
   * @param {() => void} listener.onAdd
   * @param {import("../kit/toolbar.js").Action[]} actions on all of them
   */
  constructor(listener, actions) {
    this.listener = listener;
    /** @type {Place[]} */
    this.places = Array.from({ length: MOST }, (_, i) => this.build(i));
    this.add = button("+", listener.onAdd, { class: "add", name: "One digit more" });
    const items = this.places.map(({ item }) => item);
    this.list = element("div", { class: "line", role: "group", "aria-label": "Stops" }, ...items);
    this.stopAt = oneTabStop(
      this.list,
      this.places.map(({ button }) => button),
      { onMove: listener.onSelect },
    );
    this.element = element("div", { class: "stops" }, this.list, this.add, new Toolbar(actions).element);
  }

  /** @param {number} i @returns {Place} */
  build(i) {
    const canvas = digitCanvas({ "aria-hidden": "true" });
    const stop = button(canvas, () => this.listener.onSelect(i), { class: "cell stop" });
    const remove = button("✕", () => this.listener.onRemove(i), { class: "remove", title: "Remove" });
    return { item: element("span", { class: "place-of-stop" }, stop, remove), button: stop, canvas, remove };
  }

  /** @param {Thumbnail[]} stops @param {number} selected */
  show(stops, selected) {
    this.places.forEach(({ item, button, canvas, remove }, i) => {
      item.hidden = i >= stops.length;
      if (item.hidden) return;
      const { pixels, name } = stops[i];
      paint(canvas, pixels);
      const words = `${letter(i)}: ${name}`;
      button.title = words;
      button.setAttribute("aria-label", words);
      button.setAttribute("aria-pressed", String(i === selected));
      button.toggleAttribute("data-current", i === selected);
      remove.hidden = stops.length <= FEWEST;
      remove.setAttribute("aria-label", `Remove ${words}`);
    });
    this.stopAt(selected);
    this.add.hidden = stops.length >= MOST;
  }
}
