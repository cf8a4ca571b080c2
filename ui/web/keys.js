/** The desk's actions by key, wherever the focus is. */

/**
 * Runs actions by their keys wherever the focus is, except in a text field, a menu or a dialog.
 * @param {import("./toolbar.js").Action[]} actions
 * @returns {() => void} stops listening
 */
export function listenForKeys(actions) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    const key = event.key.toLowerCase();
    const action = actions.find(
      (one) => one.key === key && Boolean(one.control) === control && (!control || Boolean(one.shift) === event.shiftKey),
    );
    const target = event.composedPath()[0];
    if (!action || isTaken(target) || (target instanceof Element && action.leaves?.(target))) return;
    event.preventDefault();
    // Streamlit would rerun the page at R.
    event.stopImmediatePropagation();
    if (!event.repeat || control || action.repeats) action.run();
  };
  window.addEventListener("keydown", onKey, true);
  return () => window.removeEventListener("keydown", onKey, true);
}

/** What Escape closes: what was opened last goes first. @type {(() => void)[]} */
const opened = [];

window.addEventListener(
  "keydown",
  (event) => {
    const close = opened.at(-1);
    if (event.key !== "Escape" || !close || isTaken(event.composedPath()[0])) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    close();
  },
  true,
);

/**
 * @param {() => void} close what has just been opened
 * @returns {() => void} it is closed
 */
export function closeOnEscape(close) {
  opened.push(close);
  return () => {
    const place = opened.lastIndexOf(close);
    if (place >= 0) opened.splice(place, 1);
  };
}

// A list that closes takes the focus once more.
const CLOSING_MS = 100;
const TEXTLESS_INPUTS = ["range", "radio", "checkbox", "button", "submit"];

/** @param {EventTarget} target @returns {boolean} whether keys mean something else there */
export function isTaken(target) {
  if (!(target instanceof Element)) return false;
  if (target instanceof HTMLInputElement) return !TEXTLESS_INPUTS.includes(target.type);
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  return target.closest("textarea, select, [role=dialog], [role=listbox], [role=menu]") !== null;
}

/**
 * A list that a pointer has chosen from gives up the focus, or it would take every key that follows for itself. Who
 * chooses by keys keeps it, and goes on from there.
 * @returns {() => void} stops listening
 */
export function leaveListsChosenFrom() {
  const onClick = (/** @type {MouseEvent} */ event) => {
    const byPointer = event.detail > 0;
    if (!byPointer || !(event.target instanceof Element) || !event.target.closest("[role=option]")) return;
    setTimeout(() => {
      const focused = document.activeElement;
      if (focused instanceof HTMLElement && focused.matches("[role=combobox][aria-expanded=false]")) focused.blur();
    }, CLOSING_MS);
  };
  window.addEventListener("click", onClick, true);
  return () => window.removeEventListener("click", onClick, true);
}
