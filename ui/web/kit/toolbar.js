/** Buttons of the desk. */

import { element } from "./dom.js";

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
 * @property {() => void} run
 */

export class Toolbar {
  /** @param {Action[]} actions */
  constructor(actions) {
    this.actions = actions;
    this.buttons = actions.map(actionButton);
    this.element = element("div", { class: "toolbar", role: "toolbar", "aria-label": "Latent desk" }, ...this.buttons);
    this.refresh();
  }

  /** Shows what can be done now. Focus stays on a button that has just done its last: it is not `disabled`. */
  refresh() {
    this.actions.forEach(({ enabled }, i) => {
      if (enabled) this.buttons[i].setAttribute("aria-disabled", String(!enabled()));
    });
  }
}

/** @param {Action} action @returns {HTMLButtonElement} */
export function actionButton({ name, key, control, shift, title, run }) {
  const keys = [...(control ? ["Ctrl"] : []), ...(shift ? ["Shift"] : []), key.toUpperCase()];
  return element(
    "button",
    {
      type: "button",
      title: `${title} (${keys.join("-")})`,
      "aria-keyshortcuts": keys.join("+").replace("Ctrl", "Control"),
      onclick: run,
    },
    name,
    element("kbd", { "aria-hidden": "true" }, keys.join(" ")),
  );
}
