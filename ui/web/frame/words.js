/**
 * Words on every page, Streamlit's or a component's, from the first import on.
 *
 * Those that are cut off say all of themselves: as the tooltip of whatever the pointer or the focus comes upon.
 *
 * A browser that translates a page puts each text into a <font> of its own and takes the text itself away. React goes on
 * writing into what was taken away, and the page shows what was there before; and where it takes such a text away
 * itself, or puts something before it, the browser refuses and the page breaks off. What is written there comes back
 * here, to be translated in its turn, and what becomes of such a text becomes of its <font>.
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

/** @type {WeakMap<Node, Element>} what stands for a text that was taken away */
const standsFor = new WeakMap();

/** @param {Node} parent @param {Node} child @returns {Node} what stands there for a child that was taken away */
function inPlace(parent, child) {
  const font = child?.parentNode === parent ? undefined : standsFor.get(child);
  return font?.parentNode === parent ? font : child;
}

const { removeChild, insertBefore } = Node.prototype;
/** @type {any} */ (Node.prototype).removeChild = function (/** @type {Node} */ child) {
  removeChild.call(this, inPlace(this, child));
  return child;
};
/** @type {any} */ (Node.prototype).insertBefore = function (/** @type {Node} */ node, /** @type {Node} */ before) {
  return insertBefore.call(this, node, inPlace(this, before));
};

const written = new MutationObserver((records) => {
  for (const { target } of records) {
    const font = standsFor.get(target);
    if (!font?.isConnected) continue;
    standsFor.delete(target);
    font.replaceWith(target);
  }
});

const translated = new MutationObserver((records) => {
  /** @type {Map<Node, {fonts: Element[], texts: Node[]}>} */
  const parents = new Map();
  for (const { target, addedNodes, removedNodes } of records) {
    const fonts = [...addedNodes].filter((node) => node.nodeName === "FONT");
    const texts = [...removedNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    if (!fonts.length && !texts.length) continue;
    const found = parents.get(target) ?? { fonts: [], texts: [] };
    found.fonts.push(.../** @type {Element[]} */ (fonts));
    found.texts.push(...texts);
    parents.set(target, found);
  }
  for (const { fonts, texts } of parents.values()) {
    texts.slice(0, fonts.length).forEach((text, i) => {
      standsFor.set(text, fonts[i]);
      written.observe(text, { characterData: true });
    });
  }
});

translated.observe(document.body, { childList: true, subtree: true });
