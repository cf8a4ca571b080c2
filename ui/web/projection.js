/**
 * The projections as a Streamlit component: this module mounts them, `projection_view.js` is the view.
 * `ui/components/projection.py` documents the data.
 */

import { element } from "./dom.js";
import { loadSheets } from "./load.js";
import { ProjectionView } from "./projection_view.js";

// Before anything is drawn: plots without their style would flash.
const sheets = await loadSheets("base.css", "legend.css", "projection.css");

/** @type {WeakMap<ShadowRoot, {view: ProjectionView, run: number}>} */
const mounted = new WeakMap();

/**
 * Streamlit calls this at every change of data or theme, and of all functions returned it calls, at unmount, the last;
 * but it also calls that of a run which was overtaken by the next while its module still loaded.
 * @param {{data: import("./projection_view.js").ProjectionData, parentElement: ShadowRoot}} component
 * @returns {() => void}
 */
export default function projection({ data, parentElement }) {
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
  const root = parent.querySelector("[data-component=projection]") ?? parent.appendChild(element("div"));
  root.setAttribute("data-component", "projection");
  return new ProjectionView(/** @type {HTMLElement} */ (root), (sheet) => {
    if (!parent.adoptedStyleSheets.includes(sheet)) parent.adoptedStyleSheets.push(sheet);
  });
}
