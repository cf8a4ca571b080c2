/** The z that a desk opens with, and what it takes over from the models that were on it before. */

import { DeskState } from "./desk_state.js";

/**
 * Each side takes the z it is given, or else the one it had, where the length fits; or else the other side's, so that
 * both share what coordinates they have in common; or else, as for the coordinates still missing, random ones.
 * @param {[number, number]} dims of the left and the right model
 * @param {[number[] | null, number[] | null]} given by the link; right is null where it is the same as left
 * @param {import("./desk_state.js").ZPair | undefined} kept what was on the desk before
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
 * @typedef {object} Before what was on the desk, if anything was
 * @property {DeskState | null} state
 * @property {import("./desk_load.js").Side[]} sides
 */

/**
 * Undo and redo reach back over a change of models: each z of then is fitted as the present one is.
 * @param {import("./desk_load.js").Side[]} sides
 * @param {[number[] | null, number[] | null]} given by the link
 * @param {Before} before
 * @param {boolean} untouched what was there is no visitor's choice
 * @param {Float32Array} drawn N(0, 1) numbers, at least as many as coordinates
 * @returns {DeskState}
 */
export function openState(sides, given, before, untouched, drawn) {
  const [left, right] = sides.map(({ encodings }) => encodings);
  /** @type {[number, number]} */
  const dims = [left.dim, right.dim];
  const names = (/** @type {import("./desk_load.js").Side[]} */ pair) => pair.map(({ name }) => name);
  const swapped = sides[0].name !== sides[1].name && String(names(sides)) === String(names(before.sides).reverse());
  const seated = (/** @type {import("./desk_state.js").ZPair} */ [a, b]) =>
    /** @type {import("./desk_state.js").ZPair} */ (swapped ? [b, a] : [a, b]);
  const kept = before.state && !untouched ? seated(before.state.z) : undefined;
  const state = new DeskState(startingZ(dims, given, kept, drawn), [left, right]);
  if (!before.state) return state;
  const fitted = (/** @type {import("./desk_state.js").ZPair[]} */ steps) =>
    steps.map((step) => {
      const [z, zRight] = startingZ(dims, [null, null], seated(step), drawn);
      return /** @type {import("./desk_state.js").ZPair} */ ([Float64Array.from(z), Float64Array.from(zRight)]);
    });
  state.inherit(fitted(before.state.past), fitted(before.state.future));
  state.unit = before.state.unit;
  return state;
}
