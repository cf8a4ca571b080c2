/**
 * A browser that translates a page puts each text into a <font> of its own and takes the text itself away. React goes on
 * writing into what was taken away, and the page shows what was there before. What is written there comes back here, to
 * be translated in its turn.
 */

/** @type {WeakMap<Node, Element>} what stands for a text that was taken away */
const standsFor = new WeakMap();

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

/** Call it once. */
export const followTranslation = () => translated.observe(document.body, { childList: true, subtree: true });
