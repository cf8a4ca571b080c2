/** How every live component stands in Streamlit's page. */

import { noteModel } from "../server/load.js";
import { showPicturesOf } from "./digits.js";
import { element } from "./dom.js";
import base from "./styles/base.css";
import controls from "./styles/controls.css";
import gloss from "./styles/gloss.css";
import pictures from "./styles/pictures.css";

/** @typedef {(key: string, value: unknown) => void} Send tells Python; see `on_<key>_change` in ui/components */
/** @typedef {{name: string, label: string, colour: {light: string, dark: string}, shape: number[], classes: number}} ModelData of a checkpoint, see ui/components/model_data.py */
/**
 * @template Data
 * @typedef {object} View
 * @property {(data: Data, send: Send) => void} update
 * @property {() => void} close
 */
/**
 * @template Data
 * @typedef {(component: {data: Data, parentElement: ShadowRoot, setTriggerValue: Send}) => () => void} Component
 */

/** @type {Map<string, CSSStyleSheet>} */
const sheets = new Map();

/** @param {string} text of a style sheet @returns {CSSStyleSheet} one for all that have it */
export function sheetOf(text) {
  const sheet = sheets.get(text) ?? new CSSStyleSheet();
  if (!sheets.has(text)) sheet.replaceSync(text);
  sheets.set(text, sheet);
  return sheet;
}

/**
 * Streamlit calls a component at every change of data or theme, and of all functions returned it calls, at unmount, the
 * last; but it also calls that of a run which was overtaken by the next while its module still loaded.
 * @template Data
 * @param {string} name
 * @param {string[]} styles texts of style sheets, the later ones winning, beside those that are in every component
 * @param {(root: HTMLElement, parent: ShadowRoot) => View<Data>} create
 * @returns {Component<Data>} a module's default export
 */
export function component(name, styles, create) {
  /** @type {WeakMap<ShadowRoot, {view: View<Data>, versions: Map<string, string>, shape: string, run: number}>} */
  const mounted = new WeakMap();

  const rootOf = (/** @type {ShadowRoot} */ parent) => parent.querySelector(`[data-component=${name}]`);

  const open = (/** @type {ShadowRoot} */ parent) => {
    parent.adoptedStyleSheets = [gloss, base, controls, pictures, ...styles].map(sheetOf);
    const root = rootOf(parent) ?? parent.appendChild(element("div"));
    root.setAttribute("data-component", name);
    return create(/** @type {HTMLElement} */ (root), parent);
  };

  return ({ data, parentElement, setTriggerValue }) => {
    const models = modelsIn(data);
    const versions = new Map(models.map(({ name, version }) => [name, version]));
    for (const { name, version, classes } of models) noteModel(name, version, classes);
    if (models.length) showPicturesOf(models[0].shape);
    const shape = String(models[0]?.shape);
    let entry = mounted.get(parentElement);
    const isOther = (/** @type {string} */ name) =>
      (entry?.versions.get(name) ?? versions.get(name)) !== versions.get(name);
    if (entry && (entry.shape !== shape || [...versions.keys()].some(isOther))) {
      // Pictures of another size, or another model of that name: nothing of what was before may stay.
      entry.view.close();
      rootOf(parentElement)?.remove();
      mounted.delete(parentElement);
      entry = undefined;
    }
    if (!entry) {
      entry = { view: open(parentElement), versions, shape, run: 0 };
      mounted.set(parentElement, entry);
    }
    entry.versions = versions;
    const { view } = entry;
    const run = ++entry.run;
    view.update(data, setTriggerValue);
    return () => {
      if (mounted.get(parentElement)?.run !== run) return;
      mounted.delete(parentElement);
      view.close();
    };
  };
}

/**
 * @param {unknown} data of a component
 * @returns {(ModelData & {version: string})[]} what `ui.components.model_data` says among its values
 */
export const modelsIn = (data) =>
  Object.values(/** @type {object} */ (data))
    .flat()
    .filter((value) => value?.version);
