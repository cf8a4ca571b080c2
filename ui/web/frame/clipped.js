/**
 * Words that are cut off say all of themselves: as the tooltip of whatever the pointer or the focus comes upon, be it
 * Streamlit's or a component's.
 */

// Text, what cuts it, and what holds that.
const LEVELS = 3;
/** @type {WeakMap<Element, string>} the tooltips given here */
const given = new WeakMap();

/** @param {Element} node @returns {boolean} */
function isCut(node) {
  if (node.scrollWidth <= node.clientWidth + 1) return false;
  return node instanceof HTMLInputElement || /hidden|clip/.test(getComputedStyle(node).overflowX);
}

/** @param {Element} node @returns {string} */
const wordsOf = (node) => (node instanceof HTMLInputElement ? node.value : (node.textContent ?? "")).trim();

/** @param {Event} event */
function tell(event) {
  for (const node of event.composedPath().slice(0, LEVELS)) {
    if (!(node instanceof HTMLElement)) return;
    const own = given.get(node);
    if (node.title && node.title !== own) return;
    const words = isCut(node) ? wordsOf(node) : "";
    if (words === (own ?? "")) continue;
    given.set(node, words);
    if (words) node.title = words;
    else node.removeAttribute("title");
  }
}

for (const type of ["pointerover", "focusin"]) window.addEventListener(type, tell, { capture: true, passive: true });
