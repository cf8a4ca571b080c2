/**
 * The latent desk as a Streamlit component: this module mounts it, `desk_view.js` is the desk.
 * `ui/components/desk.py` documents the data.
 */

import { DeskView } from "./desk_view.js";
import { element } from "./dom.js";
import { loadSheets } from "./load.js";

// Before anything is drawn: a desk without its style would flash.
const sheets = await loadSheets("base.css", "histograms.css", "sliders.css", "desk.css");

/** @type {WeakMap<ShadowRoot, {view: DeskView, run: number}>} */
const mounted = new WeakMap();

/**
 * Streamlit calls this at every change of data or theme, and of all functions returned it calls, at unmount, the last;
 * but it also calls that of a run which was overtaken by the next while its module still loaded.
 * @param {{data: import("./desk_view.js").DeskData, parentElement: ShadowRoot,
 *   setStateValue: (key: string, value: unknown) => void}} component
 * @returns {() => void}
 */
export default function desk({ data, parentElement, setStateValue }) {
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
  const root = parent.querySelector("[data-component=desk]") ?? parent.appendChild(element("div"));
  root.setAttribute("data-component", "desk");
  return new DeskView(/** @type {HTMLElement} */ (root));
}
