/** Squared error and cross-entropy of one net, of grey pixels or of black and white ones, and the floor of the latter. */

import { Choice } from "../../kit/controls.js";
import { element } from "../../kit/dom.js";
import { glossed } from "../../kit/glosses.js";
import { get, put } from "../../state/parameters.js";

/** @typedef {{squared_error: number, cross_entropy: number, floor: number}} MeanErrors per picture */
/** @typedef {{name: string, grey: MeanErrors | null, binary: MeanErrors | null}} NetErrors */

const PIXELS = /** @type {const} */ ([
  ["grey", "grey"],
  ["binary", "black and white"],
]);

export class Errors {
  constructor() {
    /** @type {NetErrors | null} */
    this.found = null;
    this.subject = "";
    this.choice = new Choice("Pixels", "loss pixels", PIXELS, (pixels) => put("pixels", pixels));
    this.words = element("span", { class: "k" });
    this.bars = ["squared error", "floor", "cross-entropy"].map((kind) =>
      element("i", { class: kind.replace(" ", "-"), "aria-hidden": "true" }),
    );
    const [squared, floor, above] = this.bars;
    this.values = [element("b"), element("b")];
    const rows = [
      ["squared error", element("span", { class: "bar" }, squared), this.values[0]],
      ["cross-entropy", element("span", { class: "bar" }, floor, above), this.values[1]],
    ].map(([words, ...parts]) => element("p", {}, element("span", {}, ...glossed(String(words), "bce")), ...parts));
    this.meaning = element("p", { class: "numbers-line" });
    const line = element("div", { class: "controls" }, "Pixels", this.choice.element, this.words);
    this.element = element("div", { class: "errors" }, line, ...rows, this.meaning);
  }

  /** @param {NetErrors | null} found @param {string} subject the pictures */
  open(found, subject) {
    this.found = found;
    this.subject = subject;
    this.element.hidden = !found;
  }

  show() {
    const pixels = get("pixels");
    this.choice.value = pixels;
    if (!this.found) return;
    const { name, grey, binary } = this.found;
    this.words.textContent = `${name}, decoded at μ: mean per picture of ${this.subject}`;
    const errors = this.found[pixels];
    const most = Math.max(grey?.cross_entropy ?? 0, binary?.cross_entropy ?? 0);
    const { squared_error: squared = 0, cross_entropy: entropy = 0, floor = 0 } = errors ?? {};
    [squared, floor, entropy - floor].forEach((value, i) => {
      this.bars[i].style.width = most ? `${(100 * value) / most}%` : "0";
    });
    const [first, second] = this.values;
    first.textContent = errors ? squared.toFixed(1) : "…";
    second.textContent = errors ? `${entropy.toFixed(1)} nats` : "…";
    this.meaning.textContent = !errors
      ? "being measured …"
      : floor
        ? `Floor ${floor.toFixed(1)} nats, which no net gets below, and ${(entropy - floor).toFixed(1)} above it.`
        : "No floor: all of it is the net's.";
  }
}
