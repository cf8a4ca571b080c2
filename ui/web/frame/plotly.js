/** plotly.js inside a shadow root. */

import { addressBelow, LoadError } from "../server/load.js";

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

// Plotly keeps this one without a context: asking for it would make one.
const CANVASES = "canvas:not(.gl-canvas-pick)";

/**
 * Plotly leaves its WebGL contexts to the garbage collector, and of more than sixteen a browser takes the oldest away.
 * @param {Iterable<HTMLCanvasElement>} canvases no longer drawn to
 */
function free(canvases) {
  for (const canvas of canvases) canvas.getContext("webgl")?.getExtension("WEBGL_lose_context")?.loseContext();
}

/** @param {PlotlyLibrary} plotly @param {HTMLElement} div whose plot goes, with all that it holds */
export function purge(plotly, div) {
  const canvases = [.../** @type {NodeListOf<HTMLCanvasElement>} */ (div.querySelectorAll(CANVASES))];
  plotly.purge(div);
  free(canvases);
}

/**
 * @param {PlotlyLibrary} plotly @param {HTMLElement} div with a plot in two dimensions @param {object} options
 * @returns {Promise<string>} a `data:` address; Plotly draws it in a copy, which it purges
 */
export async function planeToImage(plotly, div, options) {
  /** @type {Set<HTMLCanvasElement>} */
  const canvases = new Set();
  const observer = new MutationObserver(() => {
    for (const canvas of document.body.querySelectorAll(`:scope > div ${CANVASES}.gl-canvas`)) {
      canvases.add(/** @type {HTMLCanvasElement} */ (canvas));
    }
  });
  observer.observe(document.body, { childList: true, subtree: true });
  try {
    return await plotly.toImage(div, options);
  } finally {
    observer.disconnect();
    free(canvases);
  }
}

/** @type {boolean | undefined} */
let webGL;

/** @returns {boolean} */
export function hasWebGL() {
  if (webGL === undefined) {
    const canvas = document.createElement("canvas");
    webGL = canvas.getContext("webgl") !== null;
    free([canvas]);
  }
  return webGL;
}
