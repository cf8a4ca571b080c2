/**
 * Histograms of every coordinate as a Streamlit component: this module mounts it, `coordinates_view.js` is it.
 * `ui/components/coordinates.py` documents the data.
 */

import { CoordinatesView } from "./coordinates_view.js";
import { element } from "./dom.js";
import { loadSheets } from "./load.js";

const sheets = await loadSheets("base.css", "histograms.css", "coordinates.css");

/** @type {WeakMap<ShadowRoot, {view: CoordinatesView, run: number}>} */
const mounted = new WeakMap();

/**
 * As `desk.js` says of its own: only the function that the latest run returned ends it.
 * @param {{data: import("./coordinates_view.js").CoordinatesData, parentElement: ShadowRoot}} component
 * @returns {() => void}
 */
export default function coordinates({ data, parentElement }) {
  let entry = mounted.get(parentElement);
  if (!entry) {
    entry = { view: open(parentElement), run: 0 };
    mounted.set(parentElement, entry);
  }
  const { view } = entry;
  const run = ++entry.run;
  view.update(data);
  return () => {
    if (mounted.get(parentElement)?.run !== run) return;
    mounted.delete(parentElement);
    view.close();
  };
}

/** @param {ShadowRoot} parent */
function open(parent) {
  parent.adoptedStyleSheets = sheets;
  const root = parent.querySelector("[data-component=coordinates]") ?? parent.appendChild(element("div"));
  root.setAttribute("data-component", "coordinates");
  return new CoordinatesView(/** @type {HTMLElement} */ (root));
}
