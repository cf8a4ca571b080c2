/** plotly.js inside a shadow root. */

import { addressBelow, LoadError } from "../server/load.js";

/**
 * @typedef {object} PlotlyLibrary the part of it that is used here
 * @property {(div: HTMLElement, data: object[], layout: object, config: object) => Promise<unknown>} react
 * @property {(div: HTMLElement) => void} purge
 */
/** @typedef {{plotly: PlotlyLibrary, sheet: CSSStyleSheet}} Loaded with the style that its plots need in a shadow root */

const ADDRESS = addressBelow("assets/plotly.min.js");
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
    script.onload = async () => {
      // What follows is another task than the running of the script.
      await turn();
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

/** @type {Promise<unknown>} */
let last = Promise.resolve();

/** @returns {Promise<unknown>} in a task of its own, after all who asked before: two plots at once would hold up the hand */
export function turn() {
  last = last.then(() => new Promise((resolve) => setTimeout(resolve)));
  return last;
}
