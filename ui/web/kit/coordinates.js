/** Which coordinates come first, and which are folded away: wherever the pair's coordinates are listed. */

import { element } from "./dom.js";
import { glossed } from "./glosses.js";

/** @typedef {{name: string, kind: "ae" | "vae", encodings: import("../nn/encodings.js").Encodings}} Judge */

/**
 * @typedef {object} Arrangement
 * @property {number[]} order all but those that are folded away
 * @property {number} others where in `order` those begin that no VAE of the pair uses, and another model does
 * @property {number[]} folded what no model of the pair that has it uses
 */

/**
 * Most active first, as the VAEs of the pair see it, or else the left model; what they have not got comes after, by
 * the other model's measure, and then what they have and do not use.
 * @param {Judge[]} sides
 * @returns {Arrangement}
 */
export function arrange(sides) {
  const dim = Math.max(...sides.map(({ encodings }) => encodings.dim));
  const vaes = sides.filter(({ kind }) => kind === "vae");
  const judges = vaes.length ? vaes : [sides[0]];
  const judging = (/** @type {number} */ i) => judges.filter(({ encodings }) => i < encodings.dim);
  const activity = (/** @type {number} */ i) =>
    Math.max(...(judging(i).length ? judging(i) : sides).map(({ encodings }) => encodings.activity[i] ?? 0));
  const uses = (/** @type {Judge} */ { encodings }, /** @type {number} */ i) => Boolean(encodings.active[i]);
  const isUnused = (/** @type {number} */ i) =>
    vaes.length > 0 && judging(i).length > 0 && !judging(i).some((side) => uses(side, i));
  const isFolded = (/** @type {number} */ i) => !sides.some((side) => uses(side, i));
  const order = Array.from({ length: dim }, (_, i) => i).sort(
    (a, b) => Number(judging(b).length > 0) - Number(judging(a).length > 0) || activity(b) - activity(a),
  );
  const [used, others] = [
    order.filter((i) => !isUnused(i) && !isFolded(i)),
    order.filter((i) => isUnused(i) && !isFolded(i)),
  ];
  return { order: [...used, ...others], others: used.length, folded: order.filter(isFolded) };
}

/**
 * What stands above the coordinates that no VAE of the pair uses, and another model does.
 * @param {Judge[]} sides
 * @returns {HTMLElement}
 */
export function othersOnly(sides) {
  const named = (/** @type {"ae" | "vae"} */ kind) =>
    [...new Set(sides.filter((side) => side.kind === kind).map(({ name }) => name))].join(" and ");
  return element(
    "p",
    { class: "others" },
    ...glossed(`Inactive in ${named("vae")}, active in ${named("ae")}:`, "active"),
  );
}

/**
 * The fold for what `arrange` folds away.
 * @param {Judge[]} sides
 * @param {Arrangement} arrangement
 * @param {...HTMLElement} children
 * @returns {HTMLDetailsElement}
 */
export function inactive(sides, { order, folded }, ...children) {
  const having = sides.filter(({ encodings }) => folded.some((i) => i < encodings.dim));
  const names = [...new Set(having.map(({ name }) => name))];
  return element(
    "details",
    { class: "inactive", open: order.length === 0 },
    element(
      "summary",
      {},
      `${folded.length} inactive coordinate${folded.length === 1 ? "" : "s"} of ${names.join(" and ")}`,
    ),
    element("p", {}, `${names.join(" and ")} ${names.length > 1 ? "encode" : "encodes"} nothing here.`),
    ...children,
  );
}
