/** What a term means, in a small bubble beside it: on hover, on focus and on tap, in pages and in live components. */

import { element } from "./dom.js";
import { sheetOf } from "./mount.js";
import gloss from "./styles/gloss.css";
import terms from "./terms.json";

/** @typedef {{name: string, words: string, pattern: string}} Term `pattern` finds it in a text */

/** By key: every term that is explained; Python marks them by ui/frame/glossary.py. @type {Record<string, Term>} */
const TERMS = terms;
const PREFIX = "#term-";
const GAP = 6;
const MARGIN = 8;

/**
 * @param {string} text of a live component
 * @param {...string} keys of `TERMS`, in the order in which they stand in it
 * @returns {(Node | string)[]} the same text, whose terms explain themselves
 */
export function glossed(text, ...keys) {
  const [key, ...others] = keys;
  if (!key) return [text];
  const found = new RegExp(TERMS[key].pattern).exec(text);
  if (!found) return glossed(text, ...others);
  const end = found.index + found[0].length;
  const link = element("a", { href: PREFIX + key }, found[0]);
  return [text.slice(0, found.index), link, ...glossed(text.slice(end), ...others)];
}

export class Glosses {
  /** @param {HTMLElement} root the bubble's place */
  constructor(root) {
    this.bubble = element("p", { class: "gloss", role: "tooltip", hidden: true });
    root.append(this.bubble);
    /** @type {HTMLAnchorElement | null} */
    this.shown = null;
    this.leaving = new AbortController();
    const options = { capture: true, signal: this.leaving.signal };
    const hide = () => this.hide();
    for (const kind of ["pointerover", "focusin"]) {
      document.addEventListener(kind, (event) => this.follow(event), options);
    }
    // A tap tells and leads nowhere.
    document.addEventListener(
      "click",
      (event) => {
        if (!marked(event)) return;
        event.preventDefault();
        this.follow(event);
      },
      options,
    );
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide(), options);
    document.addEventListener("scroll", hide, options);
    window.addEventListener("resize", hide, options);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheetOf(gloss)];
  }

  /** @param {Event} event */
  follow(event) {
    const link = marked(event);
    if (link) this.show(link);
    // The pointer may go onto the bubble to read it.
    else if (!event.composedPath().includes(this.bubble)) this.hide();
  }

  /** @param {HTMLAnchorElement} link */
  show(link) {
    const known = TERMS[keyOf(link)];
    if (!known || this.shown === link) return;
    this.shown = link;
    link.setAttribute("aria-description", known.words);
    this.bubble.replaceChildren(element("b", {}, known.name), ` ${known.words}`);
    this.bubble.hidden = false;
    const { left, top, bottom } = link.getBoundingClientRect();
    const { width, height } = this.bubble.getBoundingClientRect();
    const below = bottom + GAP + height <= window.innerHeight - MARGIN;
    this.bubble.style.left = `${Math.max(MARGIN, Math.min(left, window.innerWidth - width - MARGIN))}px`;
    this.bubble.style.top = `${below ? bottom + GAP : Math.max(MARGIN, top - GAP - height)}px`;
  }

  hide() {
    if (!this.shown) return;
    this.shown = null;
    this.bubble.hidden = true;
  }

  close() {
    this.hide();
    this.leaving.abort();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== sheetOf(gloss));
    this.bubble.remove();
  }
}

/** @param {HTMLAnchorElement} link @returns {string} */
const keyOf = (link) => link.hash.slice(PREFIX.length);

/** @param {Event} event @returns {HTMLAnchorElement | null} the term it happened on */
function marked(event) {
  const on = event.composedPath().find((node) => node instanceof HTMLAnchorElement && node.hash.startsWith(PREFIX));
  return /** @type {HTMLAnchorElement | null} */ (on ?? null);
}
