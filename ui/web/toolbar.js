/** Buttons, and the same actions by key. */

import { element } from "./dom.js";

/**
 * @typedef {object} Action
 * @property {string} name
 * @property {string} key as `KeyboardEvent.key`, lower case
 * @property {boolean} [control] with the control or the command key
 * @property {boolean} [shift] looked at only with `control`
 * @property {string} title
 * @property {() => void} run
 */

/** @param {Action[]} actions @returns {HTMLElement} */
export function toolbar(actions) {
  return element("div", { class: "toolbar", role: "toolbar", "aria-label": "Latent desk" }, ...actions.map(actionButton));
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

/**
 * Runs actions by their keys wherever the focus is, except in a text field, a menu or a dialog.
 * @param {Action[]} actions
 * @returns {() => void} stops listening
 */
export function listenForKeys(actions) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey || (event.repeat && !control)) return;
    const key = event.key.toLowerCase();
    const action = actions.find(
      (one) => one.key === key && Boolean(one.control) === control && (!control || Boolean(one.shift) === event.shiftKey),
    );
    if (!action || isTaken(event.composedPath()[0])) return;
    event.preventDefault();
    // Streamlit would rerun the page at R.
    event.stopImmediatePropagation();
    action.run();
  };
  window.addEventListener("keydown", onKey, true);
  return () => window.removeEventListener("keydown", onKey, true);
}

const TEXTLESS_INPUTS = ["range", "radio", "checkbox", "button", "submit"];

/** @param {EventTarget} target @returns {boolean} whether keys mean something else there */
function isTaken(target) {
  if (!(target instanceof Element)) return false;
  if (target instanceof HTMLInputElement) return !TEXTLESS_INPUTS.includes(target.type);
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  return target.closest("textarea, select, [role=dialog], [role=listbox], [role=menu]") !== null;
}
