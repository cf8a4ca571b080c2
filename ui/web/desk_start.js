/** The z that a desk opens with. */

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
