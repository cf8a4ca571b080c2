/** How far to go, from where, and what to show: everything that both models share. */

import { Choice } from "../kit/choice.js";
import { element, formatNumber } from "../kit/dom.js";
import { actionButton } from "../kit/toolbar.js";
import { get, LONGEST_CHANGE, put } from "../state/parameters.js";

/** @typedef {"digit" | "z"} Source of what is changed: the digit in hand, or a pinned code */

const STEP = 0.05;

export class Controls {
  /**
   * @param {object} on
   * @param {() => void} on.onChange of what is shown
   * @param {(source: Source) => void} on.onSource
   * @param {import("../kit/toolbar.js").Action[]} actions
   */
  constructor({ onChange, onSource }, actions) {
    this.amount = element("input", {
      type: "range",
      min: -LONGEST_CHANGE,
      max: LONGEST_CHANGE,
      step: STEP,
      "aria-label": "a, the length of the change in pixel space",
      oninput: () => {
        put("length", this.amount.valueAsNumber);
        this.refresh();
        onChange();
      },
    });
    this.number = element("output");
    this.slider = element(
      "label",
      { class: "distance", title: "Length of the change: Euclidean distance over the 784 pixels" },
      element("span", {}, "Change a"),
      this.amount,
      this.number,
    );
    const places = /** @type {const} */ ([
      ["digit", "Digit"],
      ["z", "Pinned z"],
    ]);
    this.source = new Choice("Where the plane touches", "source", places, onSource);
    const pictures = /** @type {const} */ ([
      ["pictures", "pictures"],
      ["changes", "changes"],
    ]);
    this.shown = new Choice("What the pictures show", "changes", pictures, (shown) => {
      put("change", shown);
      onChange();
    });
    this.element = element(
      "div",
      { class: "toolbar choices" },
      this.source.element,
      this.shown.element,
      ...actions.map(actionButton),
    );
    this.refresh();
  }

  /** @param {string} [lack] why there is no pinned z; empty where there is one */
  pin(lack = "") {
    this.source.offer("z", lack === "", lack || "The code pinned on the latent desk or the latent map");
  }

  refresh() {
    this.amount.value = String(get("length"));
    this.number.textContent = formatNumber(get("length"));
    this.source.value = get("at");
    this.shown.value = get("change");
  }
}
