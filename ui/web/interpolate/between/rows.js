/** The frames of the way as a table to keep: its head first, empty cells where a model has nothing to say. */

import { STEPS } from "../../maths/paths.js";

/** @typedef {import("./paths.js").SidePaths} SidePaths */
/** @typedef {import("../../state/paths.js").PathName} PathName */
/** @typedef {(string | number)[][]} Table */

/**
 * The codes along the way, where a mode has no more to say.
 * @param {import("../mode.js").Mode} mode
 * @param {import("../mode.js").Side[]} sides
 * @param {number[]} times of the frames
 * @returns {Table}
 */
export function rowsOfCodes(mode, sides, times) {
  const most = Math.max(...sides.map(({ model }) => model.latentDim));
  const body = sides.flatMap(({ name }, side) =>
    times.map((t, frame) => [frame, t, name, ...codes(mode.codeAt(side, t), most)]),
  );
  return [["frame", "t", "model", ...names(most)], ...body];
}

/**
 * The codes of a path, and its numbers as far as they are known.
 * @param {{paths: SidePaths, name: PathName}[]} shown
 * @returns {Table}
 */
export function rowsOfPath(shown) {
  const most = Math.max(...shown.map(({ paths }) => paths.z.length));
  const body = shown.flatMap(({ paths, name }) => {
    const { measures, nearest, nearestRow } = paths.paths[name];
    return Array.from({ length: STEPS }, (_, k) => {
      const t = k / (STEPS - 1);
      const numbers = [measures?.speed[k], nearest?.[k], nearestRow?.[k]].map((value) => value ?? "");
      return [k, t, paths.name, name, ...numbers, ...codes(paths.codeAt(name, t), most)];
    });
  });
  return [["frame", "t", "model", "path", "speed", "nearest", "nearest_row", ...names(most)], ...body];
}

/** @param {number} most */
const names = (most) => Array.from({ length: most }, (_, i) => `z${i}`);

/** @param {Float32Array | null} z @param {number} most @returns {(string | number)[]} */
const codes = (z, most) => Array.from({ length: most }, (_, i) => z?.[i] ?? "");
