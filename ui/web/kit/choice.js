/** Of several things one, as radio buttons side by side. */

import { element } from "./dom.js";

/**
 * Its value; its words; what it means; and in place of the words, what is said to who does not see.
 * @template {string} Value
 * @typedef {readonly [value: Value, words: string | Node, title?: string, label?: string]} Option
 */

/** @template {string} Value */
export class Choice {
  /**
   * @param {string} label of the whole, for who does not see
   * @param {string} name of the radio buttons
   * @param {readonly Option<Value>[]} options
   * @param {(value: Value) => void} onChange by hand
   * @param {{value?: Value, kind?: string}} [look] chosen at first; a class name
   */
  constructor(label, name, options, onChange, { value: first, kind = "" } = {}) {
    this.options = options.map(([value, words, title, spoken]) => {
      const onchange = () => onChange(value);
      const input = element("input", { type: "radio", name, value, "aria-label": spoken, onchange });
      return { value, input, element: element("label", { title }, input, element("span", {}, words)) };
    });
    this.element = element(
      "div",
      { class: `units ${kind}`.trim(), role: "radiogroup", "aria-label": label },
      ...this.options.map((option) => option.element),
    );
    if (first !== undefined) this.value = first;
  }

  /** @param {Value} chosen */
  set value(chosen) {
    for (const { value, input } of this.options) input.checked = value === chosen;
  }

  /** @param {Value} value @param {boolean} isOffered whether it can be chosen @param {string} title says why, or what it is */
  offer(value, isOffered, title) {
    for (const option of this.options) {
      if (option.value !== value) continue;
      option.input.disabled = !isOffered;
      option.element.title = title;
    }
  }
}
