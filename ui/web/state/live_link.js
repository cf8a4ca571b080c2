/** Parts of the link that the browser knows a moment before Python does, or that Python never hears of. */

/** @typedef {Record<string, string | undefined>} Query undefined where the parameter is to be left out */

/** @type {Set<() => Query>} */
const sources = new Set();
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => Query} read @returns {() => void} withdraws it */
export function contribute(read) {
  sources.add(read);
  return () => void sources.delete(read);
}

/** @returns {Query} what all sources say now */
export const liveQuery = () => Object.assign({}, ...[...sources].map((read) => read()));

/** What a source says has changed, by a hand and for longer than a moment: the address is to say it, too. */
export function announce() {
  for (const listener of listeners) listener();
}

/** @param {() => void} listener called at each `announce` @returns {() => void} withdraws it */
export function onAnnounce(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

// Of a code of any scale: a picture does not show the seventh.
const SIGNIFICANT = 6;
// Wide enough for every code a model gives, narrow enough that a float32 decoder stays finite.
const LARGEST = 1e14;
const SMALLEST = 1e-30;

/** @param {ArrayLike<number>} z @returns {string} as a link has it, and as `ui.choices.link.format_z` writes it */
export const formatZ = (z) => Array.from(z, inLink).join("_");

/** @param {number} value @returns {number} */
function inLink(value) {
  if (!(Math.abs(value) >= SMALLEST)) return 0;
  return Number(Math.max(-LARGEST, Math.min(LARGEST, value)).toPrecision(SIGNIFICANT));
}
