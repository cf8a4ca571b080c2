/**
 * What a link says that Python has no use for: one row a parameter. A control reads its row with `get` and writes it with
 * `put`; the address, the copied link and the next page follow. Python hears of a text that makes no sense, and says so.
 */

import { MOST_CODES } from "../nn/config.js";
import { announce } from "./live_link.js";

/**
 * @template T
 * @typedef {object} Row
 * @property {T} fallback which the link leaves out
 * @property {string} rule what the text must be
 * @property {(text: string) => T | null} read null where the text is not as the rule says
 * @property {(value: T) => string} [write] the inverse of `read`; `String` where it is left out
 */

/** @template {string} T @param {...T} options the first is the fallback @returns {Row<T>} */
const oneOf = (...options) => ({
  fallback: options[0],
  rule: `one of ${options.join(", ")}`,
  read: (text) => options.find((option) => option === text) ?? null,
});

/** @param {number} fallback @param {number} low @param {number} high @param {number} decimals @returns {Row<number>} */
const number = (fallback, low, high, decimals) => ({
  fallback,
  rule: `a ${decimals ? "" : "whole "}number from ${low} to ${high}`,
  read: (text) => {
    if (!/^-?\d{1,10}(\.\d{1,9})?$/.test(text)) return null;
    const value = Number(Number(text).toFixed(decimals));
    return value >= low && value <= high && (decimals || /^\d+$/.test(text)) ? value + 0 : null;
  },
  write: (value) => String(Number(value.toFixed(decimals)) + 0),
});

/** As long as nobody has chosen one, there is none. @template T @param {Row<T>} row @returns {Row<T | null>} */
const orNone = ({ rule, read, write = String }) => ({
  fallback: null,
  rule,
  read,
  write: (value) => write(/** @type {T} */ (value)),
});

/** @returns {Row<"pin" | "geodesic" | "graph" | null>} what a click on a map does */
const mapTool = () => orNone(oneOf("pin", "geodesic", "graph"));

const seed = () => orNone(number(0, 0, 2 ** 32 - 1, 0));

/** @returns {Row<boolean>} off where nobody has switched it on */
const flag = () => ({
  fallback: false,
  rule: "0 or 1",
  read: (text) => (text === "1" ? true : text === "0" ? false : null),
  write: (value) => (value ? "1" : "0"),
});

/**
 * @param {RegExp} pattern that "", the fallback, need not match @param {string} rule
 * @param {(text: string) => boolean} [fits] what no pattern says
 * @returns {Row<string>}
 */
const text = (pattern, rule, fits = () => true) => ({
  fallback: "",
  rule,
  read: (said) => (!said || (said.length <= LONGEST && pattern.test(said) && fits(said)) ? said : null),
});

const NUMBERS = /^-?\d{1,15}(\.\d{1,12})?(e-\d{1,2})?$/;
const LONGEST_NUMBER = 20;

/** @returns {Row<string>} a code, of as many numbers as the model has coordinates */
const code = () => ({
  fallback: "",
  rule: "a list of plain numbers",
  read: (said) =>
    !said || said.split("_").every((part) => part.length <= LONGEST_NUMBER && NUMBERS.test(part)) ? said : null,
});

const DECIMAL = "(\\d{1,15}\\.?\\d{0,12}|\\.\\d{1,12})(e[+-]?\\d{1,2})?";
const WEIGHTS = /^(\d{1,3}_){9}\d{1,3}$/;
const NAME = /^[\w.-]{1,60}$/;

/** @returns {Row<string>} a number as it was written */
const weight = () => text(new RegExp(`^${DECIMAL}(/${DECIMAL})?$`, "i"), "a number of at least 0, or one over another");

/** @param {string} [also] @returns {Row<string>} of hidden layers */
const widths = (also = "") => text(new RegExp(`^(\\d{1,4}(_\\d{1,4}){0,15}|none${also})$`), "1 to 16 widths, or none");

/** @returns {Row<string>} mu and sigma */
const gaussian = () =>
  text(/^-?\d(\.\d{1,2})?_\d(\.\d{1,2})?$/, "mu and a sigma above 0", (said) => Number(said.split("_")[1]) > 0);

/** @param {string} said @returns {boolean} */
const isInside = (said) => {
  const [x, y, width, height] = said.split("_").map(Number);
  return width > 0 && height > 0 && x + width <= LONGEST_SIDE && y + height <= LONGEST_SIDE;
};

// Six drawn digits, each of the least compressible kind.
const LONGEST = 5000;
const STOP = "(\\d{1,6}|~[\\w-]+)";
const MOST_DRAWS = 999;
export const MOST_TIMES = 20;
export const MOST_NEIGHBOURS = 50;
export const LONGEST_CHANGE = 4;
// Of a picture, in pixels.
const LONGEST_SIDE = 64;

