/** Actions by key, wherever the focus is, on keyboards of any script. */

/**
 * Runs actions by their keys wherever the focus is, except in a text field, a menu or a dialog.
 * @param {import("../kit/controls.js").Action[]} actions
 * @returns {() => void} stops listening
 */
export function listenForKeys(actions) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    const fitting = actions.filter(
      (one) => Boolean(one.control) === control && (!control || Boolean(one.shift) === event.shiftKey),
    );
    const key = keyAmong(event, (name) => fitting.some((one) => one.key === name));
    const action = fitting.find((one) => one.key === key);
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

/**
 * The key that is meant: what is written on it, or else, where that is no Latin letter, what a Latin keyboard has in its
 * place, as for someone who writes Greek, Russian or Arabic.
 * @param {KeyboardEvent} event
 * @param {(key: string) => boolean} isKnown of a key as `KeyboardEvent.key` names it, a letter in lower case
 * @returns {string} empty where neither is known
 */
export function keyAmong({ key, code, shiftKey }, isKnown) {
  const written = key.length === 1 ? key.toLowerCase() : key;
  for (const one of [written, key.toLowerCase()]) if (isKnown(one)) return one;
  if (/^[a-z]$/.test(written)) return "";
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? [];
  const [, digit] = /^(?:Digit|Numpad)([0-9])$/.exec(code) ?? [];
  const place = letter?.toLowerCase() ?? (shiftKey ? undefined : digit) ?? PLACES[code];
  return place && isKnown(place) ? place : "";
}

/** @type {Record<string, string>} */
const PLACES = { Minus: "-", Equal: "=", NumpadSubtract: "-", NumpadAdd: "+" };

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
