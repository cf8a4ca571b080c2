/**
 * What a link says that Python has no use for: one row a parameter. A control reads its row with `get` and writes it with
 * `put`; the address, the copied link and the next page follow. Python hears of a text that makes no sense, and says so.
 */

import { announce, contribute } from "./live_link.js";

/**
 * @template T
 * @typedef {object} Row
 * @property {T} fallback which the link leaves out
 * @property {string} rule what the text must be
 * @property {(text: string) => T | null} read null where the text is not as the rule says
 */

/** @param {...string} options the first is the fallback @returns {Row<string>} */
const oneOf = (...options) => ({
  fallback: options[0],
  rule: `one of ${options.join(", ")}`,
  read: (text) => (options.includes(text) ? text : null),
});

/** @param {number} fallback @param {number} low @param {number} high @param {number} decimals @returns {Row<number>} */
const number = (fallback, low, high, decimals) => ({
  fallback,
  rule: `a ${decimals ? "" : "whole "}number from ${low} to ${high}`,
  read: (text) => {
    if (!/^-?\d{1,9}(\.\d{1,9})?$/.test(text)) return null;
    const value = Number(Number(text).toFixed(decimals));
    return value >= low && value <= high && (decimals || /^\d+$/.test(text)) ? value + 0 : null;
  },
});

/** @param {RegExp} pattern that "", the fallback, need not match @param {string} rule @returns {Row<string>} */
const text = (pattern, rule) => ({ fallback: "", rule, read: (said) => (!said || pattern.test(said) ? said : null) });

const MOST_DRAWS = 999;

const ROWS = {
  // Latent desk.
  unit: oneOf("z", "sd"),
  sampler: oneOf("prior", "fitted"),
  temperature: number(1, 0, 2, 2),
  samples: number(1, 1, MOST_DRAWS, 0),
  // Encodings.
  scale: oneOf("common", "own"),
  order: oneOf("activity", "left", "right"),
  ellipses: oneOf("both", "fitted", "prior", "none"),
  // A finger and a mouse open with different ones.
  dragging: text(/^(pan|lasso|box|turn|tap)$/, "one of pan, lasso, box, turn, tap"),
  // Reconstruct.
  rows: oneOf("pictures", "errors"),
  bar: text(/^[0-3](_\d{1,2})?$/, "the number of a model, and of a bar of its histogram"),
  spread: number(1, 1, MOST_DRAWS, 0),
  // Interpolate.
  between: text(/^(0(\.\d{1,3})?|1)_(0(\.\d{1,3})?|1)$/, "two numbers from 0 to 1"),
  walker: oneOf("fitted", "prior"),
  when: number(0, 0, 999_999, 3),
  loop: oneOf("alternate", "repeat", "once"),
  speed: oneOf("1", "0.25", "0.5", "2"),
  film: oneOf("420", "280", "560"),
  frames: oneOf("60", "30", "120"),
  // Manifold.
  length: number(3, -4, 4, 2),
  off: number(1, 1, MOST_DRAWS, 0),
  change: oneOf("pictures", "changes"),
  // Models.
  subject: oneOf("digits", "draws"),
  // Every page with a tray.
  class: oneOf("all", ..."0123456789"),
  pen: oneOf("medium", "thin", "thick"),
};

/** @typedef {keyof typeof ROWS} Key */
/** @template {Key} K @typedef {typeof ROWS[K] extends Row<infer T> ? T : never} Value */

export const KEYS = /** @type {Key[]} */ (Object.keys(ROWS));

/** Outlives a page change, as modules do. @type {Map<Key, any>} */
const values = new Map();

/** What the link that opened the app got wrong: key, text and rule. @type {[string, string, string][]} */
export const ignored = [];

for (const key of KEYS) {
  const text = new URLSearchParams(window.location.search).get(key);
  if (text === null) continue;
  const value = ROWS[key].read(text);
  if (value === null) ignored.push([key, text, ROWS[key].rule]);
  else values.set(key, value);
}

/** @template {Key} K @param {K} key @returns {Value<K>} */
export const get = (key) => values.get(key) ?? ROWS[key].fallback;

/** @template {Key} K @param {K} key @param {Value<K>} value by a hand; one that a link cannot say is not kept */
export function put(key, value) {
  const read = ROWS[key].read(String(value));
  if (read === null || read === get(key)) return;
  values.set(key, read);
  announce();
}

contribute(() =>
  Object.fromEntries(KEYS.map((key) => [key, get(key) === ROWS[key].fallback ? undefined : String(get(key))])),
);