const ROWS = {
  // Desk, map and Manifold: z of the left model, and of the right one where it is another, see z.js.
  z: code(),
  z2: code(),
  // Every page with a tray: what is in hand, one of both.
  row: orNone(number(0, 0, 999_999, 0)),
  drawn: text(/^[\w-]+$/, "a drawn digit"),
  class: oneOf("all", ..."0123456789"),
  // Every page that decodes: what class-conditional models draw, where it is not what is in hand, see digit.js.
  digit: orNone(number(0, 0, 9, 0)),
  pen: oneOf("medium", "thin", "thick"),
  // Every page with points: the digits that are switched off.
  hide: text(/^0?1?2?3?4?5?6?7?8?9?$/, "digits in ascending order"),
  // Every page: without sidebar and header.
  present: flag(),
  // Latent desk.
  unit: oneOf("z", "sd"),
  coordinate: orNone(number(0, 0, MOST_CODES - 1, 0)),
  sampler: oneOf("prior", "fitted"),
  temperature: number(1, 0, 2, 2),
  samples: number(1, 1, MOST_DRAWS, 0),
  // Latent map; the view also on Manifold's: middle and scale.
  behind: oneOf("nothing", "density", "lattice", "votes", "magnification", "graph"),
  tool: mapTool(),
  view: text(
    /^(-?\d{1,3}(\.\d{1,3})?_){2}\d{1,4}(\.\d{1,3})?$/,
    "a middle and a scale",
    (said) => !/_0(\.0+)?$/.test(said),
  ),
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
  // Denoise: a box is x, y, width and height in pixels.
  level: number(0.5, 0, 1, 3),
  clip: flag(),
  noise: seed(),
  box: text(/^\d{1,2}(_\d{1,2}){3}$/, "x, y, width and height of a box inside the picture", isInside),
  rubbed: text(/^[\w-]+$/, "a picture of what was rubbed"),
  times: number(1, 1, MOST_TIMES, 0),
  shown: oneOf("eight", "one"),
  // Interpolate.
  mode: oneOf("between", "corners", "attribute", "walk"),
  path: oneOf("straight", "slerp", "pixels", "graph", "geodesic"),
  stops: text(new RegExp(`^${STOP}(\\.${STOP}){1,5}$`), "2 to 6 of these digits"),
  corners: text(new RegExp(`^${STOP}(\\.${STOP}){3}$`), "4 of these digits"),
  t: orNone(number(0, 0, 1, 3)),
  classes: text(/^\d_\d$/, "two digits"),
  walk: seed(),
  between: text(/^(0(\.\d{1,3})?|1)_(0(\.\d{1,3})?|1)$/, "two numbers from 0 to 1"),
  walker: oneOf("fitted", "prior"),
  when: number(0, 0, 999_999, 3),
  loop: oneOf("alternate", "repeat", "once"),
  speed: oneOf("1", "0.25", "0.5", "2"),
  film: oneOf("420", "280", "560"),
  frames: oneOf("60", "30", "120"),
  // Every page with a neighbour graph.
  neighbours: number(10, 1, MOST_NEIGHBOURS, 0),
  distance: oneOf("euclidean", "cosine"),
  mutual: flag(),
  // Manifold: what lies behind its points, and the tool; the ends of a geodesic are two places on either map.
  surface: oneOf("magnification", "graph", "nothing", "density", "lattice", "votes"),
  surfacetool: mapTool(),
  ends: text(/^-?\d{1,2}(\.\d{1,3})?(_-?\d{1,2}(\.\d{1,3})?){3}$/, "two places on the map"),
  at: oneOf("digit", "z"),
  direction: number(1, 1, MOST_CODES, 0),
  length: number(3, -LONGEST_CHANGE, LONGEST_CHANGE, 2),
  off: number(1, 1, MOST_DRAWS, 0),
  change: oneOf("pictures", "changes"),
  // Objective, block by block: the rung of the ladder, and the place under the pointer on all its maps.
  rung: text(/^(kl-only|\d{1,3}(\.\d{1,4})?)$/, "a beta of the ladder, or kl-only"),
  spot: text(/^-?[01](\.\d{1,3})?_-?[01](\.\d{1,3})?$/, "a place on the maps"),
  // How a loss is written: the error, then sum or mean over pixels, over the batch, over codes, and over the batch; and
  // the weights of both terms. The picture is one of the set where no size is said.
  loss: text(/^[sc][sm]{4}$/, "a kind of error, and four times s or m"),
  errorweight: weight(),
  klweight: weight(),
  picturesize: text(/^[1-9]\d{0,3}(_[1-9]\d{0,3}){2}$/, "width, height and channels of a picture"),
  batch: number(250, 1, 100_000, 0),
  latent: number(30, 1, MOST_CODES, 0),
  pixels: oneOf("grey", "binary"),
  gaussian: gaussian(),
  target: gaussian(),
  draws: number(1, 1, MOST_DRAWS, 0),
  chances: text(WEIGHTS, "ten weights"),
  others: text(WEIGHTS, "ten weights"),
  information: oneOf("nats", "bits"),
  eps: code(),
  epsdraw: number(1, 1, MOST_DRAWS, 0),
  epscode: orNone(number(0, 0, MOST_CODES - 1, 0)),
  gradients: flag(),
  logvar: number(-2, -8, 3, 2),
  rate: oneOf("best", "0.001", "0.003", "0.01", "0.03"),
  likelihoodof: oneOf("hand", "noise", "letter"),
  likelihooddraw: number(1, 1, MOST_DRAWS, 0),
  // Train, what is watched: the epoch, the newest where none is said; and how the loss is drawn.
  epoch: orNone(number(1, 1, 100_000, 0)),
  axis: oneOf("epochs", "seconds"),
  curve: oneOf("all", "loss", "reconstruction", "kl"),
  sorted: flag(),
  // Train: what is watched, and beside it; the recipe, the set, and of the form what is not as the recipe has it.
  run: text(NAME, "the name of a run"),
  against: text(/^[\w.-]{1,60}(~[\w.-]{1,60})*$/, "names of runs"),
  recipe: text(NAME, "the name of a recipe"),
  on: text(NAME, "a set of pictures"),
  kind: orNone(oneOf("ae", "linear", "dae", "vae")),
  corrupt: orNone(oneOf("gaussian", "masking", "salt_and_pepper", "box")),
  corruptby: orNone(number(0, 0.001, 1, 3)),
  beta: orNone(number(0, 0, 1e6, 6)),
  latentdim: orNone(number(0, 1, MOST_CODES, 0)),
  epochs: orNone(number(0, 1, 10_000, 0)),
  encoder: widths(),
  decoder: widths("|mirror"),
  likelihood: orNone(oneOf("gaussian", "bernoulli")),
  activation: orNone(oneOf("relu", "tanh", "elu", "softplus")),
  head: orNone(oneOf("logvar", "sigma")),
  reconstruction: orNone(number(0, 0, 1e6, 6)),
  batchsize: orNone(number(0, 1, 1e6, 0)),
  learningrate: orNone(number(0, 0.000001, 1, 6)),
  without: text(/^0?1?2?3?4?5?6?7?8?9?$/, "digits in ascending order"),
  trainseed: orNone(number(0, 0, 2 ** 32 - 1, 0)),
  as: text(/^[a-z0-9]([a-z0-9._-]{0,58}[a-z0-9])?$/, "a name of small letters, digits, dots, hyphens and underscores"),
  // Models.
  subject: oneOf("digits", "draws"),
};

