/**
 * The digit in hand, one for all pages: a row of a set, or else the visitor's own, drawn or uploaded. It outlives a
 * page change, as modules do, and wins over what the link said; it says in the link what it is.
 */

import { pack, unpack } from "../maths/digit_text.js";
import { Drawing } from "../maths/ink.js";
import { get, put, refuse, SET } from "./parameters.js";

/** By the set of digits. @typedef {Map<string, number>} Rows */

const asked = get("row");
/** @type {Rows} */
let rows = new Map(asked === null ? [] : [[SET, asked]]);
let text = get("drawn");
/** The set that is on the page. */
let current = SET;
/** @type {Promise<void> | undefined} */
let ownOpen;

/** The visitor's own digit. @type {Drawing<Rows>} */
export const own = new Drawing();

/** @returns {Uint8Array | null} levels of 0 to 15 of the visitor's own digit */
export const ownLevels = () => own.levels;

/** @param {string} set of digits on the page @returns {Promise<void>} until the own digit of the link is here, too */
export async function openHand(set) {
  followSet(set);
  await (ownOpen ??= restore());
}

/** @param {string | undefined} set that is on the page: the link names a row of this one */
export function followSet(set = current) {
  current = set;
  publish();
}

async function restore() {
  if (!text) return;
  const levels = await unpack(text);
  // A hand was quicker: the link gets what it took.
  if (own.canUndo) return;
  if (levels) own.put(levels, []);
  else {
    text = "";
    refuse("drawn");
  }
}

/** The row of the link is none of its set. @param {number} size how many digits the set has */
export function refuseRow(size) {
  rows.delete(current);
  refuse("row", `from 0 to ${size - 1} in this set`);
}

/** The link is to say what is in hand. */
function publish() {
  put("row", rows.get(current) ?? null);
  put("drawn", text);
}

/** What a hand takes wins over what the link said, also where no page has asked for that yet. */
function overrule() {
  ownOpen ??= Promise.resolve();
  rows = new Map();
}

/** @param {string} set @returns {number | null} */
export const rowInHand = (set) => rows.get(set) ?? null;

/** @param {string} set @param {number | null} row null: the visitor's own digit, where there is one */
export function takeRow(set, row) {
  if (row === null) rows.delete(set);
  else rows.set(set, row);
  publish();
}

/** The visitor's own digit is in hand, in whatever set. */
export function takeOwn() {
  rows = new Map();
  publish();
}

/** @param {number} radius @param {number} x @param {number} y see `Drawing.begin` */
export function beginStroke(radius, x, y) {
  own.begin(radius, x, y, rows);
  overrule();
}

/** @param {Uint8Array | null} levels of the own digit from now on; null clears it */
export function replaceOwn(levels) {
  own.replace(levels, rows);
  overrule();
  void rest();
}

/**
 * The own digit follows a hand that is on a picture; `rest` ends that.
 * @param {Uint8Array} levels @param {boolean} isNew what was before comes back with an undo
 */
export function adjustOwn(levels, isNew) {
  if (isNew) own.replace(levels, rows);
  else own.put(levels, []);
  rows = new Map();
}

/**
 * Takes the last stroke, upload or Clear back, and what was in hand before.
 * @returns {boolean} whether there was one
 */
export function undoOwn() {
  const before = own.undo();
  if (!before) return false;
  rows = before;
  void rest();
  return true;
}

/** No stroke is on its way: the link is to know. */
export async function rest() {
  const { levels } = own;
  const packed = levels ? await pack(levels) : "";
  if (levels !== own.levels) return;
  text = packed;
  publish();
}
