// @ts-check
/**
 * A GIF that stands still for those who want no motion.
 *
 * @typedef {{src: string, still: string, width: number, height: number, alt: string}} FilmData
 */

const STYLE = `
:host { display: block; }
img {
  display: block; width: 100%; max-width: 448px; height: auto;
  image-rendering: pixelated; border-radius: var(--st-base-radius, 8px); background: #0b0e14;
}
`;

/**
 * @param {{data: FilmData, parentElement: ShadowRoot | HTMLElement}} component
 * @returns {() => void} called when the component leaves the page
 */
export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector("[data-component=film]") ?? build(parentElement);
  const source = /** @type {HTMLSourceElement} */ (root.querySelector("source"));
  const image = /** @type {HTMLImageElement} */ (root.querySelector("img"));
  const address = new URL(data.src, document.baseURI).href;
  if (image.src !== address) {
    source.srcset = data.still;
    image.src = address;
  }
  image.width = data.width;
  image.height = data.height;
  image.alt = data.alt;
  return () => parentElement.replaceChildren();
}

/** @param {ShadowRoot | HTMLElement} parent */
function build(parent) {
  const style = document.createElement("style");
  style.textContent = STYLE;
  const root = document.createElement("picture");
  root.dataset.component = "film";
  const source = document.createElement("source");
  source.media = "(prefers-reduced-motion: reduce)";
  const image = document.createElement("img");
  image.addEventListener("load", () => (root.dataset.ready = "true"));
  root.append(source, image);
  parent.append(style, root);
  return root;
}
