/** The z that a desk opens with, and what it takes over from the models that were on it before. */

import { DeskState } from "../state/history.js";

/**
 * Each side takes the z it is given, or else the one it had, where the length fits; or else the other side's, so that
 * both share what coordinates they have in common; or else, as for the coordinates still missing, random ones.
 * @param {[number, number]} dims of the left and the right model
 * @param {[number[] | null, number[] | null]} given by the link; right is null where it is the same as left
 * @param {import("../state/history.js").ZPair | undefined} kept what was on the desk before
 * @param {Float32Array} drawn N(0, 1) numbers, at least the larger of dims
 * @returns {[ArrayLike<number>, ArrayLike<number>]}
 */
export function startingZ(dims, given, kept, drawn) {
  const fitting = (/** @type {(ArrayLike<number> | null | undefined)[]} */ candidates, /** @type {number} */ dim) =>
    candidates.find((z) => z?.length === dim);
  const left = fitting([given[0], kept?.[0]], dims[0]);
  const right = fitting([given[1] ?? given[0], kept?.[1]], dims[1]);
  const completed = (/** @type {ArrayLike<number>} */ z, /** @type {number} */ dim) =>
    Array.from({ length: dim }, (_, i) => (i < z.length ? z[i] : drawn[i]));
  return [left ?? completed(right ?? drawn, dims[0]), right ?? completed(left ?? drawn, dims[1])];
}

/**
 * @typedef {object} Before what was on the desk or the map, if anything was
 * @property {DeskState | null} state
 * @property {{name: string}[]} sides
 * @property {boolean} untouched what was there is no visitor's choice
 */

/** z is one over all pages, and so is what it was before. It outlives them, as modules do. @type {Before | null} */
let left = null;

/** The page is left. @param {Before} before */
export function leaveZ({ state, sides, untouched }) {
  if (state) left = { state, sides, untouched };
}

/** @returns {Before} */
export const lastZ = () => left ?? { state: null, sides: [], untouched: true };

/**
 * @param {import("./load.js").Side[]} sides
 * @param {[number[] | null, number[] | null]} given by the link
 * @param {Before} before
 * @param {Float32Array} drawn N(0, 1) numbers, at least as many as coordinates
 * @returns {DeskState}
 */
export function openState(sides, given, before, drawn) {
  const [left, right] = sides.map(({ encodings }) => encodings);
  /** @type {[number, number]} */
  const dims = [left.dim, right.dim];
  const kept = before.state && !before.untouched ? seats(sides, before)(before.state.z) : undefined;
  const state = new DeskState(startingZ(dims, given, kept, drawn), [left, right]);
  goOn(state, sides, before, drawn);
  return state;
}

/**
 * Undo and redo reach back over a change of models or of the page: each z of then is fitted as the present one is.
 * @param {DeskState} state new
 * @param {{name: string}[]} sides
 * @param {Before} before
 * @param {Float32Array} drawn N(0, 1) numbers, at least as many as coordinates
 */
export function goOn(state, sides, before, drawn) {
  if (!before.state) return;
  const seated = seats(sides, before);
  /** @type {[number, number]} */
  const dims = [state.z[0].length, state.z[1].length];
  const fitted = (/** @type {import("../state/history.js").ZPair[]} */ steps) =>
    steps.map((step) => {
      const [z, zRight] = startingZ(dims, [null, null], seated(step), drawn);
      return /** @type {import("../state/history.js").ZPair} */ ([Float64Array.from(z), Float64Array.from(zRight)]);
    });
  const { past, future, z } = before.state;
  // Another z that came meanwhile, such as one of a link, is a step of its own.
  const isNews = !before.untouched && !state.isAt(fitted([z])[0]);
  state.inherit(fitted(isNews ? [...past, z] : past), fitted(isNews ? [] : future));
}

/** @param {{name: string}[]} sides @param {Before} before @returns {(z: import("../state/history.js").ZPair) => import("../state/history.js").ZPair} */
function seats(sides, before) {
  const names = (/** @type {{name: string}[]} */ pair) => pair.map(({ name }) => name);
  const swapped = sides[0].name !== sides[1].name && String(names(sides)) === String(names(before.sides).reverse());
  return ([a, b]) => (swapped ? [b, a] : [a, b]);
}
