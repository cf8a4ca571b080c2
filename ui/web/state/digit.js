/**
 * The digit that class-conditional models draw: one for all of them, over all pages.
 *
 * Such a model is given a class with every picture and with every code. A picture of the set is encoded with its own
 * label; a drawn or uploaded one, whose label nobody knows, and every code in hand with this digit. So a hand can hold
 * the style, z, and turn the digit. A picture that is taken in hand turns it to its label, and what it decodes to is
 * the picture itself, until a hand turns it. Pictures in rows that nobody has in hand keep their own labels throughout.
 */

import { get, put } from "./parameters.js";

/** As many as a set has labels. */
export const MOST_DIGITS = 10;

/** Which picture is in hand, as text; undefined before there is one. @type {string | undefined} */
let picture;
/** Its label; null where nobody knows it. @type {number | null} */
let label = null;
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {number} */
export const digit = () => get("digit") ?? label ?? 0;

/** @returns {boolean} whether a model of the page is told it */
export const isTold = () => listeners.size > 0;

/** @param {number} to what it is from now on; the link leaves out what the picture in hand says */
export function turnTo(to) {
  const before = digit();
  put("digit", to === (label ?? 0) ? null : to);
  if (digit() !== before) tell();
}

/**
 * Called at every look at what is in hand; only another picture than before, and one that somebody has chosen, takes
 * back what a hand or the link said. The first is that of the link, which says its digit, too.
 * @param {string} another which picture @param {number | null} of its label @param {boolean} byChance nobody chose it
 */
export function showInHand(another, of, byChance) {
  if (another === picture) return;
  const [isFirst, before] = [picture === undefined, digit()];
  picture = another;
  label = of;
  // Where no page turns a digit, none is to be kept in the link.
  if (!isFirst && !byChance) put("digit", of === null && isTold() && before ? before : null);
  if (digit() !== before) tell();
}

/** @param {() => void} listener called when it has turned @returns {() => void} takes it back */
export function onTurn(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function tell() {
  for (const listener of listeners) listener();
}
