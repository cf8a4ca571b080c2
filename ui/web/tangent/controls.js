/** How far to go, from where, and what to show: everything that both models share. */

import { element, formatNumber } from "../kit/dom.js";
import { actionButton } from "../kit/toolbar.js";
import { LONGEST_CHANGE } from "../state/parameters.js";
import { settings } from "./settings.js";

/** @typedef {import("./settings.js").Source} Source */

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
        settings.amount = this.amount.valueAsNumber;
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
    /** @type {Record<Source, HTMLInputElement>} */
    this.sources = { digit: radio("source", () => onSource("digit")), z: radio("source", () => onSource("z")) };
    this.changes = [false, true].map((value) =>
      radio("changes", () => {
        settings.showsChanges = value;
        onChange();
      }),
    );
    this.pinned = option(this.sources.z, "Pinned z");
    this.element = element(
      "div",
      { class: "toolbar choices" },
      choice("Where the plane touches", option(this.sources.digit, "Digit"), this.pinned),
      choice("What the pictures show", option(this.changes[0], "pictures"), option(this.changes[1], "changes")),
      ...actions.map(actionButton),
    );
    this.refresh();
  }

  /** @param {string} [lack] why there is no pinned z; empty where there is one */
  pin(lack = "") {
    this.sources.z.disabled = lack !== "";
    this.pinned.title = lack || "The code pinned on the latent desk or the latent map";
  }

  refresh() {
    this.amount.value = String(settings.amount);
    this.number.textContent = formatNumber(settings.amount);
    for (const [source, input] of Object.entries(this.sources)) input.checked = source === settings.source;
    this.changes.forEach((input, i) => (input.checked = Boolean(i) === settings.showsChanges));
  }
}

/** @param {string} name @param {() => void} onchange */
const radio = (name, onchange) => element("input", { type: "radio", name, onchange });

/** @param {HTMLInputElement} input @param {string} words */
const option = (input, words) => element("label", {}, input, element("span", {}, words));

/** @param {string} label @param {...HTMLElement} options */
const choice = (label, ...options) =>
  element("div", { class: "units", role: "radiogroup", "aria-label": label }, ...options);
