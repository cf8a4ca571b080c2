/**
 * The latent map as a Streamlit component: this module mounts it, `map_view.js` is the map.
 * `ui/components/latent_map.py` documents the data.
 */

import { element } from "./dom.js";
import { loadSheets } from "./load.js";
import { MapView } from "./map_view.js";

const sheets = await loadSheets("base.css", "legend.css", "latent_map.css");

/** @type {WeakMap<ShadowRoot, {view: MapView, run: number}>} */
const mounted = new WeakMap();

/**
 * As `desk.js` says of its own: only the function that the latest run returned ends it.
 * @param {{data: import("./map_view.js").MapData, parentElement: ShadowRoot,
 *   setStateValue: (key: string, value: unknown) => void}} component
 * @returns {() => void}
 */
export default function latentMap({ data, parentElement, setStateValue }) {
  let entry = mounted.get(parentElement);
  if (!entry) {
    entry = { view: open(parentElement), run: 0 };
    mounted.set(parentElement, entry);
  }
  const { view } = entry;
  const run = ++entry.run;
  view.update(data, (z) => setStateValue("z", z));
  return () => {
    if (mounted.get(parentElement)?.run !== run) return;
    mounted.delete(parentElement);
    view.close();
  };
}

/** @param {ShadowRoot} parent */
function open(parent) {
  parent.adoptedStyleSheets = sheets;
  const root = parent.querySelector("[data-component=latent_map]") ?? parent.appendChild(element("div"));
  root.setAttribute("data-component", "latent_map");
  return new MapView(/** @type {HTMLElement} */ (root));
}
