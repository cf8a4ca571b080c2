/** The codes that are pinned when the maps open, or when a model takes the place of another. */

/** @typedef {import("./load.js").MapSide} MapSide */

/**
 * Each side takes the code it is given, or else the one it had, where the length fits; or else what its own plane has
 * at the place of the other side's pin; or else the code of a digit.
 * @param {MapSide[]} sides
 * @param {[number[] | null, number[] | null]} given by the link; right is null where it is the same as left
 * @param {import("../state/history.js").ZPair | undefined} kept what was pinned before
 * @param {import("../state/history.js").ZPair} digit its codes
 * @returns {import("../state/history.js").ZPair}
 */
export function startingPins(sides, given, kept, digit) {
  const fitting = (/** @type {number} */ side, /** @type {(ArrayLike<number> | null | undefined)[]} */ candidates) =>
    candidates.find((z) => z?.length === sides[side].model.latentDim);
  const left = fitting(0, [given[0], kept?.[0]]);
  const right = fitting(1, [given[1] ?? given[0], kept?.[1]]);
  return [
    Float64Array.from(left ?? beside(sides[0], sides[1], right) ?? digit[0]),
    Float64Array.from(right ?? beside(sides[1], sides[0], left) ?? digit[1]),
  ];
}

/**
 * @param {MapSide} side @param {MapSide} other
 * @param {ArrayLike<number> | null | undefined} z of the other
 * @returns {Float64Array | undefined} what this side has at the same place
 */
const beside = (side, other, z) => (z && other.plane ? side.plane?.code(other.plane.project(z).place) : undefined);
