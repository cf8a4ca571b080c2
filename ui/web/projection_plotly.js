/** plotly.js inside a shadow root. */

import { LoadError } from "./load.js";

/**
 * @typedef {object} PlotlyLibrary the part of it that is used here
 * @property {(div: HTMLElement, data: object[], layout: object, config: object) => Promise<unknown>} react
 * @property {(div: HTMLElement, update: object, traces: number[]) => Promise<unknown>} restyle
 * @property {(div: HTMLElement, update: object) => Promise<unknown>} relayout
 * @property {(div: HTMLElement, data: object, layout: object, traces: number[]) => Promise<unknown>} update
 * @property {(div: HTMLElement, options: object) => Promise<string>} toImage
 * @property {(div: HTMLElement) => void} purge
 */
/** @typedef {{plotly: PlotlyLibrary, sheet: CSSStyleSheet}} Loaded with the style that its plots need in a shadow root */

const ADDRESS = new URL("plotly.min.js", import.meta.url);
// plotly.js puts its rules into the page, where no shadow root sees them.
const STYLE_ID = "plotly.js-style-global";

/** @type {Promise<Loaded> | null} */
let loading = null;

/**
 * @returns {Promise<Loaded>} fetched once a page
 * @throws {LoadError}
 */
export function loadPlotly() {
  loading ??= fetchScript().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** @returns {Promise<Loaded>} */
function fetchScript() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = ADDRESS.href;
    script.onload = () => {
      const { Plotly } = /** @type {{Plotly?: PlotlyLibrary}} */ (/** @type {unknown} */ (window));
      const style = /** @type {HTMLStyleElement | null} */ (document.getElementById(STYLE_ID));
      if (!Plotly || !style?.sheet) return reject(new LoadError("plotly.js arrived, but cannot be used."));
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(Array.from(style.sheet.cssRules, ({ cssText }) => cssText).join("\n"));
      resolve({ plotly: Plotly, sheet });
    };
    script.onerror = () => {
      script.remove();
      reject(new LoadError("assets/plotly.min.js did not arrive."));
    };
    document.head.append(script);
  });
}

/** @type {boolean | undefined} */
let webGL;

/** @returns {boolean} */
export function hasWebGL() {
  if (webGL === undefined) {
    const context = document.createElement("canvas").getContext("webgl");
    webGL = context !== null;
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return webGL;
}