/** @typedef {keyof typeof ROWS} Key */
/** @template {Key} K @typedef {typeof ROWS[K] extends Row<infer T> ? T : never} Value */

export const KEYS = /** @type {Key[]} */ (Object.keys(ROWS));

/** Outlives a page change, as modules do. @type {Map<Key, any>} */
const values = new Map();

/** What the link says and is not had, since the app was opened. @type {{key: Key, text: string, rule: string}[]} */
export const refused = [];
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {Key} key @returns {string} what its text must be */
export const ruleOf = (key) => ROWS[key].rule;

/** The set of digits that the link names: rows of one set are none of another's. */
export const SET = new URLSearchParams(window.location.search).get("digits") ?? "uci";

for (const key of KEYS) {
  const text = new URLSearchParams(window.location.search).get(key);
  if (text === null) continue;
  const value = ROWS[key].read(text);
  if (value === null) refused.push({ key, text, rule: ROWS[key].rule });
  else values.set(key, value);
}

/** @template {Key} K @param {K} key @returns {Value<K>} */
export const get = (key) => values.get(key) ?? ROWS[key].fallback;

/** @param {Key} key @param {any} value @returns {string} */
const textOf = (key, value) => (ROWS[key].write ?? String)(/** @type {never} */ (value));

/** @template {Key} K @param {K} key @param {Value<K> | string} value by a hand; what no link can say is not kept */
export function put(key, value) {
  const { fallback, read } = ROWS[key];
  const kept = value === fallback ? fallback : read(textOf(key, value));
  if ((kept === null && fallback !== null) || kept === get(key)) return;
  values.set(key, kept);
  announce();
}

/**
 * What the link says reads well, and yet cannot be had.
 * @param {Key} key back to its fallback @param {string} [rule] what it must be
 */
export function refuse(key, rule = ROWS[key].rule) {
  refused.push({ key, text: textOf(key, get(key)), rule });
  values.delete(key);
  announce();
  for (const listener of listeners) listener();
}

/** @param {() => void} listener called where `refused` has one more */
export function onRefused(listener) {
  listeners.add(listener);
}

/** @returns {import("./live_link.js").Query} what the address is to say */
export const query = () =>
  Object.fromEntries(KEYS.map((key) => [key, get(key) === ROWS[key].fallback ? undefined : textOf(key, get(key))]));

/** @param {string} address @returns {string} one that also says what this table does */
export function withParameters(address) {
  const url = new URL(address);
  for (const [key, text] of Object.entries(query())) {
    if (text === undefined) url.searchParams.delete(key);
    else url.searchParams.set(key, text);
  }
  return url.href;
}
