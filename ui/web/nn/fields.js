/** What may stand in a JSON file: every complaint names the field. */

import { ModelError } from "./errors.js";

/**
 * @typedef {object} Rule
 * @property {(value: any) => boolean} holds
 * @property {string} says what it must be
 * @property {unknown} [usual] where it is left out; without one it must be there
 */

/** @param {number} low @param {number} high @param {number} [usual] @returns {Rule} */
export const whole = (low, high, usual) => ({
  usual,
  holds: (value) => Number.isInteger(value) && low <= value && value <= high,
  says: `a whole number from ${low} to ${high}`,
});

/** @param {number} length @param {number} low @param {number} high @param {number[]} [usual] @returns {Rule} */
export const wholes = (length, low, high, usual) => ({
  usual,
  holds: (value) => Array.isArray(value) && value.length === length && value.every(whole(low, high).holds),
  says: `${length} whole numbers from ${low} to ${high}`,
});

/** @param {readonly unknown[]} values @param {unknown} [usual] @returns {Rule} */
export const oneOf = (values, usual) => ({
  usual,
  holds: (value) => values.includes(value),
  says: `one of ${values.map(String).join(", ")}`,
});

/** @param {number} [usual] @returns {Rule} */
export const finite = (usual) => ({ usual, holds: Number.isFinite, says: "a number" });

/**
 * @param {unknown} given @param {Record<string, Rule>} rules by field @param {string} [path] of what is given, in front
 * of its fields' names
 * @returns {Record<string, any>} every field of the rules, as it is given or as it usually is
 * @throws {ModelError} a field is unknown, missing or not what it must be
 */
export function readFields(given, rules, path = "") {
  if (given === null || typeof given !== "object" || Array.isArray(given)) {
    throw new ModelError(`config${path && ` field ${path}`} is ${JSON.stringify(given)}; it must be an object`);
  }
  const values = /** @type {Record<string, unknown>} */ (given);
  const name = (/** @type {string} */ key) => `config field ${path && `${path}.`}${key}`;
  for (const key of Object.keys(values)) {
    if (!Object.hasOwn(rules, key)) throw new ModelError(`${name(key)} is unknown here`);
  }
  const read = Object.entries(rules).map(([key, { usual, holds, says }]) => {
    const value = Object.hasOwn(values, key) ? values[key] : usual;
    if (value === undefined) throw new ModelError(`${name(key)} is missing`);
    if (!holds(value)) throw new ModelError(`${name(key)} is ${JSON.stringify(value)}; it must be ${says}`);
    return [key, value];
  });
  return Object.fromEntries(read);
}
