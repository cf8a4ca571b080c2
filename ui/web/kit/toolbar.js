/** Buttons for what keys do, too. */

import { button, element } from "./dom.js";

/**
 * @typedef {object} Action
 * @property {string} name
 * @property {string} key as `KeyboardEvent.key`, lower case
 * @property {boolean} [control] with the control or the command key
 * @property {boolean} [shift] looked at only with `control`
 * @property {boolean} [repeats] as long as the key is held
 * @property {(focused: Element) => boolean} [leaves] whether the key means something else there
 * @property {string} title
 * @property {() => boolean} [enabled] always, where it is left out
 * @property {() => boolean} [pressed] of what is switched on and off
 * @property {() => void} run
 */

export class Toolbar {
  /**
   * @param {Action[]} actions
   * @param {string} [label] for who does not see it
   */
  constructor(actions, label) {
    this.actions = actions;
    this.buttons = actions.map(actionButton);
    const named = label && { role: "toolbar", "aria-label": label };
    this.element = element("div", { class: "toolbar", ...named }, ...this.buttons);
    this.refresh();
  }

  /** Shows what can be done now. Focus stays on a button that has just done its last: it is not `disabled`. */
  refresh() {
    this.actions.forEach(({ enabled, pressed }, i) => {
      if (enabled) this.buttons[i].setAttribute("aria-disabled", String(!enabled()));
      if (pressed) this.buttons[i].setAttribute("aria-pressed", String(pressed()));
    });
  }
}

/** @param {Action} action @returns {HTMLButtonElement} */
export function actionButton({ name, key, control, shift, title, run }) {
  const keys = [...(control ? ["Ctrl"] : []), ...(shift ? ["Shift"] : []), key.toUpperCase()];
  const shortcut = keys.join("+").replace("Ctrl", "Control");
  const words = { title: `${title} (${keys.join("-")})`, "aria-keyshortcuts": shortcut };
  return button(name, run, words, element("kbd", { "aria-hidden": "true" }, keys.join(" ")));
}
