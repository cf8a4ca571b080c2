/** Which coordinates come first, and which are folded away: wherever the pair's coordinates are listed. */

import { element } from "./dom.js";

/** @typedef {{name: string, kind: "ae" | "vae", encodings: import("./encodings.js").Encodings}} Judge */

/**
 * Most active first, as the VAEs of the pair see it, or else the left model; what they have not got comes after, by
 * the other model's measure. Folded away is what no VAE of the pair uses: an AE beside it seldom leaves one unused.
 * @param {Judge[]} sides
 * @returns {{order: number[], folded: number[], vaes: string[]}}
 */
export function arrange(sides) {
  const dim = Math.max(...sides.map(({ encodings }) => encodings.dim));
  const vaes = sides.filter(({ kind }) => kind === "vae");
  const judges = vaes.length ? vaes : [sides[0]];
  const judging = (/** @type {number} */ i) => judges.filter(({ encodings }) => i < encodings.dim);
  const activity = (/** @type {number} */ i) =>
    Math.max(...(judging(i).length ? judging(i) : sides).map(({ encodings }) => encodings.activity[i] ?? 0));
  const isFolded = (/** @type {number} */ i) =>
    vaes.length > 0 && judging(i).length > 0 && judging(i).every(({ encodings }) => !encodings.active[i]);
  const order = Array.from({ length: dim }, (_, i) => i).sort(
    (a, b) => Number(judging(b).length > 0) - Number(judging(a).length > 0) || activity(b) - activity(a),
  );
  return {
    order: order.filter((i) => !isFolded(i)),
    folded: order.filter(isFolded),
    vaes: [...new Set(vaes.map(({ name }) => name))],
  };
}

/**
 * The fold for what `arrange` folds away.
 * @param {Judge[]} sides
 * @param {{order: number[], folded: number[], vaes: string[]}} arrangement
 * @param {...HTMLElement} children
 * @returns {HTMLDetailsElement}
 */
export function inactive(sides, { order, folded, vaes }, ...children) {
  const others = sides.filter(({ name }) => !vaes.includes(name)).map(({ name }) => name);
  const names = vaes.join(" and ");
  const what = `${names} ${vaes.length > 1 ? "encode" : "encodes"} nothing here`;
  return element(
    "details",
    { class: "inactive", open: order.length === 0 },
    element("summary", {}, `${folded.length} inactive coordinate${folded.length === 1 ? "" : "s"} of ${names}`),
    element("p", {}, others.length ? `${what}; ${others.join(" and ")} may.` : `${what}.`),
    ...children,
  );
}
