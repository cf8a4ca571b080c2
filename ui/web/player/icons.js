/** Buttons of a player: 20 x 20 line art, and words for those who do not see it. */

import { button, svg } from "../kit/dom.js";

export const ICONS = {
  play: "M6 3.8v12.4L16.5 10z",
  pause: "M5.5 4H8.6v12H5.5zM11.4 4h3.1v12h-3.1z",
  back: "M6 5h1.8v10H6zM14.5 5v10L8.6 10z",
  on: "M12.2 5H14v10h-1.8zM5.5 5v10L11.4 10z",
};

/** @param {string} path @param {"solid" | "line"} kind */
export const icon = (path, kind) =>
  svg("svg", { class: `icon ${kind}`, viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: path }));

/** @param {SVGElement | undefined} node @param {string} path */
export const setIcon = (node, path) => node?.firstElementChild?.setAttribute("d", path);

/** @param {HTMLElement} node @param {string} words @param {string} key */
export function label(node, words, key) {
  node.title = `${words} (${key})`;
  node.setAttribute("aria-label", words);
}

/** @param {string} words @param {string} key @param {string} path @param {() => void} onclick */
export function stepButton(words, key, path, onclick) {
  const step = button(icon(path, "solid"), onclick, { "aria-keyshortcuts": key });
  label(step, words, key === "ArrowLeft" ? "←" : "→");
  return step;
}
