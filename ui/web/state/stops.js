/**
 * The digits that a path goes through, and those at the corners of a square: one of each for every set, over all pages,
 * as `chosen.js` has it for the digit in hand. The link says them once somebody has chosen them.
 */

import { pack, unpack } from "../maths/digit_text.js";
import { get, put, refuse, SET } from "./parameters.js";

/** @typedef {{row: number | null, levels: Uint8Array | null}} Stop one of both: a row of the set, or a drawn digit */
/**
 * @typedef {object} Places of one kind
 * @property {Stop[]} stops empty as long as there are none
 * @property {boolean} isChosen by somebody, here or by a link
 * @property {string} text as of the link; empty as long as they are not chosen, or not packed yet
 * @property {number} timer until they are packed
 */
/** @typedef {{path: Places, corners: Places}} Known */

export const FEWEST = 2;
export const MOST = 6;
const SEPARATOR = ".";
const DRAWN = "~";
// A stroke changes a stop at every frame; the link is to know when it is done.
const PACK_MS = 250;

/** @type {Map<string, Known>} */
const known = new Map();
/** @type {WeakMap<Uint8Array, Promise<string>>} */
const packed = new WeakMap();
/** The set that is on the page. */
let current = SET;
/** @type {Promise<void> | undefined} */
let opened;

/** @returns {Places} */
const none = () => ({ stops: [], isChosen: false, text: "", timer: 0 });

/** @param {string} set @returns {Known} */
function of(set) {
  const found = known.get(set) ?? { path: none(), corners: none() };
  known.set(set, found);
  return found;
}

/**
 * @param {string} set of digits on the page @param {number} size how many it has @param {boolean} canDraw
 * @returns {Promise<void>} until the drawn digits of the link are here, too
 */
export async function openStops(set, size, canDraw) {
  await (opened ??= restore());
  for (const [key, places] of keyed(of(set))) {
    if (!places.text || places.stops.every(({ row }) => (row === null ? canDraw : row < size))) continue;
    Object.assign(places, none());
    refuse(key);
  }
  followStops(set);
}

/** @param {Known} known @returns {["stops" | "corners", Places][]} with their parameters of the link */
const keyed = ({ path, corners }) => [
  ["stops", path],
  ["corners", corners],
];

/** What the link says, which counts once. */
async function restore() {
  for (const [key, places] of keyed(of(SET))) {
    const text = get(key);
    if (!text) continue;
    const stops = await Promise.all(text.split(SEPARATOR).map(parseStop));
    if (stops.every((stop) => stop !== null)) Object.assign(places, { stops, text, isChosen: true });
    else refuse(key);
  }
}

/** @param {string | undefined} set that is on the page: the link names the stops of this one */
export function followStops(set = current) {
  current = set;
  if (opened || set !== SET) publish();
}

/** The link is to say the stops, as far as somebody chose them. */
function publish() {
  for (const [key, { text }] of keyed(of(current))) put(key, text);
}

/** Digits that nobody chose: the link leaves them out. @param {string} set @param {Stop[]} stops 2 to 6 */
export function proposeStops(set, stops) {
  Object.assign(of(set).path, { stops, isChosen: false, text: "" });
  publish();
}

/** @param {string} set @returns {boolean} whether somebody chose the stops, here or by a link */
export const areStopsChosen = (set) => of(set).path.isChosen;

/** @param {string} set @returns {Stop[]} 2 to 6; empty as long as there are none */
export const stopsOf = (set) => of(set).path.stops;

/** @param {string} set @returns {Stop[]} four, row by row from the upper left; empty as long as nobody chose any */
export const cornersOf = (set) => of(set).corners.stops;

/** @param {string} set @param {Stop[]} stops 2 to 6 */
export const setStops = (set, stops) => choose(of(set).path, stops);

/** @param {string} set @param {Stop[]} stops four, row by row from the upper left */
export const setCorners = (set, stops) => choose(of(set).corners, stops);

/** @param {Stop} a @param {Stop} b @returns {boolean} */
export const isSameStop = (a, b) =>
  a.row === b.row && (a.levels === b.levels || Boolean(a.levels?.every((level, i) => level === b.levels?.[i])));

/** @param {Stop} stop @returns {Promise<string>} a row number, or "~" and the drawn digit as `ui.choices.drawn` packs it */
export async function stopText({ row, levels }) {
  if (!levels) return String(row);
  const text = packed.get(levels) ?? pack(levels);
  packed.set(levels, text);
  return DRAWN + (await text);
}

/** @param {Stop[]} stops @returns {Promise<string>} as `ui.choices.stops` and the server's addresses read them */
export const stopsText = async (stops) => (await Promise.all(stops.map(stopText))).join(SEPARATOR);

/** @param {Places} places @param {Stop[]} stops */
function choose(places, stops) {
  clearTimeout(places.timer);
  const timer = setTimeout(() => void settle(places), PACK_MS);
  Object.assign(places, { stops, isChosen: true, timer });
}

/** @param {Places} places */
async function settle(places) {
  const { stops } = places;
  const text = await stopsText(stops);
  if (places.stops !== stops) return;
  places.text = text;
  publish();
}

/** @param {string} text @returns {Promise<Stop | null>} */
async function parseStop(text) {
  if (/^\d{1,6}$/.test(text)) return { row: Number(text), levels: null };
  const levels = text.startsWith(DRAWN) ? await unpack(text.slice(DRAWN.length)) : null;
  return levels && { row: null, levels };
}
