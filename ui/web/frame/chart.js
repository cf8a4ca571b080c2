/** A figure of Plotly's as a Streamlit component, drawn when it comes near the screen. See ui/components/chart.py. */

import { Alert } from "../kit/controls.js";
import { element } from "../kit/dom.js";
import { component } from "../kit/mount.js";
import { isDark, mixed, theme } from "../kit/theme.js";
import { addressBelow, LoadError } from "../server/load.js";

/** @typedef {{title?: object}} Axis */
/** @typedef {{data: object[], layout: {xaxis?: Axis, yaxis?: Axis, height: number}}} Figure */
/** @typedef {{figure: string, dark: Record<string, string>}} ChartData see ui/components/chart.py */

// Far enough that nobody who scrolls sees it come.
const NEAR = "400px";
const CONFIG = { displayModeBar: false };

class ChartView {
  /** @param {HTMLElement} root @param {ShadowRoot} parent */
  constructor(root, parent) {
    this.root = root;
    this.parent = parent;
    /** @type {ChartData} */
    this.data = { figure: "", dark: {} };
    this.isNear = false;
    this.width = 0;
    /** @type {PlotlyLibrary | null} */
    this.plotly = null;
    this.alert = new Alert();
    this.plot = element("div");
    root.replaceChildren(this.alert.element, this.plot);
    this.near = new IntersectionObserver(
      ([{ isIntersecting }]) => {
        if (!isIntersecting) return;
        this.near.disconnect();
        this.isNear = true;
        void this.draw();
      },
      { rootMargin: NEAR },
    );
    this.near.observe(root);
    this.size = new ResizeObserver(([{ contentRect }]) => {
      if (this.plotly && contentRect.width !== this.width) void this.draw();
    });
    this.size.observe(root);
  }

  /** @param {ChartData} data */
  update(data) {
    this.data = data;
    if (this.isNear) void this.draw();
    // Nobody waits for what is not seen.
    else this.root.dataset.ready = "true";
  }

  async draw() {
    const { data } = this;
    this.root.dataset.ready = String(this.plotly !== null);
    try {
      const { plotly, sheet } = await loadPlotly();
      await turn();
      if (data !== this.data || !this.root.isConnected) return;
      if (!this.parent.adoptedStyleSheets.includes(sheet)) this.parent.adoptedStyleSheets.push(sheet);
      this.width = this.root.clientWidth;
      this.plotly = plotly;
      const { data: traces, layout } = this.figure;
      await plotly.react(this.plot, traces, { ...layout, ...this.look(layout) }, CONFIG);
      this.root.dataset.ready = "true";
    } catch (error) {
      this.alert.show(/** @type {Error} */ (error).message, () => void this.draw());
    }
  }

  /** @returns {Figure} in the theme's colours of the kinds */
  get figure() {
    const { figure, dark } = this.data;
    const colours = isDark(this.root) ? Object.entries(dark) : [];
    return JSON.parse(colours.reduce((text, [from, to]) => text.replaceAll(from, to), figure));
  }

  /** @param {Figure["layout"]} layout @returns {object} in the colours of the theme, as wide as there is room */
  look({ xaxis = {}, yaxis = {} }) {
    const { text, background, font } = theme(this.root);
    const lines = mixed(text, background, 0.12);
    const dress = (/** @type {Axis} */ axis) => ({
      gridcolor: lines,
      linecolor: lines,
      zerolinecolor: lines,
      automargin: true,
      ...axis,
      title: { standoff: 8, ...axis.title },
    });
    return {
      xaxis: dress(xaxis),
      yaxis: dress(yaxis),
      width: this.width,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: font, size: 12, color: text },
      hoverlabel: { bgcolor: background, bordercolor: lines, font: { family: font, color: text } },
    };
  }

  close() {
    this.near.disconnect();
    this.size.disconnect();
    this.plotly?.purge(this.plot);
  }
}

export default component("chart", [], (root, parent) => new ChartView(root, parent));

/** plotly.js inside a shadow root. */

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
