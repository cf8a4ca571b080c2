/** When a pointer goes down on the desk, and when it leaves it again, wherever that is. */

const ENDS = ["pointerup", "pointercancel", "blur"];

/**
 * @typedef {object} PressEvents
 * @property {() => void} onPress before the page has done anything about it
 * @property {(cancelled: boolean) => void} onRelease cancelled where the browser took the finger, to scroll with it
 */

/**
 * @param {HTMLElement} root @param {PressEvents} events
 * @returns {() => void} stops listening
 */
export function listenForPresses(root, { onPress, onRelease }) {
  const onEnd = (/** @type {Event} */ event) => onRelease(event.type === "pointercancel");
  root.addEventListener("pointerdown", onPress);
  for (const type of ENDS) window.addEventListener(type, onEnd, true);
  return () => {
    root.removeEventListener("pointerdown", onPress);
    for (const type of ENDS) window.removeEventListener(type, onEnd, true);
  };
}
